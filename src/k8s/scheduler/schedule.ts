/**
 * One decision: which node for this Pod, or why none. Pure: it looks, it does not act.
 * Upstream: pkg/scheduler/schedule_one.go (findNodesThatFitPod, prioritizeNodes, selectHost).
 */
import type { View } from '../client/index.ts';
import type { Snapshot } from './cache.ts';
import type { NodeInfo, PodInfo } from './node-info.ts';
import type { Plugin, Rejection } from './plugin.ts';
import { plugins } from './plugins/index.ts';

/** Below this many nodes all are looked at. */
const minFeasible = 100;

/** A node that was ruled out: by whom, and why. */
export interface Rejected {
  readonly node: NodeInfo;
  readonly plugin: string;
  readonly rejection: Rejection;
  /** Said of all nodes at once, before any was looked at. */
  readonly isOfAll?: boolean;
}

/** One plugin's scores, in the order of `nodes`, 0…100 before the weight. */
export interface ScoreColumn {
  readonly plugin: string;
  readonly weight: number;
  readonly scores: readonly number[];
}

export interface Decision {
  /** Undefined: no node will do. */
  readonly node: NodeInfo | undefined;
  readonly nodes: readonly NodeInfo[];
  readonly columns: readonly ScoreColumn[];
  readonly totals: readonly number[];
  readonly rejected: readonly Rejected[];
  /** Nodes looked at, also those after which it was enough. */
  readonly evaluated: number;
}

/** @param start which node to look at first. @param pick a whole number below its argument. */
export function schedule(
  pod: PodInfo,
  snapshot: Snapshot,
  view: View,
  start: number,
  pick: (bound: number) => number,
): Decision {
  const { feasible, rejected, evaluated } = filterNodes(pod, snapshot, view, start);
  if (feasible.length <= 1) {
    const [node] = feasible;
    return { node, nodes: feasible, columns: [], totals: [], rejected, evaluated };
  }
  const columns = scoreNodes(pod, snapshot, feasible, view);
  const totals = sumUp(columns, feasible.length);
  const node = feasible[selectHost(totals, pick)];
  return { node, nodes: feasible, columns, totals, rejected, evaluated };
}

/** How many feasible nodes are enough: 50 % less 1 % for every 125 nodes, never under 5 %. */
export function enoughNodes(total: number): number {
  if (total < minFeasible) return total;
  const percentage = Math.max(5, 50 - Math.floor(total / 125));
  return Math.max(minFeasible, Math.floor((total * percentage) / 100));
}

function filterNodes(pod: PodInfo, snapshot: Snapshot, view: View, start: number) {
  const { nodes } = snapshot;
  const none = rejectAll(pod, snapshot, view);
  if (none !== undefined) return { feasible: [], rejected: none, evaluated: nodes.length };
  const filters = prepareFilters(pod, snapshot, view);
  const enough = enoughNodes(nodes.length);
  const feasible: NodeInfo[] = [];
  const rejected: Rejected[] = [];
  let evaluated = 0;
  while (evaluated < nodes.length && feasible.length < enough) {
    const node = nodes[(start + evaluated) % nodes.length] as NodeInfo;
    evaluated += 1;
    const no = reject(filters, node);
    if (no === undefined) feasible.push(node);
    else rejected.push(no);
  }
  return { feasible, rejected, evaluated };
}

/** A plugin's word that it is no use to look at nodes. */
function rejectAll(pod: PodInfo, snapshot: Snapshot, view: View): Rejected[] | undefined {
  for (const { name: plugin, preFilter } of plugins) {
    const rejection = preFilter?.(pod, snapshot, view);
    if (rejection === undefined) continue;
    return snapshot.nodes.map((node) => ({ node, plugin, rejection, isOfAll: true }));
  }
  return undefined;
}

interface ReadyFilter {
  readonly plugin: Plugin;
  readonly filter: (info: NodeInfo) => Rejection | undefined;
}

/** The filters that have something to say about this Pod. */
export function prepareFilters(pod: PodInfo, snapshot: Snapshot, view: View): ReadyFilter[] {
  const ready: ReadyFilter[] = [];
  for (const plugin of plugins) {
    const filter = plugin.filter?.(pod, snapshot, view);
    if (filter !== undefined) ready.push({ plugin, filter });
  }
  return ready;
}

/** The first filter that will not have the node. */
export function reject(filters: readonly ReadyFilter[], node: NodeInfo): Rejected | undefined {
  for (const { plugin, filter } of filters) {
    const rejection = filter(node);
    if (rejection !== undefined) return { node, plugin: plugin.name, rejection };
  }
  return undefined;
}

function scoreNodes(
  pod: PodInfo,
  snapshot: Snapshot,
  nodes: readonly NodeInfo[],
  view: View,
): ScoreColumn[] {
  const columns: ScoreColumn[] = [];
  for (const { name, weight = 1, score } of plugins) {
    const ready = score?.(pod, snapshot, nodes, view);
    if (ready === undefined) continue;
    const scores = new Array<number>(nodes.length);
    for (let i = 0; i < nodes.length; i++) scores[i] = ready.of(nodes[i] as NodeInfo);
    ready.normalize?.(scores);
    columns.push({ plugin: name, weight, scores });
  }
  return columns;
}

function sumUp(columns: readonly ScoreColumn[], count: number): number[] {
  const totals = new Array<number>(count).fill(0);
  for (const { weight, scores } of columns) {
    for (let i = 0; i < count; i++)
      totals[i] = (totals[i] as number) + weight * (scores[i] as number);
  }
  return totals;
}

/** The best; among equals chance decides, as upstream's reservoir sampling does. */
function selectHost(totals: readonly number[], pick: (bound: number) => number): number {
  let best = 0;
  let equals = 1;
  for (let i = 1; i < totals.length; i++) {
    const total = totals[i] as number;
    if (total > (totals[best] as number)) {
      best = i;
      equals = 1;
    } else if (total === totals[best]) {
      equals += 1;
      if (pick(equals) === 0) best = i;
    }
  }
  return best;
}
