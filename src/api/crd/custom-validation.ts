/**
 * All that a custom resource is held to, in the order of
 * apiextensions-apiserver pkg/registry/customresource/{strategy,validator,status_strategy}.go.
 */
import { type FieldError, invalid } from '../field.ts';
import type { Kind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { ApiObject, Json } from '../object.ts';
import type { CustomResourceSubresourceScale } from '../types.gen.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { validateEmbedded } from './embedded.ts';
import type { JsonSchema } from './json-schema.ts';
import { type RuleTree, ruleTree, runRules } from './rules.ts';
import { findAll } from './simple-path.ts';
import { validateLists } from './validate-lists.ts';
import { validateValue } from './validate-value.ts';

type Validate = NonNullable<Kind['validate']>;
type Gvk = Pick<Kind, 'group' | 'version' | 'kind'>;

export function customValidation(
  schema: JsonSchema,
  gvk: Gvk,
  namespaced: boolean,
  scale: CustomResourceSubresourceScale | undefined,
): Validate {
  let rules: { readonly tree: RuleTree | undefined } | undefined;
  return (next, previous, part) => {
    const wrongType = typeErrors(next, gvk);
    if (wrongType.length > 0) return wrongType;
    const value = next as unknown as Json;
    const old = previous as unknown as Json | undefined;
    const errors = [
      ...(previous === undefined
        ? validateObjectMeta(next.metadata, { namespaced, name: nameIsDnsSubdomain })
        : validateObjectMetaUpdate(next.metadata, previous.metadata)),
      ...(part === 'status'
        ? statusErrors(schema, next, previous)
        : validateValue(schema, value, old)),
      ...(part === 'status' ? [] : scaleErrors(next, scale?.specReplicasPath)),
      ...scaleErrors(next, scale?.statusReplicasPath),
      ...validateEmbedded(schema, value),
      ...listErrors(schema, value, old),
    ];
    if (errors.some(({ type }) => blocking.has(type))) return [...errors, notChecked];
    rules ??= { tree: ruleTree(schema, true) };
    return [...errors, ...runRules(rules.tree, value, old)];
  };
}

/** After these, rules would be run on what they do not expect. */
const blocking: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const notChecked: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: "null": some validation rules were not checked because the object was invalid; ' +
    'correct the existing errors to complete validation',
};

function typeErrors({ kind, apiVersion }: ApiObject, gvk: Gvk): readonly FieldError[] {
  const version = `${gvk.group}/${gvk.version}`;
  return [
    ...(kind === gvk.kind ? [] : [invalid('kind', kind, `must be ${gvk.kind}`)]),
    ...(apiVersion === version ? [] : [invalid('apiVersion', apiVersion, `must be ${version}`)]),
  ];
}

/** The status is checked by its own part of the schema. */
function statusErrors(
  schema: JsonSchema,
  next: ApiObject & { readonly status?: Json },
  previous: (ApiObject & { readonly status?: Json }) | undefined,
): readonly FieldError[] {
  const own = schema.properties?.['status'];
  if (own === undefined || next.status === undefined) return [];
  return validateValue(own, next.status, previous?.status, 'status');
}

/** A list that held something twice before may go on doing so. */
function listErrors(schema: JsonSchema, value: Json, old: Json | undefined): readonly FieldError[] {
  if (old !== undefined && validateLists(schema, old).length > 0) return [];
  return validateLists(schema, value);
}

const int32Max = 2_147_483_647;

function scaleErrors(object: ApiObject, path: string | undefined): readonly FieldError[] {
  if (path === undefined) return [];
  const value = findAll(path, object as unknown as Json)[0];
  if (value === undefined) return [];
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    const type = typeof value === 'number' ? 'float64' : goTypeOf(value);
    const words = `${path} accessor error: ${JSON.stringify(value)} is of the type ${type}, expected int64`;
    return [invalid(path, 0, words.replace(JSON.stringify(value), String(value)))];
  }
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
  if (value <= int32Max) return [];
  return [invalid(path, value, `should be less than or equal to ${int32Max}`)];
}

const goTypeOf = (value: Json): string => {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
};
