/**
 * The OpenAPI v3 document of a group-version, as `/openapi/v3/apis/apps/v1` serves it: what kubectl
 * validates, explains and computes patches with, and what the editor completes with.
 * Follows the documents that kube-apiserver makes (client-go openapi/openapitest/testdata).
 */
import type { Kind } from './kind.ts';
import type { Json, JsonObject } from './object.ts';
import {
  componentOf,
  meta,
  type Part,
  pathsOfKind,
  pathsOfParts,
  ref,
  watchPathsOf,
} from './open-api-paths.ts';
import { longName, schemaOf, shortName, type Schema } from './schema.ts';

/** Definition (short name) → field → prose; `''` is the definition's own. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface OpenApiOptions {
  /** `schema/descriptions.json`, if it is loaded. */
  readonly descriptions?: Descriptions;
  /** Schemas of kinds that are not built in (out of CustomResourceDefinitions). */
  readonly schemaOfKind?: (kind: Kind) => Schema;
  /** Subresources that have paths. */
  readonly partsOfKind?: (kind: Kind) => readonly Part[];
}

type Draft = Record<string, Json>;

const quantityName = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const intOrStringName = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';

/** What Kubernetes' scalars with a name of their own look like. */
const namedScalars: Readonly<Partial<Record<Schema['type'], readonly [string, JsonObject]>>> = {
  quantity: [quantityName, { oneOf: [{ type: 'string' }, { type: 'number' }] }],
  'int-or-string': [
    intOrStringName,
    { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  ],
  time: [`${meta}.Time`, { type: 'string', format: 'date-time' }],
  'micro-time': [`${meta}.MicroTime`, { type: 'string', format: 'date-time' }],
};

/** The document of one group-version's kinds; they all must be of that group-version. */
export function openApiV3(kinds: readonly Kind[], options: OpenApiOptions = {}): JsonObject {
  const writer = new SchemaWriter(options.descriptions ?? {});
  const paths: Record<string, JsonObject> = {};
  for (const kind of kinds) {
    const schema =
      options.schemaOfKind?.(kind) ?? kind.custom?.schema ?? schemaOf(kind.schema);
    writer.addKind(kind, schema);
    const parts = pathsOfParts(kind, options.partsOfKind?.(kind) ?? []);
    Object.assign(paths, pathsOfKind(kind), parts, watchPathsOf(kind));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.33.1' },
    paths: sortKeys(paths),
    components: {
      schemas: sortKeys(writer.schemas),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
    security: [{ BearerToken: [] }],
  };
}

/** The index at `/openapi/v3`; `hash` of a path makes clients cache its document. */
export const openApiIndex = (
  groupVersions: readonly string[],
  hash: (groupVersion: string) => string,
): JsonObject => ({
  paths: Object.fromEntries(
    groupVersions.map((groupVersion) => {
      const path = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash(groupVersion)}` }];
    }),
  ),
});

const sortKeys = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, record[key] as T]),
  );

class SchemaWriter {
  readonly schemas: Record<string, JsonObject> = {};
  private readonly descriptions: Descriptions;
  constructor(descriptions: Descriptions) {
    this.descriptions = descriptions;
  }

  addKind(kind: Kind, schema: Schema): void {
    const { group, version } = kind;
    const name = componentOf(kind);
    this.addDefinition(name, schema);
    if (kind.custom !== undefined) this.schemas[name] = kind.custom.openApi();
    const gvk = (kindName: string): JsonObject[] => [{ group, version, kind: kindName }];
    this.schemas[name] = {
      ...this.schemas[name],
      'x-kubernetes-group-version-kind': gvk(kind.kind),
    };
    this.addDefinition(`${meta}.ListMeta`, schemaOf('meta.v1.ListMeta'));
    this.addDefinition(`${meta}.DeleteOptions`, schemaOf('meta.v1.DeleteOptions'));
    this.schemas[`${meta}.Patch`] = {
      type: 'object',
      description:
        'Patch is provided to give a concrete name and type to the Kubernetes PATCH ' +
        'request body.',
    };
    this.schemas[`${name}List`] = {
      type: 'object',
      required: ['items'],
      properties: {
        apiVersion: { type: 'string' },
        items: { type: 'array', items: { allOf: [ref(name)], default: {} } },
        kind: { type: 'string' },
        metadata: { allOf: [ref(`${meta}.ListMeta`)], default: {} },
      },
      'x-kubernetes-group-version-kind': gvk(kind.custom?.listKind ?? `${kind.kind}List`),
    };
  }

  private addDefinition(name: string, schema: Schema): void {
    if (this.schemas[name] !== undefined) return;
    const definition = schema.definition?.();
    if (definition === undefined) return;
    this.schemas[name] = {}; // Definitions may refer to themselves.
    const prose = this.descriptions[definition.name] ?? {};
    const properties: Record<string, JsonObject> = {};
    const required: string[] = [];
    for (const [key, field] of definition.fields) {
      properties[key] = this.property(field, prose[key]);
      if (field.required === true) required.push(key);
    }
    this.schemas[name] = {
      ...described(prose['']),
      type: 'object',
      properties: sortKeys(properties),
      ...(required.length === 0 ? {} : { required: required.sort() }),
      ...(definition.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    };
  }

  private property(field: Schema, prose: string | undefined): JsonObject {
    const type = this.type(field);
    // Beside a reference nothing counts in OpenAPI 3.0, hence the wrapping.
    const base = type['$ref'] === undefined ? type : { allOf: [type] };
    return { ...base, ...described(prose), ...defaultOf(field), ...extensions(field) };
  }

  private type(schema: Schema): JsonObject {
    const named = namedScalars[schema.type];
    if (named !== undefined) {
      this.schemas[named[0]] ??= {
        ...described(this.descriptions[shortName(named[0])]?.['']),
        ...named[1],
      };
      return ref(named[0]);
    }
    switch (schema.type) {
      case 'string':
        return { type: 'string' };
      case 'bytes':
        return { type: 'string', format: 'byte' };
      case 'integer':
        return { type: 'integer', format: schema.bits === 32 ? 'int32' : 'int64' };
      case 'number':
        return { type: 'number', format: 'double' };
      case 'boolean':
        return { type: 'boolean' };
      case 'list':
        return { type: 'array', items: this.item(schema.item) };
      case 'map':
        return { type: 'object', additionalProperties: this.item(schema.item) };
      case 'object':
        return this.object(schema);
      case 'any':
        return { 'x-kubernetes-preserve-unknown-fields': true };
      default:
        return { type: 'object' };
    }
  }

  private object(schema: Schema): JsonObject {
    const name = schema.definition?.().name ?? '';
    if (isUpstream(name)) {
      this.addDefinition(longName(name), schema);
      return ref(longName(name));
    }
    // Definitions of a CustomResourceDefinition have no names that others could refer to.
    const holder = new SchemaWriter(this.descriptions);
    holder.addDefinition('it', schema);
    const { it = {}, ...others } = holder.schemas;
    Object.assign(this.schemas, others);
    return it;
  }

  private item(item: Schema | undefined): JsonObject {
    if (item === undefined) return {};
    const type = this.type(item);
    const zero = zeroDefault(item);
    const preset = zero === undefined ? {} : { default: zero };
    return type['$ref'] === undefined ? { ...type, ...preset } : { allOf: [type], ...preset };
  }
}

const isUpstream = (name: string): boolean => /^[a-z]+\.v\d\w*\.[A-Z]\w*$/.test(name);

const described = (prose: string | undefined): { readonly description?: string } =>
  prose === undefined || prose === '' ? {} : { description: prose };

function defaultOf(field: Schema): { readonly default?: Json } {
  if (field.preset !== undefined) return { default: field.preset };
  const isShown = field.presence === 'always' || field.presence === 'struct';
  const zero =
    isShown &&
    field.type !== 'time' &&
    field.type !== 'micro-time' &&
    field.type !== 'quantity' &&
    field.type !== 'int-or-string'
      ? zeroDefault(field)
      : undefined;
  return zero === undefined ? {} : { default: zero };
}

function zeroDefault(schema: Schema): Json | undefined {
  switch (schema.type) {
    case 'object':
      return {};
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    default:
      return undefined;
  }
}

function extensions(field: Schema): JsonObject {
  const found: Draft = field.values === undefined ? {} : { enum: field.values };
  if (field.type === 'list' && field.listType !== undefined) {
    found['x-kubernetes-list-type'] = field.listType;
    if (field.listKeys !== undefined) found['x-kubernetes-list-map-keys'] = field.listKeys;
  }
  if (field.type === 'map' && field.atomic === true) found['x-kubernetes-map-type'] = 'atomic';
  if (field.mergeKey !== undefined) found['x-kubernetes-patch-merge-key'] = field.mergeKey;
  const strategies = [field.strategy, field.retainKeys === true ? 'retainKeys' : undefined].filter(
    (one) => one !== undefined,
  );
  if (strategies.length > 0) found['x-kubernetes-patch-strategy'] = strategies.join(',');
  return found;
}
