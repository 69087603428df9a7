/** Threads and selector lines; a thread under tension is straight, a slack one hangs. */
import type { LineGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, set } from '../layer.ts';

const layerOf = (name: string, kind: LineGlyph['kind']): Layer => ({
  name,
  draw(root, frame) {
    join(
      root,
      kind,
      frame.lines.filter((line) => line.kind === kind),
      drawLine,
    );
  },
});

export const selectors = layerOf('selectors', 'selects');
export const threads = layerOf('threads', 'owns');
export const nerves = layerOf('nerves', 'watches');

function drawLine(g: SVGGElement, line: LineGlyph): void {
  set(g, {
    'data-tense': line.isTense ? 'yes' : 'no',
    'data-hue': line.hue,
    'data-look': line.look,
    'data-lit': line.isLit === true ? 'yes' : undefined,
  });
  const { from, to } = line;
  const reach = (to.y - from.y) * (line.isTense && line.kind === 'owns' ? 0.15 : 0.55);
  const lean = line.isTense && line.kind === 'owns' ? (to.x - from.x) * 0.15 : 0;
  set(part(g, 'path', 'line'), {
    d:
      `M${round(from.x)} ${round(from.y)}C${round(from.x + lean)} ${round(from.y + reach)} ` +
      `${round(to.x - lean)} ${round(to.y - reach)} ${round(to.x)} ${round(to.y)}`,
    'stroke-width': line.weight,
  });
  if (line.kind === 'selects')
    set(part(g, 'circle', 'hook'), { cx: round(to.x), cy: round(to.y), r: 2.6 });
}
