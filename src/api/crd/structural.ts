/**
 * Whether a schema is structural: its types stand outside of allOf, anyOf, oneOf and not, and all
 * that is said within those is about fields that stand outside, too.
 * Follows apiextensions-apiserver pkg/apiserver/schema/{validation,complete}.go.
 */
import { isDeepEqual } from '../equal.ts';
import {
  type FieldError,
  at,
  child,
  fieldErrorText,
  forbidden,
  invalid,
  required,
} from '../field.ts';
import type { Json } from '../object.ts';
import { goPattern } from './go-pattern.ts';
import { type JsonSchema, valuesOf } from './json-schema.ts';

type Level = 'root' | 'item' | 'field';

/** All that is wrong, in the order of the alphabet, as upstream sorts it. */
export function validateStructural(schema: JsonSchema, path: string): readonly FieldError[] {
  const errors = [...invariants(schema, 'root', path), ...completeness(schema, schema, path, path)];
  const text = new Map(errors.map((error) => [error, fieldErrorText(error)]));
  return errors.sort((a, b) => {
    const [one, other] = [text.get(a) ?? '', text.get(b) ?? ''];
    return one < other ? -1 : one > other ? 1 : 0;
  });
}

const properties = (path: string, name: string): string => at(child(path, 'properties'), name);

function invariants(schema: JsonSchema | undefined, level: Level, path: string): FieldError[] {
  if (schema === undefined) return [];
  const errors: FieldError[] = [];
  if (schema.type === 'array' && schema.items === undefined) {
    errors.push(required(child(path, 'items'), 'must be specified'));
  }
  errors.push(...invariants(schema.items, 'item', child(path, 'items')));
  for (const name of Object.keys(schema.properties ?? {})) {
    errors.push(...invariants(schema.properties?.[name], 'field', properties(path, name)));
  }
  const below = child(path, 'additionalProperties');
  if (schema.additionalProperties !== undefined && level === 'root') {
    errors.push(forbidden(below, 'must not be used at the root'));
  }
  errors.push(...invariants(valuesOf(schema), 'field', below));
  errors.push(...extensionErrors(schema, path));
  const isAnyOf = isDeepEqual(schema.anyOf ?? null, intOrString);
  const isAllOf = isDeepEqual(schema.allOf?.[0]?.anyOf ?? null, intOrString);
  errors.push(...valueErrors(schema, isAnyOf, isAllOf, path));
  errors.push(...typeErrors(schema, level, path), ...metaErrors(schema, level, path));
  return errors;
}

const intOrString: Json = [{ type: 'integer' }, { type: 'string' }];

function extensionErrors(schema: JsonSchema, path: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return [];
  const words = 'must be false if x-kubernetes-int-or-string is true';
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((name) => schema[name] === true)
    .map((name) => invalid(child(path, name), true, words));
}

const isEmbedded = (schema: JsonSchema): boolean =>
  schema['x-kubernetes-embedded-resource'] === true;
const preserves = (schema: JsonSchema): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true;

const emptyWords: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function typeErrors(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const where = child(path, 'type');
  const { type = '' } = schema;
  const errors: FieldError[] = [];
  if (isEmbedded(schema) && type !== 'object') {
    const words = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(where, words) : invalid(where, type, words));
  } else if (type === '' && schema['x-kubernetes-int-or-string'] !== true && !preserves(schema)) {
    errors.push(required(where, emptyWords[level]));
  }
  if (isEmbedded(schema) && schema.additionalProperties !== undefined) {
    const words = 'must not be used if x-kubernetes-embedded-resource is set';
    errors.push(forbidden(child(path, 'additionalProperties'), words));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalid(where, type, 'must be object at the root'));
  }
  return errors;
}

/** Of its metadata, a schema says no more than how names look. */
function metaErrors(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const fields = schema.properties ?? {};
  const isResource = level === 'root' || isEmbedded(schema);
  for (const name of ['kind', 'apiVersion']) {
    const type = fields[name]?.type ?? '';
    if (!isResource || fields[name] === undefined || type === 'string') continue;
    errors.push(invalid(child(properties(path, name), 'type'), type, 'must be string'));
  }
  const { metadata } = fields;
  const where = properties(path, 'metadata');
  if (metadata !== undefined && isResource && metadata.type !== 'object') {
    errors.push(invalid(child(where, 'type'), metadata.type ?? '', 'must be object'));
  }
  if (metadata !== undefined && level === 'root' && saysMore(metadata)) {
    const words =
      'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(where, words));
  }
  if (isEmbedded(schema) && !preserves(schema) && Object.keys(fields).length === 0) {
    const words =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(child(path, 'properties'), words));
  }
  return errors;
}

