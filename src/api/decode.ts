/**
 * From what a client sent to what the API server keeps: types checked, unknown fields found and
 * dropped, quantities and times in canonical form, zero values shown or left out as Go's structs
 * show them. Follows apimachinery pkg/runtime/serializer/json and sigs.k8s.io/json (v0.33).
 */
import { formatMicroTime, formatTime, parseTime } from '../kernel/calendar.ts';
import { goQuote } from './go-text.ts';
import type { Json, JsonObject } from './object.ts';
import { ParseError } from './parse-error.ts';
import { canonicalQuantity } from './quantity.ts';
import { fieldsOf, toSchema, type Definition, type Schema } from './schema.ts';
import { goTimeProblem, goTypeOf, restoreProblem } from './go-types.ts';
import { zeroFields, zeroOf } from './zero-values.ts';

/** What a client asks to be done about unknown fields (`fieldValidation`). */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface Decoded {
  /** The very value that was given, if nothing had to change. */
  readonly object: JsonObject;
  /** `unknown field "spec.x"`, at most 100; empty when unknown fields are to be ignored. */
  readonly problems: readonly string[];
  /** What makes the object unreadable, e.g. `json: cannot unmarshal string into Go …`. */
  readonly fatal?: string;
}

/**
 * Reads a value by a schema, or by the name of a definition. Never throws on bad input.
 * @param source what is read: a text, or a map that a patch made (Go has other words for that).
 */
export function decode(
  schema: Schema | string,
  value: Json,
  mode: FieldValidation = 'Strict',
  source: 'json' | 'map' = 'json',
): Decoded {
  const walk: Walk = {
    source,
    path: [],
    goPath: [],
    struct: '',
    problems: mode === 'Ignore' ? undefined : [],
    fatal: undefined,
  };
  const object = read(walk, toSchema(schema), value) as JsonObject;
  const problems = [...new Set(walk.problems)];
  return walk.fatal === undefined ? { object, problems } : { object, problems, fatal: walk.fatal };
}

/** `strict decoding error: unknown field "a", unknown field "b"`. */
export const strictDecodingError = (problems: readonly string[]): string =>
  `strict decoding error: ${problems.join(', ')}`;

/** The BadRequest text for an object that could not be read. */
export const cannotHandle = (kind: string, version: string, reason: string): string =>
  `${kind} in version ${goQuote(version)} cannot be handled as a ${kind}: ${reason}`;

interface Walk {
  readonly source: 'json' | 'map';
  /** For unknown fields: `spec`, `containers`, 0. Made into a text only when there is one. */
  readonly path: (string | number)[];
  /** For type errors: field names only. */
  readonly goPath: string[];
  /** The innermost struct's definition, such as `core.v1.PodSpec`. */
  struct: string;
  /** Undefined if unknown fields are not to be reported. */
  readonly problems: string[] | undefined;
  fatal: string | undefined;
}

function read(walk: Walk, schema: Schema, value: Json): Json {
  switch (schema.type) {
    case 'object':
      return isObject(value) ? readObject(walk, schema, value) : wrong(walk, schema, value);
    case 'list':
      return Array.isArray(value) ? readList(walk, schema, value) : wrong(walk, schema, value);
    case 'map':
      return isObject(value) ? readMap(walk, schema, value) : wrong(walk, schema, value);
    case 'string':
      return typeof value === 'string' ? value : wrong(walk, schema, value);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(walk, schema, value);
    case 'number':
      return typeof value === 'number' ? value : wrong(walk, schema, value);
    case 'integer':
      return isInteger(value, schema.bits) ? value : wrong(walk, schema, value);
    case 'int-or-string':
      return typeof value === 'string' || isInteger(value, 32) ? value : wrong(walk, schema, value);
    case 'bytes':
      return readBytes(walk, schema, value);
    case 'quantity':
      return readQuantity(walk, value);
    case 'time':
    case 'micro-time':
      return readTime(walk, schema, value);
    case 'free':
      return isObject(value) ? value : wrong(walk, schema, value);
    case 'any':
      return value;
  }
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isInteger = (value: Json, bits: 32 | 64 = 64): value is number =>
  typeof value === 'number' &&
  Number.isInteger(value) &&
  (bits === 64 ? Math.abs(value) <= 2 ** 63 : value >= -(2 ** 31) && value < 2 ** 31);

function readObject(walk: Walk, schema: Schema, value: JsonObject): JsonObject {
  const definition = schema.definition?.();
  if (definition === undefined) return value;
  const outer = walk.struct;
  let copy: Record<string, Json> | undefined;
  for (const key in value) {
    const before = value[key];
    const field = definition.fields.get(key);
    walk.struct = definition.name;
    const after = field === undefined ? unknown(walk, key) : readField(walk, field, key, before);
    if (after === before) continue;
    copy ??= { ...value } as Record<string, Json>;
    if (after === undefined) delete copy[key];
    else copy[key] = after;
  }
  walk.struct = outer;
  const isRootMetadata = walk.goPath.length === 1 && definition.name === metadataName;
  return isRootMetadata ? (copy ?? value) : fill(definition, value, copy);
}

// What Go would add to it is the creation time, and that is the server's to say.
const metadataName = 'meta.v1.ObjectMeta';

function unknown(walk: Walk, key: string): undefined {
  if (walk.problems === undefined || walk.problems.length >= 100) return;
  let path = '';
  for (const part of walk.path) path += typeof part === 'number' ? `[${part}]` : `.${part}`;
  walk.problems.push(`unknown field ${goQuote(path === '' ? key : `${path.slice(1)}.${key}`)}`);
}

function readField(
  walk: Walk,
  field: Schema,
  key: string,
  value: Json | undefined,
): Json | undefined {
  if (value === undefined || value === null) return undefined;
  walk.path.push(key);
  walk.goPath.push(key);
  const after = read(walk, field, value);
  walk.path.pop();
  walk.goPath.pop();
  return isLeftOut(field, after) ? undefined : after;
}

/** Go's omitempty: lists and maps that are empty, scalars that are zero (if not pointers). */
function isLeftOut(field: Schema, value: Json): boolean {
  if (field.presence === 'omit-zero') return value === '' || value === 0 || value === false;
  if (field.presence !== 'optional') return false;
  if (field.type === 'list') return (value as readonly Json[]).length === 0;
  if (field.type !== 'map') return false;
  for (const _ in value as JsonObject) return false;
  return true;
}

/** Adds what Go would show of fields that were not set. */
function fill(
  definition: Definition,
  value: JsonObject,
  changed: Record<string, Json> | undefined,
): JsonObject {
  let copy = changed;
  for (const [key, zero] of zeroFields(definition)) {
    if ((copy ?? value)[key] !== undefined) continue;
    copy ??= { ...value } as Record<string, Json>;
    copy[key] = zero;
  }
  return copy ?? value;
}

function readList(walk: Walk, schema: Schema, list: readonly Json[]): Json {
  const item = schema.item;
  if (item === undefined) return list;
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i] as Json;
    walk.path.push(i);
    const after = before === null ? (zeroOf(item) ?? null) : read(walk, item, before);
    walk.path.pop();
    if (after === before) continue;
    copy ??= [...list];
    copy[i] = after;
  }
  return copy ?? list;
}

