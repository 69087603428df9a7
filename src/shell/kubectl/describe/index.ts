/** Which kind is described how. */
import type { Resource } from '../discovery.ts';
import { describeRole, describeRoleBinding } from './access.ts';
import { describeAutoscaler } from './autoscaler.ts';
import {
  describeCertificateRequest, describeCsiNode, describeIpAddress, describeServiceCidr,
} from './cluster.ts';
import {
  describeConfigMap, describeLimitRange, describeNamespace, describeQuota, describeSecret,
  describeServiceAccount,
} from './configuration.ts';
import { describeDeployment } from './deployment.ts';
import type { Describer } from './describer.ts';
import { describeAnything } from './generic.ts';
import { describeIngress, describeIngressClass } from './ingress.ts';
import { describeCronJob, describeJob } from './jobs.ts';
import { describeNode } from './node.ts';
import { describePod } from './pod.ts';
import {
  describeNetworkPolicy, describePodDisruptionBudget, describePriorityClass,
} from './policies.ts';
import { describeEndpointSlice, describeEndpoints, describeService } from './service.ts';
import {
  describePersistentVolume, describePersistentVolumeClaim, describeStorageClass,
} from './storage.ts';
import {
  describeDaemonSet, describeReplicaSet, describeReplicationController, describeStatefulSet,
} from './workloads.ts';

const describers: Readonly<Record<string, Describer>> = {
  ConfigMap: describeConfigMap,
  Endpoints: describeEndpoints,
  LimitRange: describeLimitRange,
  Namespace: describeNamespace,
  Node: describeNode,
  PersistentVolume: describePersistentVolume,
  PersistentVolumeClaim: describePersistentVolumeClaim,
  Pod: describePod,
  ReplicationController: describeReplicationController,
  ResourceQuota: describeQuota,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
  'DaemonSet.apps': describeDaemonSet,
  'Deployment.apps': describeDeployment,
  'ReplicaSet.apps': describeReplicaSet,
  'StatefulSet.apps': describeStatefulSet,
  'HorizontalPodAutoscaler.autoscaling': describeAutoscaler,
  'CronJob.batch': describeCronJob,
  'Job.batch': describeJob,
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'Ingress.networking.k8s.io': describeIngress,
  'IngressClass.networking.k8s.io': describeIngressClass,
  'NetworkPolicy.networking.k8s.io': describeNetworkPolicy,
  'PodDisruptionBudget.policy': describePodDisruptionBudget,
  'PriorityClass.scheduling.k8s.io': describePriorityClass,
  'CertificateSigningRequest.certificates.k8s.io': describeCertificateRequest,
  'CSINode.storage.k8s.io': describeCsiNode,
  'IPAddress.networking.k8s.io': describeIpAddress,
  'ServiceCIDR.networking.k8s.io': describeServiceCidr,
  'StorageClass.storage.k8s.io': describeStorageClass,
  'ClusterRole.rbac.authorization.k8s.io': describeRole,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
  'Role.rbac.authorization.k8s.io': describeRole,
  'RoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
};

/** A kind's describer: its own, or the one for anything. */
export const describerFor = ({ group, kind }: Resource): Describer =>
  describers[group === '' ? kind : `${kind}.${group}`] ?? describeAnything;
