/** Which kind is described how. */
import type { Resource } from '../discovery.ts';
import { describeRole, describeRoleBinding } from './access.ts';
import {
  describeConfigMap, describeLimitRange, describeNamespace, describeQuota, describeSecret,
  describeServiceAccount,
} from './configuration.ts';
import { describeDeployment } from './deployment.ts';
import type { Describer } from './describer.ts';
import { describeAnything } from './generic.ts';
import { describeNode } from './node.ts';
import { describePod } from './pod.ts';
import { describeEndpointSlice, describeEndpoints, describeService } from './service.ts';
import {
  describeDaemonSet, describeReplicaSet, describeReplicationController, describeStatefulSet,
} from './workloads.ts';

const describers: Readonly<Record<string, Describer>> = {
  ConfigMap: describeConfigMap,
  Endpoints: describeEndpoints,
  LimitRange: describeLimitRange,
  Namespace: describeNamespace,
  Node: describeNode,
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
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'ClusterRole.rbac.authorization.k8s.io': describeRole,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
  'Role.rbac.authorization.k8s.io': describeRole,
  'RoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
};

/** A kind's describer: its own, or the one for anything. */
export const describerFor = ({ group, kind }: Resource): Describer =>
  describers[group === '' ? kind : `${kind}.${group}`] ?? describeAnything;
