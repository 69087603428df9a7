/** What the scheduler tells. Upstream: pkg/scheduler/schedule_one.go, preemption.go (1.33). */
import type { Pod } from '../../api/types.gen.ts';
import type { EventDraft } from '../client/index.ts';

export const schedulerEvents = {
  scheduled: ({ metadata: { namespace, name } }: Pod, node: string): EventDraft => ({
    type: 'Normal',
    reason: 'Scheduled',
    action: 'Binding',
    message: `Successfully assigned ${namespace}/${name} to ${node}`,
  }),
  failed: (message: string): EventDraft =>
    ({ type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message }),
  preempted: (by: Pod, node: string): EventDraft => ({
    type: 'Normal',
    reason: 'Preempted',
    action: 'Preempting',
    message: `Preempted by pod ${by.metadata.uid} on node ${node}`,
  }),
};
