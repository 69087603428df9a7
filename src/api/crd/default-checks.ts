/**
 * Defaults have to be as their schema wants values.
 * Follows apiextensions-apiserver pkg/apiserver/schema/defaulting/validation.go.
 */
import { isDeepEqual } from '../equal.ts';
import { type FieldError, at, child, invalid } from '../field.ts';
import { validateEmbedded } from './embedded.ts';
import { type JsonSchema, resourceFields } from './json-schema.ts';
import { pruneValue } from './prune.ts';
import { ruleTree, runRules } from './rules.ts';
import { validateValue } from './validate-value.ts';

export function validateDefaults(schema: JsonSchema, path: string, isRoot = true): FieldError[] {
  const errors =
    schema.default === undefined || isRoot ? [] : ownErrors(schema, child(path, 'default'));
  if (schema.items !== undefined) {
    errors.push(...validateDefaults(schema.items, child(path, 'items'), false));
  }
  for (const name of Object.keys(schema.properties ?? {})) {
    if (isRoot && resourceFields.has(name)) continue;
    const field = schema.properties?.[name] as JsonSchema;
    errors.push(...validateDefaults(field, at(child(path, 'properties'), name), false));
  }
  return errors;
}

function ownErrors(schema: JsonSchema, path: string): FieldError[] {
  const { default: value = null } = schema;
  const errors: FieldError[] = [];
  if (!isDeepEqual(pruneValue(schema, value), value)) {
    errors.push(invalid(path, value, 'must not have unknown fields'));
  }
  const embedded = validateEmbedded(schema, value, path);
  if (embedded.length > 0) return [...errors, ...embedded];
  const wrong = validateValue(schema, value, undefined, path);
  if (wrong.length > 0) return [...errors, ...wrong];
  const tree = ruleTree(schema);
  return [...errors, ...runRules(tree, value, undefined, path)];
}
