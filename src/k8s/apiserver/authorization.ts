/**
 * Whether the caller may. Follows apiserver pkg/authorization and plugin/pkg/auth/authorizer.
 */
import { StatusError, attemptText, forbiddenAction } from '../../api/status.ts';
import type { ApiRequest } from '../client/wire.ts';
import type { Exchange } from './exchange.ts';
import { type Verdict, judgeNode } from './node-authorizer.ts';
import { first } from './paths.ts';
import { isAllowedByRbac, reasonOfRbac } from './rbac.ts';

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
    verb: route.verb,
    group: route.group,
    resource: route.plural,
    subresource: route.subresource,
    // A Namespace counts as being in itself.
    namespace: route.plural === 'namespaces' && route.group === '' ? route.name : route.namespace,
    name: route.name || (isResource ? selectedName(request) : ''),
    path: isResource ? undefined : request.path,
  };
}

/** A list or watch of `metadata.name=x` counts as one of that object. */
function selectedName({ query }: ApiRequest): string {
  const selector = first(query?.['fieldSelector']);
  if (!selector.includes('metadata.name=')) return '';
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(selector)?.[1] ?? '';
}

/** Yes, or why not (`''`: nobody has an opinion). */
export function judge(x: Exchange, attempted: Attempted): Verdict {
  if (x.user.groups.includes(masters)) return true;
  const reasons: string[] = [];
  for (const mode of x.server.options.authorizationModes) {
    if (mode === 'AlwaysAllow') return true;
    const verdict = judgeByMode(x, mode, attempted);
    if (verdict === true) return true;
    if (verdict !== '') reasons.push(verdict);
  }
  return reasons.join('\n');
}

function judgeByMode(
  { server: { registry }, user }: Exchange,
  mode: string,
  attempted: Attempted,
): Verdict {
  if (mode === 'Node') return judgeNode(registry, user, attempted);
  return mode === 'RBAC' && isAllowedByRbac(registry, user, attempted) ? true : '';
}

/** Why it is allowed, where an authorizer says so (`''`: because of who asks, or as all is). */
export function reasonOf({ user, server }: Exchange, attempted: Attempted): string {
  if (user.groups.includes(masters)) return '';
  for (const mode of server.options.authorizationModes) {
    if (mode === 'AlwaysAllow') return '';
    if (mode === 'Node' && judgeNode(server.registry, user, attempted) === true) return '';
    const reason = mode === 'RBAC' ? reasonOfRbac(server.registry, user, attempted) : undefined;
    if (reason !== undefined) return reason;
  }
  return '';
}

export const isAllowed = (x: Exchange, attempted: Attempted): boolean =>
  judge(x, attempted) === true;

/** Throws Forbidden, in upstream's words. */
export function authorize(x: Exchange): void {
  const attempted = attemptOf(x);
  const verdict = judge(x, attempted);
  if (verdict === true) return;
  const { group, resource, name, namespace, path, verb, subresource } = attempted;
  const text = attemptText({
    user: x.user.name,
    verb,
    resource,
    subresource,
    group,
    namespace,
    ...(path === undefined ? {} : { path }),
  });
  const named = { group, plural: path === undefined ? resource : '' };
  throw new StatusError(
    forbiddenAction(named, name, verdict === '' ? text : `${text}: ${verdict}`),
  );
}
