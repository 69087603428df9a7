/**
 * JSON merge patches (RFC 7386): applied, and made as kubectl makes them for kinds without a
 * schema. Follows apimachinery pkg/util/jsonmergepatch/patch.go.
 */
import { isDeepEqual } from '../equal.ts';
import type { Json, JsonObject } from '../object.ts';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with the patch on it. Shares with `current` all that the patch does not touch. */
export function mergePatch(current: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const base: JsonObject = isObject(current) ? current : {};
  let result: Record<string, Json> | undefined;
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === undefined) continue;
    const before = base[key];
    const after = value === null ? undefined : mergePatch(before, value);
    if (after === before && isObject(current)) continue;
    result ??= { ...base } as Record<string, Json>;
    if (after === undefined) delete result[key];
    else result[key] = after;
  }
  return result ?? base;
}

/** The merge patch that makes `modified` of `original`. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(modified)) {
    const after = modified[key];
    const before = original[key];
    if (after === undefined || isDeepEqual(before, after)) continue;
    if (!isObject(before) || !isObject(after)) patch[key] = after;
    else patch[key] = createMergePatch(before, after);
  }
  for (const key of Object.keys(original)) {
    if (original[key] !== undefined && modified[key] === undefined) patch[key] = null;
  }
  return patch;
}

/**
 * kubectl apply on kinds without a schema: what `modified` changes of `current`, and what it
 * dropped since `original` (the last applied configuration).
 */
export function createThreeWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const changes = keepNulls(createMergePatch(current, modified), false);
  const deletions = keepNulls(createMergePatch(original, modified), true);
  return mergeKeepingNulls(deletions, changes);
}

/** Either only the nulls of a patch (with the objects around them), or all but the nulls. */
function keepNulls(patch: JsonObject, nulls: boolean): JsonObject {
  const kept: Record<string, Json> = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === undefined) continue;
    if (value === null) {
      if (nulls) kept[key] = null;
    } else if (isObject(value)) {
      const below = keepNulls(value, nulls);
      if (Object.keys(below).length > 0 || (!nulls && Object.keys(value).length === 0)) {
        kept[key] = below;
      }
    } else if (!nulls) kept[key] = value;
  }
  return kept;
}

function mergeKeepingNulls(base: JsonObject, over: JsonObject): JsonObject {
  const merged = { ...base } as Record<string, Json>;
  for (const key of Object.keys(over)) {
    const value = over[key];
    const before = merged[key];
    if (value === undefined) continue;
    merged[key] = isObject(before) && isObject(value) ? mergeKeepingNulls(before, value) : value;
  }
  return merged;
}
