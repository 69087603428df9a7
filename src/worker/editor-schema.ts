/**
 * The JSON Schema that the editor checks and completes manifests with. It derives from the kinds
 * and from Kubernetes' own OpenAPI; the prose (half a megabyte) comes in a chunk of its own, when
 * the editor is first opened.
 */
import { apiVersionOf, type Kind } from '../api/kind.ts';
import { kinds } from '../api/kinds/index.ts';
import type { Json, JsonObject } from '../api/object.ts';
import type { Descriptions } from '../api/open-api.ts';
import { type Schema, schemaOf } from '../api/schema.ts';

/** Fields that the server writes and a manifest may carry along: not looked into. */
const serversOwn = new Set(['status', 'managedFields']);

/** Draft 7, as monaco-yaml reads it: exactly one of the kinds, nothing that a kind has not. */
export async function editorSchema(): Promise<JsonObject> {
  const { default: descriptions } = await import('../api/schema/descriptions.json');
  return schemaOfKinds(kinds, descriptions);
}

/** The same, of these kinds and with this prose. */
export function schemaOfKinds(served: readonly Kind[], descriptions: Descriptions): JsonObject {
  const writer = new Writer(descriptions);
  const roots = served.filter(isWritten).map((kind) => writer.root(kind));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    oneOf: [...roots.map(reference), listOf(roots)],
    definitions: writer.definitions,
  };
}

/** Kinds that are kept, so that a manifest of them makes sense. Reviews are only asked. */
const isWritten = ({ verbs }: Kind): boolean => verbs.includes('create') && verbs.includes('get');

const reference = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` });

/** `kind: List`: kubectl takes its items one by one. */
const listOf = (roots: readonly string[]): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'items'],
  properties: {
    apiVersion: { type: 'string', const: 'v1' },
    kind: { type: 'string', const: 'List' },
    metadata: { type: 'object' },
    items: { type: 'array', items: { oneOf: roots.map(reference) } },
  },
});

const scalars: Readonly<Partial<Record<Schema['type'], JsonObject>>> = {
  string: { type: 'string' },
  bytes: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  // kubectl itself writes `creationTimestamp: null`.
  time: { type: ['string', 'null'] },
  'micro-time': { type: ['string', 'null'] },
  quantity: { type: ['string', 'number'] },
  'int-or-string': { type: ['integer', 'string'] },
  free: { type: 'object' },
  any: {},
};

class Writer {
  readonly definitions: Record<string, Json> = {};
  private readonly descriptions: Descriptions;

  constructor(descriptions: Descriptions) {
    this.descriptions = descriptions;
  }

  /** A kind's own definition: of this version and kind and no other. Returns its name. */
  root(kind: Kind): string {
    const name = `${apiVersionOf(kind).replace('/', '.')}.${kind.kind}`;
    const body = this.body(schemaOf(kind.schema));
    const properties: JsonObject = {
      ...(body['properties'] as JsonObject),
      apiVersion: { type: 'string', const: apiVersionOf(kind) },
      kind: { type: 'string', const: kind.kind },
    };
    const required = new Set([...((body['required'] as string[]) ?? []), 'apiVersion', 'kind']);
    this.definitions[name] = { ...body, title: kind.kind, properties, required: [...required] };
    return name;
  }

  private body(schema: Schema): JsonObject {
    const definition = schema.definition?.();
    if (definition === undefined) return { type: 'object' };
    const prose = this.descriptions[definition.name] ?? {};
    const properties: Record<string, Json> = {};
    const required: string[] = [];
    for (const [key, field] of definition.fields) {
      const type = serversOwn.has(key) ? {} : this.type(field);
      properties[key] = { ...type, ...extras(field), ...described(prose[key]) };
      if (field.required === true) required.push(key);
    }
    return {
      type: 'object',
      ...described(prose['']),
      properties,
      additionalProperties: false,
      ...(required.length === 0 ? {} : { required }),
    };
  }

  private type(schema: Schema): JsonObject {
    if (schema.type === 'list') return { type: 'array', items: this.item(schema.item) };
    if (schema.type === 'map') {
      return { type: 'object', additionalProperties: this.item(schema.item) };
    }
    const scalar = scalars[schema.type];
    return scalar ?? this.object(schema);
  }

  private item(item: Schema | undefined): JsonObject {
    return item === undefined ? {} : { ...this.type(item), ...extras(item) };
  }

  private object(schema: Schema): JsonObject {
    const name = schema.definition?.().name;
    if (name === undefined) return { type: 'object' };
    if (!Object.hasOwn(this.definitions, name)) {
      this.definitions[name] = {}; // Definitions may refer to themselves.
      this.definitions[name] = this.body(schema);
    }
    // In draft 7 nothing beside a reference counts, hence the wrapping.
    return { allOf: [reference(name)] };
  }
}

const extras = ({ values, preset }: Schema): JsonObject => ({
  ...(values === undefined ? {} : { enum: values }),
  ...(preset === undefined || isEmptyObject(preset) ? {} : { default: preset }),
});

const isEmptyObject = (value: Json): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const described = (prose: string | undefined): JsonObject =>
  prose === undefined ? {} : { description: prose };
