/**
 * Order in merged lists: items of the patch keep the patch's order, items that only the server
 * has keep the server's, and the two are woven together.
 * Follows normalizeElementOrder of apimachinery pkg/util/strategicpatch/patch.go.
 */
import type { Json, JsonObject } from '../object.ts';
import { PatchError } from './patch-error.ts';

export type List = readonly Json[];

export const patchDirective = '$patch';
export const retainKeysDirective = '$retainKeys';
export const deleteListPrefix = '$deleteFromPrimitiveList';
export const orderPrefix = '$setElementOrder';

export const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isList = (value: Json | undefined): value is List => Array.isArray(value);

/** What tells an item from the others: its merge key's value, or itself. */
export const identity = (item: Json, mergeKey: string): Json | undefined =>
  mergeKey !== '' && isMap(item) ? item[mergeKey] : item;

export const indexOf = (list: List, item: Json, mergeKey: string): number => {
  const wanted = identity(item, mergeKey);
  return list.findIndex((one) => identity(one, mergeKey) === wanted);
};

/** Weaves what the patch has and what only the server has into one list. */
export function normalizeOrder(
  merged: List,
  patchOrder: List,
  serverOrder: List,
  mergeKey: string,
): List {
  const ofPatch = (item: Json): boolean => indexOf(patchOrder, item, mergeKey) >= 0;
  const patch = sortLike(merged.filter(ofPatch), patchOrder, mergeKey);
  const serverOnly = sortLike(
    merged.filter((item) => !ofPatch(item)),
    serverOrder,
    mergeKey,
  );
  return weave(serverOnly, patch, serverOrder, mergeKey);
}

/** Sorts by the place in `order`; items to be deleted go last. */
export function sortLike(list: List, order: List, mergeKey: string): List {
  const place = new Map(list.map((item) => [item, indexOf(order, item, mergeKey)]));
  const kept = list
    .filter((item) => !isDeletion(item))
    .sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  return [...kept, ...list.filter(isDeletion)];
}

export const isDeletion = (item: Json): boolean => isMap(item) && item[patchDirective] === 'delete';

function weave(left: List, right: List, serverOrder: List, mergeKey: string): List {
  const woven: Json[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [l, r] = [left[i], right[j]];
    const takeLeft =
      l !== undefined && (r === undefined || comesBefore(l, r, serverOrder, mergeKey));
    if (takeLeft) woven.push(l);
    else if (r !== undefined) woven.push(r);
    if (takeLeft) i++;
    else j++;
  }
  return woven;
}

function comesBefore(l: Json, r: Json, serverOrder: List, mergeKey: string): boolean {
  const [li, ri] = [indexOf(serverOrder, l, mergeKey), indexOf(serverOrder, r, mergeKey)];
  return li >= 0 && ri >= 0 && li < ri;
}

/** All items are maps, or none is: lists that merge are of one kind. */
export function areMaps(...lists: readonly List[]): boolean {
  const items = lists.flat();
  if (items.some((item) => isList(item))) {
    throw new PatchError(422, 'lists of lists are not supported');
  }
  const maps = items.filter((item) => isMap(item)).length;
  if (maps !== 0 && maps !== items.length) {
    throw new PatchError(500, `list element types are not identical: ${JSON.stringify(items)}`);
  }
  return maps > 0;
}

/** The merge key's value; a map without one cannot be told from the others. */
export function keyOfItem(item: Json, mergeKey: string): Json {
  const key = isMap(item) ? item[mergeKey] : undefined;
  if (key !== undefined) return key;
  throw new PatchError(500, `map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`);
}

/** `map[a:1 b:x]`, as Go prints a map with `%v`. */
export function goMap(value: Json): string {
  if (isList(value)) return `[${value.map(goMap).join(' ')}]`;
  if (!isMap(value)) return value === null ? '<nil>' : String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goMap(value[key] ?? null)}`)
    .join(' ')}]`;
}
