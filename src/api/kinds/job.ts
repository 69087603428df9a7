import { defineKind } from '../kind.ts';
import type { Job } from '../types.gen.ts';
import {
  ageColumn, containerColumns, describeColumns, formatSelector, nameColumn, text, wide,
} from './columns.ts';
import { jobDefaults, prepareJob } from './job-defaults.ts';
import { jobCompletions, jobDuration, jobStatus } from './job-text.ts';
import { validateJob } from './job-validation.ts';
import { templateOnlyWarnings } from './pod/warnings.ts';
import { storedVerbs } from './strategy.ts';

export const job = defineKind<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  shortNames: [],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.batch.v1.Job',
  defaults: jobDefaults,
  prepare: prepareJob,
  validate: validateJob,
  warnings: templateOnlyWarnings,
  selectableFields: ({ status }) => ({ 'status.successful': String(status?.succeeded ?? 0) }),
  columns: describeColumns<Job>('jobs.batch', [
    nameColumn,
    text('Status', jobStatus),
    text('Completions', jobCompletions),
    text('Duration', jobDuration),
    ageColumn,
    ...containerColumns<Job>(({ spec }) => spec.template),
    wide('Selector', ({ spec }) => formatSelector(spec.selector)),
  ]),
});
