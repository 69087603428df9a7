/** The control loops of kube-controller-manager, by the names that `--controllers` takes. */
import { deploymentController } from './deployment/deployment.ts';
import { endpointsController } from './endpoints/endpoints.ts';
import { endpointSliceController } from './endpoints/endpointslice.ts';
import { nodeIpamController } from './node-ipam.ts';
import type { Loop, MakeController } from './options.ts';
import { replicaSetController, replicationControllerController } from './replicaset/replicaset.ts';
import { rootCaController } from './root-ca.ts';
import { serviceAccountController } from './serviceaccount.ts';

/** Those that are pure reconcilers. */
export const reconcilers: Readonly<Record<string, MakeController>> = {
  'endpoints-controller': () => endpointsController,
  'endpointslice-controller': () => endpointSliceController,
  'replicationcontroller-controller': () => replicationControllerController,
  'serviceaccount-controller': () => serviceAccountController,
  'deployment-controller': () => deploymentController,
  'replicaset-controller': () => replicaSetController,
  'node-ipam-controller': nodeIpamController,
  'root-ca-certificate-publisher-controller': rootCaController,
};

/** Those with a memory or a rhythm of their own. */
export const loops: Readonly<Record<string, Loop>> = {};
