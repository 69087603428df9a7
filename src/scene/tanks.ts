/** Where the tanks stand: rows of machines that fill the stage at a camera scale of 1. */
import type { MachineView } from '../worker/protocol.ts';
import type { TankDetail } from './frame.ts';
import type { Box, Point } from './geometry.ts';

export interface Tank {
  readonly machine: MachineView;
  readonly box: Box;
  readonly detail: TankDetail;
  /** Where its cable leaves the glass, and the height of the trunk that it joins. */
  readonly port: Point;
  readonly trunkY: number;
}

const GAP = 16;
/** Room under a row for the trunk cable. */
export const TRUNK = 26;
const LAPTOP_WIDTH = 124;
const LEAST = { width: 92, height: 46 };

const ROLES = ['workstation', 'control-plane', 'worker'];

/** Workstation first, then control planes, then workers by name, numbers as numbers. */
export function inOrder(machines: Iterable<MachineView>): MachineView[] {
  return [...machines].sort(
    (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || byName(a.name, b.name),
  );
}

function byName(a: string, b: string): number {
  const [x, y] = [a.match(/^(.*?)(\d*)$/), b.match(/^(.*?)(\d*)$/)];
  const stem = (x?.[1] ?? '') < (y?.[1] ?? '') ? -1 : (x?.[1] ?? '') > (y?.[1] ?? '') ? 1 : 0;
  return stem || Number(x?.[2] || 0) - Number(y?.[2] || 0);
}

export function placeTanks(machines: readonly MachineView[], area: Box): Tank[] {
  const laptops = machines.filter((machine) => machine.role === 'workstation');
  const nodes = machines.filter((machine) => machine.role !== 'workstation');
  return area.width < 700 && nodes.length <= 12
    ? placeTall(laptops, nodes, area)
    : placeWide(laptops, nodes, area);
}

function placeWide(laptops: MachineView[], nodes: MachineView[], area: Box): Tank[] {
  const aside = laptops.length > 0 ? LAPTOP_WIDTH + GAP : 0;
  const field = { ...area, x: area.x + aside, width: area.width - aside };
  const tanks = grid(nodes, field);
  const floor = tanks[0] ?? { trunkY: area.y + area.height - 8 };
  const height = 132;
  laptops.forEach((machine, index) => {
    const y = floor.trunkY - TRUNK + 8 - height - index * (height + GAP);
    const box = { x: area.x, y: Math.max(area.y, y), width: LAPTOP_WIDTH, height };
    tanks.push(tankIn(machine, box, floor.trunkY));
  });
  return tanks;
}

/** A narrow stage: laptop and control plane above, workers in two columns below. */
function placeTall(laptops: MachineView[], nodes: MachineView[], area: Box): Tank[] {
  const chiefs = nodes.filter((machine) => machine.role === 'control-plane');
  const workers = nodes.filter((machine) => machine.role !== 'control-plane');
  const top = workers.length > 0 ? Math.min(230, area.height * 0.42) : area.height;
  const aside = laptops.length > 0 ? 86 + GAP / 2 : 0;
  const upper = { ...area, x: area.x + aside, width: area.width - aside, height: top };
  const tanks = grid(chiefs, upper, chiefs.length);
  const trunkY = area.y + top - TRUNK + 12;
  for (const machine of laptops) {
    const height = Math.min(120, top - TRUNK);
    const box = { x: area.x, y: area.y + top - TRUNK - height, width: 86, height };
    tanks.push(tankIn(machine, box, trunkY));
  }
  const lower = { ...area, y: area.y + top, height: area.height - top };
  return [...tanks, ...grid(workers, lower, Math.min(2, workers.length))];
}

/** Rows and columns that make the smallest side of a tank as large as it can be. */
function grid(machines: readonly MachineView[], area: Box, columns?: number): Tank[] {
  if (machines.length === 0) return [];
  const across = columns ?? bestColumns(machines.length, area);
  const rows = Math.ceil(machines.length / across);
  const gap = machines.length > 12 ? 8 : GAP;
  const trunk = machines.length > 12 ? 14 : TRUNK;
  const width = Math.max(LEAST.width, (area.width - gap * (across - 1)) / across);
  const height = Math.max(LEAST.height, area.height / rows - trunk);
  return machines.map((machine, index) => {
    const x = area.x + (index % across) * (width + gap);
    const y = area.y + Math.floor(index / across) * (height + trunk);
    return tankIn(machine, { x, y, width, height }, y + height + trunk - 8);
  });
}

function bestColumns(count: number, area: Box): number {
  let best = { columns: 1, score: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const width = Math.max(LEAST.width, area.width / columns - GAP);
    const height = Math.max(LEAST.height, area.height / rows - TRUNK);
    const score = Math.min(width / 1.5, height) - (columns * rows - count) * 0.5;
    if (score > best.score) best = { columns, score };
  }
  return best.columns;
}

function tankIn(machine: MachineView, box: Box, trunkY: number): Tank {
  const detail = detailOf(machine, box);
  const port = { x: box.x + Math.min(24, box.width / 4), y: box.y + box.height };
  return { machine, box, detail, port, trunkY };
}

function detailOf(machine: MachineView, box: Box): TankDetail {
  if (machine.role === 'workstation') return 'full';
  if (box.width < 92 || box.height < 46) return 'speck';
  return box.width < 150 || box.height < 128 ? 'mini' : 'full';
}
