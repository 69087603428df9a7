/** Ended Jobs above the limits go, the oldest first. */
import type { CronJob, Job } from '../../../api/types.gen.ts';
import type { Write } from '../../client/index.ts';
import { isTerminating } from '../owner.ts';
import { deleteJob } from './jobs.ts';

export function history(cron: CronJob, jobs: readonly Job[]): Write[] {
  const { successfulJobsHistoryLimit: won, failedJobsHistoryLimit: lost } = cron.spec;
  return [...surplus(cron, jobs, 'Complete', won), ...surplus(cron, jobs, 'Failed', lost)];
}

function surplus(
  cron: CronJob, jobs: readonly Job[], end: string, limit: number | undefined,
): Write[] {
  if (limit === undefined) return [];
  const ended = jobs
    .filter((job) => !isTerminating(job) && job.status?.conditions?.some(
      ({ type, status }) => type === end && status === 'True'))
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return ended
    .slice(0, Math.max(0, ended.length - limit))
    .map((job) => deleteJob(cron, job, `${cron.metadata.name} keeps ${limit} such Jobs`));
}

const orderOf = ({ status, metadata }: Job): string => `${status?.startTime ?? '~'}/${metadata.name}`;
