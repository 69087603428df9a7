/**
 * What a client must know of a kind to ask for it: its place in the API's paths, and its type.
 * The real client-go has generated clientsets (client-go/kubernetes/typed); here one table serves
 * all kinds. `resources.test.ts` holds it against the kinds' own literals.
 */
import type { Kind } from '../../api/kind.ts';
import type { ApiObject } from '../../api/object.ts';
import type {
  CertificateSigningRequest,
  ClusterRole,
  ConfigMap,
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  Endpoints,
  EndpointSlice,
  HorizontalPodAutoscaler,
  IPAddress,
  Job,
  Lease,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
  ServiceCIDR,
  StatefulSet,
  StorageClass,
} from '../../api/types.gen.ts';

/** The part of a kind's literal that makes paths. */
export type Resource = Pick<Kind, 'group' | 'version' | 'kind' | 'plural' | 'namespaced'>;

/** Types of the kinds that programs of the cluster work with. */
export interface ObjectsByKind {
  readonly CertificateSigningRequest: CertificateSigningRequest;
  readonly ClusterRole: ClusterRole;
  readonly ConfigMap: ConfigMap;
  readonly ControllerRevision: ControllerRevision;
  readonly CronJob: CronJob;
  readonly DaemonSet: DaemonSet;
  readonly Deployment: Deployment;
  readonly Endpoints: Endpoints;
  readonly EndpointSlice: EndpointSlice;
  readonly Event: ApiObject;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly IPAddress: IPAddress;
  readonly Job: Job;
  readonly Lease: Lease;
  readonly Namespace: Namespace;
  readonly Node: Node;
  readonly PersistentVolume: PersistentVolume;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly Pod: Pod;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly ReplicaSet: ReplicaSet;
  readonly ReplicationController: ReplicationController;
  readonly ResourceQuota: ResourceQuota;
  readonly Secret: Secret;
  readonly Service: Service;
  readonly ServiceAccount: ServiceAccount;
  readonly ServiceCIDR: ServiceCIDR;
  readonly StatefulSet: StatefulSet;
  readonly StorageClass: StorageClass;
}
export type KindName = keyof ObjectsByKind;

const core = (kind: string, plural: string, namespaced = true): Resource => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced,
});
const grouped = (group: string, kind: string, plural: string, namespaced = true): Resource => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced,
});

export const resources: { readonly [K in KindName]: Resource } = {
  CertificateSigningRequest: grouped(
    'certificates.k8s.io', 'CertificateSigningRequest', 'certificatesigningrequests', false,
  ),
  ClusterRole: grouped('rbac.authorization.k8s.io', 'ClusterRole', 'clusterroles', false),
  ConfigMap: core('ConfigMap', 'configmaps'),
  ControllerRevision: grouped('apps', 'ControllerRevision', 'controllerrevisions'),
  CronJob: grouped('batch', 'CronJob', 'cronjobs'),
  DaemonSet: grouped('apps', 'DaemonSet', 'daemonsets'),
  Deployment: grouped('apps', 'Deployment', 'deployments'),
  Endpoints: core('Endpoints', 'endpoints'),
  EndpointSlice: grouped('discovery.k8s.io', 'EndpointSlice', 'endpointslices'),
  Event: core('Event', 'events'),
  HorizontalPodAutoscaler: {
    ...grouped('autoscaling', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
    version: 'v2',
  },
  IPAddress: grouped('networking.k8s.io', 'IPAddress', 'ipaddresses', false),
  Job: grouped('batch', 'Job', 'jobs'),
  Lease: grouped('coordination.k8s.io', 'Lease', 'leases'),
  Namespace: core('Namespace', 'namespaces', false),
  Node: core('Node', 'nodes', false),
  PersistentVolume: core('PersistentVolume', 'persistentvolumes', false),
  PersistentVolumeClaim: core('PersistentVolumeClaim', 'persistentvolumeclaims'),
  Pod: core('Pod', 'pods'),
  PodDisruptionBudget: grouped('policy', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  ReplicaSet: grouped('apps', 'ReplicaSet', 'replicasets'),
  ReplicationController: core('ReplicationController', 'replicationcontrollers'),
  ResourceQuota: core('ResourceQuota', 'resourcequotas'),
  Secret: core('Secret', 'secrets'),
  Service: core('Service', 'services'),
  ServiceAccount: core('ServiceAccount', 'serviceaccounts'),
  ServiceCIDR: grouped('networking.k8s.io', 'ServiceCIDR', 'servicecidrs', false),
  StatefulSet: grouped('apps', 'StatefulSet', 'statefulsets'),
  StorageClass: grouped('storage.k8s.io', 'StorageClass', 'storageclasses', false),
};

/** `apps/v1`, or `v1`. */
export const versionOf = ({ group, version }: Resource): string =>
  group === '' ? version : `${group}/${version}`;

const roots = new Map<Resource, string>();

function rootOf(resource: Resource): string {
  let root = roots.get(resource);
  if (root === undefined) {
    const { group, version } = resource;
    root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    roots.set(resource, root);
  }
  return root;
}

/** The path of a kind's objects: in one namespace, or (without one) in all of them. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = rootOf(resource);
  return namespace !== undefined && resource.namespaced
    ? `${root}/namespaces/${namespace}/${resource.plural}`
    : `${root}/${resource.plural}`;
}

/** The path of one object. @param key `namespace/name`, or `name` when cluster-scoped. */
export function objectPath(resource: Resource, key: string, subresource?: string): string {
  const { namespace, name } = splitKey(key);
  const path = `${collectionPath(resource, namespace)}/${name}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** The two halves of a cache key. */
export function splitKey(key: string): {
  readonly namespace: string | undefined;
  readonly name: string;
} {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
