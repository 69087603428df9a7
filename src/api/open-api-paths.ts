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
  const root = rootOf(kind);
  const has = (verb: string): boolean => kind.verbs.includes(verb);
  const collection = `${root}${scopeOf(kind)}/${kind.plural}`;
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

/** A subresource: what may be done with it, and what it speaks where that is not its kind. */
export interface Part {
  readonly name: string;
  readonly verbs: readonly string[];
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
}

const methods: Readonly<Record<string, string>> = {
  get: 'get', create: 'post', update: 'put', patch: 'patch', delete: 'delete',
};

/** Paths of a kind's subresources; those that speak of another kind do not say how it looks. */
export function pathsOfParts(kind: Kind, parts: readonly Part[]): Record<string, JsonObject> {
  const whole = componentOf(kind);
  const paths: Record<string, JsonObject> = {};
  for (const part of parts) {
    const operations = Object.fromEntries(
      part.verbs.map((verb) => {
        const method = methods[verb] ?? verb;
        const isText = part.name === 'log' || part.kind?.endsWith('Options') === true;
        const isOwn = part.kind === undefined && !isText;
        const made = operation(
          kind, method, verb === 'get' || isText ? [] : writeQueries, isOwn ? whole : undefined,
          isOwn && verb !== 'get' && verb !== 'patch' ? whole : undefined);
        const { kind: own, group, version } = kind;
        const gvk = { group, version, kind: own, ...(part.kind === undefined ? {} : spokenBy(part)) };
        return [method, {
          ...made,
          ...(isOwn && verb === 'patch' ? { requestBody: patchBody(kind) } : {}),
          operationId: `${String(made['operationId'])}_${part.name}`,
          'x-kubernetes-group-version-kind': gvk,
        }];
      }),
    );
    const where = kind.namespaced ? [inPath('namespace')] : [];
    paths[`${rootOf(kind)}${scopeOf(kind)}/${kind.plural}/{name}/${part.name}`] = {
      ...operations,
      parameters: [inPath('name'), ...where, query('pretty')],
    };
  }
  return paths;
}

const spokenBy = ({ kind, group, version }: Part): JsonObject => ({
  ...(group === undefined ? {} : { group }),
  ...(version === undefined ? {} : { version }),
  ...(kind === undefined ? {} : { kind }),
});

/** The old way to watch, which old clients still go. */
export function watchPathsOf(kind: Kind): Record<string, JsonObject> {
  if (!kind.verbs.includes('watch') || kind.custom !== undefined) return {};
  const paths: Record<string, JsonObject> = {};
  const add = (path: string, action: string, where: readonly JsonObject[]) => {
    paths[`${rootOf(kind)}/watch${path}`] = {
      get: operation(kind, action, [], undefined),
      parameters: [...where, ...listQueries, query('pretty')],
    };
  };
  const where = kind.namespaced ? [inPath('namespace')] : [];
  add(`${scopeOf(kind)}/${kind.plural}`, 'watchlist', where);
  add(`${scopeOf(kind)}/${kind.plural}/{name}`, 'watch', [inPath('name'), ...where]);
  if (kind.namespaced) add(`/${kind.plural}`, 'watchlist', []);
  return paths;
}

const rootOf = (kind: Kind): string =>
  `${kind.group === '' ? '/api' : '/apis'}/${apiVersionOf(kind)}`;
const scopeOf = (kind: Kind): string => (kind.namespaced ? '/namespaces/{namespace}' : '');

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

// oxlint-disable-next-line max-params -- an operation, and what goes in and out
function operation(
  kind: Kind,
  action: string,
  parameters: readonly JsonObject[],
  answer: string | undefined,
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
      200: {
        description: 'OK',
        ...(answer === undefined
          ? {}
          : { content: { 'application/json': { schema: ref(answer) } } }),
      },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind: kind.kind },
  };
}

const patchOperation = (kind: Kind, name: string): JsonObject => ({
  ...operation(kind, 'patch', [...writeQueries, query('force', 'boolean')], name),
  requestBody: patchBody(kind),
});

function patchBody(kind: Kind): JsonObject {
  const types = patchTypes.slice(0, kind.custom === undefined ? 4 : 3);
  const schema = ref(`${meta}.Patch`);
  return { content: Object.fromEntries(types.map((type) => [`application/${type}`, { schema }])) };
}
