/**
 * READY, STATUS and RESTARTS of a Pod's row.
 * Follows pkg/printers/internalversion/printers.go (printPod) as of 1.33.
 */
import { parseTime } from '../../../kernel/calendar.ts';
import type { ContainerStatus, Pod } from '../../types.gen.ts';
import { since } from '../columns.ts';
import { isPodFinished, isPodReady, isSidecar, podCondition } from './facts.ts';

/** What a row says of a Pod. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** What the STATUS column shows. */
  readonly reason: string;
  readonly restarts: number;
  /** RFC 3339; absent when nothing restarted. */
  readonly lastRestart: string | undefined;
}

// Three columns ask for the same summary of the same frozen Pod.
const summaries = new WeakMap<Pod, PodSummary>();

export function podSummary(pod: Pod): PodSummary {
  const known = summaries.get(pod);
  if (known !== undefined) return known;
  const summary = summarize(pod);
  summaries.set(pod, summary);
  return summary;
}

/** `3 (2m6s ago)`. */
export function restartsText(pod: Pod, nowMs: number): string {
  const { restarts, lastRestart } = podSummary(pod);
  if (restarts === 0 || lastRestart === undefined) return `${restarts}`;
  return `${restarts} (${since(lastRestart, nowMs)} ago)`;
}

interface Tally {
  ready: number;
  reason: string;
  restarts: number;
  lastRestart: string | undefined;
}

function summarize(pod: Pod): PodSummary {
  const initContainers = pod.spec?.initContainers ?? [];
  const sidecars = new Set(initContainers.filter(isSidecar).map(({ name }) => name));
  const tally: Tally = { ready: 0, reason: startReason(pod), restarts: 0, lastRestart: undefined };
  const side: Tally = { ready: 0, reason: '', restarts: 0, lastRestart: undefined };
  const isInitializing = tallyInit(pod, sidecars, tally, side);
  if (!isInitializing || podCondition(pod, 'Initialized')?.status === 'True') {
    tally.restarts = side.restarts;
    tally.lastRestart = side.lastRestart;
    tallyContainers(pod, tally);
  }
  const total = (pod.spec?.containers ?? []).length + sidecars.size;
  return { ...tally, total, reason: endReason(pod, tally.reason) };
}

function startReason(pod: Pod): string {
  const gated = pod.status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  if (gated) return 'SchedulingGated';
  return pod.status?.reason || (pod.status?.phase ?? '');
}

function endReason(pod: Pod, reason: string): string {
  if (pod.metadata.deletionTimestamp === undefined) return reason;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return isPodFinished(pod) ? reason : 'Terminating';
}

/** Walks init containers up to the first that is not done; true if there is one. */
function tallyInit(pod: Pod, sidecars: Set<string>, tally: Tally, side: Tally): boolean {
  const statuses = pod.status?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    const isSide = sidecars.has(status.name);
    countRestarts(status, tally);
    if (isSide) countRestarts(status, side);
    const { terminated } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSide && status.started === true) {
      if (status.ready) tally.ready++;
      continue;
    }
    const total = pod.spec?.initContainers?.length ?? 0;
    tally.reason = `Init:${initReason(status) ?? `${index}/${total}`}`;
    return true;
  }
  return false;
}

function initReason({ state }: ContainerStatus): string | undefined {
  if (state?.terminated) return state.terminated.reason || exitText(state.terminated);
  const reason = state?.waiting?.reason;
  return reason && reason !== 'PodInitializing' ? reason : undefined;
}

const exitText = ({ signal, exitCode }: { signal?: number; exitCode: number }): string =>
  signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;

/** Backwards, so that the first container's trouble is the one that is shown. */
function tallyContainers(pod: Pod, tally: Tally): void {
  let hasRunning = false;
  const statuses = pod.status?.containerStatuses ?? [];
  for (let i = statuses.length - 1; i >= 0; i--) {
    const status = statuses[i] as ContainerStatus;
    countRestarts(status, tally);
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) tally.reason = waiting.reason;
    else if (terminated) tally.reason = terminated.reason || exitText(terminated);
    else if (status.ready && running) {
      hasRunning = true;
      tally.ready++;
    }
  }
  if (tally.reason === 'Completed' && hasRunning) {
    tally.reason = isPodReady(pod) ? 'Running' : 'NotReady';
  }
}

function countRestarts({ restartCount, lastState }: ContainerStatus, tally: Tally): void {
  tally.restarts += restartCount;
  const finished = lastState?.terminated?.finishedAt;
  if (finished && isLater(finished, tally.lastRestart)) tally.lastRestart = finished;
}

const isLater = (time: string, other: string | undefined): boolean =>
  other === undefined || (parseTime(time) ?? 0) > (parseTime(other) ?? 0);
