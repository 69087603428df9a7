/**
 * What a scheduler plugin is: a filter that says why a node will not do, a score that says how
 * well it would. Each gets ready once per Pod, and stands aside when it has nothing to say.
 * Upstream: pkg/scheduler/framework/interface.go.
 */
import type { View } from '../client/index.ts';
import type { Snapshot } from './cache.ts';
import type { NodeInfo, PodInfo } from './node-info.ts';

/** Why a node will not do. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** Nothing that other Pods do could help (UnschedulableAndUnresolvable). */
  readonly isFinal: boolean;
}

export const rejection = (isFinal: boolean, ...reasons: string[]): Rejection =>
  Object.freeze({ reasons, isFinal });

export type FilterNode = (info: NodeInfo) => Rejection | undefined;

export interface Score {
  readonly of: (info: NodeInfo) => number;
  /** Brings the scores of all nodes to 0…100. Absent: they are already. */
  readonly normalize?: (scores: number[]) => void;
}

export interface Plugin {
  readonly name: string;
  readonly weight?: number;
  /** Changes in the cluster that may make a rejected Pod fit (EventsToRegister). */
  readonly wakesOn?: readonly ClusterChange[];
  /** Why no node at all will do: asked before any node is looked at. */
  readonly preFilter?: (pod: PodInfo, snapshot: Snapshot, view: View) => Rejection | undefined;
  readonly filter?: (pod: PodInfo, snapshot: Snapshot, view: View) => FilterNode | undefined;
  readonly score?: (
    pod: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[], view: View,
  ) => Score | undefined;
}

export type ClusterChange =
  'node added' | 'node updated' | 'pod added' | 'pod deleted' | 'volume changed';

export const maxScore = 100;

/** The highest becomes 100; `reverse`: the lowest does. helper.DefaultNormalizeScore upstream. */
export function normalizeByMax(scores: number[], reverse: boolean): void {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  for (let i = 0; i < scores.length; i++) {
    if (max === 0) {
      if (reverse) scores[i] = maxScore;
      continue;
    }
    const scaled = Math.floor((maxScore * (scores[i] ?? 0)) / max);
    scores[i] = reverse ? maxScore - scaled : scaled;
  }
}
