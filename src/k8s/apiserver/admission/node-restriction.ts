/**
 * A kubelet changes its own Node, and Pods that run on it, and no more.
 * Follows plugin/pkg/admission/noderestriction/admission.go. Simplified: tokens for Pods are the
 * node authorizer's business alone, and a claim's status may be written whole.
 */
import type { ApiObject } from '../../../api/object.ts';
import { goQuote } from '../../../api/go-text.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import type { Node, Pod } from '../../../api/types.gen.ts';
import { nodeOf } from '../node-authorizer.ts';
import { referencesOf } from './mirror-pod.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { refuse } from './refusal.ts';

const mirror = 'kubernetes.io/config.mirror';
const restricted = 'node-restriction.kubernetes.io';

export const nodeRestriction: Plugin = {
  name: 'NodeRestriction',
  isOff: true,
  handles: ({ x }) => x.user.name.startsWith('system:node:'),
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *admit(attributes, object) {
    const node = nodeOf(attributes.x.user);
    if (node !== undefined) restrict({ ...attributes, object }, node);
    return object;
  },
  // Deletions and evictions are only looked at, never changed.
  // oxlint-disable-next-line require-yield -- as above
  *validate(attributes) {
    const node = nodeOf(attributes.x.user);
    if (node !== undefined && attributes.object === undefined) restrict(attributes, node);
  },
};

function restrict(attributes: Attributes, node: string): void {
  const { group, kind } = attributes.resource.kind;
  switch (`${group}/${kind}`) {
    case '/Pod':
      return restrictPod(attributes, node);
    case '/Node':
      return restrictNode(attributes, node);
    case '/PersistentVolumeClaim':
      if (attributes.subresource === 'status') return;
      return refuse(attributes, 'may only update PVC status');
    case 'coordination.k8s.io/Lease':
      return restrictLease(attributes, node);
    case 'storage.k8s.io/CSINode':
      if (nameOf(attributes) === node) return;
      return refuse(
        attributes,
        'can only access CSINode with the same name as the requesting node',
      );
    default:
  }
}

const nameOf = ({ object, x }: Attributes): string => x.route.name || (object?.metadata.name ?? '');

function restrictPod(attributes: Attributes, node: string): void {
  const { operation, previous, x, subresource = '' } = attributes;
  const named = goQuote(node);
  if (operation === 'UPDATE') {
    if (subresource !== 'status') {
      refuse(
        attributes,
        `unexpected operation "UPDATE", node ${named} can only create and delete mirror pods`,
      );
    }
    return restrictStatus(attributes, node);
  }
  if (operation === 'CREATE' && subresource === '') return restrictNewPod(attributes, node);
  const pods = attributes.resource;
  const entry = pods.cache.get(pods.key(x.route.namespace, x.route.name));
  const pod = (previous ?? entry?.object) as Pod | undefined;
  if (pod === undefined || pod.spec?.nodeName === node) return;
  refuse(
    attributes,
    subresource === 'eviction'
      ? `node ${node} can only evict pods with spec.nodeName set to itself`
      : `node ${named} can only delete pods with spec.nodeName set to itself`,
  );
}

function restrictStatus(attributes: Attributes, node: string): void {
  const { previous, object } = attributes;
  if ((previous as Pod).spec?.nodeName !== node) {
    refuse(
      attributes,
      `node ${goQuote(node)} can only update pod status for pods with spec.nodeName set to itself`,
    );
  }
  if (!isDeepEqual(previous?.metadata.labels ?? {}, object?.metadata.labels ?? {})) {
    refuse(attributes, `node ${goQuote(node)} cannot update labels through pod status`);
  }
}

