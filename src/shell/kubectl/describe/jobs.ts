/** `describe job`, `cronjob`. Follows kubectl pkg/describe/describe.go describeJob, describeCronJob. */
import { humanDuration } from '../../../api/duration.ts';
import type { CronJob, Job, JobTemplateSpec } from '../../../api/types.gen.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import { type Describer, eventsOf, writeHead } from './describer.ts';
import { writeEvents } from './events.ts';
import { controllerText, writeAnnotations, writeLabels } from './metadata.ts';
import { writePodTemplate } from './pod-template.ts';
import { selectorText } from './workloads.ts';
import { type DescribeWriter, rfc1123, trueFalse } from './writer.ts';

export const describeJob: Describer = function* (w, subject) {
  const job = subject.object as unknown as Job;
  const { metadata, spec, status } = job;
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'Selector', selectorText(spec.selector));
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  const controller = controllerText(metadata);
  if (controller !== undefined) w.field(0, 'Controlled By', controller);
  const given = (title: string, value: string | number | boolean | undefined) => {
    if (value !== undefined) w.field(0, title, value);
  };
  given('Parallelism', spec.parallelism);
  w.field(0, 'Completions', spec.completions ?? '<unset>');
  given('Completion Mode', spec.completionMode);
  given('Suspend', spec.suspend);
  given('Backoff Limit', spec.backoffLimit);
  given('TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
  writeTimes(w, job);
  if (spec.activeDeadlineSeconds !== undefined) {
    w.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  }
  const ready = status?.ready === undefined ? '' : ` (${status.ready} Ready)`;
  w.field(0, 'Pods Statuses', `${status?.active ?? 0} Active${ready} / ` +
    `${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed`);
  if (spec.completionMode === 'Indexed') {
    w.field(0, 'Completed Indexes', cappedIndexes(status?.completedIndexes ?? ''));
  }
  writePodTemplate(w, spec.template);
  writeEvents(w, events);
};

function writeTimes(w: DescribeWriter, { status }: Job): void {
  const { startTime, completionTime } = status ?? {};
  if (startTime !== undefined) w.field(0, 'Start Time', rfc1123(startTime));
  if (completionTime !== undefined) w.field(0, 'Completed At', rfc1123(completionTime));
  if (startTime === undefined || completionTime === undefined) return;
  w.field(0, 'Duration', humanDuration((parseTime(completionTime) ?? 0) - (parseTime(startTime) ?? 0)));
}

const longestIndexes = 50;

/** The list of indexes, cut at the first comma from the 50th character on. */
function cappedIndexes(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', longestIndexes);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export const describeCronJob: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as CronJob;
  const events = yield* eventsOf(subject);
  writeHead(w, metadata);
  w.field(0, 'Schedule', spec.schedule);
  w.field(0, 'Concurrency Policy', spec.concurrencyPolicy);
  w.field(0, 'Suspend', spec.suspend === undefined ? '<unset>' : trueFalse(spec.suspend));
  w.field(0, 'Successful Job History Limit', spec.successfulJobsHistoryLimit ?? '<unset>');
  w.field(0, 'Failed Job History Limit', spec.failedJobsHistoryLimit ?? '<unset>');
  const { startingDeadlineSeconds: deadline } = spec;
  w.field(0, 'Starting Deadline Seconds', deadline === undefined ? '<unset>' : `${deadline}s`);
  writeJobTemplate(w, spec.jobTemplate);
  const { lastScheduleTime, active } = status ?? {};
  w.field(0, 'Last Schedule Time', lastScheduleTime === undefined ? '<unset>' : rfc1123(lastScheduleTime));
  const names = (active ?? []).map(({ name }) => name ?? '');
  w.field(0, 'Active Jobs', names.length === 0 ? '<none>' : names.join(', '));
  writeEvents(w, events);
};

function writeJobTemplate(w: DescribeWriter, { spec }: JobTemplateSpec): void {
  w.field(0, 'Selector', spec?.selector === undefined ? '<unset>' : selectorText(spec.selector));
  w.field(0, 'Parallelism', spec?.parallelism ?? '<unset>');
  w.field(0, 'Completions', spec?.completions ?? '<unset>');
  if (spec?.activeDeadlineSeconds !== undefined) {
    w.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  }
  writePodTemplate(w, spec?.template);
}
