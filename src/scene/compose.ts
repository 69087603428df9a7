/** From the model and the viewport to a frame: pure, and run only when one of them changed. */
import type { PodView } from '../worker/protocol.ts';
import type {
  Attention,
  FocusGlyph,
  Frame,
  MachineGlyph,
  NoteGlyph,
  OrganGlyph,
  PodGlyph,
  Speech,
  Viewport,
  WireGlyph,
} from './frame.ts';
import { ENGLISH, machineKey } from './frame.ts';
import type { Box } from './geometry.ts';
import { kinship, nerves, selectorLines, threads } from './lines.ts';
import type { SceneModel } from './model.ts';
import { PILL_HEIGHT, organsOf } from './organs.ts';
import type { Packed } from './pack.ts';
import { packDots, packPods } from './pack.ts';
import { floatingOf, placeSky } from './sky.ts';
import type { Tank } from './tanks.ts';
import { inOrder, placeTanks } from './tanks.ts';
import { badness, isSystem } from './text.ts';

export const MARGIN = 18;
/** Above the glass: the name; under it, the address. */
export const RIM = 46;
const FLOOR = PILL_HEIGHT + 10;
const SEDIMENT = 24;

export function compose(model: SceneModel, viewport: Viewport, attention: Attention): Frame {
  const floating = floatingOf(model);
  const field = {
    x: MARGIN,
    y: MARGIN + floating.height,
    width: viewport.width - 2 * MARGIN,
    height: Math.max(190, viewport.height - 2 * MARGIN - floating.height + 10),
  };
  const tanks = placeTanks(inOrder(model.machines.values()), field);
  const inside = fillTanks(model, tanks, viewport, attention);
  const kin = kinship(model.pods.values());
  const centres = centresOf(inside);
  const sky = placeSky(
    floating,
    { x: MARGIN, y: MARGIN, width: field.width, height: floating.height },
    (uid) => centres.get(uid),
    (thing) => ('clusterIP' in thing ? kin.selectedBy(thing) : kin.ownedBy(thing)),
    attention.speech ?? ENGLISH,
  );
  const pods = [...inside.pods, ...sky.pods];
  const marks = { ...inside, pods, owners: sky.owners, services: sky.services };
  const places = placesOf(marks);
  const ends = { places, groups: inside.groups, attention };
  return {
    ...marks,
    bounds: boundsOf(marks.machines, viewport),
    lines: [
      ...nerves(inside.organs),
      ...threads(sky.owners, kin.ownedBy, ends),
      ...selectorLines(sky.services, model.pods, kin.selectedBy, ends),
    ],
    wires: wiresOf(tanks),
    notes: [...inside.notes, ...sky.notes],
    focus: focusOf(places, attention, model),
    ports: new Map(
      tanks.map(({ machine, port, trunkY, riserX }) => [
        machine.name,
        { at: port, trunkY, riserX },
      ]),
    ),
    places,
  };
}

interface Inside extends Packed {
  readonly machines: MachineGlyph[];
  readonly organs: OrganGlyph[];
  readonly notes: NoteGlyph[];
}

function fillTanks(
  model: SceneModel,
  tanks: readonly Tank[],
  viewport: Viewport,
  attention: Attention,
): Inside {
  const byNode = new Map<string, PodView[]>();
  for (const pod of model.pods.values()) {
    const list = byNode.get(pod.node ?? '');
    if (list === undefined) byNode.set(pod.node ?? '', [pod]);
    else list.push(pod);
  }
  const inside: Inside = { machines: [], organs: [], pods: [], groups: [], dots: [], notes: [] };
  for (const tank of tanks) {
    inside.machines.push(machineGlyph(tank, attention.speech ?? ENGLISH));
    fillTank(tank, byNode.get(tank.machine.name) ?? [], { model, viewport, attention }, inside);
  }
  return inside;
}

function fillTank(
  tank: Tank,
  pods: readonly PodView[],
  context: { model: SceneModel; viewport: Viewport; attention: Attention },
  inside: Inside,
): void {
  const { box, machine } = tank;
  if (machine.role === 'workstation') return;
  if (tank.detail !== 'full') {
    const head = tank.detail === 'mini' ? 24 : 6;
    const room = {
      x: box.x + 8,
      y: box.y + head,
      width: box.width - 14,
      height: box.height - head - 6,
    };
    inside.dots.push(...packDots(pods, room, (pod) => isSystem(pod.namespace)));
    return;
  }
  const isOpen = context.attention.unfolded.has(machine.name);
  const isQuiet = (pod: PodView): boolean => isSystem(pod.namespace) && !isOpen;
  const quiet = pods.filter(isQuiet);
  const own = pods.filter((pod) => !isQuiet(pod));
  const pad = 14;
  const x = box.x + pad;
  const width = box.width - 2 * pad;
  const floor = { x, y: box.y + box.height - FLOOR, width, height: PILL_HEIGHT };
  const hasSediment = pods.some((pod) => isSystem(pod.namespace));
  if (hasSediment) settle(machine.name, quiet, { ...floor, y: floor.y - SEDIMENT }, isOpen, inside);
  const top = box.y + RIM;
  const bottom = floor.y - (hasSediment ? SEDIMENT : 0) - 10;
  const hasOrgans = machine.role === 'control-plane';
  const anatomy = own.length === 0 ? bottom - top : Math.min(170, (bottom - top) * 0.55);
  inside.organs.push(...organsOf(tank, { x, y: top, width, height: anatomy }, floor));
  const from = hasOrgans ? top + anatomy + 12 : top + 4;
  if (own.length === 0) return;
  const packed = packPods(
    own,
    { x, y: from, width, height: Math.max(30, bottom - from) },
    {
      machine: machine.name,
      owners: context.model.owners,
      lens: context.viewport,
      speech: context.attention.speech ?? ENGLISH,
    },
  );
  inside.pods.push(...packed.pods);
  inside.groups.push(...packed.groups);
  inside.dots.push(...packed.dots);
}

