/**
 * Each metric of an autoscaler, and the greatest number that one of them asks for.
 * Upstream: pkg/controller/podautoscaler/horizontal.go (computeReplicasForMetrics…). Simplified: of
 * custom and external metrics there is no API, and that is what is said.
 */
import { amountOf } from '../../../api/kinds/pod/facts.ts';
import type {
  HorizontalPodAutoscaler, MetricSpec, MetricStatus, Pod,
} from '../../../api/types.gen.ts';
import { type Question, replicasFor, type UsageByPod } from './replicas.ts';

export interface Computed {
  /** Undefined: nothing can be said. */
  readonly replicas: number | undefined;
  /** `cpu resource utilization (percentage of request)`. */
  readonly metric: string;
  readonly statuses: readonly MetricStatus[];
  readonly failures: readonly { readonly reason: string; readonly message: string }[];
  /** When no number came of it. */
  readonly error?: string;
}

export interface MetricFacts {
  readonly current: number;
  readonly pods: readonly Pod[];
  /** What Pods use, or why that is not known. */
  readonly usage: UsageByPod | string;
  readonly nowMs: number;
}

export function compute({ spec }: HorizontalPodAutoscaler, facts: MetricFacts): Computed {
  const metrics = spec.metrics ?? [];
  const failures: { reason: string; message: string }[] = [];
  const statuses: MetricStatus[] = [];
  let first = '';
  let best: { replicas: number; metric: string } | undefined;
  for (const metric of metrics) {
    const one = computeOne(metric, facts);
    if ('problem' in one) {
      if (failures.length === 0) first = one.inFull;
      failures.push({ reason: one.reason, message: one.problem });
      continue;
    }
    statuses.push(one.status);
    if (best === undefined || one.replicas > best.replicas) best = one;
  }
  const shrinksBlind = failures.length > 0 && best !== undefined && best.replicas < facts.current;
  if (best === undefined || failures.length >= metrics.length || shrinksBlind) {
    const error = `invalid metrics (${failures.length} invalid out of ${metrics.length}), ` +
      `first error is: ${first}`;
    return { replicas: undefined, metric: '', statuses, failures, error };
  }
  return { ...best, statuses, failures };
}

type One =
  | { readonly replicas: number; readonly metric: string; readonly status: MetricStatus }
  | { readonly reason: string; readonly problem: string; readonly inFull: string };

function computeOne(metric: MetricSpec, facts: MetricFacts): One {
  switch (metric.type) {
    case 'Resource': return resourceMetric(metric, facts);
    case 'ContainerResource': return resourceMetric(metric, facts);
    case 'Pods': return custom('Pods', `unable to get metric ${metric.pods?.metric.name}`, 'pods');
    case 'Object':
      return custom('Object',
        `unable to get metric ${metric.object?.metric.name}: ${metric.object?.describedObject.kind} on ` +
          `${metric.object?.describedObject.name}`, 'object');
    default: {
      const name = metric.external?.metric.name ?? '';
      const problem = `unable to get external metric ${name}: unable to fetch metrics from external ` +
        `metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
      const inFull = `failed to get ${name} external metric value: failed to get ${name} external metric: ${problem}`;
      return { reason: 'FailedGetExternalMetric', problem, inFull };
    }
  }
}

function custom(type: string, what: string, noun: string): One {
  const problem = `${what}: unable to fetch metrics from custom metrics API: no custom metrics API ` +
    '(custom.metrics.k8s.io) registered';
  const inFull = `failed to get ${noun} metric value: ${problem}`;
  return { reason: `FailedGet${type}Metric`, problem, inFull };
}

function resourceMetric(metric: MetricSpec, facts: MetricFacts): One {
  const source = metric.containerResource ?? metric.resource;
  const container = metric.containerResource?.container;
  const { name = '', target } = source ?? {};
  const question: Question = {
    resource: name,
    ...(container === undefined ? {} : { container }),
    ...(target?.averageValue === undefined
      ? { utilization: target?.averageUtilization ?? 0 }
      : { average: amountOf(name, target.averageValue) }),
  };
  const kind = target?.averageValue === undefined ? 'utilization' : 'usage';
  const answer = typeof facts.usage === 'string'
    ? `unable to get metrics for resource ${name}: ${facts.usage}`
    : replicasFor(question, facts.current, facts.pods, facts.usage, facts.nowMs);
  const type = container === undefined ? 'Resource' : 'ContainerResource';
  if (typeof answer === 'string') {
    const problem = `failed to get ${name} ${kind}: ${answer}`;
    const inFull = container === undefined
      ? `failed to get ${name} resource metric value: ${problem}`
      : `failed to get ${name} container metric value: ${problem}`;
    return { reason: `FailedGet${type}Metric`, problem, inFull };
  }
  const metricName = question.average === undefined
    ? `${name} resource utilization (percentage of request)`
    : `${name} resource`;
  const current = {
    ...(answer.utilization === undefined ? {} : { averageUtilization: answer.utilization }),
    averageValue: name === 'cpu' ? `${Math.ceil(answer.average)}m` : String(Math.ceil(answer.average)),
  };
  const status = container === undefined
    ? { type, resource: { name, current } }
    : { type, containerResource: { name, container, current } };
  return { replicas: answer.replicas, metric: metricName, status: status as MetricStatus };
}
