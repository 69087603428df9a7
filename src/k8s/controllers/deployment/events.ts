/** What the Deployment controller tells. Upstream: pkg/controller/deployment/sync.go (1.33). */
import type { Deployment } from '../../../api/types.gen.ts';
import type { AboutEvent, WriteFailure } from '../../client/index.ts';

export const deploymentEvents = {
  scaled: (about: Deployment, set: string, from: number, to: number): AboutEvent => ({
    about,
    draft: {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${to > from ? 'up' : 'down'} replica set ${set} from ${from} to ${to}`,
    },
  }),
  notCreated: (about: Deployment, set: string, { message }: WriteFailure): AboutEvent => ({
    about,
    draft: {
      type: 'Warning',
      reason: 'ReplicaSetCreateError',
      message: `Failed to create new replica set "${set}": ${message}`,
    },
  }),
  selectsAll: (about: Deployment): AboutEvent => ({
    about,
    draft: {
      type: 'Warning',
      reason: 'SelectingAll',
      message: 'This deployment is selecting all pods. A non-empty selector is required.',
    },
  }),
};
