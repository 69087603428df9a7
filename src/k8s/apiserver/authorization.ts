/**
 * Whether the caller may. Follows apiserver pkg/authorization and plugin/pkg/auth/authorizer.
 */
import { StatusError, attemptText, forbiddenAction } from '../../api/status.ts';
import type { Exchange } from './exchange.ts';
import { isAllowedToNode } from './node-authorizer.ts';
import { isAllowedByRbac } from './rbac.ts';

/** What somebody wants to do (authorization.k8s.io ResourceAttributes, or a path). */
export interface Attempted {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** For what is no resource. */
  readonly path: string | undefined;
}

/** The superusers' group: no authorizer is asked. */
const masters = 'system:masters';

export function attemptOf({ route, request }: Exchange): Attempted {
  const isResource = route.plural !== '';
  return {
    verb: route.verb, group: route.group, resource: route.plural, subresource: route.subresource,
    namespace: isResource && route.plural === 'namespaces' ? '' : route.namespace,
    name: route.name, path: isResource ? undefined : request.path,
  };
}

export function isAllowed(x: Exchange, attempted: Attempted): boolean {
  const { authorizationModes } = x.server.options;
  if (x.user.groups.includes(masters)) return true;
  for (const mode of authorizationModes) {
    if (mode === 'AlwaysAllow') return true;
    if (mode === 'Node' && isAllowedToNode(x.server.registry, x.user, attempted)) return true;
    if (mode === 'RBAC' && isAllowedByRbac(x.server.registry, x.user, attempted)) return true;
  }
  return false;
}

/** Throws Forbidden, in upstream's words. */
export function authorize(x: Exchange): void {
  const attempted = attemptOf(x);
  if (isAllowed(x, attempted)) return;
  const { group, resource, name, namespace, path, verb, subresource } = attempted;
  const text = attemptText({
    user: x.user.name, verb, resource, subresource, group, namespace,
    ...(path === undefined ? {} : { path }),
  });
  throw new StatusError(forbiddenAction({ group, plural: path === undefined ? resource : '' }, name, text));
}
