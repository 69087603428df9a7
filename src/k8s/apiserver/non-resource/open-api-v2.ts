/**
 * /openapi/v2 in JSON: one Swagger 2.0 document of all that the v3 documents say.
 * Follows k8s.io/kube-openapi pkg/handler and pkg/schemaconv. Left out: the prose of most query
 * parameters, and media types beyond JSON and YAML.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { isObject } from '../read-body.ts';

type Draft = Record<string, Json>;

/** What the most used query parameters are for (OpenAPI of 1.33). */
const parameterTexts: Readonly<Record<string, string>> = {
  fieldSelector:
    'A selector to restrict the list of returned objects by their fields. Defaults to everything.',
  labelSelector:
    'A selector to restrict the list of returned objects by their labels. Defaults to everything.',
  timeoutSeconds:
    'Timeout for the list/watch call. This limits the duration of the call, regardless of any ' +
    'activity or inactivity.',
  watch:
    'Watch for changes to the described resources and return them as a stream of add, update, ' +
    'and remove notifications. Specify resourceVersion.',
};

/** @param documents the v3 documents of all group-versions. */
export function openApiV2(documents: readonly JsonObject[]): JsonObject {
  const paths: Draft = {};
  const definitions: Draft = {};
  for (const document of documents) {
    const { schemas } = document['components'] as { readonly schemas: JsonObject };
    for (const [name, schema] of Object.entries(schemas)) {
      definitions[name] ??= definitionOf(name, schema as JsonObject);
    }
    for (const [path, item] of Object.entries(document['paths'] as JsonObject)) {
      paths[path] = pathItem(item as JsonObject);
    }
  }
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.33.1' },
    paths: sorted(paths),
    definitions: sorted(definitions),
    securityDefinitions: {
      BearerToken: {
        description: 'Bearer Token authentication',
        type: 'apiKey',
        name: 'authorization',
        in: 'header',
      },
    },
    security: [{ BearerToken: [] }],
  };
}

const sorted = (draft: Draft): JsonObject =>
  Object.fromEntries(
    Object.keys(draft)
      .sort()
      .map((key) => [key, draft[key] as Json]),
  );

function definitionOf(name: string, schema: JsonObject): JsonObject {
  const definition = schemaOf(schema) as JsonObject;
  const properties = definition['properties'] as JsonObject | undefined;
  const items = properties?.['items'];
  if (!name.endsWith('List') || !isObject(items) || items['description'] !== undefined) {
    return definition;
  }
  const kind = /([A-Za-z]+)List$/.exec(name)?.[1] ?? '';
  const description = `List of ${plural(kind.toLowerCase())}`;
  return { ...definition, properties: { ...properties, items: { description, ...items } } };
}

/** Good enough for prose. */
const plural = (word: string): string =>
  /[^aeiou]y$/.test(word)
    ? `${word.slice(0, -1)}ies`
    : /(s|ch|x)$/.test(word)
      ? `${word}es`
      : `${word}s`;

/** Swagger has no oneOf, and a reference stands alone. */
function schemaOf(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(schemaOf);
  if (!isObject(value)) return value;
  const { allOf, oneOf, default: otherwise, ...rest } = value;
  const next: Draft = {};
  for (const [key, inner] of Object.entries(rest)) {
    if (inner === undefined) continue;
    next[key] = key === '$ref' ? refOf(String(inner)) : schemaOf(inner);
  }
  if (Array.isArray(allOf) && allOf.length === 1) Object.assign(next, schemaOf(allOf[0] as Json));
  if (oneOf !== undefined) next['type'] ??= 'string';
  // What v3 says of zero values says nothing: v2 leaves them out.
  if (typeof otherwise === 'string' && otherwise !== '') next['default'] = otherwise;
  return next;
}

const refOf = (ref: string): string => ref.replace('#/components/schemas/', '#/definitions/');

const mediaTypes = ['application/json', 'application/yaml'];

function pathItem(item: JsonObject): JsonObject {
  const next: Draft = {};
  for (const [key, value] of Object.entries(item)) {
    if (key === 'parameters') next[key] = (value as JsonObject[]).map(parameterOf);
    else if (isObject(value)) next[key] = operationOf(value);
  }
  return next;
}

function operationOf(operation: JsonObject): JsonObject {
  const { parameters, requestBody, responses, ...rest } = operation;
  const content = isObject(requestBody) ? (requestBody['content'] as JsonObject) : undefined;
  const [body] = Object.values(content ?? {}) as (JsonObject | undefined)[];
  const queries = ((parameters ?? []) as JsonObject[]).map(parameterOf);
  const all = [
    ...(body === undefined
      ? []
      : [{ name: 'body', in: 'body', required: true, schema: schemaOf(body['schema'] as Json) }]),
    ...queries,
  ];
  return {
    ...rest,
    schemes: ['https'],
    consumes: content === undefined ? ['*/*'] : Object.keys(content),
    produces: mediaTypes,
    ...(all.length === 0 ? {} : { parameters: all as Json[] }),
    responses: responsesOf(responses as JsonObject),
  };
}

function responsesOf(responses: JsonObject): JsonObject {
  const next: Draft = {};
  for (const [code, response] of Object.entries(responses)) {
    const { description, content } = response as JsonObject;
    const [type] = Object.values((content ?? {}) as JsonObject) as (JsonObject | undefined)[];
    next[code] = {
      description: description as Json,
      ...(type === undefined ? {} : { schema: schemaOf(type['schema'] as Json) }),
    };
  }
  return next;
}

function parameterOf({ schema, ...rest }: JsonObject): JsonObject {
  const text = parameterTexts[String(rest['name'])];
  return {
    ...(schema as JsonObject),
    ...(text === undefined ? {} : { description: text }),
    ...rest,
  };
}
