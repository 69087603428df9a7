/**
 * The one path of every request: who asks, whether they may, and then the handler of what they ask
 * for. Follows the handler chain of apiserver pkg/server/config.go (DefaultBuildHandlerChain).
 */
import { type Status, StatusError, methodNotAllowed, notFound, notFoundPath } from '../../api/status.ts';
import type { Story } from '../../kernel/index.ts';
import type { ApiResponse } from '../client/wire.ts';
import { relayOf } from './aggregation.ts';
import { authorize } from './authorization.ts';
import { checkCustom } from './crd/gate.ts';
import { type Exchange, type Handler, pageNotFound, statusAnswer } from './exchange.ts';
import { handleImpersonation } from './impersonation.ts';
import { nonResource } from './non-resource/index.ts';
import type { Subresource } from '../../api/kind.ts';
import type { Resource } from './resource.ts';
import { subresources } from './subresources/index.ts';
import { unserved } from './unserved.ts';
import { verbs } from './verbs/index.ts';
import { virtualKinds } from './virtual/index.ts';

/** From a request to its answer; undefined when a stream has been begun instead. */
export function* handle(x: Exchange): Story<ApiResponse | undefined> {
  try {
    handleImpersonation(x);
    authorize(x);
    const deprecated = x.route.resource?.kind.deprecated;
    if (deprecated !== undefined) x.warnings.push(deprecated);
    if (x.route.resource?.kind.custom !== undefined) yield* checkCustom(x, x.route.resource);
    return yield* handlerOf(x)(x);
  } catch (problem) {
    if (!(problem instanceof StatusError)) throw problem;
    for (const revert of x.reverts) {
      const work = revert();
      if (work !== undefined) yield* work;
    }
    return statusAnswer(x, problem.status);
  }
}

function handlerOf(x: Exchange): Handler {
  const { route } = x;
  if (route.plural === '') return nonResource;
  // What is read is asked for by GET alone; only proxies pass HEAD on.
  const isHead = x.request.method === 'HEAD';
  if (isHead && route.subresource !== 'proxy') return refuse(methodNotAllowed());
  const virtual = virtualKinds[`${route.plural}.${route.group}`];
  if (virtual !== undefined) return virtual;
  const { resource, verb, subresource } = route;
  if (resource === undefined) return relayOf(x) ?? nowhere;
  if (!resource.kind.namespaced && route.namespace !== '' && route.plural !== 'namespaces') {
    return nowhere;
  }
  const custom = resource.kind.custom === undefined ? undefined : refusalOfCustom(x, resource);
  if (custom !== undefined) return custom;
  if (subresource === '' && (verb === 'create') === (route.name !== '')) {
    // Creating wants a collection; all else that could come here without a name wants an object.
    if (verb === 'create' || needsName.has(verb)) return refuse(methodNotAllowed());
  }
  if (subresource === '') {
    if (verbs[verb] === undefined || !isServed(resource.kind.verbs, x)) {
      return refuse(verbs[verb] === undefined ? methodNotAllowed() : notAllowed(x));
    }
    return verbs[verb];
  }
  if (!resource.kind.subresources.includes(subresource as Subresource))
    return refuse(notFoundPath());
  const handler = subresources[subresource]?.[verb];
  return handler ?? refuse(methodNotAllowed());
}

// oxlint-disable-next-line require-yield -- a handler is a story, whether or not it has to wait
const nowhere: Handler = function* (x) {
  return x.route.resource?.kind.custom === undefined ? unserved(x) : pageNotFound;
};

/**
 * Custom resources are not routed by go-restful but by one handler, which leaves to those behind it
 * what is in no namespace and ought to be (apiextensions-apiserver
 * pkg/apiserver/customresource_handler.go, ServeHTTP).
 */
function refusalOfCustom({ route }: Exchange, { kind }: Resource): Handler | undefined {
  const { verb, subresource } = route;
  const isOfAll = verb === 'list' || verb === 'watch';
  if (kind.namespaced && route.namespace === '' && !isOfAll) return nowhere;
  if (subresource === '' || kind.subresources.includes(subresource as Subresource)) return undefined;
  return refuse(notFound(kind, route.name));
}

const needsName = new Set(['update', 'patch']);

/** A namespaced kind's object is changed only through its namespace's path. */
function isServed(served: readonly string[], { route }: Exchange): boolean {
  if (!served.includes(route.verb)) return false;
  if (route.resource?.kind.namespaced !== true || route.namespace !== '') return true;
  return route.verb === 'list' || route.verb === 'watch' || route.verb === 'create';
}

function notAllowed({ route }: Exchange): Status {
  return route.resource?.kind.namespaced === true && route.namespace === ''
    ? notFoundPath()
    : methodNotAllowed();
}

// oxlint-disable-next-line require-yield -- a handler is a story, whether or not it has to wait
const refuse = (status: Status): Handler =>
  function* () {
    throw new StatusError(status);
  };
