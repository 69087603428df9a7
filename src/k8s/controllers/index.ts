/** The controllers of kube-controller-manager, in upstream's order of start. One line each. */
import type { Controller } from '../client/index.ts';
import { deploymentController } from './deployment/deployment.ts';
import { replicaSetController, replicationControllerController } from './replicaset/replicaset.ts';

/** Those that are pure reconcilers, by the names that `--controllers` takes. */
export const reconcilers: Readonly<Record<string, Controller>> = {
  'replicationcontroller-controller': replicationControllerController,
  'deployment-controller': deploymentController,
  'replicaset-controller': replicaSetController,
};
