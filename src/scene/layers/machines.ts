/** Tanks: the glass; and, over all lines, what is written on their rims. */
import type { MachineView } from '../../worker/protocol.ts';
import type { MachineGlyph, Speech } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';
import { SANS_11, fit } from '../text.ts';

export const machines: Layer = {
  name: 'machines',
  draw: (root, frame) => join(root, 'machine', frame.machines, drawGlass),
};

export const rims: Layer = {
  name: 'rims',
  draw(root, frame) {
    const written = frame.machines.filter(({ detail }) => detail !== 'speck');
    join(root, 'plate', written, drawPlate);
  },
};

function mark(g: SVGGElement, glyph: MachineGlyph): void {
  const { box, machine, detail } = glyph;
  if (g.getAttribute('data-detail') !== detail) g.replaceChildren();
  set(g, {
    transform: `translate(${round(box.x)},${round(box.y)})`,
    'data-role': machine.role,
    'data-detail': detail,
    'data-power': machine.isOn ? 'on' : 'off',
    'data-node': nodeState(glyph),
  });
}

function drawGlass(g: SVGGElement, glyph: MachineGlyph): void {
  const { box, machine, detail } = glyph;
  const radius = detail === 'full' ? 20 : 9;
  mark(g, glyph);
  const size = { width: round(box.width), height: round(box.height), rx: radius };
  set(part(g, 'rect', 'glass'), size);
  set(part(g, 'rect', 'rim'), size);
  if (detail === 'full') {
    const shine = `M16 1.5H${round(Math.min(box.width * 0.6, box.width - 20))}`;
    set(part(g, 'path', 'shine'), { d: shine });
  }
  if (machine.role === 'workstation') drawScreen(g, glyph);
}

function drawPlate(g: SVGGElement, glyph: MachineGlyph): void {
  const { box, machine, detail } = glyph;
  mark(g, glyph);
  const edge = detail !== 'full' ? 8 : box.width < 100 ? 10 : 16;
  const room = box.width - 2 * edge;
  drawName(g, glyph, room, edge);
  if (detail === 'mini') return;
  const isLaptop = machine.role === 'workstation';
  const under = part(g, 'text', 'address');
  set(under, { x: edge, y: 39 });
  const range = machine.podCIDR === undefined || isLaptop ? '' : `  ·  Pods ${machine.podCIDR}`;
  const levels = levelsOf(glyph);
  const left = room - levels.length * SANS_11 - 10;
  const whole = `${machine.ip}${range}`;
  const isShown = machine.ip.length * SANS_11 <= room + 8;
  say(under, whole.length * SANS_11 <= left ? whole : isShown ? machine.ip : '');
  const gauge = part(g, 'text', 'levels');
  set(gauge, { x: round(box.width - edge), y: 39 });
  say(gauge, machine.ip.length * SANS_11 <= left ? levels : '');
}

const percent = (share: number | undefined): string => `${Math.round((share ?? 0) * 100)}%`;

/** How high the water stands, in words. */
const levelsOf = (glyph: MachineGlyph): string =>
  glyph.cpuShare === undefined
    ? ''
    : `cpu ${percent(glyph.cpuShare)}  mem ${percent(glyph.memoryShare)}`;

function nodeState({ machine }: MachineGlyph): string {
  const status = machine.nodeStatus;
  if (status === undefined) return 'none';
  return status.startsWith('NotReady') ? 'not-ready' : status === 'Ready' ? 'ready' : 'cordoned';
}

function drawName(
  g: SVGGElement,
  { machine, detail, speech }: MachineGlyph,
  room: number,
  edge: number,
): void {
  const isFull = detail === 'full';
  const status = statusWord(machine, isFull, speech);
  const name = part(g, 'text', 'name');
  set(name, { x: edge, y: isFull ? 23 : 16 });
  const left = room - (status === '' ? 0 : status.length * 6.4 + 22);
  say(name, fit(machine.name, left, isFull ? 7.4 : 6.4));
  const word = part(g, 'text', 'status');
  set(word, { x: round(room + edge), y: isFull ? 23 : 16 });
  say(word, status);
}

/**
 * What `kubectl get nodes` says, and whether there is power: the two agree only after a while.
 * A healthy node needs no word where there is little room.
 */
function statusWord(machine: MachineView, isFull: boolean, speech: Speech): string {
  const { nodeStatus = '', isOn } = machine;
  if (!isFull) {
    if (!isOn) return speech.off;
    if (nodeStatus.startsWith('NotReady')) return 'NotReady';
    return nodeStatus.includes('SchedulingDisabled') ? speech.cordoned : '';
  }
  const [ready = '', ...rest] = nodeStatus.split(',');
  const said = rest.length > 0 && ready === 'Ready' ? rest : [ready, ...rest];
  return [...said, isOn ? '' : speech.off].filter(Boolean).join(' · ');
}

/** The learner's own machine: a screen with a prompt. */
function drawScreen(g: SVGGElement, { box }: MachineGlyph): void {
  const top = box.height < 110 ? 48 : 52;
  const height = box.height - top - 12;
  const isShown = height >= 28;
  const screen = part(g, 'rect', 'screen');
  set(screen, {
    x: 14,
    y: top,
    width: round(box.width - 28),
    height: round(Math.max(0, height)),
    rx: 7,
    visibility: isShown ? undefined : 'hidden',
  });
  const prompt = part(g, 'text', 'prompt');
  set(prompt, { x: 24, y: top + 20 });
  say(prompt, isShown ? (box.width > 100 ? '$ kubectl' : '$ k') : '');
  set(part(g, 'rect', 'cursor'), {
    x: box.width > 100 ? 88 : 44,
    y: top + 10,
    width: isShown ? 6 : 0,
    height: 12,
  });
}
