/**
 * Fills in a structural schema's defaults. A null where none is allowed counts as absent: it takes
 * the default, or goes. Follows apiextensions-apiserver pkg/apiserver/schema/defaulting
 * (algorithm.go, prunenulls.go).
 */
import type { Json, JsonObject } from '../object.ts';
import { type JsonSchema, fieldOf, isObject, valuesOf } from './json-schema.ts';

/** The value itself if nothing had to change. */
export function fillDefaults(schema: JsonSchema | undefined, value: Json): Json {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return fillList(schema, value as readonly Json[]);
  return isObject(value) ? fillObject(schema, value) : value;
}

const isBadNull = (value: Json | undefined, { nullable }: JsonSchema): boolean =>
  value === null && nullable !== true;

function fillList(schema: JsonSchema, list: readonly Json[]): Json {
  const { items } = schema;
  if (items === undefined) return list;
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i] as Json;
    const isFilled = isBadNull(before, items) && items.default !== undefined;
    const after = fillDefaults(items, isFilled ? (items.default as Json) : before);
    if (after === before) continue;
    copy ??= [...list];
    copy[i] = after;
  }
  return copy ?? list;
}

function fillObject(schema: JsonSchema, object: JsonObject): JsonObject {
  let copy: Record<string, Json> | undefined;
  const { properties = {} } = schema;
  for (const key in properties) {
    const field = properties[key] as JsonSchema;
    if (field.default === undefined) continue;
    if (Object.hasOwn(object, key) && !isBadNull(object[key], field)) continue;
    copy ??= { ...object } as Record<string, Json>;
    copy[key] = field.default;
  }
  for (const key in copy ?? object) {
    const before = (copy ?? object)[key] as Json;
    const field = fieldOf(schema, key);
    if (field === undefined) continue;
    const after = filledField(schema, field, before);
    if (after === before) continue;
    copy ??= { ...object } as Record<string, Json>;
    if (after === undefined) delete copy[key];
    else copy[key] = after;
  }
  return copy ?? object;
}

function filledField(schema: JsonSchema, field: JsonSchema, value: Json): Json | undefined {
  if (!isBadNull(value, field)) return fillDefaults(field, value);
  return field === valuesOf(schema) ? field.default : undefined;
}
