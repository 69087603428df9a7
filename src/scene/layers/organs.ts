/** Components: the control plane's organs and the daemons of every machine. */
import type { OrganGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';

export const organs: Layer = {
  name: 'organs',
  draw: (root, frame) => join(root, 'organ', frame.organs, drawOrgan),
};

function drawOrgan(g: SVGGElement, { box, shape, label, component }: OrganGlyph): void {
  set(g, {
    transform: `translate(${round(box.x)},${round(box.y)})`,
    'data-shape': shape,
    'data-state': component.isRunning ? 'running' : 'stopped',
  });
  const [w, h] = [round(box.width), round(box.height)];
  const radius = shape === 'hub' ? h / 2 : shape === 'store' ? 8 : shape === 'pill' ? 10 : 12;
  set(part(g, 'rect', 'halo'), { x: -3, y: -3, width: w + 6, height: h + 6, rx: radius + 3 });
  set(part(g, 'rect', 'flesh'), { width: w, height: h, rx: radius });
  if (shape === 'store') set(part(g, 'path', 'lid'), { d: `M1 9Q${w / 2} 17 ${w - 1} 9` });
  const isPill = shape === 'pill';
  set(part(g, 'circle', 'pulse'), {
    cx: isPill ? 11 : 14,
    cy: shape === 'store' ? h / 2 + 4 : h / 2,
    r: 3,
  });
  const text = part(g, 'text', 'label');
  set(text, { x: isPill ? 19 : 24, y: round(h / 2 + (shape === 'store' ? 8 : 4)) });
  say(text, label);
}
