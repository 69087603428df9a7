/** Packing of a tank's Pods: the largest capsules that fit; beyond some siblings, a group. */
import type { OwnerView, PodView } from '../worker/protocol.ts';
import type { Dot, GroupGlyph, PodGlyph, PodSize, Speech } from './frame.ts';
import type { Box } from './geometry.ts';
import { overlaps } from './geometry.ts';
import { badness, troubles } from './text.ts';

/** More siblings than this in one tank gather into a group. */
export const SIBLINGS_MAX = 15;
/** From this camera scale on, a group in view shows its Pods as capsules. */
export const OPEN_SCALE = 2.2;
/** And never more of them than this: the rest stay dots. */
export const OPEN_MAX = 120;

interface Measure {
  readonly size: PodSize;
  readonly least: number;
  readonly most: number;
  readonly height: number;
  readonly gapX: number;
  readonly gapY: number;
}

const MEASURES: readonly Measure[] = [
  { size: 'large', least: 150, most: 204, height: 66, gapX: 14, gapY: 22 },
  { size: 'medium', least: 104, most: 150, height: 38, gapX: 10, gapY: 14 },
  { size: 'small', least: 52, most: 66, height: 22, gapX: 8, gapY: 8 },
];

export interface Packed {
  readonly pods: PodGlyph[];
  readonly groups: GroupGlyph[];
  readonly dots: Dot[];
}

/** What is needed to tell what is in view of a group. */
export interface Lens {
  readonly scale: number;
  readonly view: Box;
}

export function packPods(
  pods: readonly PodView[],
  room: Box,
  context: { machine: string; owners: ReadonlyMap<string, OwnerView>; lens: Lens; speech: Speech },
): Packed {
  const families = familiesOf(pods);
  const grouped = families.filter((family) => family.length > SIBLINGS_MAX);
  let single = families.filter((family) => family.length <= SIBLINGS_MAX);
  let share = shareOf(single, grouped, room);
  let measure = measureFor(single.flat().length, share);
  while (measure === undefined && single.some((family) => family.length > 1)) {
    single = single.toSorted((a, b) => a.length - b.length);
    grouped.push(single.pop() as PodView[]);
    share = shareOf(single, grouped, room);
    measure = measureFor(single.flat().length, share);
  }
  const packed: Packed = { pods: [], groups: [], dots: [] };
  const rest = single.flat();
  if (measure !== undefined) packed.pods.push(...inRows(rest, share, measure));
  else if (rest.length > 0) grouped.push(rest);
  const below = { ...room, y: share.y + share.height, height: room.height - share.height };
  placeGroups(grouped, grouped.length > 0 && rest.length === 0 ? room : below, context, packed);
  return packed;
}

/** Pods with one owner; those with none stand alone, oldest first. */
function familiesOf(pods: readonly PodView[]): PodView[][] {
  const families = new Map<string, PodView[]>();
  for (const pod of pods.toSorted(byAge)) {
    const key = pod.owner ?? pod.uid;
    const family = families.get(key);
    if (family === undefined) families.set(key, [pod]);
    else family.push(pod);
  }
  return [...families.values()];
}

const byAge = (a: PodView, b: PodView): number =>
  a.createdAt - b.createdAt || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0);

/** The upper part of the room, for single Pods: all of it where there are no groups. */
function shareOf(single: readonly PodView[][], grouped: readonly PodView[][], room: Box): Box {
  const count = single.flat().length;
  if (grouped.length === 0) return room;
  if (count === 0) return { ...room, height: 0 };
  const columns = Math.max(1, Math.floor((room.width + 8) / 60));
  const rows = Math.ceil(count / columns);
  return { ...room, height: Math.min(room.height / 2, Math.max(room.height * 0.25, rows * 30)) };
}

const columnsIn = (width: number, measure: Measure): number =>
  Math.max(1, Math.floor((width + measure.gapX) / (measure.least + measure.gapX)));

function measureFor(count: number, room: Box): Measure | undefined {
  return MEASURES.find((measure) => {
    if (room.width < measure.least) return false;
    const rows = Math.ceil(count / columnsIn(room.width, measure));
    return rows * (measure.height + measure.gapY) - measure.gapY <= room.height;
  });
}

