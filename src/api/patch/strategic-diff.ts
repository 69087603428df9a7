/**
 * Making strategic merge patches: two-way (what makes `modified` of `original`) and three-way, as
 * `kubectl apply` does. Follows apimachinery pkg/util/strategicpatch/patch.go.
 */
import { isDeepEqual } from '../equal.ts';
import type { Json, JsonObject } from '../object.ts';
import { childOf, toSchema, type Schema } from '../schema.ts';
import {
  areMaps,
  deleteListPrefix,
  isList,
  isMap,
  keyOfItem,
  orderPrefix,
  patchDirective,
  retainKeysDirective,
  sortLike,
  type List,
} from './strategic-lists.ts';
import { mergeMaps } from './strategic-merge.ts';

interface DiffOptions {
  readonly additions: boolean;
  readonly deletions: boolean;
}

type Draft = Record<string, Json>;

/** The patch that makes `modified` of `original` (CreateTwoWayMergePatch). */
export const createTwoWayPatch = (
  definition: Schema | string,
  original: JsonObject,
  modified: JsonObject,
): JsonObject =>
  diffMaps(original, modified, toSchema(definition), { additions: true, deletions: true }, false);

/**
 * What `kubectl apply` sends: the changes from `current` (the live object) to `modified` (the
 * file), and the deletion of what `original` (the last applied) had and `modified` has not
 * (CreateThreeWayMergePatch with overwrite).
 */
export function strategicDiff(
  definition: Schema | string,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const schema = toSchema(definition);
  const changes = diffMaps(current, modified, schema, { additions: true, deletions: false }, false);
  const deletions = diffMaps(
    original,
    modified,
    schema,
    { additions: false, deletions: true },
    false,
  );
  return mergeMaps(deletions, changes, schema, 'join');
}

function diffMaps(
  original: JsonObject,
  modified: JsonObject,
  schema: Schema | undefined,
  options: DiffOptions,
  retainKeys: boolean,
): JsonObject {
  const patch: Draft = {};
  for (const key of Object.keys(modified)) {
    const after = modified[key];
    if (after !== undefined) diffField(patch, key, original[key], after, schema, options);
  }
  let hasDropped = false;
  for (const key of Object.keys(original)) {
    if (original[key] === undefined || modified[key] !== undefined) continue;
    hasDropped ||= original[key] !== null;
    if (options.deletions) patch[key] = null;
  }
  if (retainKeys && (hasDropped || Object.keys(patch).length > 0)) {
    const kept = Object.keys(modified).filter(
      (key) => modified[key] !== null && modified[key] !== undefined,
    );
    if (kept.length > 0) patch[retainKeysDirective] = kept.sort();
  }
  return patch;
}

function diffField(
  patch: Draft,
  key: string,
  before: Json | undefined,
  after: Json,
  schema: Schema | undefined,
  options: DiffOptions,
): void {
  if (before === after) return;
  const field = childOf(schema, key);
  if (isMap(before) && isMap(after) && field?.strategy !== 'replace') {
    const below = diffMaps(before, after, field, options, field?.retainKeys === true);
    if (Object.keys(below).length > 0) patch[key] = below;
  } else if (isList(before) && isList(after) && field?.strategy === 'merge') {
    diffLists(patch, key, before, after, field, options);
  } else if (options.additions && !isDeepEqual(before, after)) patch[key] = after;
}

function diffLists(
  patch: Draft,
  key: string,
  before: List,
  after: List,
  field: Schema,
  options: DiffOptions,
): void {
  if (before.length === 0) {
    if (after.length > 0 && options.additions) patch[key] = after;
  } else if (areMaps(before, after)) diffMapLists(patch, key, before, after, field, options);
  else diffScalarLists(patch, key, before, after, options);
}

function diffMapLists(
  patch: Draft,
  key: string,
  before: List,
  after: List,
  field: Schema,
  options: DiffOptions,
): void {
  const { mergeKey = '' } = field;
  const changes = sortLike(changedItems(before, after, field, options), after, mergeKey);
  const deletions = options.deletions
    ? sortByKey(
        before.filter((item) => !hasKey(after, item, mergeKey)),
        mergeKey,
      ).map((item) => ({ [patchDirective]: 'delete', [mergeKey]: keyOfItem(item, mergeKey) }))
    : [];
  const list = [...changes, ...deletions];
  if (list.length > 0) patch[key] = list;
  const isReordered = options.additions && !isSameOrder(before, after, mergeKey);
  if (list.length === 0 && !isReordered) return;
  patch[`${orderPrefix}/${key}`] = after.map((item) => ({ [mergeKey]: keyOfItem(item, mergeKey) }));
}

function changedItems(
  before: List,
  after: List,
  field: Schema,
  options: DiffOptions,
): JsonObject[] {
  const { mergeKey = '', item: schema, retainKeys = false } = field;
  const changed: JsonObject[] = [];
  for (const item of after as readonly JsonObject[]) {
    const key = keyOfItem(item, mergeKey);
    const old = before.find((one) => keyOfItem(one, mergeKey) === key) as JsonObject | undefined;
    if (old === undefined) {
      if (options.additions) changed.push(item);
      continue;
    }
    const below = diffMaps(old, item, schema, options, retainKeys);
    if (Object.keys(below).length > 0) changed.push({ ...below, [mergeKey]: key });
  }
  return changed;
}

const hasKey = (list: List, item: Json, mergeKey: string): boolean => {
  const key = keyOfItem(item, mergeKey);
  return list.some((one) => keyOfItem(one, mergeKey) === key);
};

const sortByKey = (list: List, mergeKey: string): List =>
  [...list].sort((a, b) => compare(String(keyOfItem(a, mergeKey)), String(keyOfItem(b, mergeKey))));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isSameOrder = (before: List, after: List, mergeKey: string): boolean =>
  before.length === after.length &&
  after.every(
    (item, index) => keyOfItem(item, mergeKey) === keyOfItem(before[index] ?? null, mergeKey),
  );

function diffScalarLists(
  patch: Draft,
  key: string,
  before: List,
  after: List,
  options: DiffOptions,
): void {
  const added = options.additions ? countedDifference(after, before) : [];
  const deleted = options.deletions
    ? [...new Set(countedDifference(before, after))].sort((a, b) => compare(String(a), String(b)))
    : [];
  if (added.length > 0) patch[key] = sortLike(added, after, '');
  if (deleted.length > 0) patch[`${deleteListPrefix}/${key}`] = deleted;
  const isReordered = options.additions && !isDeepEqual(before, after);
  if (deleted.length > 0 || isReordered) patch[`${orderPrefix}/${key}`] = after;
}

/** Items of one list that the other has fewer times. */
function countedDifference(list: List, other: List): Json[] {
  const rest = [...other];
  return list.filter((item) => {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}
