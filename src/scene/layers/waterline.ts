/** How full a machine is: CPU and memory that its Pods asked for, of what it can give. */
import type { MachineGlyph } from '../frame.ts';
import { round } from '../geometry.ts';
import type { Layer } from '../layer.ts';
import { join, part, set } from '../layer.ts';

export const waterline: Layer = {
  name: 'waterline',
  draw(root, frame) {
    const filled = frame.machines.filter((glyph) => glyph.cpuY !== undefined);
    join(root, 'water', filled, drawWater);
  },
};

function drawWater(g: SVGGElement, glyph: MachineGlyph): void {
  const { box, detail } = glyph;
  const cpuY = round(glyph.cpuY ?? 0);
  const memoryY = round(glyph.memoryY ?? 0);
  const width = round(box.width);
  if (g.getAttribute('data-detail') !== detail) g.replaceChildren();
  set(g, {
    transform: `translate(${round(box.x)},${round(box.y)})`,
    'data-detail': detail,
    'data-power': glyph.machine.isOn ? 'on' : 'off',
  });
  const bottom = round(box.height);
  const radius = Math.min(detail === 'full' ? 20 : 9, (bottom - cpuY) / 2);
  const [side, low] = [round(width - radius), round(bottom - radius)];
  set(part(g, 'path', 'fill'), {
    d:
      `M0 ${cpuY}H${width}V${low}Q${width} ${bottom} ${side} ${bottom}` +
      `H${round(radius)}Q0 ${bottom} 0 ${low}Z`,
  });
  if (detail !== 'full') return;
  set(part(g, 'path', 'cpu'), { d: `M1 ${cpuY}H${width - 1}` });
  set(part(g, 'path', 'memory'), { d: `M1 ${memoryY}H${width - 1}` });
}
