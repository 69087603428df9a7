/** What floats above the tanks: owners in ranks, Services beside them, Pods without a node. */
import type { OwnerView, PodView, ServiceView } from '../worker/protocol.ts';
import type { NoteGlyph, OwnerGlyph, PodGlyph, ServiceGlyph, Speech } from './frame.ts';
import type { Box } from './geometry.ts';
import type { SceneModel } from './model.ts';
import { hueOf, isSystem } from './text.ts';

const FLOAT_HEIGHT = 40;
const RANK_GAP = 20;
/** Under the lowest rank: threads, and Pods that have no node yet. */
const BASIN = 54;
const WAITING = { width: 64, height: 22, gap: 8, most: 8 };

/** What floats, before it has a place. */
export interface Floating {
  /** Owners of owners, and Services. */
  readonly upper: readonly (OwnerView | ServiceView)[];
  /** Owners of Pods. */
  readonly lower: readonly OwnerView[];
  readonly waiting: readonly PodView[];
  readonly oldRevisions: ReadonlyMap<string, number>;
  readonly height: number;
}

export interface Sky {
  readonly owners: OwnerGlyph[];
  readonly services: ServiceGlyph[];
  readonly pods: PodGlyph[];
  readonly notes: NoteGlyph[];
}

const isService = (thing: OwnerView | ServiceView): thing is ServiceView => 'clusterIP' in thing;

export function floatingOf(model: SceneModel): Floating {
  const own = [...model.owners.values()].filter((owner) => !isSystem(owner.namespace));
  const waiting = [...model.pods.values()].filter(
    (pod) => pod.node === undefined && !isSystem(pod.namespace),
  );
  const parents = new Set(own.map((owner) => owner.owner));
  const oldRevisions = new Map<string, number>();
  const alive = own.filter((owner) => {
    if (owner.owner === undefined || owner.wanted + owner.actual > 0) return true;
    oldRevisions.set(owner.owner, (oldRevisions.get(owner.owner) ?? 0) + 1);
    return false;
  });
  const isUpper = (owner: OwnerView): boolean =>
    parents.has(owner.uid) || /^(Deployment|CronJob)$/.test(owner.kind);
  const services = [...model.services.values()].filter(isOwnService);
  const upper = [...alive.filter(isUpper), ...services];
  const lower = alive.filter((owner) => !isUpper(owner));
  // A Deployment's ReplicaSet is a moment away: its place is kept, so that the tanks sink once.
  const willHaveLower = lower.length > 0 || upper.some((thing) => !isService(thing));
  const ranks = Number(upper.length > 0) + Number(willHaveLower);
  const height =
    ranks === 0 && waiting.length === 0 ? 0 : ranks * (FLOAT_HEIGHT + RANK_GAP) - RANK_GAP + BASIN;
  return { upper, lower, waiting, oldRevisions, height: Math.max(0, height) };
}

/** The `kubernetes` Service has no selector: it belongs to the cluster, not to the learner. */
const isOwnService = (service: ServiceView): boolean =>
  !isSystem(service.namespace) &&
  !(service.namespace === 'default' && service.name === 'kubernetes');

/** Places all of it: each above what it owns or selects, as near as the neighbours allow. */
export function placeSky(
  floating: Floating,
  area: Box,
  podX: (uid: string) => number | undefined,
  podsOf: (thing: OwnerView | ServiceView) => readonly PodView[],
  speech: Speech,
): Sky {
  const middle = area.x + area.width / 2;
  const meanX = (things: readonly (number | undefined)[]): number => {
    const known = things.filter((x) => x !== undefined);
    return known.length === 0 ? middle : known.reduce((sum, x) => sum + x, 0) / known.length;
  };
  const hasUpper = floating.upper.length > 0;
  const lowerY = area.y + (hasUpper ? FLOAT_HEIGHT + RANK_GAP : 0);
  const overPods = (thing: OwnerView | ServiceView): number =>
    meanX(podsOf(thing).map((pod) => podX(pod.uid)));
  const lower = spread(floating.lower, overPods, area, lowerY);
  const centres = new Map(lower.map(({ thing, box }) => [thing.uid, box.x + box.width / 2]));
  const upper = spread(
    floating.upper,
    (thing) => {
      if (isService(thing)) return overPods(thing) + 90;
      const below = floating.lower.filter((owner) => owner.owner === thing.uid);
      return below.length > 0 ? meanX(below.map((owner) => centres.get(owner.uid))) : middle;
    },
    area,
    area.y,
  );
  const oldText = (owner: OwnerView): string => {
    const count = floating.oldRevisions.get(owner.uid) ?? 0;
    return count > 0 ? `+${count} ${speech.old}` : '';
  };
  const sky: Sky = { owners: [], services: [], pods: [], notes: [] };
  for (const { thing, box } of [...upper, ...lower]) {
    if (isService(thing)) sky.services.push(serviceGlyph(thing, box));
    else sky.owners.push(ownerGlyph(thing, box, oldText(thing)));
  }
  noteLeftOut(floating.upper.length - upper.length, 'upper', area.y, area, sky);
  noteLeftOut(floating.lower.length - lower.length, 'lower', lowerY, area, sky);
  placeWaiting(floating.waiting, area, (pod) => centres.get(pod.owner ?? '') ?? middle, sky);
  return sky;
}

