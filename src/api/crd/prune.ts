/**
 * Drops what a structural schema does not know, and says what that was.
 * Follows apiextensions-apiserver pkg/apiserver/schema/pruning/algorithm.go.
 */
import type { Json, JsonObject } from '../object.ts';
import { type JsonSchema, isObject, resourceFields, valuesOf } from './json-schema.ts';

/** Paths of unknown fields, such as `spec.list[0].x`. */
export interface Pruned {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
}

/** A whole resource: its apiVersion, kind and metadata stay. */
export function prune(schema: JsonSchema, object: JsonObject): Pruned {
  const unknown: string[] = [];
  return { object: pruneObject(schema, object, '', unknown, true), unknown };
}

/** Any value, such as a default. */
export function pruneValue(schema: JsonSchema | undefined, value: Json): Json {
  return pruneAny(schema, value, '', []);
}

function pruneAny(
  schema: JsonSchema | undefined,
  value: Json,
  path: string,
  unknown: string[],
): Json {
  if (Array.isArray(value)) return pruneList(schema, value as readonly Json[], path, unknown);
  if (!isObject(value)) return value;
  const isResource = schema?.['x-kubernetes-embedded-resource'] === true;
  return pruneObject(schema, value, path, unknown, isResource);
}

function pruneList(
  schema: JsonSchema | undefined,
  list: readonly Json[],
  path: string,
  unknown: string[],
): Json {
  const preserves = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  if (preserves && schema?.items === undefined) return list;
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i] as Json;
    const after = pruneAny(schema?.items, before, `${path}[${i}]`, unknown);
    if (after === before) continue;
    copy ??= [...list];
    copy[i] = after;
  }
  return copy ?? list;
}

function pruneObject(
  schema: JsonSchema | undefined,
  object: JsonObject,
  path: string,
  unknown: string[],
  isResource: boolean,
): JsonObject {
  const preserves = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  let copy: Record<string, Json> | undefined;
  for (const key in object) {
    const before = object[key] as Json;
    if (isResource && resourceFields.has(key)) continue;
    const where = path === '' ? key : `${path}.${key}`;
    const { properties, additionalProperties } = schema ?? {};
    const field =
      properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    let after: Json | undefined;
    if (field !== undefined) after = pruneAny(field, before, where, unknown);
    else if (additionalProperties !== undefined && additionalProperties !== false) {
      after = pruneAny(valuesOf(schema ?? {}), before, where, unknown);
    } else if (preserves) continue;
    else unknown.push(where);
    if (after === before) continue;
    copy ??= { ...object } as Record<string, Json>;
    if (after === undefined) delete copy[key];
    else copy[key] = after;
  }
  return copy ?? object;
}
