/** Services as buoys: an address that is nowhere, so a ring without a body. */
import type { ServiceGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, say, set } from '../layer.ts';
import { MONO_11, SANS_11, fit } from '../text.ts';

export const services: Layer = {
  name: 'services',
  draw: (root, frame) => join(root, 'service', frame.services, drawService),
};

function drawService(g: SVGGElement, { box, service, hue }: ServiceGlyph): void {
  set(g, {
    transform: `translate(${round(box.x)},${round(box.y)})`,
    'data-hue': hue,
    'data-state': service.endpoints.length > 0 ? 'serving' : 'empty',
  });
  set(part(g, 'rect', 'back'), { width: round(box.width), height: box.height, rx: 20 });
  const middle = box.height / 2;
  set(part(g, 'circle', 'ring'), { cx: middle, cy: middle, r: 13 });
  set(part(g, 'circle', 'bands'), { cx: middle, cy: middle, r: 13 });
  const room = box.width - 48;
  const kind = part(g, 'text', 'kind');
  set(kind, { x: 42, y: 15.5 });
  say(kind, fit(`${service.type}  ${service.ports.join(', ')}`, room, SANS_11));
  const name = part(g, 'text', 'name');
  set(name, { x: 42, y: 31 });
  const address = service.clusterIP;
  const left = room - address.length * MONO_11 - 10;
  say(name, fit(service.name, left > 40 ? left : room, MONO_11 + 0.6));
  const ip = part(g, 'text', 'ip');
  set(ip, { x: round(box.width - 10), y: 31 });
  say(ip, left > 40 ? address : '');
}
