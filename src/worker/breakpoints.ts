/** Moments at which the learner wants time to stop. */
import type { TraceEntry } from '../kernel/index.ts';
import type { Breakpoint } from './protocol.ts';

export interface Met {
  readonly breakpoint: Breakpoint;
  /** In Kubernetes' own words. */
  readonly what: string;
}

/** The breakpoint that an entry of history is, if it is one. */
export function breakpointOf({ record }: TraceEntry): Met | undefined {
  if (record.type !== 'write') return undefined;
  return breakpointOfWrite(record['object'], String(record['verb']));
}

function breakpointOfWrite(object: unknown, verb: string): Met | undefined {
  const { kind, metadata, status, type, reason } = object as {
    kind: string;
    metadata: { name: string };
    status?: {
      phase?: string;
      conditions?: { type: string; status: string }[];
      containerStatuses?: { state?: { waiting?: { reason?: string } } }[];
    };
    type?: string;
    reason?: string;
  };
  const conditionIs = (name: string, value: string) =>
    status?.conditions?.some((each) => each.type === name && each.status === value) === true;
  const { name } = metadata;
  if (kind === 'Event' && type === 'Warning' && verb === 'create') {
    return { breakpoint: 'warning-event', what: `${reason ?? ''} ${name}` };
  }
  if (kind === 'Node' && (conditionIs('Ready', 'Unknown') || conditionIs('Ready', 'False'))) {
    return { breakpoint: 'node-not-ready', what: `Node ${name}` };
  }
  if (kind !== 'Pod' || verb === 'delete') return undefined;
  const isCrashing = status?.containerStatuses?.some(
    ({ state }) => state?.waiting?.reason === 'CrashLoopBackOff',
  );
  if (status?.phase === 'Failed' || isCrashing)
    return { breakpoint: 'pod-failed', what: `Pod ${name}` };
  return conditionIs('Ready', 'True')
    ? { breakpoint: 'pod-ready', what: `Pod ${name}` }
    : undefined;
}
