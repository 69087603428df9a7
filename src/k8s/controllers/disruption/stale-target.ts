/**
 * A Pod that was to be evicted and has not been deleted after two minutes is no target any more.
 * Upstream: pkg/controller/disruption/disruption.go (syncStalePodDisruption).
 */
import { isPodFinished, podCondition } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type { Pod } from '../../../api/types.gen.ts';
import { formatTime, parseTime } from '../../../kernel/calendar.ts';
import { type Outcome, settled, type View } from '../../client/index.ts';

const staleMs = 120_000;
/** No namespace's name begins so. */
const prefix = 'target:';

/** Keys for `reconcileTarget`, beside those of budgets. */
export const targetKeys = (pod: Pod): readonly string[] =>
  targetSince(pod) === undefined ? [] : [prefix + keyOf(pod)];

export const isStaleKey = (key: string): boolean => key.startsWith(prefix);

/** Since when; undefined if it is none, or if the kubelet itself ends it. */
function targetSince(pod: Pod): number | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || isPodFinished(pod)) return undefined;
  const target = podCondition(pod, 'DisruptionTarget');
  if (target?.status !== 'True' || target.reason === 'TerminationByKubelet') return undefined;
  return parseTime(target.lastTransitionTime ?? '') ?? 0;
}

export function reconcileTarget(view: View, prefixed: string): Outcome {
  const key = prefixed.slice(prefix.length);
  const pod = view.get('Pod', key);
  const since = pod === undefined ? undefined : targetSince(pod);
  if (pod === undefined || since === undefined) return settled;
  const left = since + staleMs - view.nowMs;
  if (left > 0) return { writes: [], requeueAfterMs: left };
  const condition = {
    type: 'DisruptionTarget',
    status: 'False',
    reason: '',
    message: '',
    lastTransitionTime: formatTime(view.nowMs),
  };
  return {
    writes: [
      {
        verb: 'patch',
        kind: 'Pod',
        key,
        subresource: 'status',
        body: {
          metadata: { resourceVersion: pod.metadata.resourceVersion },
          status: { conditions: [condition] },
        },
        because: `${pod.metadata.name} was to be evicted and still runs`,
      },
    ],
  };
}
