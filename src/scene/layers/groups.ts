/** Groups: what they hold and what is wrong in them; the cells themselves are on the canvas. */
import type { GroupGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';
import { MONO_11, SANS_11, fit } from '../text.ts';

export const groups: Layer = {
  name: 'groups',
  draw: (root, frame) => join(root, 'group', frame.groups, drawGroup),
};

function drawGroup(g: SVGGElement, glyph: GroupGlyph): void {
  const { box } = glyph;
  set(g, { transform: `translate(${round(box.x)},${round(box.y)})`, 'data-look': glyph.worst });
  set(part(g, 'rect', 'body'), { width: round(box.width), height: round(box.height), rx: 12 });
  const count = part(g, 'text', 'count');
  set(count, { x: round(box.width - 12), y: 17 });
  say(count, `×${glyph.count}`);
  const name = part(g, 'text', 'name');
  set(name, { x: 12, y: 17 });
  say(name, fit(glyph.title, box.width - 70, MONO_11));
  const trouble = part(g, 'text', 'trouble');
  set(trouble, { x: 12, y: 31 });
  say(trouble, fit(glyph.trouble, box.width - 24, SANS_11));
}
