/** Inside a capsule: the anchor (the pause process), and a cell for each container. */
import type { ContainerView } from '../../worker/protocol.ts';
import type { PodGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';
import { SANS_11, fit } from '../text.ts';
import { waitOf } from './rings.ts';

export const containers: Layer = {
  name: 'containers',
  draw(root, frame) {
    // A medium capsule has room for its insides or for a ring, not for both.
    const shown = frame.pods.filter(
      (glyph) => glyph.size === 'large' || (glyph.size === 'medium' && waitOf(glyph) === undefined),
    );
    join(root, 'inner', shown, drawInner);
  },
};

const ANCHOR =
  'M0-5.2a1.7 1.7 0 1 1-.01 0M0-1.8V5.4M-3.2.2H3.2M-5 2.2C-4.6 4.4-2.4 5.6 0 5.6S4.6 4.4 5 2.2';

function drawInner(g: SVGGElement, { box, size, pod }: PodGlyph): void {
  const isLarge = size === 'large';
  if (g.getAttribute('data-size') !== size) g.replaceChildren();
  set(g, {
    transform: `translate(${round(box.x)},${round(box.y)})`,
    'data-size': size,
    'data-look': pod.look,
  });
  const y = isLarge ? 32.5 : 26;
  const anchor = part(g, 'path', 'anchor');
  const hasAnchor = pod.pausePid !== undefined;
  set(anchor, {
    d: ANCHOR,
    transform: `translate(${isLarge ? 24 : round(box.width - 17)},${isLarge ? y : 26})`,
    'data-state': hasAnchor ? 'holding' : 'none',
  });
  const cells = pod.containers.filter((each) => !each.isInit || each.look !== 'succeeded');
  g.querySelectorAll('g.cell').forEach((cell, index) => {
    if (index >= cells.length) cell.remove();
  });
  const step = isLarge
    ? cells.length > 1
      ? Math.min(70, (box.width - 60) / cells.length)
      : 0
    : 12;
  cells.forEach((container, index) => {
    const x = isLarge ? 36 + index * step : box.width - 37 - index * step;
    drawCell(cellAt(g, index), container, {
      x,
      y: y - (isLarge ? 6 : 4.5),
      room: isLarge ? (step || box.width - 60) - 18 : 0,
      isInit: container.isInit,
    });
  });
}

function cellAt(g: SVGGElement, index: number): Element {
  const known = g.querySelectorAll('g.cell')[index];
  if (known !== undefined) return known;
  const made = document.createElementNS(g.namespaceURI, 'g');
  made.setAttribute('class', 'cell');
  g.append(made);
  return made;
}

function drawCell(
  g: Element,
  container: ContainerView,
  place: { x: number; y: number; room: number; isInit: boolean },
): void {
  set(g, {
    transform: `translate(${round(place.x)},${round(place.y)})`,
    'data-look': container.look,
    'data-init': place.isInit ? 'yes' : undefined,
  });
  const side = place.room > 0 ? 12 : 9;
  set(part(g, 'rect', 'wall'), { width: side, height: side, rx: 3.5 });
  set(part(g, 'rect', 'nucleus'), {
    x: side / 2 - 2.5,
    y: side / 2 - 2.5,
    width: 5,
    height: 5,
    rx: 1.6,
  });
  const name = part(g, 'text', 'name');
  set(name, { x: 17, y: 10 });
  const again = container.restarts > 0 ? ` ↻${container.restarts}` : '';
  const room = place.room - again.length * SANS_11;
  say(name, place.room > 20 ? `${fit(container.name, room, SANS_11)}${again}` : '');
}
