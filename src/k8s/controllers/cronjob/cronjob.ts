/**
 * The CronJob controller: a Job each time that a schedule says so. It sleeps until then; it polls
 * nothing. Upstream: pkg/controller/cronjob/cronjob_controllerv2.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { goQuote } from '../../../api/go-text.ts';
import { type ApiObject, keyOf } from '../../../api/object.ts';
import { timeZone } from '../../../api/time-zones.ts';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../../api/types.gen.ts';
import { formatTime, parseTime } from '../../../kernel/calendar.ts';
import {
  type AboutEvent, controllerOf, defineController, itself, type Outcome, settled, type View,
  type Write,
} from '../../client/index.ts';
import { isTerminating } from '../owner.ts';
import { history } from './history.ts';
import { createJob, deleteJob, jobName, referenceTo } from './jobs.ts';
import { mostRecent, parseSchedule, type Schedule } from './schedule.ts';

/** A little later than the minute, so that clocks that differ do no harm. */
const paddingMs = 100;

export const cronJobController = defineController({
  name: 'cronjob-controller',
  watches: { CronJob: itself, Job: controllerOf('CronJob') },
  reconcile,
});

function reconcile(view: View, key: string): Outcome {
  const cron = view.get('CronJob', key);
  if (cron === undefined) return settled;
  const jobs = view.ownedBy(cron, 'Job');
  const cleared = history(cron, jobs);
  const known = takeStock(cron, jobs);
  const events = [...known.events];
  if (isTerminating(cron)) {
    return { writes: [], events, finish: () => report(cron, known.status) };
  }
  const step = schedule(cron, jobs, known.status, view.nowMs);
  return {
    writes: [...cleared, ...step.writes],
    events: [...events, ...step.events],
    finish: () => report(cron, step.status()),
    ...(step.waitMs === undefined ? {} : { requeueAfterMs: Math.max(0, step.waitMs) }),
  };
}

const warning = (about: CronJob, reason: string, message: string): AboutEvent =>
  ({ about, draft: { type: 'Warning', reason, message } });
const normal = (about: CronJob, reason: string, message: string): AboutEvent =>
  ({ about, draft: { type: 'Normal', reason, message } });

const endOf = ({ status }: Job): string | undefined =>
  status?.conditions?.find(({ type, status: is }) =>
    (type === 'Complete' || type === 'Failed') && is === 'True')?.type;

interface Stock {
  readonly status: CronJobStatus;
  readonly events: readonly AboutEvent[];
}

