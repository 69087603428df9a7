/**
 * Deletes Jobs that have ended, so many seconds after their end (`ttlSecondsAfterFinished`).
 * Upstream: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.
 */
import { keyOf } from '../../../api/object.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import { defineController, itself, type Outcome, settled, type View } from '../../client/index.ts';
import { isTerminating } from '../owner.ts';

export const ttlAfterFinishedController = defineController({
  name: 'ttl-after-finished-controller',
  watches: { Job: (job) => (job.spec.ttlSecondsAfterFinished === undefined ? [] : itself(job)) },
  reconcile,
});

function reconcile(view: View, key: string): Outcome {
  const job = view.get('Job', key);
  const ttl = job?.spec.ttlSecondsAfterFinished;
  if (job === undefined || ttl === undefined || isTerminating(job)) return settled;
  const end = job.status?.conditions?.find(({ type, status }) =>
    (type === 'Complete' || type === 'Failed') && status === 'True');
  const endedAt = parseTime(end?.lastTransitionTime ?? '');
  if (endedAt === undefined) return settled;
  const left = endedAt + ttl * 1000 - view.nowMs;
  if (left > 0) return { writes: [], requeueAfterMs: left };
  return {
    writes: [{
      verb: 'delete',
      kind: 'Job',
      key: keyOf(job),
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Foreground',
        preconditions: { uid: job.metadata.uid },
      },
      accepts: [404],
      because: `${job.metadata.name} ended ${ttl} s ago`,
    }],
  };
}
