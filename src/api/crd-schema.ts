/** Schemas of kinds that a CustomResourceDefinition brings. */
import type { JsonObject } from './object.ts';
import { scalar, schemaOf, type Definition, type Schema } from './schema.ts';

/**
 * A schema out of the OpenAPI of a CustomResourceDefinition (`openAPIV3Schema`). Holds its own
 * definitions, so nothing has to be registered. `kind` adds apiVersion, kind and metadata.
 */
export function schemaFromOpenApi(
  node: JsonObject,
  kind?: { readonly group: string; readonly version: string; readonly kind: string },
): Schema {
  if (kind === undefined) return readOpenApi(node, 'object');
  const fields = new Map<string, Schema>(openApiFields(node, kind.kind));
  fields.set('apiVersion', scalar('string'));
  fields.set('kind', scalar('string'));
  fields.set(
    'metadata',
    Object.freeze({ ...schemaOf('meta.v1.ObjectMeta'), presence: 'struct' as const }),
  );
  const definition: Definition = {
    name: `${kind.version}.${kind.kind}`,
    fields,
    atomic: false,
    ...kind,
  };
  return Object.freeze({ type: 'object', definition: () => definition, presence: 'optional' });
}

function openApiFields(node: JsonObject, name: string): [string, Schema][] {
  const properties = (node['properties'] ?? {}) as Readonly<Record<string, JsonObject>>;
  return Object.keys(properties).map((key) => [
    key,
    readOpenApi(properties[key] ?? {}, `${name}.${key}`),
  ]);
}

function readOpenApi(node: JsonObject, name: string): Schema {
  if (node['x-kubernetes-int-or-string'] === true) return scalar('int-or-string');
  switch (node['type']) {
    case 'string':
      return scalar('string');
    case 'integer':
      return scalar('integer', node['format'] === 'int32' ? 32 : 64);
    case 'number':
      return scalar('number');
    case 'boolean':
      return scalar('boolean');
    case 'array':
      return openApiList(node, name);
    case 'object':
      return openApiObject(node, name);
    default:
      return scalar('any');
  }
}

function openApiList(node: JsonObject, name: string): Schema {
  const keys = node['x-kubernetes-list-map-keys'] as readonly string[] | undefined;
  return Object.freeze({
    type: 'list',
    item: readOpenApi((node['items'] ?? {}) as JsonObject, name),
    presence: 'optional',
    listType: (node['x-kubernetes-list-type'] ?? 'atomic') as 'atomic' | 'set' | 'map',
    ...(keys === undefined ? {} : { listKeys: keys }),
  });
}

function openApiObject(node: JsonObject, name: string): Schema {
  const atomic = node['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {};
  const values = node['additionalProperties'];
  if (typeof values === 'object' && values !== null) {
    const item = readOpenApi(values as JsonObject, name);
    return Object.freeze({ type: 'map', item, presence: 'optional', ...atomic });
  }
  if (node['x-kubernetes-preserve-unknown-fields'] === true || node['properties'] === undefined) {
    return scalar('free');
  }
  const definition: Definition = {
    name,
    fields: new Map(openApiFields(node, name)),
    atomic: 'atomic' in atomic,
  };
  return Object.freeze({
    type: 'object',
    definition: () => definition,
    presence: 'optional',
    ...atomic,
  });
}
