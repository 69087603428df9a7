/**
 * The Job controller: Pods until enough of them have succeeded, or too many have failed.
 * Simplified: the back-off after failures is read off the Pods that are still there; a Job of
 * another manager (`managedBy`) is left alone.
 * Upstream: pkg/controller/job/job_controller.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { type ApiObject, keyOf } from '../../../api/object.ts';
import type { Job, Pod } from '../../../api/types.gen.ts';
import {
  type AboutEvent, controllerOf, defineController, itself, type Outcome, selectorMatches, settled,
  type View, type Write,
} from '../../client/index.ts';
import { claim } from '../claim.ts';
import { controllerRefOf, isTerminating, orphans } from '../owner.ts';
import { isTracked, trackingFinalizer } from './job-pods.ts';
import { type JobLook, lookAt, untilDeadline, type Verdict } from './look.ts';
import { manage, type Managed, stopAll, untrack } from './manage.ts';
import { suspensionNews, track, type Tracked } from './track.ts';

const ofJob = controllerOf('Job');
const jobNameLabel = 'batch.kubernetes.io/job-name';

export const jobController = defineController({
  name: 'job-controller',
  watches: { Job: itself, Pod: keysOf },
  indexes: { Pod: { orphans, tracked: trackedFor } },
  reconcile,
});

function keysOf(pod: Pod, view: View): readonly string[] {
  if (controllerRefOf(pod) !== undefined) return ofJob(pod);
  const { labels, namespace = '' } = pod.metadata;
  if (labels === undefined) return [];
  const matching = view
    .of('Job')
    .inNamespace(namespace)
    .filter(({ spec }) => spec.selector && selectorMatches(spec.selector)(labels));
  return [...matching.map(keyOf), ...trackedFor(pod)];
}

/** The Job that a Pod's finalizer is of, also when that Job is no more. */
function trackedFor(pod: ApiObject): readonly string[] {
  const { finalizers, namespace, labels } = pod.metadata;
  if (!finalizers?.includes(trackingFinalizer)) return [];
  if (controllerRefOf(pod) !== undefined) return ofJob(pod);
  const name = labels?.[jobNameLabel];
  return name === undefined ? [] : [`${namespace}/${name}`];
}

export const isJobFinished = ({ status }: Job): boolean =>
  status?.conditions?.some(({ type, status: is }) =>
    (type === 'Complete' || type === 'Failed') && is === 'True') === true;

const isOfOthers = ({ spec }: Job): boolean =>
  spec.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller';

function reconcile(view: View, key: string): Outcome {
  const job = view.get('Job', key);
  const stray = strayPods(view, key, job);
  if (job === undefined || isJobFinished(job) || isOfOthers(job)) {
    return stray.length === 0 ? settled : { writes: stray };
  }
  const candidates = [
    ...view.of('Pod').ownedBy(job.metadata.uid),
    ...view.of('Pod').byIndex('orphans', job.metadata.namespace ?? ''),
  ];
  const { owned, writes } = claim(job, 'Pod', candidates, selectorMatches(job.spec.selector));
  const look = lookAt(job, owned, view.nowMs);
  const managed = step(look);
  const verdict = look.verdict ?? completion(look, managed);
  const tracked = track(look, managed, verdict);
  const waits = [managed.waitMs, verdict === undefined ? untilDeadline(look) : undefined]
    .filter((wait) => wait !== undefined);
  return {
    writes: [...stray, ...writes, ...managed.writes],
    events: news(job, verdict),
    finish: (failure) =>
      report(job, failure === undefined ? tracked : track(look, stuck(look), look.verdict)),
    ...(waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) }),
  };
}

/** Nobody else takes the finalizer off a Pod whose Job is gone. */
function strayPods(view: View, key: string, job: Job | undefined): readonly Write[] {
  return view
    .of('Pod')
    .byIndex('tracked', key)
    .filter((pod) => {
      const owner = controllerRefOf(pod);
      return job === undefined || (owner !== undefined && owner.uid !== job.metadata.uid);
    })
    .map((pod) => untrack(pod, `the Job of ${pod.metadata.name} is no more`));
}

function step(look: JobLook): Managed {
  const { job, verdict } = look;
  if (verdict !== undefined) return stopAll(look, `${job.metadata.name} has ended`);
  return isTerminating(job) ? stuck(look) : manage(look);
}

/** Nothing was done, or not all of it. */
const stuck = ({ active }: JobLook): Managed =>
  ({ writes: [], active: active.length, deleted: [] });

function completion({ job, succeeded }: JobLook, managed: Managed): Verdict | undefined {
  const { completions } = job.spec;
  if (managed.active > 0 || succeeded < (completions ?? 1)) return undefined;
  return {
    isSuccess: true,
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  };
}

function news(job: Job, verdict: Verdict | undefined): readonly AboutEvent[] {
  const reason = verdict === undefined && !isTerminating(job) ? suspensionNews(job) : undefined;
  if (reason === undefined) return [];
  const message = reason === 'Suspended' ? 'Job suspended' : 'Job resumed';
  return [{ about: job, draft: { type: 'Normal', reason, message } }];
}

/** The status, and after it the finalizers of those that it has noted. */
function report(job: Job, { status, counted, end }: Tracked): Write[] {
  const because = `${status.active ?? 0} Pods of ${job.metadata.name} are active`;
  const update: Write[] = isDeepEqual(job.status, status) ? [] : [{
    verb: 'update',
    kind: 'Job',
    key: keyOf(job),
    subresource: 'status',
    body: { ...job, status },
    because: end === undefined ? because : `${job.metadata.name} has ended: ${end.reason}`,
    ...(end === undefined ? {} : { done: () => endEvent(job, end) }),
  }];
  const released = counted.filter(isTracked).map((pod): Write =>
    untrack(pod, `${pod.metadata.name} is counted`));
  return [...update, ...released];
}

const endEvent = (
  about: Job, { type, reason = '', message = '' }: NonNullable<Tracked['end']>,
): AboutEvent => ({
  about,
  draft: type === 'Complete'
    ? { type: 'Normal', reason: 'Completed', message: 'Job completed' }
    : { type: 'Warning', reason, message },
});
