/**
 * What kubelets may: the rules of `system:node`, and of Secrets, ConfigMaps, claims and accounts
 * only those that Pods on their own node refer to.
 * Follows plugin/pkg/auth/authorizer/node/{node_authorizer,graph}.go. Simplified: relations are
 * read off the node's Pods instead of a graph that is kept up to date.
 */
import type { PolicyRule } from '../../api/types.gen.ts';
import type { Attempted } from './authorization.ts';
import bootstrapRoles from './bootstrap-roles.json' with { type: 'json' };
import type { User } from './exchange.ts';
import { isAllowedByRule } from './rbac.ts';
import { refersTo } from './pod-references.ts';
import type { Registry } from './resource.ts';

const nodesGroup = 'system:nodes';
const prefix = 'system:node:';

/** Yes; no, and why (`''`: it has no opinion). */
export type Verdict = true | string;

/** The node that a user is; undefined for all others. */
export const nodeOf = ({ name, groups }: User): string | undefined =>
  name.startsWith(prefix) && groups.includes(nodesGroup) ? name.slice(prefix.length) : undefined;

export function judgeNode(registry: Registry, user: User, attempted: Attempted): Verdict {
  const node = nodeOf(user);
  if (node === undefined) return '';
  if (attempted.path !== undefined) return '';
  switch (`${attempted.resource}.${attempted.group}`) {
    case 'secrets.':
    case 'configmaps.':
      return judgeRead(registry, node, attempted);
    case 'persistentvolumeclaims.':
      return attempted.subresource === 'status'
        ? judgeVerb(attempted, ['update', 'patch'], 'can only update PVC status') ||
            related(registry, node, attempted)
        : judgeVerb(attempted, ['get'], 'can only get individual resources of this type') ||
            related(registry, node, attempted);
    case 'serviceaccounts.':
      if (attempted.verb !== 'create' || attempted.subresource !== 'token') {
        return 'can only create tokens for individual service accounts';
      }
      return related(registry, node, attempted);
    case 'leases.coordination.k8s.io':
      return judgeOwn(attempted, node, 'kube-node-lease');
    case 'csinodes.storage.k8s.io':
      return judgeOwn(attempted, node, '');
    default:
      return isInRole(attempted) ? true : '';
  }
}

const judgeVerb = ({ verb, name }: Attempted, verbs: readonly string[], refusal: string): string =>
  verbs.includes(verb) && name !== '' ? '' : refusal;

function judgeRead(registry: Registry, node: string, attempted: Attempted): Verdict {
  const { verb, subresource, namespace } = attempted;
  if (verb !== 'get' && verb !== 'list' && verb !== 'watch')
    return 'can only read resources of this type';
  if (subresource !== '') return 'cannot read subresource';
  if (namespace === '') return 'can only read namespaced object of this type';
  return related(registry, node, attempted);
}

/** Leases and CSINodes: a node's own one, by its name. */
function judgeOwn({ verb, name, namespace }: Attempted, node: string, own: string): Verdict {
  const what = own === '' ? 'CSINode' : 'lease';
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return `can only get, create, update, patch, or delete a ${own === '' ? 'CSINode' : 'node lease'}`;
  }
  if (namespace !== own) return `can only access leases in the "${own}" system namespace`;
  if (verb !== 'create' && name !== node) {
    return `can only access ${what === 'lease' ? 'node lease' : 'CSINode'} with the same name as the requesting node`;
  }
  return true;
}

function related(registry: Registry, node: string, attempted: Attempted): Verdict {
  const { resource, namespace, name } = attempted;
  if (name === '') return 'No Object name found';
  for (const pod of registry.nodePods.on(node).values()) {
    if (pod.metadata.namespace === namespace && refersTo(pod, resource, name)) return true;
  }
  return `no relationship found between node '${node}' and this object`;
}

/** The role names no objects: what it says of a verb and a resource is found out once. */
function isInRole(attempted: Attempted): boolean {
  const { verb, group, resource, subresource } = attempted;
  const key = `${verb} ${group} ${resource} ${subresource}`;
  let verdict = inRole.get(key);
  if (verdict === undefined) {
    verdict = nodeRules.some((rule) => isAllowedByRule(rule, attempted));
    if (inRole.size < inRoleMax) inRole.set(key, verdict);
  }
  return verdict;
}
const inRole = new Map<string, boolean>();
const inRoleMax = 1_000;

// Fixed, as upstream's are: kubelets come before the roles do.
const nodeRules: readonly PolicyRule[] = ((bootstrapRoles as readonly BootstrapRole[]).find(
  ({ metadata }) => metadata.name === 'system:node',
)?.rules ?? []) as readonly PolicyRule[];

interface BootstrapRole {
  readonly metadata: { readonly name: string };
  readonly rules?: unknown;
}
