/**
 * Facts of discovery that no kind's literal has: the order of the groups
 * (pkg/controlplane/apiserver/aggregator.go), what subresources speak, and resources that are
 * only asked. Compared with golden/raw_api*.json.
 */
import type { Kind } from '../../../api/kind.ts';
import type { Listed } from './discovery.ts';

export const groupOrder: readonly string[] = [
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

type Spoken = Partial<Pick<Listed, 'kind' | 'group' | 'version' | 'verbs'>>;

const stored = { verbs: ['get', 'patch', 'update'] };
const streamed = { verbs: ['create', 'get'] };

const spoken: Readonly<Record<string, (kind: Kind) => Spoken>> = {
  scale: () => ({ ...stored, group: 'autoscaling', version: 'v1', kind: 'Scale' }),
  binding: () => ({ verbs: ['create'], kind: 'Binding' }),
  eviction: () => ({ verbs: ['create'], group: 'policy', version: 'v1', kind: 'Eviction' }),
  finalize: () => ({ verbs: ['update'] }),
  token: () => ({
    verbs: ['create'],
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'TokenRequest',
  }),
  log: () => ({ verbs: ['get'] }),
  exec: () => ({ ...streamed, kind: 'PodExecOptions' }),
  attach: () => ({ ...streamed, kind: 'PodAttachOptions' }),
  portforward: () => ({ ...streamed, kind: 'PodPortForwardOptions' }),
  proxy: (kind) => ({
    verbs: ['create', 'delete', 'get', 'patch', 'update'],
    kind: `${kind.kind}ProxyOptions`,
  }),
};

/** What a subresource speaks, where it is not its resource's own kind. */
export const subresourceInfo = (name: string, kind: Kind): Spoken => spoken[name]?.(kind) ?? stored;

const asked = (group: string, name: string, kind: string, namespaced = false): Listed => ({
  name,
  singular: kind.toLowerCase(),
  namespaced,
  kind,
  group,
  version: 'v1',
  verbs: ['create'],
  shortNames: [],
  categories: [],
});

/** Resources that are asked, never stored. */
export const virtualResources: readonly Listed[] = [
  asked('', 'bindings', 'Binding', true),
  asked('authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview'),
  asked('authentication.k8s.io', 'tokenreviews', 'TokenReview'),
  asked('authorization.k8s.io', 'localsubjectaccessreviews', 'LocalSubjectAccessReview', true),
  asked('authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
  asked('authorization.k8s.io', 'subjectaccessreviews', 'SubjectAccessReview'),
];