/** The cluster's own Pods lie small on the floor, under one word that unfolds them. */
function settle(
  machine: string,
  pods: readonly PodView[],
  row: Box,
  isOpen: boolean,
  inside: Inside,
): void {
  const text = 'kube-system';
  inside.notes.push({
    key: `fold/${machine}`,
    at: { x: row.x, y: row.y + 13 },
    text,
    folds: machine,
    isOpen,
  });
  const start = row.x + 88;
  const step = Math.min(28, (row.width - 88) / Math.max(1, pods.length));
  const sorted = pods.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  sorted.forEach((pod, index) => {
    const width = Math.max(4, step - 6);
    const box = { x: start + index * step, y: row.y + 4, width, height: 11 };
    inside.pods.push({ key: pod.uid, size: 'quiet', pod, box } satisfies PodGlyph);
  });
}

function machineGlyph(tank: Tank, speech: Speech): MachineGlyph {
  const { machine, box, detail } = tank;
  const base = { key: machineKey(machine.name), box, detail, machine, speech };
  const { cpu, memory } = machine;
  if (detail === 'speck' || cpu === undefined || memory === undefined) return base;
  const cpuShare = cpu.allocatable > 0 ? cpu.requested / cpu.allocatable : 0;
  const memoryShare = memory.allocatable > 0 ? memory.requested / memory.allocatable : 0;
  // The floor, where daemons and the cluster's own Pods lie, is under water always.
  const ground = detail === 'full' ? box.height - FLOOR - SEDIMENT : box.height;
  const depth = ground - (detail === 'full' ? RIM : 24);
  const height = (share: number): number => ground - Math.min(1, share) * depth;
  const [cpuY, memoryY] = [height(cpuShare), height(memoryShare)];
  return { ...base, cpuY, memoryY, cpuShare, memoryShare };
}

function centresOf(inside: Inside): Map<string, number> {
  const centres = new Map<string, number>();
  for (const { key, box } of inside.pods) centres.set(key, box.x + box.width / 2);
  for (const dot of inside.dots) centres.set(dot.uid, dot.x + dot.width / 2);
  return centres;
}

function placesOf(
  marks: Pick<Frame, 'machines' | 'organs' | 'pods' | 'groups' | 'owners' | 'services'>,
): Map<string, Box> {
  const places = new Map<string, Box>();
  const lists = [
    marks.machines,
    marks.organs,
    marks.groups,
    marks.owners,
    marks.services,
    marks.pods,
  ];
  for (const list of lists) for (const { key, box } of list) places.set(key, box);
  return places;
}

function boundsOf(machines: readonly MachineGlyph[], viewport: Viewport): Box {
  let right = viewport.width;
  let bottom = viewport.height;
  for (const { box } of machines) {
    right = Math.max(right, box.x + box.width + MARGIN);
    bottom = Math.max(bottom, box.y + box.height + MARGIN + 10);
  }
  return { x: 0, y: 0, width: right, height: bottom };
}

/** A trunk under each row of tanks, all joined by a riser; a drop from each machine to it. */
function wiresOf(tanks: readonly Tank[]): WireGlyph[] {
  const rows = new Map<number, Tank[]>();
  for (const tank of tanks) rows.set(tank.trunkY, [...(rows.get(tank.trunkY) ?? []), tank]);
  const wires: WireGlyph[] = [];
  const riserX = tanks[0]?.riserX ?? MARGIN / 2;
  const heights = [...rows.keys()].sort((a, b) => a - b);
  for (const [y, row] of rows) {
    const ends = row.map((tank) => tank.port.x);
    if (heights.length > 1) ends.push(riserX);
    const [left, right] = [Math.min(...ends), Math.max(...ends)];
    const points = [
      { x: left, y },
      { x: right, y },
    ];
    wires.push({ key: `trunk/${y}`, points, isOff: false });
  }
  if (heights.length > 1) {
    const points = [heights[0] as number, heights.at(-1) as number].map((y) => ({ x: riserX, y }));
    wires.push({ key: 'riser', points, isOff: false });
  }
  for (const { machine, port, trunkY } of tanks) {
    const wire = {
      key: `drop/${machine.name}`,
      points: [port, { x: port.x, y: trunkY }],
      isOff: !machine.isOn,
    };
    const cut = { x: port.x, y: (port.y + trunkY) / 2 };
    wires.push(machine.isCableCut ? { ...wire, cut } : wire);
  }
  return wires;
}

function focusOf(
  places: ReadonlyMap<string, Box>,
  attention: Attention,
  model: SceneModel,
): FocusGlyph[] {
  const found: FocusGlyph[] = [];
  for (const key of ['hovered', 'selected', 'focused'] as const) {
    const target = attention[key];
    const box = target === undefined ? undefined : places.get(target);
    if (box !== undefined) {
      const radius = model.owners.has(target as string) ? 11 : radiusOf(target as string, box);
      found.push({ key, box, radius });
    }
  }
  return found;
}

const radiusOf = (key: string, box: Box): number =>
  key.startsWith('machine/') ? 20 : key.startsWith('group/') ? 12 : Math.min(22, box.height / 2);

/** The worst look among Pods, for a tank or group that shows no single ones. */
export const worstOf = (pods: readonly PodView[]): PodView | undefined =>
  pods.toSorted((a, b) => badness(b.look) - badness(a.look))[0];
