/** `describe hpa`. Follows kubectl pkg/describe/describe.go describeHorizontalPodAutoscalerV2. */
import type {
  HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricStatus,
} from '../../../api/types.gen.ts';
import { type Describer, eventsOf, writeHead } from './describer.ts';
import { writeEvents } from './events.ts';
import { type DescribeWriter, rfc1123 } from './writer.ts';

export const describeAutoscaler: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as HorizontalPodAutoscaler;
  const events = yield* eventsOf(subject);
  const { kind, name } = spec.scaleTargetRef;
  writeHead(w, metadata);
  w.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  w.field(0, 'Reference', `${kind}/${name}`);
  w.write(0, 'Metrics:\t( current / target )\n');
  (spec.metrics ?? []).forEach((metric, i) =>
    w.write(1, `${metricText(metric, status?.currentMetrics?.[i])}\n`));
  w.field(0, 'Min replicas', spec.minReplicas ?? '<unset>');
  w.field(0, 'Max replicas', spec.maxReplicas);
  if (spec.behavior !== undefined) {
    w.write(0, 'Behavior:\n');
    writeDirection(w, 'Scale Up', spec.behavior.scaleUp);
    writeDirection(w, 'Scale Down', spec.behavior.scaleDown);
  }
  w.field(0, `${kind} pods`,
    `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`);
  writeConditions(w, status?.conditions);
  writeEvents(w, events);
};

const unknown = '<unknown>';

/** What is measured, what it is now, and what it should be. */
function metricText(metric: MetricSpec, now: MetricStatus | undefined): string {
  const { external, pods, object, resource, containerResource } = metric;
  if (external !== undefined) {
    const { averageValue, value = '0' } = external.target;
    const title = JSON.stringify(external.metric.name);
    const current = now?.external?.current;
    return averageValue === undefined
      ? `${title} (target value):\t${current === undefined ? unknown : (current.value ?? '0')} / ${value}`
      : `${title} (target average value):\t${current?.averageValue ?? unknown} / ${averageValue}`;
  }
  if (pods !== undefined) {
    return `${JSON.stringify(pods.metric.name)} on pods:\t` +
      `${now?.pods?.current.averageValue ?? unknown} / ${pods.target.averageValue ?? '0'}`;
  }
  if (object !== undefined) {
    const { kind, name } = object.describedObject;
    const isAverage = object.target.type === 'AverageValue';
    const key = isAverage ? 'averageValue' : 'value';
    // Written in two pieces by the real one; only the first is indented, as here.
    return `"${object.metric.name}" on ${kind}/${name} (target ${isAverage ? 'average ' : ''}value):\t` +
      `${now?.object?.current[key] ?? unknown} / ${object.target[key] ?? '0'}`;
  }
  if (resource !== undefined) {
    return `resource ${resource.name} on pods${shareText(resource.target, now?.resource?.current)}`;
  }
  if (containerResource !== undefined) {
    const { name, container, target } = containerResource;
    return `resource ${name} of container "${container}" on pods` +
      shareText(target, now?.containerResource?.current);
  }
  return `<unknown metric type ${JSON.stringify(metric.type)}>`;
}

type Target = NonNullable<MetricSpec['resource']>['target'];
type Current = NonNullable<MetricStatus['resource']>['current'];

function shareText(target: Target, current: Current | undefined): string {
  if (target.averageValue !== undefined) {
    return `:\t${current?.averageValue ?? unknown} / ${target.averageValue}`;
  }
  const { averageUtilization: share } = current ?? {};
  const { averageUtilization: wanted } = target;
  const now = share === undefined ? unknown : `${share}% (${current?.averageValue ?? '0'})`;
  // The two spaces are the indentation of the real one's second piece.
  return `  (as a percentage of request):\t${now} / ${wanted === undefined ? '<auto>' : `${wanted}%`}`;
}

function writeDirection(
  w: DescribeWriter, title: string, rules: HPAScalingRules | undefined,
): void {
  if (rules === undefined) return;
  w.write(1, `${title}:\n`);
  const { stabilizationWindowSeconds: seconds, policies = [], selectPolicy = 'Max' } = rules;
  if (seconds !== undefined) w.write(2, `Stabilization Window: ${seconds} seconds\n`);
  if (policies.length === 0) return;
  w.write(2, `Select Policy: ${selectPolicy}\n`);
  w.write(2, 'Policies:\n');
  for (const { type, value, periodSeconds } of policies) {
    w.write(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds\n`);
  }
}

function writeConditions(
  w: DescribeWriter, conditions: HorizontalPodAutoscaler['status']['conditions'] = [],
): void {
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n  Type\tStatus\tReason\tMessage\n');
  w.write(1, '----\t------\t------\t-------\n');
  for (const { type, status, reason = '', message = '' } of conditions) {
    w.write(1, `${type}\t${status}\t${reason}\t${message}\n`);
  }
}
