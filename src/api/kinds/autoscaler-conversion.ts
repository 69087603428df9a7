/**
 * Autoscalers are stored as autoscaling/v2. In autoscaling/v1 there is one metric, the CPU's; all
 * else that the object says travels in annotations.
 * Follows pkg/apis/autoscaling/v1/conversion.go and pkg/apis/autoscaling/annotations.go.
 */
import type { Json, JsonObject } from '../object.ts';
import type {
  AutoscalingHorizontalPodAutoscaler as Old,
  HorizontalPodAutoscaler as New,
  MetricSpec,
  MetricStatus,
} from '../types.gen.ts';

const prefix = 'autoscaling.alpha.kubernetes.io/';
const names = {
  metrics: `${prefix}metrics`,
  current: `${prefix}current-metrics`,
  conditions: `${prefix}conditions`,
  behavior: `${prefix}behavior`,
} as const;
const own: ReadonlySet<string> = new Set(Object.values(names));

type Annotations = Readonly<Record<string, string>>;

const isCpu = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' &&
  resource?.name === 'cpu' &&
  resource.target.averageUtilization !== undefined;

export function toV1(object: New): Old {
  const { spec, status } = object;
  const { behavior, metrics = [], ...rest } = spec;
  const cpu = metrics.find(isCpu)?.resource?.target.averageUtilization;
  const others = metrics.filter((metric) => !isCpu(metric));
  const { currentMetrics, conditions, desiredReplicas = 0, ...counts } = status ?? {};
  const current = (currentMetrics ?? []) as readonly MetricStatus[];
  const used = current.find(({ resource }) => resource?.name === 'cpu');
  const shown = used?.resource?.current.averageUtilization;
  const extra: Record<string, string> = {
    ...annotation(names.behavior, behavior as Json | undefined),
    ...annotation(names.conditions, listOf(conditions)),
    ...annotation(names.current, listOf(current.map((metric) => oldMetric(metric, 'current')))),
    ...annotation(names.metrics, listOf(others.map((metric) => oldMetric(metric, 'target')))),
  };
  return {
    apiVersion: 'autoscaling/v1',
    kind: object.kind,
    metadata: withAnnotations(object.metadata, extra),
    spec: { ...rest, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    status: {
      ...counts,
      currentReplicas: counts.currentReplicas ?? 0,
      desiredReplicas,
      ...(shown === undefined ? {} : { currentCPUUtilizationPercentage: shown }),
    },
  } as unknown as Old;
}

export function toV2(object: Old): New {
  const annotations = (object.metadata.annotations ?? {}) as Annotations;
  const { targetCPUUtilizationPercentage: cpu, ...rest } = object.spec;
  const others = (parsed(annotations[names.metrics]) ?? []) as readonly JsonObject[];
  const behavior = parsed(annotations[names.behavior]);
  const target = { type: 'Utilization', averageUtilization: cpu };
  const metrics = [
    ...others.map(newSpec),
    ...(cpu === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target } }]),
  ];
  const { currentCPUUtilizationPercentage: shown, ...counts } = object.status ?? {};
  const current = { averageUtilization: shown, averageValue: '0' };
  return {
    apiVersion: 'autoscaling/v2',
    kind: object.kind,
    metadata: withAnnotations(object.metadata, {}),
    spec: {
      ...rest,
      ...(metrics.length === 0 ? {} : { metrics }),
      ...(behavior === undefined ? {} : { behavior }),
    },
    status: {
      ...counts,
      currentMetrics:
        shown === undefined ? null : [{ type: 'Resource', resource: { name: 'cpu', current } }],
    },
  } as unknown as New;
}

const listOf = (list: readonly unknown[] | undefined): Json | undefined =>
  list === undefined || list.length === 0 ? undefined : (list as Json[]);

const annotation = (name: string, value: Json | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: JSON.stringify(value) };

function withAnnotations<M extends { readonly annotations?: object }>(
  metadata: M,
  extra: Annotations,
): M {
  const given = Object.entries((metadata.annotations ?? {}) as Annotations);
  const kept = given.filter(([name]) => !own.has(name));
  const added = Object.entries(extra);
  if (kept.length === given.length && added.length === 0) return metadata;
  const { annotations: _, ...rest } = metadata;
  const all = [...kept, ...added];
  return (all.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(all) }) as M;
}

function parsed(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Fields of `value` that are set, under other names. */
function renamed(value: object, map: Readonly<Record<string, string>>): JsonObject {
  const source = value as JsonObject;
  const found: Record<string, Json> = {};
  for (const [from, to] of Object.entries(map)) {
    const field = source[from];
    if (field !== undefined) found[to] = field;
  }
  return found;
}

/**
 * The old API has the numbers beside the metric's name, and a name for each way to measure: of a
 * spec they are the `target`, of a status the `current` ones.
 */
function oldMetric(metric: MetricSpec | MetricStatus, part: 'target' | 'current'): JsonObject {
  const { type, object, pods, resource, containerResource, external } = metric;
  const identity = object?.metric ?? pods?.metric ?? external?.metric;
  const at = { name: 'metricName', selector: external ? 'metricSelector' : 'selector' };
  const source = external ?? object ?? pods ?? resource ?? containerResource;
  const numbers = (source as { [p in typeof part]?: object } | undefined)?.[part] ?? {};
  const values = renamed(numbers, {
    averageUtilization: `${part}AverageUtilization`,
    averageValue: object ? 'averageValue' : `${part}AverageValue`,
    value: `${part}Value`,
  });
  const described = object === undefined ? {} : { target: object.describedObject };
  const place = renamed(resource ?? containerResource ?? {}, {
    name: 'name',
    container: 'container',
  });
  const inner = { ...described, ...place, ...renamed(identity ?? {}, at), ...values };
  return { type, [fieldOf(type)]: inner as JsonObject };
}

function newSpec(old: JsonObject): MetricSpec {
  const type = old['type'] as string;
  const inner = (old[fieldOf(type)] ?? {}) as JsonObject;
  const metric = renamed(inner, {
    metricName: 'name',
    metricSelector: 'selector',
    selector: 'selector',
  });
  const values = renamed(inner, {
    targetAverageUtilization: 'averageUtilization',
    targetAverageValue: 'averageValue',
    averageValue: 'averageValue',
    targetValue: 'value',
  });
  const kind = values['averageUtilization']
    ? 'Utilization'
    : values['averageValue'] === undefined
      ? 'Value'
      : 'AverageValue';
  const target = { type: kind, ...values };
  const place = renamed(inner, { name: 'name', container: 'container', target: 'describedObject' });
  const named = inner['metricName'] === undefined ? {} : { metric };
  return { type, [fieldOf(type)]: { ...place, ...named, target } } as unknown as MetricSpec;
}

/** `Resource` is in the field `resource`. */
const fieldOf = (type: string): string => type.charAt(0).toLowerCase() + type.slice(1);