function serviceGlyph(service: ServiceView, box: Box): ServiceGlyph {
  const [key, value] = Object.entries(service.selector)[0] ?? ['', ''];
  return { key: service.uid, box, service, hue: hueOf(key, value) };
}

const ownerGlyph = (owner: OwnerView, box: Box, old: string): OwnerGlyph => ({
  key: owner.uid,
  box,
  owner,
  old,
});

function noteLeftOut(count: number, key: string, y: number, area: Box, sky: Sky): void {
  if (count <= 0) return;
  const at = { x: area.x + area.width - 34, y: y + FLOAT_HEIGHT / 2 + 4 };
  sky.notes.push({ key: `more/${key}`, at, text: `+${count}` });
}

/** Side by side in one rank, each as near to where it wants to be as the others let it. */
function spread<T extends { readonly uid: string; readonly name: string }>(
  things: readonly T[],
  wants: (thing: T) => number,
  area: Box,
  y: number,
): { thing: T; box: Box }[] {
  if (things.length === 0) return [];
  const gap = 12;
  const most = Math.floor((area.width - 40) / (112 + gap));
  const shown = things.slice(0, Math.max(1, most));
  const width = Math.min(204, (area.width - gap * (shown.length - 1)) / shown.length);
  const sorted = shown
    .map((thing) => ({ thing, wish: wants(thing) }))
    .sort((a, b) => a.wish - b.wish || (a.thing.uid < b.thing.uid ? -1 : 1));
  let left = area.x;
  const placed = sorted.map(({ thing, wish }) => {
    const x = Math.max(left, wish - width / 2);
    left = x + width + gap;
    return { thing, box: { x, y, width, height: FLOAT_HEIGHT } };
  });
  let right = area.x + area.width;
  for (const each of placed.toReversed()) {
    const x = Math.min(each.box.x, right - width);
    each.box = { ...each.box, x: Math.max(area.x, x) };
    right = each.box.x - gap;
  }
  return placed;
}

/** Pods that nobody has placed yet drift under their owner, above the tanks. */
function placeWaiting(
  pods: readonly PodView[],
  area: Box,
  wants: (pod: PodView) => number,
  sky: Sky,
): void {
  const sorted = pods.toSorted((a, b) => wants(a) - wants(b) || (a.uid < b.uid ? -1 : 1));
  const shown = sorted.slice(0, Math.min(WAITING.most, Math.floor(area.width / 80)));
  const y = area.y + area.height - WAITING.height - 14;
  const span = shown.length * (WAITING.width + WAITING.gap) - WAITING.gap;
  const first = shown[0];
  if (first === undefined) return;
  const mean = shown.reduce((sum, pod) => sum + wants(pod), 0) / shown.length;
  const limit = area.x + area.width - span - 60;
  let x = Math.max(area.x, Math.min(limit, mean - span / 2));
  for (const pod of shown) {
    const box = { x, y, width: WAITING.width, height: WAITING.height };
    sky.pods.push({ key: pod.uid, size: 'small', pod, box });
    x += WAITING.width + WAITING.gap;
  }
  const more = pods.length - shown.length;
  const text = more > 0 ? `+${more} Pending` : 'Pending';
  sky.notes.push({ key: 'waiting', at: { x: x + 2, y: y + 15 }, text });
}
