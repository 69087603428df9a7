/**
 * podFailurePolicy and successPolicy: rules for when a Job is lost or won before its time.
 * Upstream: pkg/controller/job (pod_failure_policy.go, success_policy.go).
 */
import type { ContainerStatus, Job, Pod, PodFailurePolicyRule } from '../../../api/types.gen.ts';
import { includes, type Intervals, parseIntervals, totalOf } from './intervals.ts';

export interface FailureMatch {
  readonly isCounted: boolean;
  readonly action?: string;
  /** With FailJob: why. */
  readonly message?: string;
}

/** The first rule that speaks of this Pod; without one the failure counts. */
export function matchFailurePolicy(job: Job, pod: Pod): FailureMatch {
  for (const [at, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = reasonOf(rule, pod);
    if (why === undefined) continue;
    const { action } = rule;
    if (action !== 'FailJob') return { action, isCounted: action !== 'Ignore' };
    const message = `${why} matching ${action} rule at index ${at}`;
    return { action, isCounted: true, message };
  }
  return { isCounted: true };
}

function reasonOf(rule: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { name, namespace } = pod.metadata;
  if (rule.onExitCodes !== undefined) {
    const status = matchingContainer(rule.onExitCodes, pod);
    return status &&
      `Container ${status.name} for pod ${namespace}/${name} failed with exit code ` +
        `${status.state?.terminated?.exitCode}`;
  }
  const condition = (pod.status?.conditions ?? []).find(({ type, status }) =>
    rule.onPodConditions?.some((wanted) => wanted.type === type && wanted.status === status));
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
}

function matchingContainer(
  { containerName, operator, values }: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  { status }: Pod,
): ContainerStatus | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return all.find(({ name, state }) => {
    if (containerName !== undefined && name !== containerName) return false;
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0) return false;
    return values.includes(code) === (operator === 'In');
  });
}

/** Why the Job is won already: `Matched rules at index 0`. */
export function matchSuccessPolicy({ spec }: Job, succeeded: Intervals): string | undefined {
  const rules = spec.successPolicy?.rules ?? [];
  const at = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return totalOf(succeeded) >= (succeededCount ?? 0);
    const wanted = parseIntervals(succeededIndexes, spec.completions ?? 0);
    const done = indexesOf(wanted).filter((index) => includes(succeeded, index)).length;
    return done >= (succeededCount ?? totalOf(wanted));
  });
  return at < 0 ? undefined : `Matched rules at index ${at}`;
}

const indexesOf = (intervals: Intervals): number[] =>
  intervals.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at));
