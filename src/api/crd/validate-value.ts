/**
 * Whether a value is as its schema wants it: type, format, bounds, enumerations, required fields,
 * allOf, anyOf, oneOf, not. Follows kube-openapi pkg/validation/validate and
 * apiextensions-apiserver pkg/apiserver/validation (validation.go, ratcheting.go).
 */
import { isDeepEqual } from '../equal.ts';
import {
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from '../field.ts';
import type { Json, JsonObject } from '../object.ts';
import { isOfFormat } from './formats.ts';
import { goPattern } from './go-pattern.ts';
import { type JsonSchema, fieldOf, isObject } from './json-schema.ts';

/** Findings, and how much was as it should be: alternatives are compared by that. */
interface Findings {
  readonly errors: FieldError[];
  matches: number;
}

interface Walk {
  /** Goes before the paths in errors, not in their words. */
  readonly prefix: string;
  readonly found: Findings;
}

/**
 * All that is wrong with a value. What is the same in `previous` is let be (an object may keep its
 * faults), as far as the two can be laid side by side.
 */
export function validateValue(
  schema: JsonSchema,
  value: Json,
  previous?: Json,
  prefix = '',
): readonly FieldError[] {
  const walk: Walk = { prefix, found: { errors: [], matches: 0 } };
  check(walk, schema, value, '', previous);
  return walk.found.errors;
}

function check(
  walk: Walk,
  schema: JsonSchema,
  value: Json,
  path: string,
  previous: Json | undefined,
): void {
  if (previous !== undefined && isDeepEqual(value, previous)) return;
  checkType(walk, schema, value, path);
  if (value === null) return checkEnum(walk, schema, value, path);
  checkAlternatives(walk, schema, value, path);
  if (typeof value === 'string') checkText(walk, schema, value, path);
  if (typeof value === 'number') checkNumber(walk, schema, value, path);
  if (Array.isArray(value)) checkList(walk, schema, value as readonly Json[], path, previous);
  checkEnum(walk, schema, value, path);
  if (isObject(value)) checkObject(walk, schema, value, path, previous);
}

const fieldAt = ({ prefix }: Walk, path: string): string => {
  const name = path.startsWith('.') ? path.slice(1) : path;
  if (prefix === '') return name === '' ? '<nil>' : name;
  return name === '' ? prefix : `${prefix}.${name}`;
};

function say({ found }: Walk, error: FieldError): void {
  found.errors.push(error);
}

function wrong(walk: Walk, path: string, value: Json, words: string): void {
  say(walk, invalid(fieldAt(walk, path), value, `${path} in body ${words}`));
}

/** A fault that belongs to no field in particular: Go's nil path. */
function wrongAsWhole(walk: Walk, words: string): void {
  say(walk, invalid(walk.prefix === '' ? '<nil>' : walk.prefix, '', words));
}

const typeNameOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

function checkType(walk: Walk, schema: JsonSchema, value: Json, path: string): void {
  const types =
    schema['x-kubernetes-int-or-string'] === true
      ? ['integer', 'string']
      : schema.type === undefined
        ? []
        : [schema.type];
  const actual = typeNameOf(value);
  walk.found.matches += 1;
  if (types.length === 0 || types.includes(actual)) {
    if (actual === 'string') checkFormat(walk, schema, value as string, path);
    return;
  }
  if (value === null && schema.nullable === true) return;
  if (actual === 'integer' && types.includes('number')) return;
  const words = `must be of type ${types.join(',')}: "${actual}"`;
  say(walk, typeInvalid(fieldAt(walk, path), actual, `${path} in body ${words}`));
}

function checkFormat(walk: Walk, { format }: JsonSchema, text: string, path: string): void {
  if (format === undefined || isOfFormat(format, text)) return;
  const words = `${path} in body must be of type ${format}: ${JSON.stringify(text)}`;
  say(walk, typeInvalid(fieldAt(walk, path), text, words));
}

function checkText(walk: Walk, schema: JsonSchema, text: string, path: string): void {
  const { maxLength, minLength, pattern } = schema;
  // Go counts code points here, whatever the word says.
  const length = maxLength === undefined && minLength === undefined ? 0 : [...text].length;
  if (maxLength !== undefined && length > maxLength) {
    say(walk, tooLong(fieldAt(walk, path), maxLength));
  } else if (minLength !== undefined && length < minLength) {
    wrong(walk, path, text, `should be at least ${minLength} chars long`);
  } else if (pattern !== undefined && goPattern(pattern)?.test(text) === false) {
    wrong(walk, path, text, `should match '${pattern}'`);
  } else walk.found.matches += 1;
}

function checkNumber(walk: Walk, schema: JsonSchema, value: number, path: string): void {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  const before = walk.found.errors.length;
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    wrong(walk, path, value, `should be a multiple of ${multipleOf}`);
  }
  if (maximum !== undefined) {
    if (exclusiveMaximum === true ? value >= maximum : value > maximum) {
      const bound = exclusiveMaximum === true ? 'less than' : 'less than or equal to';
      wrong(walk, path, value, `should be ${bound} ${maximum}`);
    }
  }
  if (minimum !== undefined) {
    if (exclusiveMinimum === true ? value <= minimum : value < minimum) {
      const bound = exclusiveMinimum === true ? 'greater than' : 'greater than or equal to';
      wrong(walk, path, value, `should be ${bound} ${minimum}`);
    }
  }
  if (walk.found.errors.length === before) walk.found.matches += 1;
}