/** Which Jobs still run: the ended and the lost leave the list. */
function takeStock(cron: CronJob, jobs: readonly Job[]): Stock {
  const events: AboutEvent[] = [];
  let active = cron.status?.active ?? [];
  let last = cron.status?.lastSuccessfulTime;
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    const isListed = active.some((reference) => reference.uid === uid);
    const end = endOf(job);
    if (end === undefined) {
      if (isListed) continue;
      events.push(warning(cron, 'UnexpectedJob',
        `Saw a job that the controller did not create or forgot: ${name}`));
    } else {
      if (isListed) {
        active = active.filter((reference) => reference.uid !== uid);
        events.push(normal(cron, 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`));
      }
      const { completionTime } = job.status;
      if (end === 'Complete' && completionTime && (!last || completionTime > last)) {
        last = completionTime;
      }
    }
  }
  for (const { name, uid } of active) {
    if (jobs.some(({ metadata }) => metadata.uid === uid)) continue;
    active = active.filter((reference) => reference.uid !== uid);
    events.push(normal(cron, 'MissingJob', `Active job went missing: ${name}`));
  }
  return { status: statusOf(active, cron.status?.lastScheduleTime, last), events };
}

const statusOf = (
  active: readonly ObjectReference[], scheduled: string | undefined, succeeded: string | undefined,
): CronJobStatus => ({
  ...(active.length === 0 ? {} : { active }),
  ...(scheduled === undefined ? {} : { lastScheduleTime: scheduled }),
  ...(succeeded === undefined ? {} : { lastSuccessfulTime: succeeded }),
});

interface Step {
  readonly writes: readonly Write[];
  readonly events: readonly AboutEvent[];
  /** Asked when the writes are done. */
  readonly status: () => CronJobStatus;
  readonly waitMs?: number;
}

/** What is due, if anything, and when to look again. */
function schedule(
  cron: CronJob, jobs: readonly Job[], status: CronJobStatus, now: number,
): Step {
  const rest = (...events: AboutEvent[]): Step => ({ writes: [], events, status: () => status });
  const { spec } = cron;
  const zoneName = spec.timeZone ?? 'UTC';
  const zone = timeZone(zoneName);
  if (zone === undefined) {
    return rest(warning(cron, 'UnknownTimeZone',
      `invalid timeZone: ${goQuote(zoneName)}: unknown time zone ${zoneName}`));
  }
  if (spec.suspend) return rest();
  const times = parseSchedule(spec.schedule, zone);
  if (typeof times === 'string') {
    return rest(warning(cron, 'UnparseableSchedule',
      `unparseable schedule: ${goQuote(spec.schedule)} : ${times}`));
  }
  const created = parseTime(cron.metadata.creationTimestamp) ?? now;
  const since = parseTime(status.lastScheduleTime ?? '') ?? created;
  if (times.next(since) === undefined) {
    // The 31st of February: upstream sees two schedules at once in it.
    return rest(warning(cron, 'InvalidSchedule',
      `invalid schedule: ${spec.schedule} : time difference between two schedules is less than ` +
        '1 second'));
  }
  const missed = mostRecent(times, sinceDeadline(cron, since, now), now);
  const later = (...events: AboutEvent[]): Step => {
    const wait = untilNext(times, since, now);
    return wait === undefined ? rest(...events) : { ...rest(...events), waitMs: wait };
  };
  if (missed === undefined) return later();
  const events = missed.count > 100 ? [tooMany(cron, missed.count)] : [];
  const isLate = spec.startingDeadlineSeconds !== undefined &&
    missed.at + spec.startingDeadlineSeconds * 1000 < now;
  if (isLate) {
    const text = rfc1123(missed.at);
    return later(...events, warning(cron, 'MissSchedule',
      `Missed scheduled time to start a job: ${text}`));
  }
  const name = jobName(cron, missed.at);
  if (status.active?.some((reference) => reference.name === name)) return later(...events);
  if (spec.concurrencyPolicy === 'Forbid' && (status.active ?? []).length > 0) {
    return later(...events, normal(cron, 'JobAlreadyActive',
      'Not starting job because prior execution is running and concurrency policy is Forbid'));
  }
  const start = begin(cron, jobs, status, missed.at);
  const wait = untilNext(times, missed.at, now);
  return { ...start, events, ...(wait === undefined ? {} : { waitMs: wait }) };
}

const sinceDeadline = ({ spec }: CronJob, since: number, now: number): number =>
  spec.startingDeadlineSeconds === undefined
    ? since
    : Math.max(since, now - spec.startingDeadlineSeconds * 1000);

const untilNext = (times: Schedule, since: number, now: number): number | undefined => {
  const next = times.next(mostRecent(times, since, now)?.at ?? since);
  return next === undefined ? undefined : Math.max(0, next - now) + paddingMs;
};

const tooMany = (cron: CronJob, count: number): AboutEvent =>
  warning(cron, 'TooManyMissedTimes',
    `too many missed start times: ${count}. Set or decrease .spec.startingDeadlineSeconds or ` +
      'check clock skew');

/** The Job of this moment; those that still run go first, if they are to be replaced. */
function begin(
  cron: CronJob, jobs: readonly Job[], status: CronJobStatus, at: number,
): Omit<Step, 'events'> {
  const replaced = cron.spec.concurrencyPolicy === 'Replace'
    ? jobs.filter(({ metadata }) => status.active?.some(({ uid }) => uid === metadata.uid))
    : [];
  const name = jobName(cron, at);
  // It was made before, and then its status could not be written.
  let made: ApiObject | undefined = jobs.find(({ metadata }) => metadata.name === name);
  const create = createJob(cron, at, (job) => (made = job));
  return {
    writes: [
      ...replaced.map((job) => deleteJob(cron, job, `${name} replaces it`)),
      ...(made === undefined ? [create] : []),
    ],
    status: () => {
      const kept = (status.active ?? []).filter(({ uid }) =>
        !replaced.some(({ metadata }) => metadata.uid === uid));
      if (made === undefined) return { ...status, active: kept };
      return statusOf([...kept, referenceTo(made)], formatTime(at), status.lastSuccessfulTime);
    },
  };
}

function report(cron: CronJob, status: CronJobStatus): Write[] {
  if (isDeepEqual(cron.status, status)) return [];
  return [{
    verb: 'update',
    kind: 'CronJob',
    key: keyOf(cron),
    subresource: 'status',
    body: { ...cron, status },
    because: `${status.active?.length ?? 0} Jobs of ${cron.metadata.name} are active`,
  }];
}

const weekdays = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon, 02 Jan 2006 15:04:05 +0000`. */
function rfc1123(epochMs: number): string {
  const [date = '', time = ''] = formatTime(epochMs).slice(0, 19).split('T');
  const [year, month, day] = date.split('-');
  const weekday = weekdays[Math.floor(epochMs / 86_400_000) % 7];
  return `${weekday}, ${day} ${months[Number(month) - 1]} ${year} ${time} +0000`;
}
