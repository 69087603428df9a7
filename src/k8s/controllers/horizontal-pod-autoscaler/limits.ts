/**
 * How far and how fast: the range that the autoscaler may move in, the highest recommendation of
 * the last minutes, and the policies of `behavior`.
 * Upstream: pkg/controller/podautoscaler/horizontal.go (normalizeDesiredReplicas…).
 */
import type {
  HorizontalPodAutoscaler, HPAScalingPolicy, HPAScalingRules,
} from '../../../api/types.gen.ts';

/** What the controller remembers of an autoscaler. */
export interface Memory {
  /** Recommendations: when, how many. */
  readonly recommendations: { readonly at: number; readonly replicas: number }[];
  /** Changes: when, by how many (below zero: fewer). */
  readonly changes: { readonly at: number; readonly by: number }[];
}

export interface Limited {
  readonly replicas: number;
  readonly able: { readonly reason: string; readonly message: string };
  readonly limited: { readonly status: string; readonly reason: string; readonly message: string };
}

const downscaleStabilizationMs = 300_000;

const words: Readonly<Record<string, string>> = {
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
  DesiredWithinRange: 'the desired count is within the acceptable range',
};

const limit = (reason: string) => ({
  status: reason === 'DesiredWithinRange' ? 'False' : 'True',
  reason,
  message: words[reason] ?? '',
});

/** @param desired what the metrics ask for. It is remembered. */
export function withinLimits(
  { spec }: HorizontalPodAutoscaler, memory: Memory, current: number, desired: number,
  nowMs: number,
): Limited {
  const { behavior, minReplicas = 1, maxReplicas } = spec;
  const up = behavior?.scaleUp;
  const down = behavior?.scaleDown;
  const upWindow = (up?.stabilizationWindowSeconds ?? 0) * 1000;
  const downWindow = (down?.stabilizationWindowSeconds ?? downscaleStabilizationMs / 1000) * 1000;
  let lowest = desired;
  let highest = desired;
  for (const { at, replicas } of memory.recommendations) {
    if (nowMs - at < upWindow) lowest = Math.min(lowest, replicas);
    if (nowMs - at < downWindow) highest = Math.max(highest, replicas);
  }
  memory.recommendations.push({ at: nowMs, replicas: desired });
  const kept = memory.recommendations.findIndex(({ at }) => nowMs - at < Math.max(upWindow, downWindow));
  memory.recommendations.splice(0, Math.max(0, kept));
  const stable = behavior === undefined ? highest : between(current, lowest, highest);
  const able = ableTo(desired, stable);
  const bounds = boundsOf(memory, current, up, down, nowMs, behavior !== undefined);
  const most = Math.min(maxReplicas, bounds.most);
  const least = Math.max(minReplicas, bounds.least);
  if (stable > most && stable > current) {
    const reason = most === maxReplicas ? 'TooManyReplicas' : 'ScaleUpLimit';
    return { replicas: most, able, limited: limit(reason) };
  }
  if (stable > maxReplicas) return { replicas: maxReplicas, able, limited: limit('TooManyReplicas') };
  if (stable < least) {
    const reason = least === minReplicas ? 'TooFewReplicas' : 'ScaleDownLimit';
    return { replicas: Math.min(least, Math.max(current, minReplicas)), able, limited: limit(reason) };
  }
  return { replicas: stable, able, limited: limit('DesiredWithinRange') };
}

/** The current number, moved into the range of the recommendations. */
const between = (current: number, lowest: number, highest: number): number =>
  Math.min(highest, Math.max(lowest, current));

function ableTo(desired: number, stable: number): Limited['able'] {
  if (stable === desired) {
    return { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
  }
  return stable > desired
    ? {
        reason: 'ScaleDownStabilized',
        message: 'recent recommendations were higher than current one, applying the highest recent ' +
          'recommendation',
      }
    : {
        reason: 'ScaleUpStabilized',
        message: 'recent recommendations were lower than current one, applying the lowest recent ' +
          'recommendation',
      };
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const defaultUp: readonly HPAScalingPolicy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 },
];

function boundsOf(
  memory: Memory, current: number, up: HPAScalingRules | undefined,
  down: HPAScalingRules | undefined, nowMs: number, hasBehavior: boolean,
): Bounds {
  // Without `behavior`: twice as many, or four, and as few as one likes.
  if (!hasBehavior) return { least: 0, most: Math.max(2 * current, 4) };
  const moved = (policy: HPAScalingPolicy, sign: number): number => {
    let sum = 0;
    for (const { at, by } of memory.changes) {
      if (nowMs - at < policy.periodSeconds * 1000 && Math.sign(by) === sign) sum += Math.abs(by);
    }
    return sum;
  };
  const reach = (policy: HPAScalingPolicy, sign: number): number => {
    const start = current - sign * moved(policy, sign);
    if (policy.type === 'Pods') return start + sign * policy.value;
    const whole = start * (1 + (sign * policy.value) / 100);
    return sign > 0 ? Math.ceil(whole) : Math.floor(whole);
  };
  const ups = (up?.policies ?? defaultUp).map((policy) => reach(policy, 1));
  const downs = (down?.policies ?? []).map((policy) => reach(policy, -1));
  return { most: upTo(current, up, ups), least: downTo(current, down, downs) };
}

function upTo(current: number, rules: HPAScalingRules | undefined, reached: readonly number[]): number {
  if (rules?.selectPolicy === 'Disabled') return current;
  const most = rules?.selectPolicy === 'Min' ? Math.min(...reached) : Math.max(...reached);
  return Math.max(current, most);
}

function downTo(current: number, rules: HPAScalingRules | undefined, reached: readonly number[]): number {
  if (rules?.selectPolicy === 'Disabled') return current;
  if (reached.length === 0) return 0;
  const least = rules?.selectPolicy === 'Min' ? Math.max(...reached) : Math.min(...reached);
  return Math.min(current, least);
}
