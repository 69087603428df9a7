/**
 * Whole resources inside a resource (`x-kubernetes-embedded-resource`): they have an apiVersion, a
 * kind, and metadata in order. Follows apiextensions-apiserver
 * pkg/apiserver/schema/objectmeta/validation.go.
 */
import { type FieldError, at, child, invalid, required } from '../field.ts';
import { isDns1035Label, nameIsPathSegment } from '../names.ts';
import type { Json, JsonObject, ObjectMeta } from '../object.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import { type JsonSchema, fieldOf, isObject, valuesOf } from './json-schema.ts';

export function validateEmbedded(
  schema: JsonSchema | undefined,
  value: Json,
  path = '',
): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item, i) =>
      validateEmbedded(schema.items, item, at(path, i)),
    );
  }
  if (!isObject(value)) return [];
  const own = schema['x-kubernetes-embedded-resource'] === true ? resourceErrors(value, path) : [];
  const below = Object.keys(value).flatMap((key) => {
    const field = fieldOf(schema, key);
    const where = field === valuesOf(schema) ? at(path, key) : child(path, key);
    return validateEmbedded(field, value[key] as Json, where);
  });
  return [...own, ...below];
}

function resourceErrors(object: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['apiVersion', 'kind']) {
    const where = child(path, name);
    const value = object[name];
    if (value === undefined) errors.push(required(where, 'must not be empty'));
    else if (typeof value !== 'string') errors.push(invalid(where, value, 'must be a string'));
    else if (value === '') errors.push(invalid(where, value, 'must not be empty'));
    else if (name === 'kind') errors.push(...kindErrors(value, where));
  }
  const { metadata } = object;
  if (!isObject(metadata)) return errors;
  const meta = { name: 'fakename', ...metadata } as unknown as ObjectMeta;
  const rules = { namespaced: (meta.namespace ?? '') !== '', name: nameIsPathSegment };
  return [...errors, ...validateObjectMeta(meta, rules, child(path, 'metadata'))];
}

function kindErrors(kind: string, path: string): FieldError[] {
  const problems = isDns1035Label(kind.toLowerCase());
  if (problems.length === 0) return [];
  const words = `may have mixed case, but should otherwise match: ${problems.join(',')}`;
  return [invalid(path, kind, words)];
}
