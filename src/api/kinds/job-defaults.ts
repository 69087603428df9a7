/**
 * Defaults and strategy of Jobs and CronJobs.
 * Follows pkg/apis/batch/v1/defaults.go and pkg/registry/batch/job/strategy.go.
 */
import type { CronJob, Job, JobSpec } from '../types.gen.ts';
import { fill, fillAbsent, mapField, mapItems, withField } from './path-copy.ts';
import { podTemplateDefaults } from './pod/defaults.ts';
import { isSpecChanged, prepareSpecAndStatus } from './strategy.ts';

export function jobDefaults(object: Job): Job {
  const labels = object.spec.template.metadata?.labels;
  return withTemplateLabels(withField(object, 'spec', jobSpecDefaults(object.spec)), labels);
}

/** A Job without labels of its own takes those of its Pods. */
function withTemplateLabels(job: Job, labels: Readonly<Record<string, string>> | undefined): Job {
  if (labels === undefined || Object.keys(job.metadata.labels ?? {}).length > 0) return job;
  return { ...job, metadata: { ...job.metadata, labels } };
}

function jobSpecDefaults(spec: JobSpec): JobSpec {
  const both =
    spec.completions === undefined && spec.parallelism === undefined
      ? { ...spec, completions: 1, parallelism: 1 }
      : spec;
  const next = fillAbsent(both, {
    parallelism: 1,
    completionMode: 'NonIndexed',
    suspend: false,
    // With a limit for each index there is none for all.
    backoffLimit: both.backoffLimitPerIndex === undefined ? 6 : 2147483647,
    podReplacementPolicy: both.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
  });
  return mapField(
    mapField(next, 'podFailurePolicy', policyDefaults),
    'template',
    podTemplateDefaults,
  );
}

type FailurePolicy = NonNullable<JobSpec['podFailurePolicy']>;

/** A condition that is named is a condition that holds. */
const policyDefaults = (policy: FailurePolicy): FailurePolicy =>
  mapField(policy, 'rules', (rules) =>
    mapItems(rules, (rule) =>
      mapField(rule, 'onPodConditions', (patterns) =>
        mapItems(patterns, (pattern) => fill(pattern, { status: 'True' })),
      ),
    ),
  );

export const cronJobDefaults = (object: CronJob): CronJob =>
  mapField(object, 'spec', (spec) => {
    const next = fillAbsent(fill(spec, { concurrencyPolicy: 'Allow' }), {
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    return mapField(next, 'jobTemplate', (template) => {
      const metadata = { creationTimestamp: null, ...template.metadata };
      const isSame = template.metadata !== undefined && 'creationTimestamp' in template.metadata;
      const whole = isSame ? template : { ...template, metadata };
      // A template's Job gets its defaults when it is made; its Pods' template has them already.
      return mapField(whole, 'spec', (job) => mapField(job, 'template', podTemplateDefaults));
    });
  });

const prepare = prepareSpecAndStatus<Job>({ freshStatus: () => ({}), isChanged: isSpecChanged });

/** A new Job picks its Pods by its own uid, unless it says that it knows better. */
export function prepareJob(next: Job, previous: Job | undefined, subresource: '' | 'status'): Job {
  const prepared = prepare(next, previous, subresource);
  const {
    metadata: { name, uid },
    spec,
  } = prepared;
  if (previous !== undefined || spec.manualSelector === true || !uid) return prepared;
  const uidLabels = { 'batch.kubernetes.io/controller-uid': uid };
  const labels = {
    ...spec.template.metadata?.labels,
    ...uidLabels,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
  const selector = {
    ...spec.selector,
    matchLabels: { ...spec.selector?.matchLabels, ...uidLabels },
  };
  return withTemplateLabels({ ...prepared, spec: { ...spec, selector, template } }, labels);
}
