/**
 * Follows pkg/apis/batch/validation/validation.go.
 */
import { isDeepEqual } from '../equal.ts';
import { child, forbidden, invalid, notSupported, required } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import { timeZone } from '../time-zones.ts';
import type { CronJob, Job, JobSpec } from '../types.gen.ts';
import { immutableMessage } from '../validation/object-meta.ts';
import { checkNotNegative, checkOneOf, type Errors } from './checks.ts';
import { cronProblem } from './cron-schedule.ts';
import { checkLabelSelector } from './label-selector.ts';
import { validateMetadata } from './metadata.ts';
import { checkPodTemplate, goLabelSelector } from './pod/validate-template.ts';

const rules = { namespaced: true, name: nameIsDnsSubdomain };

export const validateJob = validateMetadata<Job>(rules, (next, previous, subresource) => {
  const errors: Errors = [];
  if (subresource === 'status') return errors;
  if (previous !== undefined && next.spec === previous.spec) return errors;
  checkJobSpec(errors, next.spec, 'spec');
  if (next.spec.selector) checkLabelSelector(errors, next.spec.selector, 'spec.selector');
  if (previous !== undefined) checkChange(errors, next.spec, previous);
  return errors;
});

const numbers = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
] as const;

function checkJobSpec(errors: Errors, spec: JobSpec, path: string): void {
  for (const name of numbers) checkNotNegative(errors, child(path, name), spec[name]);
  const { completionMode, completions, parallelism = 0 } = spec;
  if (completionMode !== undefined) {
    const modePath = child(path, 'completionMode');
    if (completionMode !== 'NonIndexed' && completionMode !== 'Indexed') {
      errors.push(notSupported(modePath, completionMode, ['Indexed', 'NonIndexed']));
    } else if (completionMode === 'Indexed') {
      if (completions === undefined) {
        errors.push(required(child(path, 'completions'), 'when completion mode is Indexed'));
      }
      if (parallelism > 100_000) {
        errors.push(
          invalid(
            child(path, 'parallelism'),
            parallelism,
            'must be less than or equal to 100000 when completion mode is Indexed',
          ),
        );
      }
    }
  }
  checkPodTemplate(errors, spec.template, child(path, 'template'));
  const policy = spec.template.spec?.restartPolicy ?? '';
  if (policy !== 'OnFailure' && policy !== 'Never') {
    const policyPath = child(path, 'template.spec.restartPolicy');
    if (policy === 'Always') {
      errors.push(required(policyPath, 'valid values: "OnFailure", "Never"'));
    } else errors.push(notSupported(policyPath, policy, ['OnFailure', 'Never']));
  }
}

/** A Job is what it is, but for its speed; its template is open while it has not started. */
function checkChange(errors: Errors, next: JobSpec, previous: Job): void {
  const before = previous.spec;
  if (next.completionMode !== 'Indexed' && next.completions !== before.completions) {
    errors.push(invalid('spec.completions', next.completions ?? null, immutableMessage));
  }
  if (!isDeepEqual(next.selector, before.selector)) {
    errors.push(invalid('spec.selector', goLabelSelector(next.selector ?? {}), immutableMessage));
  }
  const isOpen = before.suspend === true && previous.status?.startTime === undefined;
  if (!isOpen && !isDeepEqual(next.template, before.template)) {
    errors.push(invalid('spec.template', next.template as never, immutableMessage));
  }
  if (next.completionMode !== before.completionMode) {
    errors.push(invalid('spec.completionMode', next.completionMode ?? null, immutableMessage));
  }
}

export const validateCronJob = validateMetadata<CronJob>(rules, (next, previous, subresource) => {
  const errors: Errors = [];
  if (subresource === 'status') return errors;
  if (previous === undefined && next.metadata.name.length > 52) {
    errors.push(invalid('metadata.name', next.metadata.name, 'must be no more than 52 characters'));
  }
  checkCronSpec(errors, next);
  return errors;
});

function checkCronSpec(errors: Errors, { spec }: CronJob): void {
  if (!spec.schedule) errors.push(required('spec.schedule'));
  else {
    const problem = cronProblem(spec.schedule);
    if (problem !== undefined) errors.push(invalid('spec.schedule', spec.schedule, problem));
    if (spec.schedule.includes('TZ')) {
      errors.push(
        invalid(
          'spec.schedule',
          spec.schedule,
          'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
        ),
      );
    }
  }
  if (spec.timeZone === '') {
    errors.push(
      invalid('spec.timeZone', spec.timeZone, 'timeZone must be nil or non-empty string'),
    );
  } else if (spec.timeZone?.toLowerCase() === 'local') {
    errors.push(
      invalid(
        'spec.timeZone',
        spec.timeZone,
        'timeZone must be an explicit time zone as ' + 'defined in https://www.iana.org/time-zones',
      ),
    );
  } else if (spec.timeZone !== undefined && timeZone(spec.timeZone) === undefined) {
    errors.push(invalid('spec.timeZone', spec.timeZone, `unknown time zone ${spec.timeZone}`));
  }
  checkNotNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  checkOneOf(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, [
    'Allow',
    'Forbid',
    'Replace',
  ]);
  const job = spec.jobTemplate.spec;
  if (job !== undefined) {
    checkJobSpec(errors, job, 'spec.jobTemplate.spec');
    if (job.manualSelector === true) {
      errors.push(forbidden('spec.jobTemplate.spec.manualSelector', 'manualSelector'));
    }
  }
  checkNotNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  checkNotNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}
