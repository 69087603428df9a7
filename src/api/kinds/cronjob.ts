import { defineKind } from '../kind.ts';
import type { CronJob } from '../types.gen.ts';
import {
  ageColumn,
  boolean,
  containerColumns,
  describeColumns,
  formatSelector,
  integer,
  nameColumn,
  since,
  text,
  wide,
} from './columns.ts';
import { cronJobDefaults } from './job-defaults.ts';
import { validateCronJob } from './job-validation.ts';
import { warningsOfTemplate } from './pod/warnings.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const cronJob = defineKind<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.batch.v1.CronJob',
  defaults: cronJobDefaults,
  prepare: prepareSpecAndStatus<CronJob>({ freshStatus: () => ({}), isChanged: isSpecChanged }),
  validate: validateCronJob,
  warnings: ({ spec }) =>
    warningsOfTemplate(spec.jobTemplate.spec?.template, 'spec.jobTemplate.spec.template.'),
  columns: describeColumns<CronJob>('cronjobs.batch', [
    nameColumn,
    text('Schedule', ({ spec }) => spec.schedule),
    text('Timezone', ({ spec }) => spec.timeZone ?? '<none>'),
    boolean('Suspend', ({ spec }) => (spec.suspend === true ? 'True' : 'False')),
    integer('Active', ({ status }) => status?.active?.length ?? 0),
    text('Last Schedule', ({ status }, { nowMs }) =>
      status?.lastScheduleTime ? since(status.lastScheduleTime, nowMs) : '<none>',
    ),
    ageColumn,
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec?.template),
    wide('Selector', ({ spec }) => formatSelector(spec.jobTemplate.spec?.selector)),
  ]),
});
