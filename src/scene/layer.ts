/** A layer: one D3 join. It touches only what changed since the frame before. */
import type { BaseType, Selection } from 'd3-selection';
import type { Frame } from './frame.ts';

export type Root = Selection<SVGGElement, unknown, BaseType, unknown>;

export interface Layer {
  readonly name: string;
  draw(root: Root, frame: Frame): void;
}

interface Remembering {
  __drawn?: Readonly<Record<string, unknown>>;
}

/** True when a mark's glyph differs from the one it was last drawn from; remembers it. */
export function isNews(element: Element, glyph: object): boolean {
  const memory = element as Remembering;
  const next = glyph as Readonly<Record<string, unknown>>;
  const last = memory.__drawn;
  memory.__drawn = next;
  return last === undefined || !isSame(last, next, 2);
}

function isSame(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  depth: number,
): boolean {
  const keys = Object.keys(b);
  if (keys.length !== Object.keys(a).length) return false;
  return keys.every((key) => {
    const [x, y] = [a[key], b[key]];
    if (x === y) return true;
    if (depth === 0 || typeof x !== 'object' || typeof y !== 'object') return false;
    if (x === null || y === null) return false;
    return isSame(x as Record<string, unknown>, y as Record<string, unknown>, depth - 1);
  });
}

export interface Keyed {
  readonly key: string;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an SVG child once; later calls find it again by its class. */
export function part(parent: Element, tag: string, name: string): SVGElement {
  for (let child = parent.firstElementChild; child !== null; child = child.nextElementSibling) {
    if (child.getAttribute('class') === name) return child as SVGElement;
  }
  const made = document.createElementNS(SVG, tag) as SVGElement;
  made.setAttribute('class', name);
  parent.append(made);
  return made;
}

/** Sets attributes in one go; `undefined` takes one away. Writes only what differs. */
export function set(element: Element, values: Record<string, string | number | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, `${value}`);
  }
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Joins glyphs to groups by key and draws those that are news, in a stable order. */
export function join<G extends Keyed>(
  root: Root,
  name: string,
  glyphs: readonly G[],
  draw: (element: SVGGElement, glyph: G) => void,
): void {
  root
    .selectChildren<SVGGElement, G>(`g.${name}`)
    .data(glyphs, (glyph) => glyph.key)
    .join((enter) =>
      enter
        .append('g')
        .attr('class', name)
        .attr('data-key', (glyph) => glyph.key),
    )
    .order()
    .each(function drawOne(glyph) {
      if (isNews(this, glyph)) draw(this, glyph);
    });
}
