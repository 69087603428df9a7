/**
 * What a request is about, read from its method and path.
 * Follows apiserver pkg/endpoints/request/requestinfo.go.
 */
import type { ApiRequest } from '../client/wire.ts';
import type { Registry, Resource } from './resource.ts';

export type Verb =
  'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface Route {
  readonly verb: string;
  /** Undefined for paths that are no resource, and for resources nobody serves. */
  readonly resource: Resource | undefined;
  readonly group: string;
  readonly version: string;
  /** `''` for paths that are no resource. */
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource: the path below `proxy`. */
  readonly rest: string;
}

const nowhere = {
  group: '',
  version: '',
  plural: '',
  namespace: '',
  name: '',
  subresource: '',
  rest: '',
};

const verbs: Readonly<Record<string, Verb>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Subresources of a Namespace; anything else below it is a resource in it. */
const namespaceParts = new Set(['status', 'finalize']);

export function routeOf(request: ApiRequest, registry: Registry): Route {
  const { method, path, query } = request;
  const parts = path.split('/');
  // `/api/v1/…` and `/apis/g/v1/…`, with an empty text before the first slash.
  const first = parts[1] === 'api' ? 3 : parts[1] === 'apis' ? 4 : 0;
  if (first === 0 || parts.length <= first || parts[first] === '') {
    return { ...nowhere, verb: method.toLowerCase(), resource: undefined };
  }
  const group = first === 3 ? '' : (parts[2] as string);
  const version = parts[first - 1] as string;
  // `/api/v1/watch/…`: the older way to ask for a watch.
  const isOldWatch = parts[first] === 'watch' && method === 'GET' && parts.length > first + 1;
  let at = isOldWatch ? first + 1 : first;
  let namespace = '';
  if (parts[at] === 'namespaces' && parts.length > at + 2 && !isOfNamespace(parts, at)) {
    namespace = decoded(parts[at + 1]);
    at += 2;
  }
  const plural = parts[at] as string;
  const name = decoded(parts[at + 1]);
  return {
    verb: isOldWatch ? 'watch' : verbOf(method, name === '', query),
    resource: registry.find(group, version, plural),
    group,
    version,
    plural,
    namespace,
    name,
    subresource: parts[at + 2] ?? '',
    rest: parts.length <= at + 3 ? '' : parts.slice(at + 3).map(decoded).join('/'),
  };
}

const isOfNamespace = (parts: readonly string[], at: number): boolean =>
  parts.length === at + 3 && (namespaceParts.has(parts[at + 2] as string) || parts[at + 2] === '');

function verbOf(method: string, isCollection: boolean, query: ApiRequest['query']): string {
  const verb = verbs[method];
  if (!isCollection) return verb ?? method.toLowerCase();
  if (verb === 'get') return isTrue(query?.['watch']) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : (verb ?? method.toLowerCase());
}

function decoded(part: string | undefined): string {
  if (part === undefined) return '';
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    // A broken escape names nothing: the literal text will not be found, which is the answer.
    return part;
  }
}

type Query = string | readonly string[] | undefined;

/** The first value of a query parameter. */
export const first = (value: Query): string =>
  value === undefined ? '' : typeof value === 'string' ? value : (value[0] ?? '');

const trueTexts = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Go's ParseBool; anything else is no. */
export const isTrue = (value: Query): boolean => trueTexts.has(first(value));
