/**
 * A schema's types as CEL sees them, and data as CEL values: whole numbers apart from others,
 * moments and durations as such, names that are no identifiers escaped.
 * Follows apiserver pkg/cel/common/{schemas,values}.go and pkg/cel/escaping.go.
 */
import { Environment } from '@marcbachmann/cel-js';
import { type JsonSchema, isObject, valuesOf } from '../crd/json-schema.ts';
import type { Json, JsonObject } from '../object.ts';

const reserved = new Set(
  (
    'true false null in as break const continue else for function if import let loop package ' +
    'namespace return var void while'
  ).split(' '),
);

/** A field's name as an identifier: `a-b` is `a__dash__b`, `namespace` is `__namespace__`. */
export function escapeName(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  if (!/__|[./-]/.test(name)) return name;
  return name
    .replace(/__/g, '__underscores__')
    .replace(/\./g, '__dot__')
    .replace(/-/g, '__dash__')
    .replace(/\//g, '__slash__');
}

const metadataSchema: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, generateName: { type: 'string' } },
};

/** What every resource has, beside what its schema says. */
export const asResource = (schema: JsonSchema): JsonSchema => ({
  ...schema,
  properties: {
    ...schema.properties,
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: metadataSchema,
  },
});

const isResource = (schema: JsonSchema): boolean =>
  schema['x-kubernetes-embedded-resource'] === true;

/** Registers a schema's objects as types of that name and below; returns the type. */
export function declareSchema(environment: Environment, name: string, given: JsonSchema): string {
  const schema = isResource(given) ? asResource(given) : given;
  if (schema['x-kubernetes-int-or-string'] === true) return 'dyn';
  switch (schema.type) {
    case 'string':
      return textType(schema.format);
    case 'integer':
      return 'int';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    case 'array':
      return `list<${declareSchema(environment, `${name}.items`, schema.items ?? {})}>`;
    case 'object':
      return declareObject(environment, name, schema);
    default:
      return 'dyn';
  }
}

function textType(format: string | undefined): string {
  if (format === 'date' || format === 'date-time') return 'google.protobuf.Timestamp';
  if (format === 'duration') return 'google.protobuf.Duration';
  return format === 'byte' ? 'bytes' : 'string';
}

function declareObject(environment: Environment, name: string, schema: JsonSchema): string {
  const values = valuesOf(schema);
  if (values !== undefined) {
    return `map<string, ${declareSchema(environment, `${name}.values`, values)}>`;
  }
  const { properties } = schema;
  if (properties === undefined) return 'dyn';
  const fields: Record<string, string> = {};
  for (const key of Object.keys(properties)) {
    const field = properties[key] as JsonSchema;
    fields[escapeName(key)] = declareSchema(environment, `${name}.${typeName(key)}`, field);
  }
  environment.registerType({ name, schema: fields });
  return name;
}

const typeName = (key: string): string => escapeName(key).replace(/\W/g, '_');

/** Data as CEL values. */
export function toCel(given: JsonSchema | undefined, value: Json | undefined): unknown {
  if (value === null || value === undefined) return null;
  const schema = given !== undefined && isResource(given) ? asResource(given) : given;
  if (typeof value === 'number') return numberOf(schema, value);
  if (typeof value === 'string') return textOf(schema, value);
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((one) => toCel(schema?.items, one));
  return isObject(value) ? objectOf(schema, value) : value;
}

function numberOf(schema: JsonSchema | undefined, value: number): unknown {
  const isWhole = schema?.type !== 'number' && Number.isInteger(value);
  return isWhole ? BigInt(value) : value;
}

const converter = new Environment({ unlistedVariablesAreDyn: true });
const timeOf = converter.parse('timestamp(string(x))');
const durationOf = converter.parse('duration(string(x))');
const bytesOf = converter.parse('bytes(string(x))');

function textOf(schema: JsonSchema | undefined, text: string): unknown {
  try {
    if (schema?.format === 'date-time') return timeOf({ x: text });
    if (schema?.format === 'date') return timeOf({ x: `${text}T00:00:00Z` });
    if (schema?.format === 'duration') return durationOf({ x: text });
    if (schema?.format === 'byte') return bytesOf({ x: text });
  } catch {
    // The schema has already said what is wrong with it.
  }
  return text;
}

function objectOf(schema: JsonSchema | undefined, object: JsonObject): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const { properties } = schema ?? {};
  if (properties === undefined) {
    const values = schema === undefined ? undefined : valuesOf(schema);
    for (const key of Object.keys(object)) found[key] = toCel(values, object[key]);
    return found;
  }
  for (const key of Object.keys(properties)) {
    const value = object[key];
    if (value !== undefined) found[escapeName(key)] = toCel(properties[key], value);
  }
  return found;
}
