/**
 * What a Job has come to: its Pods counted, its indexes sorted, the verdict if there is one.
 * Upstream: pkg/controller/job/job_controller.go (syncJob, before it manages Pods).
 */
import { isPodActive, isPodFinished, isPodTerminating } from '../../../api/kinds/pod/facts.ts';
import type { Job, JobCondition, Pod } from '../../../api/types.gen.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import { findCondition } from '../condition.ts';
import { includes, type Intervals, parseIntervals, totalOf, withIndexes } from './intervals.ts';
import {
  allFailuresOf, finishedAt, hasLimitPerIndex, indexOf, isCountedFailure, isFailed, isIndexed,
  isIndexLost, isTracked,
} from './job-pods.ts';
import { matchFailurePolicy, matchSuccessPolicy } from './policies.ts';

/** How a Job ends: why, and in which words. */
export interface Verdict {
  readonly isSuccess: boolean;
  readonly reason: string;
  readonly message: string;
}

export interface JobLook {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Those that the status knows, and those of Pods that have ended since. */
  readonly knownIndexes: Intervals;
  readonly succeededIndexes: Intervals;
  readonly failedIndexes: Intervals;
  /** The last failed Pod of each index that will be tried again: it holds the count. */
  readonly lastFailed: ReadonlyMap<number, Pod>;
  readonly nowMs: number;
  readonly verdict: Verdict | undefined;
}

export function lookAt(job: Job, pods: readonly Pod[], nowMs: number): JobLook {
  const active = pods.filter(isPodActive);
  const succeededUncounted = new Set(job.status?.uncountedTerminatedPods?.succeeded);
  const failedUncounted = new Set(job.status?.uncountedTerminatedPods?.failed);
  const isNew = (known: ReadonlySet<string>, pod: Pod) =>
    isTracked(pod) && !known.has(pod.metadata.uid) && (!isIndexed(job) || indexOf(job, pod) !== undefined);
  const won = pods.filter((pod) =>
    pod.status?.phase === 'Succeeded' && isNew(succeededUncounted, pod));
  const lost = pods.filter((pod) => isCountedFailure(job, pod) && isNew(failedUncounted, pod));
  const completions = job.spec.completions ?? 0;
  const knownIndexes = parseIntervals(job.status?.completedIndexes, completions);
  const succeededIndexes = isIndexed(job)
    ? withIndexes(knownIndexes, won.flatMap((pod) => indexOf(job, pod) ?? []))
    : [];
  const failedIndexes = hasLimitPerIndex(job) ? lostIndexes(job, pods) : [];
  const counted = {
    job, pods, active, nowMs, knownIndexes, succeededIndexes, failedIndexes,
    terminating: pods.filter((pod) => isPodTerminating(pod) && !isPodFinished(pod)).length,
    succeeded: isIndexed(job)
      ? totalOf(succeededIndexes)
      : (job.status?.succeeded ?? 0) + succeededUncounted.size + won.length,
    failed: (job.status?.failed ?? 0) + failedUncounted.size + lost.length,
    lastFailed: lastFailedOf(job, pods, succeededIndexes, failedIndexes),
    verdict: undefined,
  };
  return { ...counted, verdict: verdictOf(counted) };
}

function lostIndexes(job: Job, pods: readonly Pod[]): Intervals {
  const known = parseIntervals(job.status?.failedIndexes, job.spec.completions ?? 0);
  const lost = pods.filter((pod) => isTracked(pod) && isIndexLost(job, pod));
  return withIndexes(known, lost.flatMap((pod) => indexOf(job, pod) ?? []));
}

function lastFailedOf(
  job: Job, pods: readonly Pod[], succeeded: Intervals, failed: Intervals,
): ReadonlyMap<number, Pod> {
  const last = new Map<number, Pod>();
  if (!hasLimitPerIndex(job)) return last;
  const running = new Set(pods.filter(isPodActive).map((pod) => indexOf(job, pod)));
  for (const pod of pods) {
    const index = indexOf(job, pod);
    if (index === undefined || !isTracked(pod) || !isFailed(job, pod)) continue;
    if (running.has(index) || includes(succeeded, index) || includes(failed, index)) continue;
    const other = last.get(index);
    const isLater = other === undefined || allFailuresOf(pod) > allFailuresOf(other) ||
      (allFailuresOf(pod) === allFailuresOf(other) && finishedAt(pod) >= finishedAt(other));
    if (isLater) last.set(index, pod);
  }
  return last;
}

/** What was said before stays said; a failure comes before a limit, a limit before a deadline. */
function verdictOf(look: JobLook): Verdict | undefined {
  const { job, pods } = look;
  const met = findCondition(job.status?.conditions, 'SuccessCriteriaMet');
  if (met?.status === 'True') return said(met, true);
  const target = findCondition(job.status?.conditions, 'FailureTarget');
  if (target?.status === 'True') return said(target, false);
  for (const pod of pods) {
    const { message } = isFailed(job, pod) ? matchFailurePolicy(job, pod) : {};
    if (message !== undefined) return lost('PodFailurePolicy', message);
  }
  if (look.failed > (job.spec.backoffLimit ?? 6) || isRestartedTooOften(look)) {
    return lost('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  if (untilDeadline(look) === 0) {
    return lost('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  return isIndexed(job) ? indexVerdict(look) : undefined;
}

const said = ({ reason = '', message = '' }: JobCondition, isSuccess: boolean): Verdict =>
  ({ isSuccess, reason, message });
const lost = (reason: string, message: string): Verdict => ({ isSuccess: false, reason, message });

function indexVerdict({ job, failedIndexes, succeededIndexes }: JobLook): Verdict | undefined {
  const { maxFailedIndexes, completions = 0 } = job.spec;
  const failed = totalOf(failedIndexes);
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    return lost('MaxFailedIndexesExceeded',
      'Job has exceeded the specified maximal number of failed indexes');
  }
  if (failed > 0 && failed + totalOf(succeededIndexes) >= completions) {
    return lost('FailedIndexes', 'Job has failed indexes');
  }
  const message = matchSuccessPolicy(job, succeededIndexes);
  return message === undefined ? undefined : { isSuccess: true, reason: 'SuccessPolicy', message };
}

/** With restartPolicy OnFailure the containers' restarts are what is limited. */
function isRestartedTooOften({ job, pods }: JobLook): boolean {
  if (job.spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { restartCount } of all) restarts += restartCount;
  }
  return restarts > 0 && restarts >= (job.spec.backoffLimit ?? 6);
}

/** Milliseconds until activeDeadlineSeconds are over; undefined without such a deadline. */
export function untilDeadline({ job, nowMs }: JobLook): number | undefined {
  const { activeDeadlineSeconds, suspend } = job.spec;
  if (activeDeadlineSeconds === undefined || suspend) return undefined;
  const since = parseTime(job.status?.startTime ?? '') ?? nowMs;
  return Math.max(0, since + activeDeadlineSeconds * 1000 - nowMs);
}
