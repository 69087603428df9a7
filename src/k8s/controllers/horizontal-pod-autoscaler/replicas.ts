/**
 * From usage to a number of Pods. Pods that are not ready, and those without metrics, are guessed
 * at so that the answer errs towards staying.
 * Upstream: pkg/controller/podautoscaler/replica_calculator.go.
 */
import { amountOf, podCondition } from '../../../api/kinds/pod/facts.ts';
import type { Pod } from '../../../api/types.gen.ts';
import { parseTime } from '../../../kernel/calendar.ts';

/** What the metrics API says of a Pod: CPU in thousandths of a core, memory in bytes. */
export interface PodUsage {
  readonly at: number;
  readonly windowMs: number;
  readonly containers: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export type UsageByPod = ReadonlyMap<string, PodUsage>;

/** What is asked: of which resource, of one container or all, up to which target. */
export interface Question {
  readonly resource: string;
  readonly container?: string;
  /** Percent of the request. */
  readonly utilization?: number;
  /** Amount a Pod, in thousandths or bytes. */
  readonly average?: number;
}

export interface Answer {
  readonly replicas: number;
  /** Percent; undefined when amounts are compared. */
  readonly utilization?: number;
  /** Of a Pod, on average. */
  readonly average: number;
}

const tolerance = 0.1;
const cpuInitializationMs = 300_000;
const initialReadinessMs = 30_000;

interface Groups {
  readonly used: Map<string, number>;
  readonly ready: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
}

/** The answer, or why there is none. */
export function replicasFor(
  question: Question, current: number, pods: readonly Pod[], usage: UsageByPod, nowMs: number,
): Answer | string {
  if (pods.length === 0) return 'no pods returned by selector while calculating replica count';
  const groups = group(question, pods, usage, nowMs);
  if (typeof groups === 'string') return groups;
  const { used } = groups;
  if (used.size === 0) {
    return 'did not receive metrics for targeted pods (pods might be unready)';
  }
  const requests = question.utilization === undefined ? undefined : requestsOf(question, pods);
  if (typeof requests === 'string') return requests;
  const measured = ratioOf(question, used, requests);
  const average = sumOf(used) / used.size;
  const facts = {
    average,
    ...(measured.utilization === undefined ? {} : { utilization: measured.utilization }),
  };
  return { ...facts, replicas: settle(question, current, groups, requests, measured.ratio) };
}

const sumOf = (amounts: ReadonlyMap<string, number>): number => {
  let sum = 0;
  for (const amount of amounts.values()) sum += amount;
  return sum;
};

function ratioOf(
  { utilization: target = 0, average = 1 }: Question, used: ReadonlyMap<string, number>,
  requests: ReadonlyMap<string, number> | undefined,
): { readonly ratio: number; readonly utilization?: number } {
  if (requests === undefined) return { ratio: sumOf(used) / used.size / average };
  let wanted = 0;
  for (const name of used.keys()) wanted += requests.get(name) ?? 0;
  const utilization = Math.floor((sumOf(used) * 100) / wanted);
  return { ratio: utilization / target, utilization };
}

function settle(
  question: Question, current: number, groups: Groups,
  requests: ReadonlyMap<string, number> | undefined, ratio: number,
): number {
  const { ready, unready, missing } = groups;
  const countsUnready = unready.length > 0 && ratio > 1;
  if (!countsUnready && missing.length === 0) {
    return Math.abs(1 - ratio) <= tolerance ? current : Math.ceil(ratio * ready);
  }
  const guessed = new Map(groups.used);
  for (const name of missing) {
    if (ratio > 1) guessed.set(name, 0);
    else if (ratio < 1) {
      const whole = requests === undefined
        ? (question.average ?? 0)
        : ((requests.get(name) ?? 0) * Math.max(100, question.utilization ?? 0)) / 100;
      guessed.set(name, whole);
    }
  }
  if (countsUnready) for (const name of unready) guessed.set(name, 0);
  const next = ratioOf(question, guessed, requests).ratio;
  const turned = (ratio < 1 && next > 1) || (ratio > 1 && next < 1);
  if (Math.abs(1 - next) <= tolerance || turned) return current;
  const replicas = Math.ceil(next * guessed.size);
  return (next < 1 && replicas > current) || (next > 1 && replicas < current) ? current : replicas;
}

function group(
  question: Question, pods: readonly Pod[], usage: UsageByPod, nowMs: number,
): Groups | string {
  const used = new Map<string, number>();
  const unready: string[] = [];
  const missing: string[] = [];
  for (const pod of pods) {
    const { name } = pod.metadata;
    const phase = pod.status?.phase;
    if (pod.metadata.deletionTimestamp !== undefined || phase === 'Failed') continue;
    const found = usage.get(name);
    if (phase === 'Pending') unready.push(name);
    else if (found === undefined) missing.push(name);
    else if (question.resource === 'cpu' && !isSettled(pod, found, nowMs)) unready.push(name);
    else {
      const amount = amountUsed(question, found);
      if (amount === undefined) {
        return `container ${question.container} not present in metrics for pod ` +
          `${pod.metadata.namespace}/${name}`;
      }
      used.set(name, amount);
    }
  }
  return { used, ready: used.size, unready, missing };
}

function amountUsed({ resource, container }: Question, { containers }: PodUsage): number | undefined {
  if (container !== undefined) return containers[container]?.[resource];
  let sum = 0;
  for (const name in containers) sum += containers[name]?.[resource] ?? 0;
  return sum;
}

/** A Pod's CPU counts when it has been ready for a whole window, or has run for long. */
function isSettled(pod: Pod, usage: PodUsage, nowMs: number): boolean {
  const ready = podCondition(pod, 'Ready');
  const startedAt = parseTime(pod.status?.startTime ?? '');
  if (ready === undefined || startedAt === undefined) return false;
  const turnedAt = parseTime(ready.lastTransitionTime ?? '') ?? 0;
  if (startedAt + cpuInitializationMs > nowMs) {
    return ready.status !== 'False' && usage.at >= turnedAt + usage.windowMs;
  }
  return !(ready.status === 'False' && startedAt + initialReadinessMs > turnedAt);
}

function requestsOf({ resource, container }: Question, pods: readonly Pod[]): Map<string, number> | string {
  const requests = new Map<string, number>();
  for (const { metadata, spec } of pods) {
    let sum = 0;
    for (const { name, resources } of spec.containers) {
      if (container !== undefined && container !== name) continue;
      const request = resources?.requests?.[resource];
      if (request === undefined) {
        return `missing request for ${resource} in container ${name} of Pod ${metadata.name}`;
      }
      sum += amountOf(resource, request);
    }
    requests.set(metadata.name, sum);
  }
  return requests;
}
