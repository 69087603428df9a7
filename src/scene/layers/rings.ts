/** Rings that count down a wait with a known end: back-off, grace, pull. Set by the clock alone. */
import type { Wait } from '../../worker/protocol.ts';
import type { PodGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';

/** The wait that a Pod's ring shows: its own end first, then its containers'. */
export const waitOf = ({ pod }: PodGlyph): Wait | undefined =>
  pod.grace ?? pod.containers.find((each) => each.wait !== undefined)?.wait;

export const rings: Layer = {
  name: 'rings',
  draw(root, frame) {
    const waiting = frame.pods.filter(
      (glyph) => glyph.size !== 'quiet' && glyph.box.height > 14 && waitOf(glyph) !== undefined,
    );
    join(root, 'ring', waiting, drawRing);
  },
};

/** Beside the words where there is room, at the side of a small capsule. */
function placeOf({ box, size }: PodGlyph): string {
  const middle = box.y + box.height / 2;
  if (size === 'large') return `translate(${round(box.x + box.width - 22)},${round(middle + 8)})`;
  if (size === 'medium') return `translate(${round(box.x + box.width - 19)},${round(middle + 3)})`;
  return `translate(${round(box.x + box.width + 9)},${round(middle)})`;
}

function drawRing(g: SVGGElement, glyph: PodGlyph): void {
  const { size, pod } = glyph;
  const wait = waitOf(glyph) as Wait;
  const radius = size === 'large' ? 11 : size === 'medium' ? 8 : 6;
  if (g.getAttribute('data-radius') !== `${radius}`) g.replaceChildren();
  set(g, {
    transform: placeOf(glyph),
    'data-look': pod.look,
    'data-since': wait.since,
    'data-until': wait.until,
    'data-radius': radius,
  });
  set(part(g, 'circle', 'track'), { r: radius });
  set(part(g, 'circle', 'left'), { r: radius, transform: 'rotate(-90)' });
  if (size === 'large') set(part(g, 'text', 'seconds'), { y: 4 });
}

const STEPS = 60;

/** Turns the rings to this moment; touches the page only when a ring moved by a step. */
export function turnRings(root: Element, now: number): void {
  for (const g of root.querySelectorAll('g.ring')) {
    const since = Number(g.getAttribute('data-since'));
    const until = Number(g.getAttribute('data-until'));
    const around = 2 * Math.PI * Number(g.getAttribute('data-radius'));
    const share = Math.min(1, Math.max(0, (until - now) / Math.max(1, until - since)));
    const stepped = Math.round(share * STEPS) / STEPS;
    const arc = part(g, 'circle', 'left');
    set(arc, { 'stroke-dasharray': `${round(around * stepped)} ${round(around)}` });
    const seconds = g.querySelector('text.seconds');
    if (seconds !== null) say(seconds, secondsLeft(until - now));
  }
}

const secondsLeft = (left: number): string => {
  if (left <= 0) return '';
  return left < 100_000 ? `${Math.ceil(left / 1000)}` : `${Math.ceil(left / 60_000)}m`;
};
