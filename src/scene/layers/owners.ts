/** Owners as floats: kind, name, and two counts, wanted and ready. */
import type { OwnerGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';
import { MONO_11, SANS_11, fit } from '../text.ts';

export const owners: Layer = {
  name: 'owners',
  draw: (root, frame) => join(root, 'owner', frame.owners, drawOwner),
};

const BEADS_MAX = 10;

function drawOwner(g: SVGGElement, { box, owner, old }: OwnerGlyph): void {
  const state = owner.isTerminating
    ? 'terminating'
    : owner.ready === owner.wanted && owner.actual === owner.wanted
      ? 'settled'
      : 'working';
  set(g, {
    transform: `translate(${round(box.x)},${round(box.y)})`,
    'data-kind': owner.kind,
    'data-state': state,
  });
  set(part(g, 'rect', 'float'), { width: round(box.width), height: box.height, rx: 11 });
  const kind = part(g, 'text', 'kind');
  set(kind, { x: 12, y: 15.5 });
  const note = owner.note === undefined ? owner.kind : `${owner.kind}  ${owner.note}`;
  const counts = `${owner.ready}/${owner.wanted}`;
  const countWidth = counts.length * 7.2;
  say(kind, fit(`${note}  ${old}`.trimEnd(), box.width - 24 - countWidth, SANS_11));
  const name = part(g, 'text', 'name');
  set(name, { x: 12, y: 31 });
  const beads = Math.max(owner.wanted, owner.actual);
  const hasBeads = beads <= BEADS_MAX && beads > 0;
  const used = hasBeads ? beads * 8 + 8 : 0;
  say(name, fit(owner.name, box.width - 24 - used, MONO_11 + 0.6));
  const count = part(g, 'text', 'count');
  set(count, { x: round(box.width - 12), y: 16 });
  say(count, counts);
  drawBeads(part(g, 'g', 'beads'), owner, hasBeads ? beads : 0, box.width - 12);
}

/** One bead for each Pod: ready, there, or still wanted. */
function drawBeads(
  g: Element,
  owner: { wanted: number; actual: number; ready: number },
  count: number,
  right: number,
): void {
  while (g.children.length > count) g.lastElementChild?.remove();
  while (g.children.length < count) {
    g.append(document.createElementNS(g.namespaceURI, 'circle'));
  }
  [...g.children].forEach((bead, index) => {
    const isExtra = index >= owner.wanted;
    const state = index < owner.ready ? 'ready' : index < owner.actual ? 'there' : 'wanted';
    set(bead, {
      cx: round(right - 3 - (count - 1 - index) * 8),
      cy: 28,
      r: 2.8,
      'data-state': isExtra ? 'extra' : state,
    });
  });
}
