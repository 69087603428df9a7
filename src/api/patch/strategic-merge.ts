/**
 * Strategic merge patches: lists merge by key, directives replace and delete.
 * Follows the law of apimachinery pkg/util/strategicpatch/patch.go, on frozen data.
 */
import { isDeepEqual } from '../equal.ts';
import type { Json, JsonObject } from '../object.ts';
import { childOf, toSchema, type Schema } from '../schema.ts';
import { PatchError } from './patch-error.ts';
import {
  areMaps,
  deleteListPrefix,
  goMap,
  identity,
  isDeletion,
  isList,
  isMap,
  keyOfItem,
  normalizeOrder,
  orderPrefix,
  patchDirective,
  retainKeysDirective,
  type List,
} from './strategic-lists.ts';

/** Joining two patches keeps their directives and nulls; applying one to an object obeys them. */
export type MergeMode = 'apply' | 'join';

type Draft = Record<string, Json>;

const badOrderList = 'invalid patch format of setElementOrder list';
const badRetainKeys = 'invalid patch format of retainKeys';
const badDeleteList = 'invalid patch format of primitive list';

/** The object with the patch on it. Shares what the patch does not touch. Throws a PatchError. */
export const strategicMerge = (
  definition: Schema | string,
  current: JsonObject,
  patch: JsonObject,
): JsonObject => mergeMaps(current, patch, toSchema(definition), 'apply');

/** See MergeMode. An unknown schema merges maps and replaces lists. */
export function mergeMaps(
  original: JsonObject | undefined,
  patch: JsonObject,
  schema: Schema | undefined,
  mode: MergeMode,
): JsonObject {
  const directive = patch[patchDirective];
  if (directive !== undefined) return obeyDirective(directive, patch);
  const draft = { ...original } as Draft;
  const left = { ...patch } as Draft;
  retainKeys(draft, left, mode);
  for (const key of Object.keys(left)) {
    if (key.startsWith(orderPrefix)) mergeInOrder(draft, left, key, schema, mode);
  }
  for (const key of Object.keys(left)) mergeField(draft, key, left[key] ?? null, schema, mode);
  return draft;
}

function obeyDirective(directive: Json, patch: JsonObject): JsonObject {
  if (directive === 'delete') return {};
  if (directive !== 'replace') {
    throw new PatchError(422, `unknown patch type: ${goMap(directive)} in map: ${goMap(patch)}`);
  }
  const { [patchDirective]: _, ...rest } = patch;
  return rest as JsonObject;
}

/** `$retainKeys`: of a union (volumes, strategies) only the named fields stay. */
function retainKeys(draft: Draft, left: Draft, mode: MergeMode): void {
  const keys = left[retainKeysDirective];
  if (keys === undefined) return;
  delete left[retainKeysDirective];
  if (mode === 'join') {
    const other = draft[retainKeysDirective];
    if (other !== undefined && !isDeepEqual(other, keys)) {
      throw new PatchError(
        500,
        `${goMap(other)} and ${goMap(keys)} are not deep equal: ` +
          'this may happen when calculating the 3-way diff patch',
      );
    }
    draft[retainKeysDirective] = keys;
    return;
  }
  if (!isList(keys)) throw new PatchError(400, badRetainKeys);
  for (const key of Object.keys(left)) {
    const isSpecial = key.startsWith(deleteListPrefix) || key.startsWith(orderPrefix);
    if (left[key] !== null && !isSpecial && !keys.includes(key)) {
      throw new PatchError(400, badRetainKeys);
    }
  }
  for (const key of Object.keys(draft)) if (!keys.includes(key)) delete draft[key];
}

/** `$setElementOrder/x`: merges the list x, if any, and puts its items in the order given. */
function mergeInOrder(
  draft: Draft,
  left: Draft,
  directive: string,
  schema: Schema | undefined,
  mode: MergeMode,
): void {
  const order = left[directive];
  if (!isList(order)) throw new PatchError(500, badOrderList);
  if (mode === 'join') {
    const other = draft[directive];
    if (other !== undefined && !isDeepEqual(other, order)) throw new PatchError(400, badOrderList);
    draft[directive] = order;
  }
  delete left[directive];
  const key = fieldOf(directive, badOrderList);
  const [before, patch] = [draft[key], left[key]];
  const field = childOf(schema, key);
  const mergeKey = field?.mergeKey ?? '';
  if (patch !== undefined) checkOrder(patch, order, mergeKey);
  const merged = mergedList(before, patch, field, mode);
  if (merged === undefined) return;
  if (mergeKey !== '') for (const item of merged) keyOfItem(item, mergeKey);
  draft[key] = normalizeOrder(merged, order, isList(before) ? before : [], mergeKey);
  delete left[key];
}

function mergedList(
  before: Json | undefined,
  patch: Json | undefined,
  field: Schema | undefined,
  mode: MergeMode,
): List | undefined {
  if (before === undefined) {
    return patch === undefined ? undefined : (withoutDirectives(patch) as List | undefined);
  }
  if (!isList(before)) throw new PatchError(500, badOrderList);
  if (patch === undefined) return before;
  return mergeListField(before, patch as List, field, mode);
}

