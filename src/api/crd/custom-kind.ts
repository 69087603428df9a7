/**
 * A version of a CustomResourceDefinition as a kind that the API server can serve.
 * Follows apiextensions-apiserver pkg/apiserver/customresource_handler.go
 * (getOrCreateServingInfoFor) and pkg/registry/customresource/strategy.go.
 */
import { schemaFromOpenApi } from '../crd-schema.ts';
import { type Decoded, type FieldValidation, decode } from '../decode.ts';
import { isDeepEqual } from '../equal.ts';
import type { CustomParts, Kind, Subresource } from '../kind.ts';
import { withGeneration } from '../kinds/strategy.ts';
import type { ApiObject, Json, JsonObject } from '../object.ts';
import { type Definition, type Schema, scalar, schemaOf } from '../schema.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../types.gen.ts';
import { customColumns } from './custom-columns.ts';
import { customScale } from './custom-scale.ts';
import { customValidation } from './custom-validation.ts';
import { fillDefaults } from './fill-defaults.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';
import type { JsonSchema } from './json-schema.ts';
import { openApiOf } from './custom-open-api.ts';
import { prune } from './prune.ts';
import { findAll } from './simple-path.ts';
import { compareVersions } from './versions.ts';

/** Whether a condition of a definition is `True`. */
export const isConditionTrue = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;

/** The kinds that a definition brings: its served versions, once it is established. */
export function customKinds(definition: CustomResourceDefinition): readonly Kind[] {
  if (!isConditionTrue(definition, 'Established')) return [];
  return definition.spec.versions
    .filter(({ served }) => served)
    .map((version) => customKind(definition, version));
}

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const terminatingVerbs = ['delete', 'deletecollection', 'get', 'list', 'watch'];

function customKind(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): Kind {
  const { spec, status } = definition;
  const names = status?.acceptedNames ?? spec.names;
  const schema = (version.schema?.openAPIV3Schema ?? {}) as unknown as JsonSchema;
  const { subresources = {}, selectableFields = [] } = version;
  const hasStatus = subresources.status !== undefined;
  const named: Subresource[] = [
    ...(hasStatus ? (['status'] as const) : []),
    ...(subresources.scale === undefined ? [] : (['scale'] as const)),
  ];
  const warning = deprecationOf(definition, version);
  const isTerminating = isConditionTrue(definition, 'Terminating');
  const gvk = { group: spec.group, version: version.name, kind: names.kind };
  return {
    ...gvk,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    verbs,
    subresources: named,
    schema: '',
    prepare: (next, previous, part) => prepare(hasStatus, next, previous, part),
    validate: customValidation(schema, gvk, spec.scope === 'Namespaced', subresources.scale),
    warnings: finalizerWarnings,
    ...(warning === undefined ? {} : { deprecated: warning }),
    selectableFields: selector(selectableFields),
    ...(subresources.scale === undefined ? {} : { scale: customScale(subresources.scale) }),
    columns: customColumns(version.additionalPrinterColumns),
    custom: partsOf(definition, schema, gvk, isTerminating),
  };
}

function partsOf(
  definition: CustomResourceDefinition,
  schema: JsonSchema,
  gvk: { readonly group: string; readonly version: string; readonly kind: string },
  isTerminating: boolean,
): CustomParts {
  const { spec, status } = definition;
  const storage = spec.versions.find((one) => one.storage)?.name ?? gvk.version;
  const apiVersion = `${gvk.group}/${gvk.version}`;
  const complete = (object: JsonObject): JsonObject =>
    fillDefaults(schema, prune(schema, object).object) as JsonObject;
  const established = status?.conditions?.find(({ type }) => type === 'Established');
  return {
    schema: schemaFromOpenApi(schema as unknown as JsonObject, gvk),
    openApi: () => openApiOf(schema, gvk),
    storageVersion: `${gvk.group}/${storage}`,
    listKind: status?.acceptedNames?.listKind ?? `${gvk.kind}List`,
    establishedAt: established?.lastTransitionTime ?? '',
    isTerminating,
    listedVerbs: isTerminating ? terminatingVerbs : verbs,
    decode: (data, mode) => decodeCustom(schema, data, mode),
    read: (object) => {
      const whole = complete(object as unknown as JsonObject) as unknown as ApiObject;
      return whole.apiVersion === apiVersion ? whole : { ...whole, apiVersion };
    },
  };
}

