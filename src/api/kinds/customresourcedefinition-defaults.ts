/**
 * Follows apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go. Schemas below `items` and
 * `additionalProperties` are read here, too: to the decoder they can be anything
 * (v1/marshal.go: JSONSchemaPropsOrArray, JSONSchemaPropsOrBool).
 */
import { decode } from '../decode.ts';
import { isDeepEqual } from '../equal.ts';
import type { Json, JsonObject } from '../object.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../types.gen.ts';
import { fill, fillAbsent, mapField, mapItems } from './path-copy.ts';

/** What Go has of a spec of which nothing was said. */
const emptySpec: CustomResourceDefinitionSpec = {
  group: '',
  scope: '',
  names: { plural: '', kind: '' },
  versions: [],
};

export function definitionDefaults(object: CustomResourceDefinition): CustomResourceDefinition {
  const whole = object.spec === undefined ? { ...object, spec: emptySpec } : object;
  return mapField(whole, 'spec', (given) => {
    const spec = fillAbsent<CustomResourceDefinitionSpec>(given, {
      ...emptySpec,
      conversion: { strategy: 'None' },
    });
    const named = mapField(spec, 'names', (names) => nameDefaults(names));
    return mapField(named, 'versions', (versions) => mapItems(versions, versionDefaults));
  });
}

function nameDefaults(given: CustomResourceDefinitionNames): CustomResourceDefinitionNames {
  const names = fillAbsent<CustomResourceDefinitionNames>(given, { plural: '', kind: '' });
  if (names.kind === '') return names;
  return fill(names, { singular: names.kind.toLowerCase(), listKind: `${names.kind}List` });
}

const versionDefaults = (
  version: CustomResourceDefinitionVersion,
): CustomResourceDefinitionVersion =>
  mapField(fillAbsent(version, { name: '' }), 'schema', (schema) =>
    mapField(schema, 'openAPIV3Schema', (root) => {
      const read = readSchema(root as unknown as JsonObject);
      return (isDeepEqual(read, root as unknown as Json)
        ? root
        : read) as unknown as JSONSchemaProps;
    }),
  );

const name = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema whose parts have been read as what they are. */
function readSchema(schema: JsonObject): JsonObject {
  const read: Record<string, Json> = { ...schema } as Record<string, Json>;
  const { items, additionalProperties: values, properties, not } = schema;
  if (isObject(properties)) read['properties'] = mapValues(properties, readSchema);
  if (isObject(not)) read['not'] = readSchema(not);
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[key];
    if (!Array.isArray(list)) continue;
    read[key] = (list as readonly Json[]).filter(isObject).map(readSchema);
  }
  if (items !== undefined && !Array.isArray(items)) put(read, 'items', anySchema(items));
  if (values !== undefined && typeof values !== 'boolean') {
    put(read, 'additionalProperties', anySchema(values));
  }
  return read;
}

function put(object: Record<string, Json>, key: string, value: Json | undefined): void {
  if (value === undefined) delete object[key];
  else object[key] = value;
}

/** What is no schema is not there. */
function anySchema(value: Json): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const { object, fatal } = decode(name, value, 'Ignore');
  return fatal === undefined ? readSchema(object) : undefined;
}

function mapValues(object: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const read: Record<string, Json> = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (isObject(value)) read[key] = change(value);
  }
  return read;
}
