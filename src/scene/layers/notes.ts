/** Short texts that belong to no single mark: a folded namespace, what was left out. */
import type { NoteGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';

export const notes: Layer = {
  name: 'notes',
  draw: (root, frame) => join(root, 'note', frame.notes, drawNote),
};

function drawNote(g: SVGGElement, note: NoteGlyph): void {
  set(g, {
    transform: `translate(${round(note.at.x)},${round(note.at.y)})`,
    'data-folds': note.folds,
  });
  if (note.folds !== undefined) {
    set(part(g, 'rect', 'touch'), { x: -6, y: -17, width: 92, height: 24, rx: 6 });
  }
  const sign = note.folds === undefined ? '' : note.isOpen === true ? '▾ ' : '▸ ';
  say(part(g, 'text', 'text'), sign + note.text);
}
