/**
 * What one version of a definition says, or all of them alike: schema, subresources, columns,
 * selectable fields. Follows validateCustomResourceDefinitionVersion and what it calls.
 */
import { isDeepEqual } from '../equal.ts';
import {
  type FieldError,
  at,
  child,
  duplicate,
  forbidden,
  invalid,
  required,
  tooMany,
} from '../field.ts';
import { goText } from '../go-text.ts';
import type {
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  CustomResourceValidation,
} from '../types.gen.ts';
import { validateDefaults } from './default-checks.ts';
import { readFieldPath } from './field-path.ts';
import type { JsonSchema } from './json-schema.ts';
import { checkSchema } from './schema-checks.ts';
import { validateStructural } from './structural.ts';

type Said = Pick<
  CustomResourceDefinitionVersion,
  'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'
>;

/** What all versions say alike stands at the top, and no longer in the versions. */
export interface Hoisted extends CustomResourceDefinitionSpec {
  readonly top: Said;
  readonly validation?: CustomResourceValidation;
}

const said = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

export function hoisted(spec: CustomResourceDefinitionSpec): Hoisted {
  const [first, ...others] = spec.versions;
  const top: Record<string, unknown> = {};
  if (first === undefined) return { ...spec, top };
  const alike = said.filter((name) =>
    others.every((version) => isDeepEqual(version[name] ?? null, first[name] ?? null)),
  );
  for (const name of alike) if (first[name] !== undefined) top[name] = first[name];
  const versions = spec.versions.map((version) => {
    const rest: Record<string, unknown> = { ...version };
    for (const name of alike) delete rest[name];
    return rest as unknown as CustomResourceDefinitionVersion;
  });
  const { schema } = top as Said;
  return { ...spec, versions, top, ...(schema === undefined ? {} : { validation: schema }) };
}

/** @param name `validation` at the top, `schema` in a version */
export function versionErrors(
  version: Said,
  path: string,
  name: 'validation' | 'schema',
  hasStatus: boolean,
): FieldError[] {
  const { schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  const root = schema?.openAPIV3Schema as JsonSchema | undefined;
  return [
    ...(root === undefined
      ? []
      : schemaErrors(root, child(path, `${name}.openAPIV3Schema`), hasStatus)),
    ...subresourceErrors(subresources, child(path, 'subresources')),
    ...additionalPrinterColumns.flatMap((column, i) =>
      columnErrors(column, at(child(path, 'additionalPrinterColumns'), i)),
    ),
    ...selectableErrors(selectableFields, root, child(path, 'selectableFields')),
  ];
}

/** What a schema whose status has a door of its own may say at the root. */
const allowedAtRoot =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength ' +
  'MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ' +
  'ExternalDocs Example XPreserveUnknownFields XValidations';

const goNames: Readonly<Record<string, string>> = {
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
};

function schemaErrors(schema: JsonSchema, path: string, hasStatus: boolean): FieldError[] {
  const errors: FieldError[] = hasStatus ? rootErrors(schema, path) : [];
  if (schema.nullable === true) {
    errors.push(forbidden(child(path, 'nullable'), 'nullable cannot be true at the root'));
  }
  const structural = validateStructural(schema, path);
  const defaults = structural.length > 0 ? [] : validateDefaults(schema, path);
  errors.push(...structural, ...defaults);
  const isSound = structural.length === 0 && defaults.length === 0;
  const found = checkSchema(schema, path, isSound);
  return [...errors, ...found.schema, ...found.rules];
}

function rootErrors(schema: JsonSchema, path: string): FieldError[] {
  if (schema.type !== undefined && schema.type !== 'object') {
    const words =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalid(child(path, 'type'), schema.type, words)];
  }
  const allowed = allowedAtRoot.split(' ');
  const odd = Object.keys(schema).find(
    (key) => !allowed.includes(goNames[key] ?? key.charAt(0).toUpperCase() + key.slice(1)),
  );
  if (odd === undefined) return [];
  const words =
    `only [${allowedAtRoot}] fields are allowed at the root of the schema ` +
    'if the status subresource is enabled';
  return [invalid(path, goText('apiextensions.JSONSchemaProps{…}'), words)];
}

function subresourceErrors(
  subresources: CustomResourceSubresources | undefined,
  path: string,
): FieldError[] {
  const scale = subresources?.scale;
  if (scale === undefined) return [];
  const below = child(path, 'scale');
  const { labelSelectorPath } = scale;
  return [
    ...scalePath(scale.specReplicasPath, child(below, 'specReplicasPath'), ['.spec.']),
    ...scalePath(scale.statusReplicasPath, child(below, 'statusReplicasPath'), ['.status.']),
    ...(labelSelectorPath
      ? scalePath(labelSelectorPath, child(below, 'labelSelectorPath'), ['.spec.', '.status.'])
      : []),
  ];
}

function scalePath(path: string, field: string, roots: readonly string[]): FieldError[] {
  if (!path) return [required(field)];
  if (!path.startsWith('.'))
    return [invalid(field, path, 'must be a simple json path starting with .')];
  if (roots.some((root) => path.startsWith(root))) return [];
  const words = roots.length === 1 ? (roots[0] as string).slice(0, -1) : 'either .spec or .status';
  return [invalid(field, path, `should be a json path under ${words}`)];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = [
  'byte',
  'date',
  'date-time',
  'double',
  'float',
  'int32',
  'int64',
  'password',
];

type Column = NonNullable<Said['additionalPrinterColumns']>[number];

function columnErrors({ name, type, format, jsonPath }: Column, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(child(path, 'name')));
  const words = `must be one of ${columnTypes.join(',')}`;
  if (!type) errors.push(required(child(path, 'type'), words));
  else if (!columnTypes.includes(type)) errors.push(invalid(child(path, 'type'), type, words));
  if (format && !columnFormats.includes(format)) {
    errors.push(
      invalid(child(path, 'format'), format, `must be one of ${columnFormats.join(',')}`),
    );
  }
  const where = child(path, 'JSONPath');
  if (!jsonPath) errors.push(required(where));
  else if (!jsonPath.startsWith('.')) {
    errors.push(invalid(where, jsonPath, 'must be a simple json path starting with .'));
  }
  return errors;
}

const selectableMax = 8;

function selectableErrors(
  fields: readonly { readonly jsonPath: string }[],
  schema: JsonSchema | undefined,
  path: string,
): FieldError[] {
  if (fields.length === 0) return [];
  if (schema === undefined) {
    const words = 'selectableFields may only be set when validations.schema is included';
    return [invalid(path, '', words)];
  }
  const seen = new Set<string>();
  const errors = fields.flatMap(({ jsonPath }, i) => {
    const where = child(at(path, i), 'jsonPath');
    if (!jsonPath) return [required(where)];
    const found = readFieldPath(jsonPath, schema, false);
    if (found.problem !== undefined) {
      return [invalid(where, jsonPath, `is an invalid path: ${found.problem}`)];
    }
    const own: FieldError[] = [];
    if (/^metadata\b/.test(found.path)) {
      own.push(invalid(where, jsonPath, 'must not point to fields in metadata'));
    }
    if (!['string', 'boolean', 'integer'].includes(found.schema.type ?? '')) {
      const words =
        'must point to a field of type string, boolean or integer. ' +
        'Enum string fields and strings with formats are allowed.';
      own.push(invalid(where, jsonPath, words));
    }
    if (seen.has(found.path)) own.push(duplicate(where, jsonPath));
    seen.add(found.path);
    return own;
  });
  if (seen.size > selectableMax) errors.push(tooMany(path, seen.size, selectableMax));
  return errors;
}
