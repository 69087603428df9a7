/**
 * What OpenAPI says of a custom resource: its author's schema with what every resource has.
 * Follows apiextensions-apiserver pkg/controller/openapi/builder/builder.go.
 */
import type { Json, JsonObject } from '../object.ts';
import type { JsonSchema } from './json-schema.ts';

const apiVersionText =
  'APIVersion defines the versioned schema of this representation of an object. Servers should ' +
  'convert recognized schemas to the latest internal value, and may reject unrecognized values. ' +
  'More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources';
const kindText =
  'Kind is a string value representing the REST resource this object represents. Servers may ' +
  'infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. ' +
  'More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds';
const metadataText =
  "Standard object's metadata. More info: " +
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

const metaRef = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The component of a kind; a schema that keeps everything says nothing of its fields. */
export function openApiOf(schema: JsonSchema, { group, version, kind }: Gvk): JsonObject {
  const base = schema as unknown as JsonObject;
  const own = (base['properties'] ?? {}) as JsonObject;
  const properties: Record<string, Json> = {
    ...own,
    apiVersion: { type: 'string', description: apiVersionText },
    kind: { type: 'string', description: kindText },
    metadata: { allOf: [{ $ref: metaRef }], description: metadataText },
  };
  return {
    ...base,
    type: 'object',
    properties: Object.fromEntries(
      Object.keys(properties)
        .sort()
        .map((key) => [key, properties[key] as Json]),
    ),
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
  };
}