function fieldOf(directive: string, problem: string): string {
  const slash = directive.indexOf('/');
  if (slash < 0) throw new PatchError(400, problem);
  return directive.slice(slash + 1);
}

/** What the patch sets must stand in the order that the patch asks for. */
function checkOrder(patch: Json, order: List, mergeKey: string): void {
  if (!isList(patch)) throw new PatchError(400, badOrderList);
  if (order.length === 0 || patch.length === 0) return;
  const set = patch.filter((item) => !isMap(item) || item[patchDirective] === undefined);
  let at = 0;
  for (const place of order) {
    const item = set[at];
    if (item !== undefined && identity(item, mergeKey) === identity(place, mergeKey)) at++;
  }
  if (at < set.length) {
    throw new PatchError(
      500,
      `The order in patch list:\n${goMap(patch)}\n doesn't match ` +
        `${orderPrefix} list:\n${goMap(order)}\n`,
    );
  }
}

function mergeField(
  draft: Draft,
  name: string,
  patch: Json,
  schema: Schema | undefined,
  mode: MergeMode,
): void {
  const isDelete = name.startsWith(deleteListPrefix);
  if (isDelete && mode === 'join') {
    draft[name] = patch;
    return;
  }
  const key = isDelete ? fieldOf(name, badDeleteList) : name;
  if (patch === null) {
    delete draft[key];
    if (mode === 'join') draft[key] = null;
    return;
  }
  const before = draft[key];
  if (before === undefined || sortOf(before) !== sortOf(patch)) {
    if (!isDelete) assign(draft, key, mode === 'apply' ? withoutNulls(patch) : patch);
    return;
  }
  const field = childOf(schema, key);
  if (isDelete) draft[key] = (before as List).filter((item) => !(patch as List).includes(item));
  else if (isMap(patch)) {
    draft[key] =
      field?.strategy === 'replace' ? patch : mergeMaps(before as JsonObject, patch, field, mode);
  } else if (isList(patch)) draft[key] = mergeListField(before as List, patch, field, mode);
  else draft[key] = patch;
}

function assign(draft: Draft, key: string, value: Json): void {
  const plain = withoutDirectives(value);
  if (plain === undefined) delete draft[key];
  else draft[key] = plain;
}

const sortOf = (value: Json): string =>
  isList(value) ? 'list' : value === null ? 'null' : typeof value;

const mergeListField = (
  original: List,
  patch: List,
  field: Schema | undefined,
  mode: MergeMode,
): List => (field?.strategy === 'merge' ? mergeLists(original, patch, field, mode) : patch);

function mergeLists(original: List, patch: List, field: Schema, mode: MergeMode): List {
  if (original.length === 0 && patch.length === 0) return original;
  if (!areMaps(original, patch)) {
    return normalizeOrder([...new Set([...original, ...patch])], patch, original, '');
  }
  const { mergeKey = '', item } = field;
  if (mergeKey === '') throw new PatchError(500, 'cannot merge lists without merge key');
  const { server, rest } = obeyItemDirectives(original, patch, mergeKey);
  const merged = [...server];
  for (const change of rest) {
    const key = keyOfItem(change, mergeKey);
    const at = merged.findIndex((one) => isMap(one) && one[mergeKey] === key);
    const before = merged[at];
    if (before === undefined) merged.push(change);
    else merged[at] = mergeMaps(before as JsonObject, change as JsonObject, item, mode);
  }
  return normalizeOrder(merged, rest, server, mergeKey);
}

/** `$patch: delete` items take theirs away; one `$patch: replace` item replaces the list. */
function obeyItemDirectives(
  original: List,
  patch: List,
  mergeKey: string,
): { readonly server: List; readonly rest: List } {
  const rest: Json[] = [];
  let server = original;
  let replaces = false;
  for (const item of patch as readonly JsonObject[]) {
    const directive = item[patchDirective];
    if (directive === undefined) rest.push(item);
    else if (isDeletion(item)) {
      const key = keyOfItem(item, mergeKey);
      server = server.filter((one) => !isMap(one) || one[mergeKey] !== key);
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') {
      throw new PatchError(500, 'merging lists cannot yet be specified in the patch');
    } else {
      throw new PatchError(422, `unknown patch type: ${goMap(directive)} in map: ${goMap(item)}`);
    }
  }
  return replaces ? { server: rest, rest: [] } : { server, rest };
}

/** A new value with all directives obeyed: nothing is there yet to be deleted or replaced. */
function withoutDirectives(value: Json): Json | undefined {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (value[patchDirective] !== undefined) return undefined;
  const plain: Draft = {};
  for (const key of Object.keys(value)) {
    const below = withoutDirectives(value[key] ?? null);
    if (below !== undefined) plain[key] = below;
  }
  return plain;
}

function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const kept: Draft = {};
  for (const key of Object.keys(value)) {
    const below = value[key];
    if (below !== null && below !== undefined) kept[key] = withoutNulls(below);
  }
  return kept;
}
