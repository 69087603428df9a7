/** Labels as flags on the rim: the same pair has the same hue everywhere on the page. */
import type { PodGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';
import { MONO_11, fit, flagsOf } from '../text.ts';

export const labels: Layer = {
  name: 'labels',
  draw(root, frame) {
    const flagged = frame.pods.filter(
      ({ size, pod, box }) => size !== 'quiet' && box.height > 14 && flagsOf(pod.labels).length > 0,
    );
    join(root, 'flags', flagged, drawFlags);
  },
};

function drawFlags(g: SVGGElement, { box, size, pod }: PodGlyph): void {
  set(g, { transform: `translate(${round(box.x)},${round(box.y)})`, 'data-look': pod.look });
  const isLarge = size === 'large';
  const most = isLarge ? 1 : 2;
  const flags = flagsOf(pod.labels).slice(0, most);
  let right = box.width - (isLarge ? 16 : 12);
  const wanted = flags.map((flag) => {
    const text = isLarge ? fit(flag.text, Math.min(96, box.width * 0.5)) : '';
    const width = isLarge ? text.length * MONO_11 + 12 : 10;
    right -= width + 4;
    return { ...flag, text, width, x: right + 4 };
  });
  while (g.children.length > wanted.length) g.lastElementChild?.remove();
  wanted.forEach((flag, index) => drawFlag(flagAt(g, index), flag, isLarge ? 14 : 6));
}

function flagAt(g: SVGGElement, index: number): Element {
  const known = g.children[index];
  if (known !== undefined) return known;
  const made = document.createElementNS(g.namespaceURI, 'g');
  made.setAttribute('class', 'flag');
  g.append(made);
  return made;
}

function drawFlag(
  g: Element,
  flag: { x: number; width: number; text: string; hue: number },
  height: number,
): void {
  set(g, {
    transform: `translate(${round(flag.x)},${round(-height / 2 - 1)})`,
    'data-hue': flag.hue,
  });
  const w = round(flag.width);
  const notch = height / 3;
  set(part(g, 'path', 'cloth'), {
    d: `M0 0H${w}L${round(w - notch)} ${height / 2}L${w} ${height}H0Z`,
  });
  const text = part(g, 'text', 'pair');
  set(text, { x: 4, y: 10.5 });
  say(text, flag.text);
}
