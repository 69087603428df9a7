/**
 * Defaults of an autoscaler and its TARGETS column.
 * Follows pkg/apis/autoscaling/v2/defaults.go and printers.go (formatHPAMetrics).
 */
import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
} from '../types.gen.ts';
import { fillAbsent, mapField, withField } from './path-copy.ts';

const cpuAt80: readonly MetricSpec[] = [
  {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
  },
];
const upRules: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const downRules: HPAScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

export const autoscalerDefaults = (object: HorizontalPodAutoscaler): HorizontalPodAutoscaler =>
  mapField(object, 'spec', (spec) => {
    let next = fillAbsent(spec, { minReplicas: 1 });
    if ((next.metrics ?? []).length === 0) next = { ...next, metrics: cpuAt80 };
    return mapField(next, 'behavior', (behavior) => {
      const scaleUp = fillAbsent(behavior.scaleUp ?? {}, upRules);
      const scaleDown = fillAbsent(behavior.scaleDown ?? {}, downRules);
      return withField(withField(behavior, 'scaleUp', scaleUp), 'scaleDown', scaleDown);
    });
  });

/** `cpu: 10%/50%, memory: 1Gi/2Gi + 1 more...`. */
export function metricsText({ spec, status }: HorizontalPodAutoscaler): string {
  const specs = spec.metrics ?? [];
  if (specs.length === 0) return '<none>';
  const texts = specs
    .slice(0, 2)
    .map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  return texts.join(', ') + (specs.length > 2 ? ` + ${specs.length - 2} more...` : '');
}

function metricText(metric: MetricSpec, status: MetricStatus | undefined): string {
  const { external, pods, object, resource, containerResource } = metric;
  if (metric.type === 'External' && external)
    return valueText(external.target, status?.external?.current);
  if (metric.type === 'Object' && object) return valueText(object.target, status?.object?.current);
  if (metric.type === 'Pods' && pods) {
    return `${status?.pods?.current.averageValue ?? '<unknown>'}/${pods.target.averageValue ?? ''}`;
  }
  if (metric.type === 'Resource' && resource) {
    return resourceText(resource, status?.resource?.current);
  }
  if (metric.type === 'ContainerResource' && containerResource) {
    return resourceText(containerResource, status?.containerResource?.current);
  }
  return '<unknown type>';
}

interface Target {
  readonly averageValue?: string;
  readonly value?: string;
  readonly averageUtilization?: number;
}

function valueText(target: Target, current: Target | undefined): string {
  if (target.averageValue !== undefined) {
    return `${current?.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`;
  }
  return `${current?.value ?? '<unknown>'}/${target.value ?? ''}`;
}

function resourceText(
  { name, target }: { name: string; target: Target },
  current: Target | undefined,
): string {
  if (target.averageValue !== undefined) {
    return `${name}: ${current?.averageValue ?? '<unknown>'}/${target.averageValue}`;
  }
  const percent = (value: number | undefined, none: string) =>
    value === undefined ? none : `${value}%`;
  const now = percent(current?.averageUtilization, '<unknown>');
  return `${name}: ${now}/${percent(target.averageUtilization, '<auto>')}`;
}