function saysMore({ type: _, default: __, ...rest }: JsonSchema): boolean {
  const names = Object.keys(rest.properties ?? {});
  const isNames = names.every((name) => name === 'name' || name === 'generateName');
  return Object.keys(rest).some((key) => key !== 'properties') || !isNames;
}

function valueErrors(
  schema: JsonSchema,
  skipsAnyOf: boolean,
  skipsAllOf: boolean,
  path: string,
): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const errors: FieldError[] = [];
  if (!skipsAnyOf) {
    errors.push(
      ...anyOf.flatMap((one, i) => nestedErrors(one, false, at(child(path, 'anyOf'), i))),
    );
  }
  allOf.forEach((one, i) => {
    errors.push(...nestedErrors(one, skipsAllOf && i === 0, at(child(path, 'allOf'), i)));
  });
  errors.push(...oneOf.flatMap((one, i) => nestedErrors(one, false, at(child(path, 'oneOf'), i))));
  errors.push(...nestedErrors(not, false, child(path, 'not')));
  if (pattern !== undefined && pattern !== '' && goPattern(pattern) === undefined) {
    const words = `must be a valid regular expression, but isn't: error parsing regexp: \`${pattern}\``;
    errors.push(invalid(child(path, 'pattern'), pattern, words));
  }
  return errors;
}

/** What may not be said within allOf, anyOf, oneOf and not: name → how it has to be. */
const forbiddenNested: readonly (readonly [keyof JsonSchema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function nestedErrors(
  schema: JsonSchema | undefined,
  skipsAnyOf: boolean,
  path: string,
): FieldError[] {
  if (schema === undefined) return [];
  const errors = [
    ...valueErrors(schema, skipsAnyOf, false, path),
    ...nestedErrors(schema.items, false, child(path, 'items')),
  ];
  for (const name of Object.keys(schema.properties ?? {})) {
    errors.push(...nestedErrors(schema.properties?.[name], false, properties(path, name)));
  }
  for (const [name, words] of forbiddenNested) {
    const value = schema[name];
    if (value === undefined || value === '' || value === false) continue;
    errors.push(forbidden(child(path, name), words));
  }
  if (schema.properties?.['metadata'] !== undefined) {
    const words = 'must not be specified in a nested context';
    errors.push(forbidden(properties(path, 'metadata'), words));
  }
  return errors;
}

/** What is said of a field within must be about one that stands outside. */
function completeness(
  nested: JsonSchema,
  schema: JsonSchema | undefined,
  path: string,
  from: string,
): FieldError[] {
  const { not, allOf = [], anyOf = [], oneOf = [] } = nested;
  const below = (one: JsonSchema | undefined, where: string): FieldError[] =>
    one === undefined ? [] : nestedCompleteness(one, schema, path, where);
  return [
    ...below(not, child(from, 'not')),
    ...allOf.flatMap((one, i) => below(one, at(child(from, 'allOf'), i))),
    ...anyOf.flatMap((one, i) => below(one, at(child(from, 'anyOf'), i))),
    ...oneOf.flatMap((one, i) => below(one, at(child(from, 'oneOf'), i))),
  ];
}

function nestedCompleteness(
  nested: JsonSchema,
  schema: JsonSchema | undefined,
  path: string,
  from: string,
): FieldError[] {
  if (schema === undefined) return [required(path, `because it is defined in ${from}`)];
  const errors = completeness(nested, schema, path, from);
  if (nested.items !== undefined) {
    const [where, source] = [child(path, 'items'), child(from, 'items')];
    errors.push(...nestedCompleteness(nested.items, schema.items, where, source));
  }
  for (const name of Object.keys(nested.properties ?? {})) {
    const field = nested.properties?.[name] as JsonSchema;
    const [where, source] = [properties(path, name), properties(from, name)];
    errors.push(...nestedCompleteness(field, schema.properties?.[name], where, source));
  }
  return errors;
}
