/**
 * What a definition's schema may say at each place, and its rules as far as they can be compiled.
 * Follows apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
 * (ValidateCustomResourceDefinitionOpenAPISchema, specStandardValidatorV3). Cost limits are left
 * out.
 */
import {
  type FieldError,
  at,
  child,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import type { JsonObject } from '../object.ts';
import { readFieldPath } from './field-path.ts';
import { shownRule, shownStrings } from './go-structs.ts';
import { type JsonSchema, type ValidationRule, resourceFields, valuesOf } from './json-schema.ts';
import { compileRules } from './rules.ts';

/** Where in the schema one is. */
interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** Why no default may be set here. */
  readonly noDefault?: string;
  /** Within a resource's apiVersion, kind or metadata. */
  readonly isMeta?: boolean;
  /** From here on an old value cannot be found for a new one. */
  readonly uncorrelated?: string;
  /** Whether rules are compiled: not within allOf and the like. */
  readonly hasRules: boolean;
}

export interface SchemaErrors {
  readonly schema: FieldError[];
  readonly rules: FieldError[];
}

/** @param compiles false where the schema is not structural: its rules are not looked at */
export function checkSchema(schema: JsonSchema, path: string, compiles: boolean): SchemaErrors {
  return check(schema, { path, isRoot: true, hasRules: compiles });
}

function check(schema: JsonSchema | undefined, place: Place): SchemaErrors {
  const errors: SchemaErrors = { schema: [], rules: [] };
  if (schema === undefined) return errors;
  const { path } = place;
  errors.schema.push(...unsupported(schema, place));
  if (schema.uniqueItems === true) {
    const words =
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.schema.push(forbidden(child(path, 'uniqueItems'), words));
  }
  checkBelow(schema, place, errors);
  errors.schema.push(...extensionErrors(schema, path));
  checkRules(schema, place, errors);
  return errors;
}

function add(errors: SchemaErrors, more: SchemaErrors): void {
  errors.schema.push(...more.schema);
  errors.rules.push(...more.rules);
}

function checkBelow(schema: JsonSchema, place: Place, errors: SchemaErrors): void {
  const { path } = place;
  const inner: Place = { ...place, isRoot: false };
  const { additionalProperties, properties = {} } = schema;
  if (additionalProperties !== undefined) {
    const where = child(path, 'additionalProperties');
    if (Object.keys(properties).length > 0 && additionalProperties !== true) {
      errors.schema.push(
        forbidden(where, 'additionalProperties and properties are mutual exclusive'),
      );
    }
    const noDefault = 'inside additionalProperties applying to object metadata';
    const meta = place.isMeta === true ? { noDefault } : {};
    add(errors, check(valuesOf(schema), { ...inner, ...meta, path: where }));
  }
  for (const name of Object.keys(properties)) {
    add(errors, check(properties[name], propertyPlace(schema, place, name)));
  }
  const logical: Place = { ...inner, hasRules: false };
  add(errors, check(schema.not, { ...logical, path: child(path, 'not') }));
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const) {
    schema[name]?.forEach((one, i) => {
      add(errors, check(one, { ...logical, path: at(child(path, name), i) }));
    });
  }
  if (schema.items === undefined || Array.isArray(schema.items)) return;
  const isFound = schema['x-kubernetes-list-type'] === 'map';
  const lost = isFound ? {} : { uncorrelated: place.uncorrelated ?? path };
  add(errors, check(schema.items, { ...inner, ...lost, path: child(path, 'items') }));
}

