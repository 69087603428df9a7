/**
 * The Node authorizer: what a kubelet may. It gets the rules of the role `system:node`, but reads
 * Secrets, ConfigMaps and claims of its own Pods only, makes tokens for their accounts only, and
 * renews its own Lease only. Follows plugin/pkg/auth/authorizer/node/node_authorizer.go; the real
 * one keeps a graph, this one looks at the Pods bound to the node.
 */
import type { Pod, PolicyRule, VolumeProjection } from '../../api/types.gen.ts';
import type { Attempted } from './authorization.ts';
import bootstrapRoles from './bootstrap-roles.json' with { type: 'json' };
import type { User } from './exchange.ts';
import { isAllowedByRule } from './rbac.ts';
import type { Registry } from './resource.ts';

const prefix = 'system:node:';
const nodesGroup = 'system:nodes';

const rules: readonly PolicyRule[] = ruleOfRole('system:node');

function ruleOfRole(name: string): readonly PolicyRule[] {
  const roles: readonly { metadata: { name: string }; rules?: unknown }[] = bootstrapRoles;
  const role = roles.find(({ metadata }) => metadata.name === name);
  return (role?.rules ?? []) as readonly PolicyRule[];
}

export function isAllowedToNode(registry: Registry, user: User, attempted: Attempted): boolean {
  if (!user.name.startsWith(prefix) || !user.groups.includes(nodesGroup)) return false;
  if (!rules.some((rule) => isAllowedByRule(rule, attempted))) return false;
  const node = user.name.slice(prefix.length);
  const { group, resource, subresource, namespace, name } = attempted;
  if (group === 'coordination.k8s.io') return namespace === 'kube-node-lease' && isOwn(name, node);
  if (group !== '') return true;
  if (!(resource in users) && resource !== 'serviceaccounts') return true;
  if (name === '') return false;
  const uses = resource === 'serviceaccounts' && subresource === 'token' ? usesAccount : users[resource];
  return uses !== undefined && podsOf(registry, node, namespace).some((pod) => uses(pod, name));
}

/** A create carries no name in its path: the body is looked at by admission. */
const isOwn = (name: string, node: string): boolean => name === '' || name === node;

function podsOf(registry: Registry, node: string, namespace: string): readonly Pod[] {
  const pods = registry.named('pods');
  if (pods === undefined) return [];
  const scope = pods.scope(namespace);
  return pods.cache
    .under(scope, `${scope.slice(0, -1)}0`)
    .map(({ object }) => object as unknown as Pod)
    .filter(({ spec }) => spec.nodeName === node);
}

type Uses = (pod: Pod, name: string) => boolean;

const usesAccount: Uses = ({ spec }, name) => (spec.serviceAccountName || 'default') === name;

const containersOf = ({ spec }: Pod) => [...(spec.initContainers ?? []), ...spec.containers];

const projections = ({ spec }: Pod): readonly VolumeProjection[] =>
  (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);

/** How a Pod can refer to an object of each resource. */
const users: Readonly<Record<string, Uses>> = {
  configmaps: (pod, name) =>
    (pod.spec.volumes ?? []).some(({ configMap }) => configMap?.name === name) ||
    projections(pod).some(({ configMap }) => configMap?.name === name) ||
    containersOf(pod).some(({ env = [], envFrom = [] }) =>
      env.some(({ valueFrom }) => valueFrom?.configMapKeyRef?.name === name) ||
      envFrom.some(({ configMapRef }) => configMapRef?.name === name)),
  secrets: (pod, name) =>
    (pod.spec.volumes ?? []).some(({ secret }) => secret?.secretName === name) ||
    projections(pod).some(({ secret }) => secret?.name === name) ||
    (pod.spec.imagePullSecrets ?? []).some((secret) => secret.name === name) ||
    containersOf(pod).some(({ env = [], envFrom = [] }) =>
      env.some(({ valueFrom }) => valueFrom?.secretKeyRef?.name === name) ||
      envFrom.some(({ secretRef }) => secretRef?.name === name)),
  persistentvolumeclaims: (pod, name) =>
    (pod.spec.volumes ?? []).some(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name),
};