/** Mirror Pods alone: they stand for what runs anyway. */
function restrictNewPod(attributes: Attributes, node: string): void {
  const { metadata, spec } = attributes.object as Pod;
  const named = goQuote(node);
  if (metadata.annotations?.[mirror] === undefined) {
    refuse(
      attributes,
      `pod does not have ${goQuote(mirror)} annotation, node ${named} can only create mirror pods`,
    );
  }
  if (spec?.nodeName !== node) {
    refuse(attributes, `node ${named} can only create pods with spec.nodeName set to itself`);
  }
  restrictOwner(attributes, node);
  if (spec.serviceAccountName) {
    refuse(attributes, `node ${named} can not create pods that reference a service account`);
  }
  const [what] = referencesOf(spec);
  if (what === undefined) return;
  refuse(attributes, `node ${named} can not create pods that reference ${what}`);
}

function restrictOwner(attributes: Attributes, node: string): void {
  const named = goQuote(node);
  const owners = attributes.object?.metadata.ownerReferences ?? [];
  const itself = 'owner reference set to itself';
  if (owners.length > 1) {
    refuse(attributes, `node ${named} can only create pods with a single ${itself}`);
  }
  const [owner] = owners;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    refuse(attributes, `node ${named} can only create pods with an ${itself}`);
  }
  if (owner.controller !== true) {
    refuse(attributes, `node ${named} can only create pods with a controller ${itself}`);
  }
  if (owner.blockOwnerDeletion === true) {
    refuse(attributes, `node ${named} must not set blockOwnerDeletion on an owner reference`);
  }
  const nodes = attributes.x.server.registry.named('nodes');
  const uid = nodes?.cache.get(nodes.key('', node))?.object.metadata.uid;
  if (uid === undefined || uid === owner.uid) return;
  refuse(attributes, `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`);
}

function restrictNode(attributes: Attributes, node: string): void {
  const { operation, object, previous } = attributes;
  const named = goQuote(node);
  const name = nameOf(attributes);
  if (name !== node) {
    refuse(attributes, `node ${named} is not allowed to modify node ${goQuote(name)}`);
  }
  if (object === undefined) return;
  if (previous !== undefined && !isDeepEqual(taintsOf(object), taintsOf(previous))) {
    refuse(attributes, `node ${named} is not allowed to modify taints`);
  }
  const labels = forbiddenLabels(object.metadata.labels ?? {}, previous?.metadata.labels ?? {});
  if (labels.length === 0) return;
  refuse(
    attributes,
    operation === 'CREATE'
      ? `node ${named} is not allowed to set the following labels: ${labels.join(', ')}`
      : `is not allowed to modify labels: ${labels.join(', ')}`,
  );
}

const taintsOf = (node: ApiObject): readonly unknown[] => (node as Node).spec?.taints ?? [];

type Labels = Readonly<Record<string, string>>;

/** Changed ones that are not a kubelet's to change. */
function forbiddenLabels(now: Labels, before: Labels): readonly string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])].sort();
  return names.filter((name) => {
    if (now[name] === before[name]) return false;
    const domain = name.includes('/') ? (name.split('/')[0] as string) : '';
    if (isIn(domain, restricted)) return true;
    return (isIn(domain, 'kubernetes.io') || isIn(domain, 'k8s.io')) && !isKubelets(name, domain);
  });
}

const isIn = (domain: string, parent: string): boolean =>
  domain === parent || domain.endsWith(`.${parent}`);

const kubelets = new Set(
  (
    'kubernetes.io/hostname kubernetes.io/os kubernetes.io/arch ' +
    'topology.kubernetes.io/zone topology.kubernetes.io/region ' +
    'failure-domain.beta.kubernetes.io/zone failure-domain.beta.kubernetes.io/region ' +
    'node.kubernetes.io/instance-type beta.kubernetes.io/instance-type ' +
    'beta.kubernetes.io/os beta.kubernetes.io/arch'
  ).split(' '),
);

const isKubelets = (name: string, domain: string): boolean =>
  kubelets.has(name) || isIn(domain, 'kubelet.kubernetes.io') || isIn(domain, 'node.kubernetes.io');

function restrictLease(attributes: Attributes, node: string): void {
  if (attributes.x.route.namespace !== 'kube-node-lease') {
    refuse(attributes, 'can only access leases in the "kube-node-lease" system namespace');
  }
  if (nameOf(attributes) === node) return;
  refuse(attributes, 'can only access node lease with the same name as the requesting node');
}