function propertyPlace(schema: JsonSchema, place: Place, name: string): Place {
  const isMeta =
    (place.isRoot || schema['x-kubernetes-embedded-resource'] === true) && resourceFields.has(name);
  const isAtomic = schema['x-kubernetes-map-type'] === 'atomic';
  return {
    ...place,
    isRoot: false,
    path: at(child(place.path, 'properties'), name),
    ...(isAtomic ? { uncorrelated: place.uncorrelated ?? place.path } : {}),
    ...(isMeta ? { isMeta } : {}),
    ...(isMeta && place.isRoot ? { noDefault: `in top-level ${name}` } : {}),
  };
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function unsupported(schema: JsonSchema, { path, noDefault, isMeta }: Place): FieldError[] {
  const errors: FieldError[] = [];
  const { type } = schema;
  const raw = schema as unknown as JsonObject;
  if (type !== undefined && type !== '' && !types.includes(type)) {
    errors.push(notSupported(child(path, 'type'), type, types));
  }
  if (schema.default !== undefined && noDefault !== undefined) {
    errors.push(forbidden(child(path, 'default'), `must not be set ${noDefault}`));
  }
  for (const name of [
    'id',
    'additionalItems',
    'patternProperties',
    'definitions',
    'dependencies',
    '$ref',
  ]) {
    if (raw[name] !== undefined) {
      errors.push(forbidden(child(path, name), `${name} is not supported`));
    }
  }
  if (type === 'null') {
    const words = 'type cannot be set to null, use nullable as an alternative';
    errors.push(forbidden(child(path, 'type'), words));
  }
  if (Array.isArray(schema.items)) {
    const words = 'items must be a schema object and not an array';
    errors.push(forbidden(child(path, 'items'), words));
  }
  if (isMeta === true && schema['x-kubernetes-embedded-resource'] === true) {
    const words = 'must not be used inside of resource meta';
    errors.push(forbidden(child(path, 'x-kubernetes-embedded-resource'), words));
  }
  return errors;
}

function extensionErrors(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    const where = child(path, 'x-kubernetes-preserve-unknown-fields');
    errors.push(invalid(where, false, 'must be true or undefined'));
  }
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType !== undefined && schema.type !== 'object') {
    errors.push(wrongType(schema, path, 'must be object if x-kubernetes-map-type is specified'));
  }
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(
      notSupported(child(path, 'x-kubernetes-map-type'), mapType, ['atomic', 'granular']),
    );
  }
  return [...errors, ...listErrors(schema, path)];
}

function wrongType({ type = '' }: JsonSchema, path: string, words: string): FieldError {
  const where = child(path, 'type');
  return type === '' ? required(where, words) : invalid(where, type, words);
}

function listErrors(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const where = child(path, 'x-kubernetes-list-type');
  const { items } = schema;
  if (listType !== undefined && schema.type !== 'array') {
    errors.push(wrongType(schema, path, 'must be array if x-kubernetes-list-type is specified'));
  } else if (listType === 'set' && items !== undefined) errors.push(...setErrors(items, path));
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    errors.push(notSupported(where, listType, ['atomic', 'set', 'map']));
  }
  if (keys.length > 0 && listType !== 'map') {
    const words = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(listType === undefined ? required(where, words) : invalid(where, listType, words));
  }
  if (listType === 'map') errors.push(...mapErrors(schema, keys, path));
  if (listType === 'map' || listType === 'set') errors.push(...nullErrors(schema, keys, path));
  return errors;
}

function setErrors(items: JsonSchema, path: string): FieldError[] {
  const words = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items['x-kubernetes-list-type'];
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [invalid(child(path, 'items.x-kubernetes-list-type'), listType, words)];
  }
  if (items.type !== 'object' || items['x-kubernetes-map-type'] === 'atomic') return [];
  return [invalid(child(path, 'items.x-kubernetes-map-type'), listType ?? null, words)];
}

