/** The control loops of kube-controller-manager, by the names that `--controllers` takes. */
import { bootstrapSigner, tokenCleaner } from './bootstrap/bootstrap.ts';
import { csrApproving, csrCleaner, csrSigning } from './certificates/certificates.ts';
import { clusterRoleAggregation } from './cluster-role-aggregation.ts';
import { cronJobController } from './cronjob/cronjob.ts';
import { daemonSetController } from './daemonset/daemonset.ts';
import { deploymentController } from './deployment/deployment.ts';
import { disruptionController } from './disruption/disruption.ts';
import { endpointsController } from './endpoints/endpoints.ts';
import { endpointSliceController } from './endpoints/endpointslice.ts';
import { endpointSliceMirroring } from './endpoints/endpointslice-mirroring.ts';
import { ephemeralVolume } from './ephemeral-volume.ts';
import { garbageCollector } from './garbage-collector/garbage-collector.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler/horizontal.ts';
import { jobController } from './job/job.ts';
import { namespaceController } from './namespace.ts';
import { nodeIpamController } from './node-ipam.ts';
import { nodeLifecycle } from './node-lifecycle/node-lifecycle.ts';
import { taintEviction } from './node-lifecycle/taint-eviction.ts';
import type { LoopEntry, ReconcilerEntry } from './options.ts';
import { persistentVolumeBinder } from './persistent-volume/binder.ts';
import { claimProtection, volumeProtection } from './persistent-volume/protection.ts';
import { podGc } from './pod-gc.ts';
import { replicaSetController, replicationControllerController } from './replicaset/replicaset.ts';
import { resourceQuotaController } from './resource-quota/resource-quota.ts';
import { rootCaController } from './root-ca.ts';
import { serviceCidrController } from './service-cidrs.ts';
import { serviceAccountController } from './serviceaccount.ts';
import { serviceAccountTokens } from './service-account-token.ts';
import { statefulSetController } from './statefulset/statefulset.ts';
import { ttlController } from './ttl.ts';
import { ttlAfterFinishedController } from './ttl-after-finished/ttl-after-finished.ts';

/** Those that are pure reconcilers. */
export const reconcilers: Readonly<Record<string, ReconcilerEntry>> = {
  'endpoints-controller': { account: 'endpoint-controller', make: () => endpointsController },
  'endpointslice-controller': {
    account: 'endpointslice-controller', make: () => endpointSliceController,
  },
  'endpointslice-mirroring-controller': {
    account: 'endpointslicemirroring-controller', make: () => endpointSliceMirroring,
  },
  'replicationcontroller-controller': {
    account: 'replication-controller', make: () => replicationControllerController,
  },
  'serviceaccount-controller': {
    account: 'service-account-controller', make: () => serviceAccountController,
  },
  // It works as the process itself: without it nobody would have an account's token.
  'serviceaccount-token-controller': { account: '', make: serviceAccountTokens },
  'daemonset-controller': { account: 'daemon-set-controller', make: () => daemonSetController },
  'deployment-controller': { account: 'deployment-controller', make: () => deploymentController },
  'replicaset-controller': { account: 'replicaset-controller', make: () => replicaSetController },
  'job-controller': { account: 'job-controller', make: () => jobController },
  'cronjob-controller': { account: 'cronjob-controller', make: () => cronJobController },
  'persistentvolume-binder-controller': {
    account: 'persistent-volume-binder', make: () => persistentVolumeBinder,
  },
  'persistentvolumeclaim-protection-controller': {
    account: 'pvc-protection-controller', make: () => claimProtection,
  },
  'persistentvolume-protection-controller': {
    account: 'pv-protection-controller', make: () => volumeProtection,
  },
  'certificatesigningrequest-signing-controller': {
    account: 'certificate-controller', make: () => csrSigning,
  },
  'certificatesigningrequest-approving-controller': {
    account: 'certificate-controller', make: () => csrApproving,
  },
  'certificatesigningrequest-cleaner-controller': {
    account: 'certificate-controller', make: () => csrCleaner,
  },
  'ttl-controller': { account: 'ttl-controller', make: () => ttlController },
  'bootstrap-signer-controller': {
    account: 'bootstrap-signer', make: () => bootstrapSigner, isOnRequest: true,
  },
  'token-cleaner-controller': {
    account: 'token-cleaner', make: () => tokenCleaner, isOnRequest: true,
  },
  'clusterrole-aggregation-controller': {
    account: 'clusterrole-aggregation-controller', make: () => clusterRoleAggregation,
  },
  'ephemeral-volume-controller': {
    account: 'ephemeral-volume-controller', make: () => ephemeralVolume,
  },
  'ttl-after-finished-controller': {
    account: 'ttl-after-finished-controller', make: () => ttlAfterFinishedController,
  },
  'statefulset-controller': {
    account: 'statefulset-controller', make: () => statefulSetController,
  },
  'disruption-controller': { account: 'disruption-controller', make: () => disruptionController },
  'service-cidr-controller': {
    account: 'service-cidrs-controller', make: () => serviceCidrController,
  },
  'node-ipam-controller': { account: 'node-controller', make: nodeIpamController },
  'root-ca-certificate-publisher-controller': {
    account: 'root-ca-cert-publisher', make: rootCaController,
  },
};

/** Those with a memory or a rhythm of their own. */
export const loops: Readonly<Record<string, LoopEntry>> = {
  'horizontal-pod-autoscaler-controller': {
    account: 'horizontal-pod-autoscaler', loop: horizontalPodAutoscaler,
  },
  'pod-garbage-collector-controller': { account: 'pod-garbage-collector', loop: podGc },
  'resourcequota-controller': {
    account: 'resourcequota-controller', loop: resourceQuotaController,
  },
  // It asks for every kind there is, and may: cmd/kube-controller-manager/app/core.go.
  'namespace-controller': {
    account: 'namespace-controller', loop: namespaceController, haste: { qps: 20, burst: 100 },
  },
  'garbage-collector-controller': { account: 'generic-garbage-collector', loop: garbageCollector },
  'node-lifecycle-controller': { account: 'node-controller', loop: nodeLifecycle },
  'taint-eviction-controller': { account: 'node-controller', loop: taintEviction },
};
