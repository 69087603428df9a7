/**
 * Makes and deletes a Job's Pods so that as many run as shall.
 * Upstream: pkg/controller/job/job_controller.go (manageJob, deleteActivePods).
 */
import { keyOf } from '../../../api/object.ts';
import type { EnvVar, Job, Pod, PodSpec } from '../../../api/types.gen.ts';
import type { Write } from '../../client/index.ts';
import { createPod, deletePod, podFromTemplate } from '../pod-control.ts';
import { rankForDeletion } from '../pod-ranking.ts';
import { includes } from './intervals.ts';
import {
  allFailuresOf, failuresName, failuresOf, finishedAt, hasLimitPerIndex, ignoredFailuresName,
  indexName, indexOf, isCountedFailure, isIndexed, jobDelay, remainingDelay, replacesOnlyFailed,
  trackingFinalizer,
} from './job-pods.ts';
import type { JobLook } from './look.ts';

/** At most so many at once. */
const burst = 500;

/** What is done about Pods, and how many run afterwards. */
export interface Managed {
  readonly writes: readonly Write[];
  readonly active: number;
  readonly deleted: readonly Pod[];
  /** A failure is waited for: look again in so many ms. */
  readonly waitMs?: number;
}

const idle = ({ active }: JobLook): Managed =>
  ({ writes: [], active: active.length, deleted: [] });

/** All that runs goes: the Job has ended. Their finalizers stay until they are counted. */
export function stopAll(look: JobLook, because: string): Managed {
  const { job, active } = look;
  return { writes: active.map((pod) => deletePod(job, pod, because)), active: 0, deleted: active };
}

export function manage(look: JobLook): Managed {
  const { job, active } = look;
  if (job.spec.suspend) return remove(look, active, `${job.metadata.name} is suspended`);
  const wanted = wantedOf(look);
  const surplus = surplusOf(look, Math.max(0, active.length - wanted)).slice(0, burst);
  if (surplus.length > 0) return remove(look, surplus, `${keyOf(job)} wants ${wanted} Pods`);
  const waitedFor = replacesOnlyFailed(job) ? look.terminating : 0;
  const missing = Math.min(burst, wanted - waitedFor - active.length);
  return missing > 0 ? grow(look, missing) : idle(look);
}

/** How many Pods shall run now. */
function wantedOf({ job, succeeded, active, failedIndexes }: JobLook): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  const lost = failedIndexes.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return Math.max(0, Math.min(parallelism, completions - succeeded - lost));
}

/** These never count as failures: they give up their finalizer before they go. */
function remove({ job, active }: JobLook, pods: readonly Pod[], because: string): Managed {
  const writes = pods.flatMap((pod) => [untrack(pod, because), deletePod(job, pod, because)]);
  // All finalizers first, then all deletes: both in one go.
  const ordered = [
    ...writes.filter(({ verb }) => verb === 'patch'),
    ...writes.filter(({ verb }) => verb === 'delete'),
  ];
  return { writes: ordered, active: active.length - pods.length, deleted: pods };
}