function mapErrors(schema: JsonSchema, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { items } = schema;
  const where = child(path, 'x-kubernetes-list-map-keys');
  if (keys.length === 0) {
    errors.push(required(where, 'must not be empty if x-kubernetes-list-type is map'));
  }
  if (items === undefined) {
    const words = 'must have a schema if x-kubernetes-list-type is map';
    return [...errors, required(child(path, 'items'), words)];
  }
  if (items.type !== 'object') {
    const words = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(child(path, 'items.type'), items.type ?? '', words)];
  }
  const seen = new Set<string>();
  for (const key of keys) {
    const field = items.properties?.[key];
    if (field === undefined) {
      errors.push(
        invalid(where, shownStrings(keys), 'entries must all be names of item properties'),
      );
    } else if (field.type === 'array' || field.type === 'object') {
      const words = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${at(child(path, 'items.properties'), key)}.type`, items.type, words));
    }
    if (seen.has(key)) {
      errors.push(invalid(where, shownStrings(keys), 'must not contain duplicate entries'));
    }
    seen.add(key);
  }
  return errors;
}

function nullErrors(schema: JsonSchema, keys: readonly string[], path: string): FieldError[] {
  const { items } = schema;
  const listType = schema['x-kubernetes-list-type'] ?? '';
  if (items === undefined) return [];
  const errors: FieldError[] = [];
  if (items.nullable === true) {
    const words = `cannot be nullable when x-kubernetes-list-type is ${listType}`;
    errors.push(forbidden(child(path, 'items.nullable'), words));
  }
  for (const key of listType === 'map' ? keys : []) {
    const field = items.properties?.[key];
    if (field === undefined) continue;
    const where = at(child(path, 'items.properties'), key);
    const reason = 'this property is in x-kubernetes-list-map-keys, so it';
    if (items.required?.includes(key) !== true && field.default === undefined) {
      const words = `${reason} must have a default or be a required property`;
      errors.push(required(`${where}.default`, words));
    }
    if (field.nullable === true) {
      errors.push(forbidden(`${where}.nullable`, `${reason} cannot be nullable`));
    }
  }
  return errors;
}

const reasons = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
];

function checkRules(schema: JsonSchema, place: Place, errors: SchemaErrors): void {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return;
  const path = child(place.path, 'x-kubernetes-validations');
  rules.forEach((rule, i) => errors.schema.push(...ruleErrors(schema, rule, at(path, i))));
  // What is wrong with the schema would only come back in other words.
  if (errors.schema.length > 0 || !place.hasRules) return;
  const { uncorrelated } = place;
  compileRules(schema, place.isRoot).forEach((compiled, i) => {
    const { rule, problem, messageProblem, usesOldSelf } = compiled;
    const where = at(path, i);
    if (problem !== undefined) {
      errors.rules.push(invalid(`${where}.rule`, shownRule(rule), problem));
    }
    if (messageProblem !== undefined) {
      errors.rules.push(invalid(`${where}.messageExpression`, shownRule(rule), messageProblem));
    }
    if (usesOldSelf && uncorrelated !== undefined) {
      const words = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
      errors.rules.push(invalid(`${where}.rule`, rule.rule, words));
    } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
      const words = 'may not be set if oldSelf is not used in rule';
      errors.rules.push(invalid(`${where}.optionalOldSelf`, rule.optionalOldSelf, words));
    }
  });
}

const hasLineBreak = (text: string): boolean => /[\n\r]/.test(text);

function ruleErrors(schema: JsonSchema, rule: ValidationRule, path: string): FieldError[] {
  const { message = '', messageExpression = '', fieldPath = '', reason } = rule;
  const errors: FieldError[] = [];
  const trimmed = message.trim();
  if ((rule.rule ?? '').trim() === '') {
    errors.push(required(`${path}.rule`, 'rule is not specified'));
  } else if (message !== '' && trimmed === '') {
    errors.push(invalid(`${path}.message`, message, 'message must be non-empty if specified'));
  } else if (hasLineBreak(trimmed)) {
    errors.push(invalid(`${path}.message`, message, 'message must not contain line breaks'));
  } else if (hasLineBreak(rule.rule.trim()) && trimmed === '') {
    const words = 'message must be specified if rule contains line breaks';
    errors.push(required(`${path}.message`, words));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    const words = 'messageExpression must be non-empty if specified';
    errors.push(required(`${path}.messageExpression`, words));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    errors.push(notSupported(`${path}.reason`, reason, reasons));
  }
  if (fieldPath !== '' && fieldPath.trim() === '') {
    errors.push(
      invalid(`${path}.fieldPath`, fieldPath, 'fieldPath must be non-empty if specified'),
    );
  }
  if (hasLineBreak(fieldPath)) {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'fieldPath must not contain line breaks'));
  }
  if (fieldPath !== '' && readFieldPath(fieldPath, schema).problem !== undefined) {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'fieldPath must be a valid path'));
  }
  return errors;
}
