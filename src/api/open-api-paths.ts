/** The paths of an OpenAPI v3 document: which verbs a kind has, and which parameters they take. */
import { apiVersionOf, type Kind } from './kind.ts';
import type { JsonObject } from './object.ts';
import { longName, shortName } from './schema.ts';

export const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** A reference to a component. */
export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** The component that describes a kind: the upstream name, or one made of its group. */
export const componentOf = (kind: Kind): string =>
  kind.schema === ''
    ? `${kind.group.split('.').toReversed().join('.')}.${kind.version}.${kind.kind}`
    : longName(shortName(kind.schema));

const query = (name: string, type = 'string'): JsonObject => ({
  name,
  in: 'query',
  schema: { type, uniqueItems: true },
});
const writeQueries = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => query(name));
const listQueries = [
  query('allowWatchBookmarks', 'boolean'),
  query('continue'),
  query('fieldSelector'),
  query('labelSelector'),
  query('limit', 'integer'),
  query('resourceVersion'),
  query('resourceVersionMatch'),
  query('sendInitialEvents', 'boolean'),
  query('timeoutSeconds', 'integer'),
  query('watch', 'boolean'),
];
const deleteQueries = [
  query('dryRun'),
  query('gracePeriodSeconds', 'integer'),
  query('orphanDependents', 'boolean'),
  query('propagationPolicy'),
];
const inPath = (name: string): JsonObject => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', uniqueItems: true },
});
const patchTypes = [
  'apply-patch+yaml',
  'json-patch+json',
  'merge-patch+json',
  'strategic-merge-patch+json',
];

/** Collection and item paths with the verbs that the kind has. */
export function pathsOfKind(kind: Kind): Record<string, JsonObject> {
  const apiVersion = apiVersionOf(kind);
  const root = kind.group === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const has = (verb: string): boolean => kind.verbs.includes(verb);
  const scope = kind.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${root}${scope}/${kind.plural}`;
  const where = [...(kind.namespaced ? [inPath('namespace')] : []), query('pretty')];
  const name = componentOf(kind);
  const paths: Record<string, JsonObject> = {};
  const list = has('list') ? { get: operation(kind, 'list', listQueries, `${name}List`) } : {};
  paths[collection] = {
    ...list,
    ...(has('create') ? { post: operation(kind, 'post', writeQueries, name, name) } : {}),
    ...(has('deletecollection')
      ? { delete: operation(kind, 'deletecollection', deleteQueries, name) }
      : {}),
    parameters: where,
  };
  if (kind.namespaced && has('list')) {
    paths[`${root}/${kind.plural}`] = { ...list, parameters: [query('pretty')] };
  }
  const item = itemOperations(kind, has, name);
  if (Object.keys(item).length > 0) {
    paths[`${collection}/{name}`] = { ...item, parameters: [inPath('name'), ...where] };
  }
  return paths;
}

function itemOperations(kind: Kind, has: (verb: string) => boolean, name: string): JsonObject {
  return {
    ...(has('get') ? { get: operation(kind, 'get', [], name) } : {}),
    ...(has('update') ? { put: operation(kind, 'put', writeQueries, name, name) } : {}),
    ...(has('patch') ? { patch: patchOperation(kind, name) } : {}),
    ...(has('delete')
      ? { delete: operation(kind, 'delete', deleteQueries, name, `${meta}.DeleteOptions`) }
      : {}),
  };
}

function operation(
  kind: Kind,
  action: string,
  parameters: readonly JsonObject[],
  answer: string,
  body?: string,
): JsonObject {
  const { group, version } = kind;
  const tag = `${group === '' ? 'core' : (group.split('.')[0] ?? '')}_${version}`;
  return {
    tags: [tag],
    operationId: `${action}_${tag}_${kind.plural}`,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: { '*/*': { schema: ref(body) } } } }),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: ref(answer) } } },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind: kind.kind },
  };
}

function patchOperation(kind: Kind, name: string): JsonObject {
  const content = Object.fromEntries(
    patchTypes.slice(0, kind.custom === undefined ? 4 : 3).map((type) => [`application/${type}`, { schema: ref(`${meta}.Patch`) }]),
  );
  return {
    ...operation(kind, 'patch', [...writeQueries, query('force', 'boolean')], name),
    requestBody: { content },
  };
}
