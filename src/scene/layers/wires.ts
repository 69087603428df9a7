/** The network's cable: a trunk under the tanks, a drop to each; a cut one has a gap. */
import type { WireGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, set } from '../layer.ts';

export const wires: Layer = {
  name: 'wires',
  draw: (root, frame) => join(root, 'wire', frame.wires, drawWire),
};

function drawWire(g: SVGGElement, wire: WireGlyph): void {
  set(g, {
    'data-cut': wire.cut === undefined ? 'no' : 'yes',
    'data-power': wire.isOff ? 'off' : 'on',
  });
  const [from, to] = [wire.points[0], wire.points.at(-1)];
  if (from === undefined || to === undefined) return;
  const whole = `M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}`;
  const { cut } = wire;
  const torn =
    cut &&
    `M${round(from.x)} ${round(from.y)}V${round(cut.y - 4)}` +
      `M${round(to.x)} ${round(cut.y + 4)}V${round(to.y)}`;
  set(part(g, 'path', 'cable'), { d: torn ?? whole });
  const ends = part(g, 'path', 'ends');
  const frayed =
    cut &&
    `M${round(cut.x - 5)} ${round(cut.y - 2)}l5-2l5 2` +
      `M${round(cut.x - 5)} ${round(cut.y + 2)}l5 2l5-2`;
  set(ends, { d: frayed });
  if (wire.key.startsWith('drop/'))
    set(part(g, 'circle', 'plug'), { cx: round(from.x), cy: round(from.y), r: 3.5 });
}
