/** Pods: a capsule whose rim is its network namespace; state by form and word, then by colour. */
import type { PodGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';
import { MONO_11, SANS_11, fit, suffixOf } from '../text.ts';

export const pods: Layer = {
  name: 'pods',
  draw: (root, frame) => join(root, 'pod', frame.pods, drawPod),
};

function drawPod(g: SVGGElement, glyph: PodGlyph): void {
  const { box, size, pod } = glyph;
  if (g.getAttribute('data-size') !== size) g.replaceChildren();
  set(g, {
    transform: `translate(${round(box.x)},${round(box.y)})`,
    'data-size': size,
    'data-look': pod.look,
  });
  const radius = round(Math.min(box.height / 2, size === 'large' ? 24 : 19));
  const shape = { width: round(box.width), height: round(box.height), rx: radius };
  set(part(g, 'rect', 'body'), shape);
  set(part(g, 'rect', 'rim'), shape);
  if (size === 'quiet') return;
  drawForm(g, glyph, radius);
  drawWords(g, glyph);
}

/** What marks a state beside colour: a crack, a second shell, a hatch, a break. */
function drawForm(g: SVGGElement, { box, pod }: PodGlyph, radius: number): void {
  const form = part(g, 'path', 'form');
  const [w, h] = [box.width, box.height];
  if (pod.look === 'backoff' || pod.look === 'failed') {
    const x = w * 0.64;
    const step = h / 5;
    const crack =
      `M${round(x)} 0L${round(x - 5)} ${round(step)}L${round(x + 4)} ${round(step * 2)}` +
      `L${round(x - 4)} ${round(step * 3)}L${round(x + 5)} ${round(step * 4)}` +
      `L${round(x)} ${round(h)}`;
    set(form, {
      d: pod.look === 'failed' ? `${crack}M${round(x + 9)} 0l-4 ${round(step)}` : crack,
    });
  } else if (pod.look === 'succeeded' && h > 12) {
    const r = round(Math.max(1, radius - 4));
    const corner = (x: number, y: number): string => `a${r} ${r} 0 0 1 ${round(x)} ${round(y)}`;
    const [across, down] = [round(w - 8 - 2 * r), round(h - 8 - 2 * r)];
    set(form, {
      d:
        `M${round(r + 4)} 4h${across}${corner(r, r)}v${down}${corner(-r, r)}` +
        `h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}z`,
    });
  } else set(form, { d: undefined });
}

function drawWords(g: SVGGElement, glyph: PodGlyph): void {
  const { box, size, pod } = glyph;
  const name = part(g, 'text', 'name');
  if (size === 'small') {
    const font = Math.min(11, box.height * 0.52);
    set(name, { x: round(box.width / 2), y: round(box.height / 2 + font * 0.36) });
    set(name, { style: font < 11 ? `font-size:${round(font)}px` : undefined });
    say(name, fit(suffixOf(pod), box.width - 8, font * 0.605));
    return;
  }
  const isLarge = size === 'large';
  set(name, { x: isLarge ? 18 : 13, y: isLarge ? 19 : 16 });
  const ringRoom = !isLarge && hasRing(glyph) ? 24 : 0;
  writeName(name, pod.name, suffixOf(pod), box.width - (isLarge ? 34 : 24) - ringRoom);
  const status = part(g, 'text', 'status');
  set(status, { x: isLarge ? 18 : 13, y: isLarge ? 51 : 30 });
  const room = box.width - (isLarge ? 36 : 26) - (hasRing(glyph) ? 26 : 0);
  const cells = isLarge || hasRing(glyph) ? 0 : pod.containers.length * 12 + 12;
  say(status, fit(statusOf(glyph), room - cells, SANS_11));
  if (!isLarge) return;
  const ip = part(g, 'text', 'ip');
  set(ip, { x: round(box.width / 2), y: round(box.height + 4) });
  const address = pod.ip ?? '';
  say(ip, address);
  const knock = part(g, 'rect', 'knock');
  const width = address.length * MONO_11 + 10;
  set(knock, {
    x: round((box.width - width) / 2),
    y: round(box.height - 7),
    width: address === '' ? 0 : round(width),
    height: 14,
    rx: 5,
  });
  if (knock.nextSibling !== ip) g.insertBefore(knock, ip);
}

const hasRing = ({ pod }: PodGlyph): boolean =>
  pod.grace !== undefined || pod.containers.some((each) => each.wait !== undefined);

/** A running Pod that is not ready says so: `Running 0/1`. */
function statusOf({ pod }: PodGlyph): string {
  if (pod.look === 'running') return `${pod.status} ${pod.ready}`;
  return pod.look === 'ready' ? 'Ready' : pod.status;
}

/** The generated end is what tells siblings apart: it stands out. */
function writeName(element: SVGElement, whole: string, suffix: string, width: number): void {
  const stem = whole.slice(0, whole.length - suffix.length);
  const room = width - suffix.length * MONO_11;
  const shown = stem === '' || room < 2 * MONO_11 ? '' : fit(stem, room);
  const text = `${shown}${suffix}`;
  if (element.textContent === text) return;
  element.replaceChildren();
  const dim = document.createElementNS(element.namespaceURI, 'tspan');
  dim.setAttribute('class', 'stem');
  dim.textContent = shown;
  const bright = document.createElementNS(element.namespaceURI, 'tspan');
  bright.textContent = fit(suffix, width);
  element.append(dim, bright);
}
