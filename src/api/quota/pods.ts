/**
 * What a quota counts of Pods. Follows pkg/quota/v1/evaluator/core/pods.go and, for what a Pod
 * needs in all, component-helpers resource (PodRequests, PodLimits).
 */
import { computeQos } from '../kinds/pod/qos.ts';
import { isPodFinished, isSidecar } from '../kinds/pod/facts.ts';
import { parseTime } from '../../kernel/calendar.ts';
import { type Quantity, quantityOf } from '../quantity.ts';
import type { Container, Pod, PodAffinityTerm } from '../types.gen.ts';
import type { Evaluator, ScopeRequirement } from './evaluator.ts';
import {
  type Resources,
  type ResourceTexts,
  addResources,
  maxResources,
  nothing,
  readResources,
} from './resource-lists.ts';

const compute = ['cpu', 'memory', 'ephemeral-storage'];
const names = new Set([
  'count/pods',
  'pods',
  ...compute,
  ...compute.map((name) => `requests.${name}`),
  ...compute.map((name) => `limits.${name}`),
]);
/** What each container must then say for itself: a mistake of early days that stays. */
const demanded = [
  'cpu',
  'limits.cpu',
  'limits.memory',
  'memory',
  'requests.cpu',
  'requests.memory',
];

export const podEvaluator: Evaluator = {
  countsUpdates: false,
  matching: (asked) => asked.filter((name) => names.has(name) || isHuge(name) || isExtended(name)),
  isInScope: (requirement, object) => isInScope(requirement, object as Pod),
  missing: (bounded, object) => missing(bounded, object as Pod),
  usage: (object, nowMs) => usage(object as Pod, nowMs),
};

const isHuge = (name: string): boolean =>
  name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');

/** `requests.example.com/gpu`: what only devices' makers name, as a quota names it. */
const isExtended = (name: string): boolean =>
  name.startsWith('requests.') && name.includes('/') && !name.includes('kubernetes.io/');

function missing(bounded: readonly string[], { spec }: Pod): string | undefined {
  const wanted = demanded.filter((name) => bounded.includes(name));
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const parts = wanted.flatMap((name) => {
    const silent = containers.filter((container) => amountsOf(container)[name] === undefined);
    if (silent.length === 0) return [];
    return `${name} for: ${silent
      .map((one) => one.name)
      .sort()
      .join(',')}`;
  });
  return parts.length === 0 ? undefined : `must specify ${parts.join('; ')}`;
}

const amountsOf = ({ resources }: Container): Resources =>
  charged(readResources(resources?.requests), readResources(resources?.limits));

function usage(pod: Pod, nowMs: number): Resources {
  const count = { 'count/pods': quantityOf(1) };
  if (!isCharged(pod, nowMs)) return count;
  return { ...count, ...charged(total(pod, 'requests'), total(pod, 'limits')) };
}

/** What has ended, or should have ended long ago, is free. */
function isCharged(pod: Pod, nowMs: number): boolean {
  if (isPodFinished(pod)) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true;
  return nowMs <= (parseTime(deletionTimestamp) ?? 0) + deletionGracePeriodSeconds * 1000;
}

/** Under all the names that a quota may give them. */
function charged(requests: Resources, limits: Resources): Resources {
  const result: Record<string, Quantity> = { pods: quantityOf(1) };
  for (const name in requests) {
    const amount = requests[name] as Quantity;
    if (compute.includes(name) || name.startsWith('hugepages-')) result[name] = amount;
    if (compute.includes(name) || name.includes('/') || name.startsWith('hugepages-')) {
      result[`requests.${name}`] = amount;
    }
  }
  for (const name of compute) {
    const amount = limits[name];
    if (amount !== undefined) result[`limits.${name}`] = amount;
  }
  return result;
}

/** Containers and sidecars together, or the neediest init container; and overhead. */
function total({ spec }: Pod, side: 'requests' | 'limits'): Resources {
  let sum = nothing;
  for (const each of spec?.containers ?? []) sum = addResources(sum, listOf(each, side));
  let sidecars = nothing;
  let peak = nothing;
  for (const each of spec?.initContainers ?? []) {
    const own = listOf(each, side);
    peak = maxResources(peak, addResources(sidecars, own));
    if (!isSidecar(each)) continue;
    sum = addResources(sum, own);
    sidecars = addResources(sidecars, own);
  }
  return addOverhead(maxResources(sum, peak), spec?.overhead, side);
}

const listOf = ({ resources }: Container, side: 'requests' | 'limits'): Resources =>
  readResources(resources?.[side]);

/** Overhead is a limit only where there is one. */
function addOverhead(
  sum: Resources,
  overhead: ResourceTexts | undefined,
  side: 'requests' | 'limits',
): Resources {
  if (overhead === undefined) return sum;
  const extra = readResources(overhead);
  if (side === 'requests') return addResources(sum, extra);
  const limited = Object.entries(extra).filter(([name]) => (sum[name]?.nanos ?? 0n) !== 0n);
  return addResources(sum, Object.fromEntries(limited));
}

function isInScope({ scopeName, operator, values = [] }: ScopeRequirement, pod: Pod): boolean {
  switch (scopeName) {
    case 'Terminating':
      return isTimed(pod);
    case 'NotTerminating':
      return !isTimed(pod);
    case 'BestEffort':
      return computeQos(pod) === 'BestEffort';
    case 'NotBestEffort':
      return computeQos(pod) !== 'BestEffort';
    case 'PriorityClass':
      return isOfPriority(pod.spec?.priorityClassName ?? '', operator, values);
    case 'CrossNamespacePodAffinity':
      return reachesOut(pod);
    default:
      return false;
  }
}

const isTimed = ({ spec }: Pod): boolean => (spec?.activeDeadlineSeconds ?? -1) >= 0;

function isOfPriority(name: string, operator: string, values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return name !== '' && values.includes(name);
    case 'NotIn':
      return name === '' || !values.includes(name);
    case 'DoesNotExist':
      return name === '';
    default:
      return name !== '';
  }
}

/** Its affinities look at Pods of other namespaces. */
function reachesOut({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  const terms = [podAffinity, podAntiAffinity].flatMap((each): readonly PodAffinityTerm[] => [
    ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ]);
  return terms.some(
    ({ namespaces, namespaceSelector }) =>
      (namespaces?.length ?? 0) > 0 || (namespaceSelector ?? undefined) !== undefined,
  );
}