function checkEnum(walk: Walk, schema: JsonSchema, value: Json, path: string): void {
  const values = schema.enum;
  if (values === undefined) return;
  if (values.some((one) => isDeepEqual(one, value))) {
    walk.found.matches += 1;
    return;
  }
  const texts = values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  say(walk, notSupported(fieldAt(walk, path), value, texts));
}

function checkList(
  walk: Walk,
  schema: JsonSchema,
  list: readonly Json[],
  path: string,
  previous: Json | undefined,
): void {
  const { items, minItems, maxItems, uniqueItems } = schema;
  if (items !== undefined) {
    const olds = oldItems(schema, previous);
    list.forEach((item, i) => check(walk, items, item, `${path}[${i}]`, olds?.(item)));
  }
  if (minItems !== undefined && list.length < minItems) {
    wrong(walk, path, list.length, `should have at least ${minItems} items`);
  }
  if (maxItems !== undefined && list.length > maxItems) {
    say(walk, tooMany(fieldAt(walk, path), list.length, maxItems));
  }
  if (uniqueItems === true && new Set(list.map((item) => JSON.stringify(item))).size < list.length)
    wrong(walk, path, list as Json, "shouldn't contain duplicates");
  walk.found.matches += 1;
}

/** Only items that have keys can be found again in the list as it was. */
function oldItems(
  schema: JsonSchema,
  previous: Json | undefined,
): ((item: Json) => Json | undefined) | undefined {
  if (!Array.isArray(previous) || schema['x-kubernetes-list-type'] !== 'map') return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return (item) =>
    (previous as readonly Json[]).find(
      (old) => isObject(old) && isObject(item) && keys.every((key) => old[key] === item[key]),
    );
}

function checkObject(
  walk: Walk,
  schema: JsonSchema,
  object: JsonObject,
  path: string,
  previous: Json | undefined,
): void {
  const { minProperties, maxProperties, additionalProperties, properties } = schema;
  const keys = Object.keys(object);
  if (minProperties !== undefined && keys.length < minProperties) {
    wrong(walk, path, keys.length, `should have at least ${minProperties} properties`);
  }
  if (maxProperties !== undefined && keys.length > maxProperties) {
    say(walk, tooMany(fieldAt(walk, path), keys.length, maxProperties));
  }
  const old = isObject(previous) ? previous : undefined;
  for (const key of keys) {
    const where = path === '' ? key : `${path}.${key}`;
    const field = fieldOf(schema, key);
    if (field !== undefined) check(walk, field, object[key] as Json, where, old?.[key]);
    else if (additionalProperties === false && properties !== undefined) {
      wrong(walk, path, '', `is a forbidden property`);
    }
  }
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(object, key) && object[key] !== undefined) continue;
    say(walk, required(fieldAt(walk, path === '' ? key : `${path}.${key}`)));
  }
  walk.found.matches += 1;
}

function attempt(walk: Walk, schema: JsonSchema, value: Json, path: string): Findings {
  const trial: Walk = { ...walk, found: { errors: [], matches: 0 } };
  check(trial, schema, value, path, undefined);
  return trial.found;
}

/** The alternative that came nearest; undefined once one fits. */
const nearest = (all: readonly Findings[]): Findings | undefined =>
  all.reduce<Findings | undefined>(
    (best, one) => (best === undefined || one.matches > best.matches ? one : best),
    undefined,
  );

function checkAlternatives(walk: Walk, schema: JsonSchema, value: Json, path: string): void {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  const name = JSON.stringify(path);
  if (anyOf.length > 0) {
    const all = anyOf.map((one) => attempt(walk, one, value, path));
    if (all.every(({ errors }) => errors.length > 0)) {
      wrongAsWhole(walk, `${name} must validate at least one schema (anyOf)`);
      walk.found.errors.push(...(nearest(all)?.errors ?? []));
    }
  }
  if (oneOf.length > 0) checkOneOf(walk, oneOf, value, path, name);
  if (allOf.length > 0) {
    const all = allOf.map((one) => attempt(walk, one, value, path));
    for (const { errors } of all) walk.found.errors.push(...errors);
    const valid = all.filter(({ errors }) => errors.length === 0).length;
    if (valid < all.length) {
      const more = valid === 0 ? '. None validated' : '';
      wrongAsWhole(walk, `${name} must validate all the schemas (allOf)${more}`);
    }
  }
  if (not !== undefined && attempt(walk, not, value, path).errors.length === 0) {
    wrongAsWhole(walk, `${name} must not validate the schema (not)`);
  }
  walk.found.matches += 1;
}

function checkOneOf(
  walk: Walk,
  oneOf: readonly JsonSchema[],
  value: Json,
  path: string,
  name: string,
): void {
  const all = oneOf.map((one) => attempt(walk, one, value, path));
  const valid = all.filter(({ errors }) => errors.length === 0).length;
  if (valid === 1) return;
  const more = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
  wrongAsWhole(walk, `${name} must validate one and only one schema (oneOf). ${more}`);
  if (valid === 0) walk.found.errors.push(...(nearest(all)?.errors ?? []));
}
