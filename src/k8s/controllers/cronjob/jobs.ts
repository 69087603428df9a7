/** The Jobs of a CronJob: made and deleted. Upstream: pkg/controller/cronjob/utils.go. */
import { type ApiObject, keyOf } from '../../../api/object.ts';
import { offsetAt, timeZone } from '../../../api/time-zones.ts';
import type { CronJob, Job, ObjectReference } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Write } from '../../client/index.ts';
import { controllerReference } from '../owner.ts';

/** Named by the minute, so that no moment has two. */
export const jobName = ({ metadata }: CronJob, at: number): string =>
  `${metadata.name}-${Math.floor(at / 60_000)}`;

/** @param made called with the Job when it is there. */
export function createJob(cron: CronJob, at: number, made: (job: ApiObject) => void): Write {
  const { metadata, spec } = cron.spec.jobTemplate;
  const name = jobName(cron, at);
  const { namespace } = cron.metadata;
  const annotations = {
    ...metadata?.annotations,
    'batch.kubernetes.io/cronjob-scheduled-timestamp': localTime(cron, at),
  };
  return {
    verb: 'create',
    kind: 'Job',
    key: `${namespace}/${name}`,
    body: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        namespace,
        ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
        annotations,
        ownerReferences: [controllerReference(cron)],
      },
      spec,
    },
    because: `the schedule of ${cron.metadata.name} says ${cron.spec.schedule}`,
    done: (job) => {
      made(job);
      return {
        about: cron,
        draft: { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${name}` },
      };
    },
    failed: ({ message }) => ({
      about: cron,
      draft: { type: 'Warning', reason: 'FailedCreate', message: `Error creating job: ${message}` },
    }),
  };
}

/** RFC 3339 with the zone's own hours: `2025-06-01T09:00:00+02:00`. */
function localTime({ spec }: CronJob, at: number): string {
  const zone = timeZone(spec.timeZone ?? 'UTC');
  const minutes = zone === undefined ? 0 : offsetAt(zone, at);
  if (minutes === 0) return formatTime(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return formatTime(at + minutes * 60_000).replace('Z', offset);
}

export const deleteJob = (cron: CronJob, job: Job, because: string): Write => ({
  verb: 'delete',
  kind: 'Job',
  key: keyOf(job),
  body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
  accepts: [404],
  because,
  done: () => ({
    about: cron,
    draft: {
      type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${job.metadata.name}`,
    },
  }),
  failed: ({ message }) => ({
    about: cron,
    draft: { type: 'Warning', reason: 'FailedDelete', message: `Deleted job: ${message}` },
  }),
});

export const referenceTo = ({ metadata }: ApiObject): ObjectReference => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: metadata.name,
  namespace: metadata.namespace ?? '',
  resourceVersion: metadata.resourceVersion,
  uid: metadata.uid,
});
