/**
 * A Job's status: each ended Pod is first noted by uid, then loses its finalizer, then is counted.
 * So no Pod is counted twice, nor lost, whatever fails in between.
 * Upstream: pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers).
 */
import type { Job, JobCondition, JobStatus, Pod } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import { findCondition } from '../condition.ts';
import { formatIntervals, totalOf } from './intervals.ts';
import {
  countReady, hasLimitPerIndex, indexOf, isCountedFailure, isFailed, isIndexed, isTracked,
} from './job-pods.ts';
import type { JobLook, Verdict } from './look.ts';
import type { Managed } from './manage.ts';

/** Uids in the status are kept few. */
const uncountedMax = 500;

export interface Tracked {
  readonly status: JobStatus;
  /** Pods that are noted, and whose finalizers may go. */
  readonly counted: readonly Pod[];
  /** The Job has come to its end with this status. */
  readonly end?: JobCondition;
}

/** @param verdict how the Job ends, when it may be said now. */
export function track(look: JobLook, managed: Managed, verdict: Verdict | undefined): Tracked {
  const { job } = look;
  const tracked = new Set(look.pods.filter(isTracked).map(({ metadata }) => metadata.uid));
  const before = job.status?.uncountedTerminatedPods ?? {};
  const still = (uids: readonly string[] = []) => uids.filter((uid) => tracked.has(uid));
  const noted = note(look, still(before.succeeded), still(before.failed), verdict);
  const gone = (uids: readonly string[] = []) => uids.length - still(uids).length;
  const status = {
    ...counts(look, managed, {
      succeeded: (job.status?.succeeded ?? 0) + gone(before.succeeded),
      failed: (job.status?.failed ?? 0) + gone(before.failed),
    }),
    uncountedTerminatedPods: {
      ...(noted.succeeded.length === 0 ? {} : { succeeded: noted.succeeded }),
      ...(noted.failed.length === 0 ? {} : { failed: noted.failed }),
    },
  };
  const conditions = suspension(look, interim(look, verdict));
  const isOpen = noted.counted.length > 0 || noted.succeeded.length + noted.failed.length > 0 ||
    (status.terminating ?? 0) > 0;
  if (verdict === undefined || isOpen) {
    return { status: withConditions(status, conditions), counted: noted.counted };
  }
  const end = condition(verdict.isSuccess ? 'Complete' : 'Failed', verdict, look.nowMs);
  const time = formatTime(look.nowMs);
  return {
    status: {
      ...withConditions(status, [...conditions, end]),
      ...(verdict.isSuccess ? { completionTime: time } : {}),
    },
    counted: [],
    end,
  };
}

interface Counts {
  readonly succeeded: number;
  readonly failed: number;
}

function counts(look: JobLook, managed: Managed, known: Counts): JobStatus {
  const { job, active, nowMs } = look;
  const deleted = new Set(managed.deleted);
  const ready = countReady(active.filter((pod) => !deleted.has(pod)));
  const succeeded = isIndexed(job) ? totalOf(look.succeededIndexes) : known.succeeded;
  const { startTime } = job.status ?? {};
  const started = isResumed(job) || startTime === undefined ? formatTime(nowMs) : startTime;
  return {
    ...(managed.active === 0 ? {} : { active: managed.active }),
    ...(isIndexed(job) && look.succeededIndexes.length > 0
      ? { completedIndexes: formatIntervals(look.succeededIndexes) }
      : {}),
    ...(known.failed === 0 ? {} : { failed: known.failed }),
    ...(hasLimitPerIndex(job) ? { failedIndexes: formatIntervals(look.failedIndexes) } : {}),
    ready,
    ...(job.spec.suspend && startTime === undefined ? {} : { startTime: started }),
    ...(succeeded === 0 ? {} : { succeeded }),
    terminating: look.terminating + managed.deleted.length,
  };
}

/** Ended Pods enter the list of the uncounted. */
function note(
  look: JobLook, succeeded: readonly string[], failed: readonly string[],
  verdict: Verdict | undefined,
): { succeeded: readonly string[]; failed: readonly string[]; counted: readonly Pod[] } {
  const { job } = look;
  const won = [...succeeded];
  const lost = [...failed];
  const counted: Pod[] = [];
  const isLost = verdict !== undefined && !verdict.isSuccess;
  for (const pod of look.pods) {
    if (!isTracked(pod) || !mayBeReleased(look, pod, verdict)) continue;
    counted.push(pod);
    const { uid } = pod.metadata;
    const isKnown = isIndexed(job) && indexOf(job, pod) === undefined;
    if (pod.status?.phase === 'Succeeded' && !failed.includes(uid)) {
      // The index is enough to count a Pod once.
      if (!isIndexed(job) && !won.includes(uid)) won.push(uid);
    } else if ((isCountedFailure(job, pod) || (isLost && !isFailed(job, pod))) &&
      !isKnown && !lost.includes(uid)) lost.push(uid);
    if (won.length + lost.length >= uncountedMax) break;
  }
  return { succeeded: won, failed: lost, counted };
}

function mayBeReleased(
  { job, lastFailed }: JobLook, pod: Pod, verdict: Verdict | undefined,
): boolean {
  if (job.metadata.deletionTimestamp !== undefined || verdict !== undefined) return true;
  if (pod.status?.phase === 'Succeeded') return true;
  if (!isFailed(job, pod)) return false;
  const index = indexOf(job, pod);
  return index === undefined || lastFailed.get(index) !== pod;
}

/** What is said before the end itself may be: no Pod is running on, all are counted. */
function interim(
  { job, nowMs }: JobLook, verdict: Verdict | undefined,
): readonly JobCondition[] {
  const conditions = job.status?.conditions ?? [];
  if (verdict === undefined) return conditions;
  const type = verdict.isSuccess ? 'SuccessCriteriaMet' : 'FailureTarget';
  if (findCondition(conditions, type) !== undefined) return conditions;
  return [...conditions, condition(type, verdict, nowMs)];
}

/** The Job was suspended and runs again. */
const isResumed = (job: Job): boolean =>
  !job.spec.suspend && findCondition(job.status?.conditions, 'Suspended')?.status === 'True';

/** Whether the Job's being suspended must be said anew: the word for the event. */
export function suspensionNews(job: Job): 'Suspended' | 'Resumed' | undefined {
  if (isResumed(job)) return 'Resumed';
  const known = findCondition(job.status?.conditions, 'Suspended')?.status === 'True';
  return job.spec.suspend && !known ? 'Suspended' : undefined;
}

function suspension(
  { job, nowMs }: JobLook, conditions: readonly JobCondition[],
): readonly JobCondition[] {
  const news = suspensionNews(job);
  if (news === undefined) return conditions;
  const words = news === 'Suspended'
    ? { reason: 'JobSuspended', message: 'Job suspended' }
    : { reason: 'JobResumed', message: 'Job resumed' };
  const next = {
    ...condition('Suspended', words, nowMs), status: news === 'Suspended' ? 'True' : 'False',
  };
  const at = conditions.findIndex(({ type }) => type === 'Suspended');
  return at < 0 ? [...conditions, next] : conditions.with(at, next);
}

const condition = (
  type: string, { reason, message }: Omit<Verdict, 'isSuccess'>, nowMs: number,
): JobCondition => ({
  type,
  status: 'True',
  lastProbeTime: formatTime(nowMs),
  lastTransitionTime: formatTime(nowMs),
  reason,
  message,
});

const withConditions = (
  status: JobStatus, conditions: readonly JobCondition[],
): JobStatus => (conditions.length === 0 ? status : { ...status, conditions });