function readMap(walk: Walk, schema: Schema, map: JsonObject): Json {
  const item = schema.item;
  if (item === undefined) return map;
  let copy: Record<string, Json> | undefined;
  for (const key in map) {
    const before = map[key];
    if (before === undefined) continue;
    walk.path.push(key);
    const after = before === null ? (zeroOf(item) ?? null) : read(walk, item, before);
    walk.path.pop();
    if (after === before) continue;
    copy ??= { ...map } as Record<string, Json>;
    copy[key] = after;
  }
  return copy ?? map;
}

function readQuantity(walk: Walk, value: Json): Json {
  const text =
    typeof value === 'string' || typeof value === 'number'
      ? String(value).trim()
      : JSON.stringify(value);
  try {
    return canonicalQuantity(text);
  } catch (problem) {
    if (!(problem instanceof ParseError)) throw problem;
    walk.fatal ??= problem.message;
    return value;
  }
}

function readTime(walk: Walk, schema: Schema, value: Json): Json {
  if (typeof value !== 'string') return wrong(walk, schema, value);
  if (schema.type === 'time' && canonicalTimes.has(value)) return value;
  const ms = parseTime(value);
  if (ms === undefined) {
    walk.fatal ??= goTimeProblem(value, schema.type === 'micro-time');
    return value;
  }
  if (schema.type === 'time') return canonicalTime(value, ms);
  // Six decimals are kept as they are: a float of milliseconds may not hold them.
  return /\.\d{6}Z$/.test(value) ? value : formatMicroTime(ms);
}

/** The canonical text; those of late are known, for they come again with every change. */
function canonicalTime(value: string, ms: number): string {
  const text = formatTime(ms);
  if (canonicalTimes.size >= canonicalTimesMax) canonicalTimes.clear();
  if (text === value) canonicalTimes.add(text);
  return text;
}
const canonicalTimes = new Set<string>();
const canonicalTimesMax = 500;

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function readBytes(walk: Walk, schema: Schema, value: Json): Json {
  if (typeof value !== 'string') return wrong(walk, schema, value);
  const text = value.replace(/[\r\n]/g, '');
  if (base64.test(text)) return text;
  const bad = text.search(/[^A-Za-z0-9+/]/);
  const at = bad < 0 || text[bad] === '=' ? text.length - (text.length % 4) : bad;
  walk.fatal ??= `illegal base64 data at input byte ${at}`;
  return value;
}

/** A value of the wrong type: the first one is what the client hears of. */
function wrong(walk: Walk, schema: Schema, value: Json): Json {
  if (walk.source === 'map') {
    walk.fatal ??= restoreProblem(schema, value);
    return value;
  }
  const where =
    walk.goPath.length === 0
      ? 'Go value'
      : `Go struct field ${lastPart(walk.struct)}.${walk.goPath.join('.')}`;
  walk.fatal ??= `json: cannot unmarshal ${valueName(schema, value)} into ${where} of type ${goTypeOf(schema)}`;
  return value;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

function valueName(schema: Schema, value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'number') return typeof value;
  const isNumeric = schema.type === 'integer' || schema.type === 'int-or-string';
  return isNumeric ? `number ${value}` : 'number';
}

/** Names of required fields that are absent at the top of an object: a quick look for editors. */
export const missingRequired = (schema: Schema | string, value: JsonObject): readonly string[] =>
  [...fieldsOf(toSchema(schema))]
    .filter(([key, field]) => field.required === true && value[key] === undefined)
    .map(([key]) => key);
