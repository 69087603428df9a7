/**
 * Questions that a Job asks of its Pods: whether one has failed, when it ended, its index.
 * Upstream: pkg/controller/job (job_controller.go, indexed_job_utils.go, backoff_utils.go).
 */
import { isPodReady, isPodTerminating, podCondition } from '../../../api/kinds/pod/facts.ts';
import type { Job, Pod } from '../../../api/types.gen.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import { matchFailurePolicy } from './policies.ts';

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
/** An annotation, and since 1.28 a label, too. */
export const indexName = 'batch.kubernetes.io/job-completion-index';
export const failuresName = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredFailuresName = 'batch.kubernetes.io/job-index-ignored-failure-count';

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const hasLimitPerIndex = (job: Job): boolean =>
  isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined;

export const isTracked = ({ metadata }: Pod): boolean =>
  metadata.finalizers?.includes(trackingFinalizer) === true;

/** Its replacement is made only when it has ended for good, not when it begins to. */
export const replacesOnlyFailed = ({ spec }: Job): boolean =>
  spec.podReplacementPolicy === 'Failed' ||
  (spec.podFailurePolicy !== undefined && spec.podReplacementPolicy === undefined);

export function isFailed(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return isPodTerminating(pod) && pod.status?.phase !== 'Succeeded';
}

/** The failure counts against the limit: no rule says to ignore it. */
export const isCountedFailure = (job: Job, pod: Pod): boolean =>
  isFailed(job, pod) && matchFailurePolicy(job, pod).isCounted;

/** The Pod's index; undefined when it has none that the Job knows. */
export function indexOf({ spec }: Job, { metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[indexName];
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const index = Number(text);
  return index < (spec.completions ?? 0) ? index : undefined;
}

const countOf = ({ metadata }: Pod, annotation: string): number =>
  Number(metadata.annotations?.[annotation] ?? 0) || 0;

export const failuresOf = (pod: Pod): number => countOf(pod, failuresName);

/** Counted and ignored ones. */
export const allFailuresOf = (pod: Pod): number =>
  failuresOf(pod) + countOf(pod, ignoredFailuresName);

/** No further Pod is made for the index of this one. */
export function isIndexLost(job: Job, pod: Pod): boolean {
  if (!isFailed(job, pod)) return false;
  const { action, isCounted } = matchFailurePolicy(job, pod);
  if (action === 'FailIndex') return true;
  return isCounted && failuresOf(pod) >= (job.spec.backoffLimitPerIndex ?? 0);
}

/** When the last container ended, in ms since 1970. */
export function finishedAt(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? []).map(
    ({ state }) => parseTime(state?.terminated?.finishedAt ?? '') ?? 0);
  const last = Math.max(0, ...ends);
  if (last > 0 && !ends.includes(0)) return last;
  const ready = podCondition(pod, 'Ready');
  const since = ready?.status === 'False' ? ready.lastTransitionTime : undefined;
  const { deletionTimestamp, creationTimestamp } = pod.metadata;
  return parseTime(since ?? deletionTimestamp ?? creationTimestamp) ?? 0;
}

const firstDelayMs = 10_000;
const longestDelayMs = 600_000;

/** How long to wait after so many failures in a row, the last of them at a moment. */
export function remainingDelay(failures: number, lastMs: number, nowMs: number): number {
  if (failures === 0) return 0;
  const delay = Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs);
  return Math.max(0, lastMs + delay - nowMs);
}

/** The delay of the whole Job: failures since its last success. */
export function jobDelay(job: Job, pods: readonly Pod[], nowMs: number): number {
  const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').map(finishedAt);
  const since = Math.max(0, ...succeeded);
  const failed = pods
    .filter((pod) => isCountedFailure(job, pod))
    .map(finishedAt)
    .filter((at) => at >= since);
  return remainingDelay(failed.length, Math.max(0, ...failed), nowMs);
}

export const countReady = (pods: readonly Pod[]): number => pods.filter(isPodReady).length;
