/** What the node controllers tell. Upstream: pkg/controller/util/node/controller_utils.go. */
import type { EventDraft } from '../../client/index.ts';

const node = (name: string, reason: string, message: string): EventDraft =>
  ({ type: 'Normal', reason, message: `Node ${name} ${message}` });

export const nodeEvents = {
  registered: (name: string) =>
    node(name, 'RegisteredNode', `event: Registered Node ${name} in Controller`),
  removing: (name: string) =>
    node(name, 'RemovingNode', `event: Removing Node ${name} from Controller`),
  notReady: (name: string) => node(name, 'NodeNotReady', 'status is now: NodeNotReady'),
  podOnNotReady: (): EventDraft =>
    ({ type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' }),
  marked: (pod: string): EventDraft => ({
    type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${pod}`,
  }),
  cancelled: (pod: string): EventDraft => ({
    type: 'Normal', reason: 'TaintManagerEviction', message: `Cancelling deletion of Pod ${pod}`,
  }),
};
