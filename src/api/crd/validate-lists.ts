/**
 * Lists that are sets or maps hold nothing twice.
 * Follows apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go.
 */
import { type FieldError, at, child, duplicate, invalid } from '../field.ts';
import type { Json, JsonObject } from '../object.ts';
import { type JsonSchema, fieldOf, isObject, valuesOf } from './json-schema.ts';

export function validateLists(
  schema: JsonSchema | undefined,
  value: Json,
  path = '',
): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) return validateList(schema, value as readonly Json[], path);
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const field = fieldOf(schema, key);
    const where = field === valuesOf(schema) ? at(path, key) : child(path, key);
    return validateLists(field, value[key] as Json, where);
  });
}

function validateList(schema: JsonSchema, list: readonly Json[], path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  const own =
    type === 'set'
      ? repeated(list).map((i) => duplicate(at(path, i), list[i] as Json))
      : type === 'map'
        ? validateMap(schema, list, path)
        : [];
  return [...own, ...list.flatMap((item, i) => validateLists(schema.items, item, at(path, i)))];
}

function validateMap(schema: JsonSchema, list: readonly Json[], path: string): FieldError[] {
  const wrong = list.findIndex((item) => item !== null && !isObject(item));
  if (wrong >= 0) {
    const words = 'must be an object for an array of list-type map';
    return [invalid(at(path, wrong), list[wrong] as Json, words)];
  }
  const names = schema['x-kubernetes-list-map-keys'] ?? [];
  const keys = list.map((item) => keyOf(names, item as JsonObject | null));
  return repeated(keys).map((i) => duplicate(at(path, i), keys[i] as Json));
}

function keyOf(names: readonly string[], item: JsonObject | null): JsonObject {
  const key: Record<string, Json> = {};
  for (const name of names) {
    const value = item?.[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
}

/** Where something comes for the second time. */
function repeated(list: readonly Json[]): number[] {
  const counts = new Map<string, number>();
  const found: number[] = [];
  list.forEach((item, i) => {
    const text = JSON.stringify(item);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count === 2) found.push(i);
  });
  return found;
}