/** A resource as far as every resource is the same. */
const resource: Schema = (() => {
  const fields = new Map<string, Schema>([
    ['apiVersion', scalar('string')],
    ['kind', scalar('string')],
    ['metadata', schemaOf('meta.v1.ObjectMeta')],
  ]);
  const definition: Definition = { name: 'meta.v1.Resource', fields, atomic: false };
  return Object.freeze({ type: 'object', definition: () => definition, presence: 'optional' });
})();

/** Unknown fields dropped and told of, metadata checked, defaults filled in. */
function decodeCustom(schema: JsonSchema, data: JsonObject, mode: FieldValidation): Decoded {
  const { apiVersion, kind, metadata } = data;
  const head = decode(
    resource,
    {
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(kind === undefined ? {} : { kind }),
      ...(metadata === undefined ? {} : { metadata }),
    },
    mode,
  );
  const { object, unknown } = prune(schema, data);
  const filled = fillDefaults(schema, object) as JsonObject;
  const whole = { ...head.object, ...filled, ...head.object };
  const told = mode === 'Ignore' ? [] : unknown.map((path) => `unknown field "${path}"`);
  const problems = [...head.problems, ...told];
  return head.fatal === undefined
    ? { object: whole, problems }
    : { object: whole, problems, fatal: head.fatal };
}

type Whole = ApiObject & { readonly status?: unknown };

/** The status is written through its own door, if it has one; all but metadata is the wish. */
function prepare(
  hasStatus: boolean,
  next: Whole,
  previous: Whole | undefined,
  part: '' | 'status',
): ApiObject {
  if (previous === undefined)
    return withGeneration(hasStatus ? withStatus(next, undefined) : next, 1);
  if (part === 'status') return prepareStatus(next, previous);
  const kept = hasStatus ? withStatus(next, previous.status) : next;
  const generation = previous.metadata.generation ?? 0;
  const isSame = isDeepEqual({ ...kept, metadata: null }, { ...previous, metadata: null });
  return withGeneration(kept, isSame ? generation : generation + 1);
}

function withStatus(object: Whole, status: unknown): Whole {
  if (object.status === status) return object;
  const { status: _, ...rest } = object;
  return (status === undefined ? rest : { ...rest, status }) as Whole;
}

/** Only the status is taken; of the metadata, what the server keeps for itself. */
function prepareStatus(next: Whole, previous: Whole): Whole {
  const { managedFields } = next.metadata;
  const metadata =
    managedFields === undefined ? previous.metadata : { ...previous.metadata, managedFields };
  return withStatus({ ...previous, metadata } as Whole, next.status);
}

function selector(fields: readonly { readonly jsonPath: string }[]) {
  return (object: ApiObject): Readonly<Record<string, string>> =>
    Object.fromEntries(
      fields.map(({ jsonPath }) => {
        const value = findAll(jsonPath, object as unknown as Json)[0];
        return [
          jsonPath.replace(/^\./, ''),
          value === undefined || value === null ? '' : String(value),
        ];
      }),
    );
}

function deprecationOf(
  { spec }: CustomResourceDefinition,
  { name, deprecated, deprecationWarning }: CustomResourceDefinitionVersion,
): string | undefined {
  if (deprecated !== true) return undefined;
  if (deprecationWarning !== undefined) return deprecationWarning;
  const better = spec.versions
    .filter((one) => one.served && one.deprecated !== true && compareVersions(one.name, name) < 0)
    .map((one) => one.name)
    .sort(compareVersions)[0];
  const text = `${spec.group}/${name} ${spec.names.kind} is deprecated`;
  return better === undefined ? text : `${text}; use ${spec.group}/${better} ${spec.names.kind}`;
}
