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
  /** Where trunks at different heights are joined. */
  readonly riserX: number;
}

const GAP = 16;
/** Room under a row for the trunk cable. */
export const TRUNK = 26;
const LAPTOP_WIDTH = 124;
const LEAST = { width: 92, height: 46 };

/** More nodes than this, and the workers' tanks are small. */
const CROWD = 12;
/** A stage narrower than this stands its tanks in two rows. */
const NARROW = 700;

type Placed = Omit<Tank, 'riserX'>;

const asideOf = (area: Box): number => Math.min(286, area.width * 0.3);

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
  const nodes = machines.filter((machine) => machine.role !== 'workstation');
  const isCrowd = nodes.length > CROWD && area.width >= NARROW;
  const riserX = isCrowd ? area.x + asideOf(area) + GAP / 2 : area.x / 2;
  return place(machines, area).map((tank) => ({ ...tank, riserX }));
}

function place(machines: readonly MachineView[], area: Box): Placed[] {
  const laptops = machines.filter((machine) => machine.role === 'workstation');
  const nodes = machines.filter((machine) => machine.role !== 'workstation');
  return area.width < NARROW && nodes.length <= CROWD
    ? placeTall(laptops, nodes, area)
    : placeWide(laptops, nodes, area);
}

function placeWide(laptops: MachineView[], nodes: MachineView[], area: Box): Placed[] {
  const workers = nodes.filter((machine) => machine.role === 'worker');
  const chiefs = nodes.filter((machine) => machine.role !== 'worker');
  if (nodes.length > CROWD && chiefs.length > 0) return placeCrowd(laptops, chiefs, workers, area);
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

/** Many workers: they share the field; laptop and control planes keep a column of their own. */
function placeCrowd(
  laptops: MachineView[],
  chiefs: MachineView[],
  workers: MachineView[],
  area: Box,
): Placed[] {
  const aside = asideOf(area);
  const laptopHeight = laptops.length > 0 ? 122 : 0;
  const upper = { ...area, width: aside, height: area.height - laptopHeight };
  const field = { ...area, x: area.x + aside + GAP, width: area.width - aside - GAP };
  const tanks = [...grid(chiefs, upper, 1), ...grid(workers, field)];
  const trunkY = area.y + area.height - TRUNK + 18;
  for (const machine of laptops) {
    const height = laptopHeight - TRUNK;
    const box = { x: area.x, y: area.y + area.height - TRUNK - height, width: aside, height };
    tanks.push(tankIn(machine, box, trunkY));
  }
  return tanks;
}

/** A narrow stage: workers above in two columns, near what floats; the rest below them. */
function placeTall(laptops: MachineView[], nodes: MachineView[], area: Box): Placed[] {
  const chiefs = nodes.filter((machine) => machine.role === 'control-plane');
  const workers = nodes.filter((machine) => machine.role !== 'control-plane');
  const low = workers.length > 0 ? Math.min(226, area.height * 0.43) : area.height;
  const upper = { ...area, height: area.height - low };
  const y = area.y + upper.height;
  const aside = laptops.length > 0 ? 84 : 0;
  const lower = { x: area.x + aside, y, width: area.width - aside, height: low };
  const tanks = [
    ...grid(workers, upper, Math.min(2, workers.length)),
    ...grid(chiefs, lower, chiefs.length),
  ];
  for (const machine of laptops) {
    const height = Math.min(120, low - TRUNK);
    const box = { x: area.x, y: y + low - TRUNK - height, width: 76, height };
    tanks.push(tankIn(machine, box, y + low - 8));
  }
  return tanks;
}

/** Rows and columns that make the smallest side of a tank as large as it can be. */
function grid(machines: readonly MachineView[], area: Box, columns?: number): Placed[] {
  if (machines.length === 0) return [];
  const across = columns ?? bestColumns(machines.length, area);
  const rows = Math.ceil(machines.length / across);
  const gap = machines.length > CROWD ? 8 : GAP;
  const trunk = machines.length > CROWD ? 14 : TRUNK;
  const width = Math.max(LEAST.width, (area.width - gap * (across - 1)) / across);
  const height = Math.max(LEAST.height, area.height / rows - trunk);
  return machines.map((machine, index) => {
    const x = area.x + (index % across) * (width + gap);
    const y = area.y + Math.floor(index / across) * (height + trunk);
    return tankIn(machine, { x, y, width, height }, y + height + trunk - 8);
  });
}

function bestColumns(count: number, area: Box): number {
  let best = { columns: Math.ceil(Math.sqrt(count * 2)), score: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const width = area.width / columns - (count > CROWD ? 8 : GAP);
    const height = area.height / rows - (count > CROWD ? 14 : TRUNK);
    // A tank too small to be one counts for little, so that the overflow stays even.
    const fits = width >= LEAST.width && height >= LEAST.height ? 1 : 0.5;
    const score = fits * (Math.min(width / 1.5, height) - (columns * rows - count) * 0.1);
    if (score > best.score) best = { columns, score };
  }
  return best.columns;
}

function tankIn(machine: MachineView, box: Box, trunkY: number): Placed {
  const detail = detailOf(machine, box);
  const port = { x: box.x + Math.min(24, box.width / 4), y: box.y + box.height };
  return { machine, box, detail, port, trunkY };
}

function detailOf(machine: MachineView, box: Box): TankDetail {
  if (machine.role === 'workstation') return 'full';
  if (box.width < 92 || box.height < 46) return 'speck';
  return box.width < 150 || box.height < 128 ? 'mini' : 'full';
}
