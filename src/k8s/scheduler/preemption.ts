/**
 * Making room: which Pods of lower priority would have to go, and on which node the loss is least.
 * Disruption budgets are kept where that is possible. Simplified: no extenders; all nodes are tried.
 * Upstream: pkg/scheduler/framework/preemption/preemption.go, plugins/defaultpreemption.
 */
import { parseTime } from '../../kernel/calendar.ts';
import type { View } from '../client/index.ts';
import type { Snapshot } from './cache.ts';
import { againstBudgets } from './disruption-budgets.ts';
import { availability } from './fit-error.ts';
import type { NodeInfo, PodInfo } from './node-info.ts';
import { prepareFilters, reject, type Rejected } from './schedule.ts';

const noHelp = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';

/** A node, and who would have to leave it. */
export interface Eviction {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  /** How many of them a disruption budget would rather keep. */
  readonly violations: number;
}

export type PreemptionResult =
  | { readonly eviction: Eviction }
  /** What the FailedScheduling sentence says of it; undefined: nothing. */
  | { readonly eviction: undefined; readonly message: string };

export function preempt(
  pod: PodInfo,
  snapshot: Snapshot,
  rejected: readonly Rejected[],
  view: View,
): PreemptionResult {
  const { nodes } = snapshot;
  if (pod.pod.spec.preemptionPolicy === 'Never') {
    return { eviction: undefined, message: 'not eligible due to preemptionPolicy=Never.' };
  }
  const reasons: string[] = [];
  const evictions: Eviction[] = [];
  for (const { node, rejection } of rejected) {
    if (rejection.isFinal) {
      reasons.push(noHelp);
      continue;
    }
    const eviction = evictionOn(pod, node, snapshot, view);
    if (eviction === undefined) reasons.push(noVictims);
    else evictions.push(eviction);
  }
  if (evictions.length > 0) return { eviction: leastHarm(evictions) };
  return { eviction: undefined, message: availability(nodes.length, reasons) };
}

/** Who must leave so that the Pod fits; undefined when that would not help, or nobody may go. */
function evictionOn(
  pod: PodInfo,
  node: NodeInfo,
  snapshot: Snapshot,
  view: View,
): Eviction | undefined {
  const lower = [...node.pods.values()].filter(({ priority }) => priority < pod.priority);
  if (lower.length === 0) return undefined;
  const fits = () => reject(prepareFilters(pod, snapshot, view), node) === undefined;
  for (const { key } of lower) node.remove(key);
  const victims: PodInfo[] = [];
  const canHelp = fits();
  let violations = 0;
  if (canHelp) {
    const sorted = lower.toSorted(byImportance);
    const guarded = againstBudgets(sorted, view);
    // Spare as many as possible: first those that a budget guards, the most important first.
    for (const other of [...guarded, ...sorted.filter((one) => !guarded.has(one))]) {
      node.add(other);
      if (fits()) continue;
      node.remove(other.key);
      victims.push(other);
      if (guarded.has(other)) violations += 1;
    }
  }
  for (const other of lower) if (!node.pods.has(other.key)) node.add(other);
  return canHelp && victims.length > 0 ? { node, victims, violations } : undefined;
}

const startOf = ({ pod }: PodInfo): number => parseTime(pod.status?.startTime ?? '') ?? Infinity;

const byImportance = (a: PodInfo, b: PodInfo): number =>
  b.priority - a.priority || startOf(a) - startOf(b) || (a.key < b.key ? -1 : 1);

/** Fewest broken budgets, then lowest highest priority, then lowest sum, then fewest, then the youngest. */
function leastHarm(evictions: readonly Eviction[]): Eviction {
  const highest = ({ victims }: Eviction) => Math.max(...victims.map(({ priority }) => priority));
  const sum = ({ victims }: Eviction) =>
    victims.reduce((total, { priority }) => total + priority + 2 ** 31, 0);
  const earliest = (eviction: Eviction) =>
    Math.min(
      ...eviction.victims.filter(({ priority }) => priority === highest(eviction)).map(startOf),
    );
  return evictions.toSorted(
    (a, b) =>
      a.violations - b.violations ||
      highest(a) - highest(b) ||
      sum(a) - sum(b) ||
      a.victims.length - b.victims.length ||
      earliest(b) - earliest(a),
  )[0] as Eviction;
}
