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
  set(kind, { x: 42, y: 14 });
  say(kind, fit(`${service.type}  ${service.ports.join(', ')}`, room, SANS_11));
  const name = part(g, 'text', 'name');
  set(name, { x: 42, y: 28 });
  say(name, fit(service.name, room, MONO_11 + 0.6));
  const address = service.clusterIP;
  const width = address.length * MONO_11 + 10;
  set(part(g, 'rect', 'knock'), {
    x: round((box.width - width) / 2),
    y: box.height - 7,
    width: round(width),
    height: 14,
    rx: 5,
  });
  const ip = part(g, 'text', 'ip');
  set(ip, { x: round(box.width / 2), y: box.height + 4 });
  say(ip, address);
}