function inRows(pods: readonly PodView[], room: Box, measure: Measure): PodGlyph[] {
  const columns = columnsIn(room.width, measure);
  const free = (room.width - (columns - 1) * measure.gapX) / columns;
  const width = Math.min(measure.most, free);
  return pods.map((pod, index) => ({
    key: pod.uid,
    size: measure.size,
    pod,
    box: {
      x: room.x + (index % columns) * (width + measure.gapX),
      y: room.y + Math.floor(index / columns) * (measure.height + measure.gapY),
      width,
      height: measure.height,
    },
  }));
}

const GROUP_HEAD = 38;

function placeGroups(
  families: readonly PodView[][],
  room: Box,
  context: { machine: string; owners: ReadonlyMap<string, OwnerView>; lens: Lens; speech: Speech },
  packed: Packed,
): void {
  const total = families.reduce((sum, family) => sum + Math.sqrt(family.length), 0);
  const gaps = 8 * Math.max(0, families.length - 1);
  let y = room.y;
  for (const family of families) {
    const height = ((room.height - gaps) * Math.sqrt(family.length)) / total;
    const box = { x: room.x, y, width: room.width, height };
    const first = family[0] as PodView;
    const owner = context.owners.get(first.owner ?? '');
    const sorted = family.toSorted((a, b) => badness(b.look) - badness(a.look) || byAge(a, b));
    packed.groups.push({
      key: `group/${context.machine}/${first.owner ?? 'others'}`,
      box,
      title: owner?.name ?? '…',
      count: family.length,
      trouble: troubles(family, context.speech.notReady) || context.speech.allReady,
      worst: (sorted[0] as PodView).look,
    });
    fillWithDots(
      sorted,
      { ...box, y: y + GROUP_HEAD, height: height - GROUP_HEAD },
      packed,
      context,
    );
    y += height + 8;
  }
}

/** Cells as large as lets all of them in; opened by the camera, those in view become capsules. */
function fillWithDots(
  pods: readonly PodView[],
  box: Box,
  packed: Packed,
  context: { readonly lens: Lens; speech: Speech },
): void {
  const inner = { x: box.x + 10, y: box.y, width: box.width - 20, height: box.height - 10 };
  const cell = cellFor(pods.length, inner);
  const columns = Math.max(1, Math.floor(inner.width / cell.width));
  const isOpen = context.lens.scale >= OPEN_SCALE && cell.width * context.lens.scale >= 48;
  let opened = packed.pods.length;
  pods.forEach((pod, index) => {
    const place: Box = {
      x: inner.x + (index % columns) * cell.width,
      y: inner.y + Math.floor(index / columns) * cell.height,
      width: cell.width - cell.gap,
      height: cell.height - cell.gap,
    };
    if (isOpen && opened < OPEN_MAX && overlaps(place, context.lens.view)) {
      opened += 1;
      packed.pods.push({ key: pod.uid, size: 'small', pod, box: place });
    } else packed.dots.push({ uid: pod.uid, look: pod.look, isQuiet: false, ...place });
  });
}

function cellFor(count: number, box: Box): { width: number; height: number; gap: number } {
  let height = 24;
  for (; height > 3; height -= 1) {
    const columns = Math.floor(box.width / (height * 1.8));
    if (columns * Math.floor(box.height / height) >= count) break;
  }
  return { width: height * 1.8, height, gap: height > 8 ? 3 : 1 };
}

/** A tank too small for capsules: every Pod a dot. */
export function packDots(
  pods: readonly PodView[],
  box: Box,
  isQuiet: (pod: PodView) => boolean,
): Dot[] {
  const sorted = pods.toSorted(
    (a, b) =>
      Number(isQuiet(a)) - Number(isQuiet(b)) || badness(b.look) - badness(a.look) || byAge(a, b),
  );
  const cell = cellFor(sorted.length, { ...box, height: Math.max(8, box.height) });
  const small = { ...cell, width: Math.min(cell.width, 18), height: Math.min(cell.height, 10) };
  const columns = Math.max(1, Math.floor(box.width / small.width));
  return sorted.map((pod, index) => ({
    uid: pod.uid,
    look: pod.look,
    isQuiet: isQuiet(pod),
    x: box.x + (index % columns) * small.width,
    y: box.y + Math.floor(index / columns) * small.height,
    width: small.width - small.height * 0.25,
    height: small.height * 0.75,
  }));
}
