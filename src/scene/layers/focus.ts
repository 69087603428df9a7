/** What is pointed at, selected, or walked to by keyboard. */
import type { FocusGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, set } from '../layer.ts';

export const focus: Layer = {
  name: 'focus',
  draw: (root, frame) => join(root, 'focus', frame.focus, drawFocus),
};

function drawFocus(g: SVGGElement, { key, box, radius }: FocusGlyph): void {
  set(g, { 'data-kind': key });
  const out = key === 'hovered' ? 2 : 4;
  set(part(g, 'rect', 'ring'), {
    x: round(box.x - out),
    y: round(box.y - out),
    width: round(box.width + 2 * out),
    height: round(box.height + 2 * out),
    rx: round(radius + out),
  });
}