/** Lets go of a Pod that has been counted, or need not be. */
export const untrack = (pod: Pod, because: string): Write => ({
  verb: 'patch',
  kind: 'Pod',
  key: keyOf(pod),
  body: { metadata: { '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } },
  accepts: [404],
  because,
});

/** Doubles of an index first, then those whose loss costs least. */
function surplusOf({ job, active, nowMs }: JobLook, atLeast: number): readonly Pod[] {
  const ranked = atLeast > 0 || isIndexed(job) ? rankForDeletion(active, active, nowMs) : active;
  if (!isIndexed(job)) return ranked.slice(0, atLeast);
  const kept = new Set<number>();
  const doubles = ranked.toReversed().filter((pod) => {
    const index = indexOf(job, pod);
    if (index === undefined || kept.has(index)) return true;
    kept.add(index);
    return false;
  });
  const rest = ranked.filter((pod) => !doubles.includes(pod));
  return [...doubles, ...rest.slice(0, Math.max(0, atLeast - doubles.length))];
}

function grow(look: JobLook, missing: number): Managed {
  const { job, pods, active, nowMs } = look;
  const waitMs = hasLimitPerIndex(job) ? 0 : jobDelay(job, pods, nowMs);
  if (waitMs > 0) return { ...idle(look), waitMs };
  const because = `${job.metadata.name} wants ${job.spec.parallelism ?? 1} Pods at a time`;
  if (!isIndexed(job)) {
    const body = plainPod(job);
    const writes = Array.from({ length: missing }, () => createPod(job, body, because));
    return { writes, active: active.length + missing, deleted: [] };
  }
  const { indexes, waitMs: indexWait } = nextIndexes(look, missing);
  const writes = indexes.map((index) => createPod(job, indexedPod(look, index), because));
  const waiting = indexWait === undefined ? {} : { waitMs: indexWait };
  return { writes, active: active.length + indexes.length, deleted: [], ...waiting };
}

/** The lowest indexes without a Pod; those that failed lately wait. */
function nextIndexes(look: JobLook, count: number): {
  readonly indexes: readonly number[];
  readonly waitMs?: number;
} {
  const { job, active, succeededIndexes, failedIndexes, lastFailed, nowMs } = look;
  const running = new Set(active.map((pod) => indexOf(job, pod)));
  const pending: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && pending.length < count; index++) {
    if (running.has(index) || includes(succeededIndexes, index)) continue;
    if (!includes(failedIndexes, index)) pending.push(index);
  }
  const delayOf = (index: number): number => {
    const pod = lastFailed.get(index);
    return pod === undefined ? 0 : remainingDelay(allFailuresOf(pod) + 1, finishedAt(pod), nowMs);
  };
  const indexes = pending.filter((index) => delayOf(index) === 0);
  const waits = pending.map(delayOf).filter((delay) => delay > 0);
  return waits.length === 0 ? { indexes } : { indexes, waitMs: Math.min(...waits) };
}

interface Body {
  readonly metadata: { readonly annotations?: object; readonly labels?: object };
  readonly spec: PodSpec;
}

function plainPod(job: Job): Body {
  const body = podFromTemplate(job, job.spec.template) as Body & {
    metadata: { finalizers?: readonly string[] };
  };
  const finalizers = [...(body.metadata.finalizers ?? []), trackingFinalizer];
  return { ...body, metadata: { ...body.metadata, finalizers } as Body['metadata'] };
}

const indexVariable: EnvVar = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexName}']` } },
};

function indexedPod({ job, lastFailed }: JobLook, index: number): Body {
  const body = plainPod(job);
  const { initContainers, containers, ...spec } = body.spec;
  const withIndex = <T extends { readonly env?: readonly EnvVar[] }>(container: T): T =>
    container.env?.some(({ name }) => name === indexVariable.name)
      ? container
      : { ...container, env: [...(container.env ?? []), indexVariable] };
  const text = String(index);
  return {
    ...body,
    metadata: {
      ...body.metadata,
      generateName: `${job.metadata.name}-${index}-`,
      labels: { ...body.metadata.labels, [indexName]: text },
      annotations: {
        ...body.metadata.annotations, [indexName]: text, ...countsOf(job, lastFailed.get(index)),
      },
    } as Body['metadata'],
    spec: {
      ...spec,
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withIndex) }),
      containers: containers.map(withIndex),
      hostname: `${job.metadata.name}-${index}`,
    },
  };
}

/** The failures of the Pods that this one follows. */
function countsOf(job: Job, before: Pod | undefined): Readonly<Record<string, string>> {
  if (!hasLimitPerIndex(job)) return {};
  if (before === undefined) return { [failuresName]: '0' };
  const isCounted = isCountedFailure(job, before);
  const ignored = allFailuresOf(before) - failuresOf(before) + (isCounted ? 0 : 1);
  return {
    [failuresName]: String(failuresOf(before) + (isCounted ? 1 : 0)),
    ...(ignored > 0 ? { [ignoredFailuresName]: String(ignored) } : {}),
  };
}
