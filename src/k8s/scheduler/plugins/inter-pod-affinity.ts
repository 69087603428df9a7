/**
 * Pods that want to be near others, or away from them.
 * Upstream: plugins/interpodaffinity (filtering.go, scoring.go).
 */
import type { Pod, PodAffinityTerm } from '../../../api/types.gen.ts';
import { selectorMatches, type View } from '../../client/index.ts';
import type { Snapshot } from '../cache.ts';
import type { NodeInfo, PodInfo } from '../node-info.ts';
import { maxScore, type Plugin, rejection } from '../plugin.ts';

const noAffinity = rejection(true, "node(s) didn't match pod affinity rules");
const noAntiAffinity = rejection(false, "node(s) didn't match pod anti-affinity rules");
const repelled = rejection(false, "node(s) didn't satisfy existing pods anti-affinity rules");

/** Weight of required affinity of Pods that are there already (HardPodAffinityWeight). */
const hardWeight = 1;

type MatchesPod = (pod: Pod) => boolean;

/** A term of `owner` as a question about another Pod. */
function termOf(term: PodAffinityTerm, owner: Pod, view: View): MatchesPod {
  const { labelSelector, namespaceSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const matches = selectorMatches(labelSelector);
  const own = owner.metadata.labels ?? {};
  const named = term.namespaces ?? [];
  const home =
    named.length === 0 && namespaceSelector === undefined ? owner.metadata.namespace : undefined;
  const inSpace = namespaceSelector === undefined ? undefined : selectorMatches(namespaceSelector);
  return ({ metadata: { namespace = '', labels = {} } }) => {
    const isInSpace =
      namespace === home ||
      named.includes(namespace) ||
      (inSpace?.(view.get('Namespace', namespace)?.metadata.labels) ?? false);
    return (
      isInSpace &&
      matches(labels) &&
      matchLabelKeys.every((key) => own[key] === undefined || labels[key] === own[key]) &&
      mismatchLabelKeys.every((key) => own[key] === undefined || labels[key] !== own[key])
    );
  };
}

const topologyOf = ({ node }: NodeInfo, key: string): string | undefined => {
  const value = node.metadata.labels?.[key];
  return value === undefined ? undefined : `${key}=${value}`;
};

/** In which topologies there are Pods for which `test` holds; how many. */
function countByTopology(
  nodes: readonly NodeInfo[],
  key: string,
  test: MatchesPod,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const info of nodes) {
    const place = topologyOf(info, key);
    if (place === undefined) continue;
    for (const { pod } of info.pods.values()) {
      if (test(pod)) counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  return counts;
}

export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  weight: 2,
  wakesOn: ['node added', 'node updated', 'pod added', 'pod deleted'],
  filter: (info, snapshot, view) => {
    const required =
      info.pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    if (required.length === 0 && info.antiAffinity.length === 0 && !snapshot.hasRepellents) {
      return undefined;
    }
    return filterBy(info, required, snapshot, view);
  },
  score: (info, snapshot, _nodes, view) =>
    info.hasAffinity || snapshot.hasAffinePods ? scoreBy(info, snapshot, view) : undefined,
};

function filterBy(
  { pod, antiAffinity }: PodInfo,
  required: readonly PodAffinityTerm[],
  snapshot: Snapshot,
  view: View,
) {
  const { nodes } = snapshot;
  const forbidden = repelledPlaces(pod, nodes, view);
  const wanted = required.map((term) => ({
    key: term.topologyKey,
    test: termOf(term, pod, view),
  }));
  const all: MatchesPod = (other) => wanted.every(({ test }) => test(other));
  const near = wanted.map(({ key }) => ({ key, counts: countByTopology(nodes, key, all) }));
  const away = antiAffinity.map((term) => ({
    key: term.topologyKey,
    counts: countByTopology(nodes, term.topologyKey, termOf(term, pod, view)),
  }));
  // The first of a group that wants to be together must be allowed to begin somewhere.
  const isFirst = near.every(({ counts }) => counts.size === 0) && all(pod);
  return (info: NodeInfo) => {
    const isNear = near.every(({ key, counts }) => {
      const place = topologyOf(info, key);
      return place !== undefined && (isFirst || (counts.get(place) ?? 0) > 0);
    });
    if (!isNear) return noAffinity;
    const isCrowded = away.some(({ key, counts }) => counts.has(topologyOf(info, key) ?? ''));
    if (isCrowded) return noAntiAffinity;
    for (const [key, places] of forbidden) {
      if (places.has(topologyOf(info, key) ?? '')) return repelled;
    }
    return undefined;
  };
}

/** Where Pods that are there already will not have this one, by topology key. */
function repelledPlaces(
  pod: Pod,
  nodes: readonly NodeInfo[],
  view: View,
): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const info of nodes) {
    for (const { pod: other, antiAffinity } of info.repellent.values()) {
      for (const term of antiAffinity) {
        const place = topologyOf(info, term.topologyKey);
        if (place === undefined || !termOf(term, other, view)(pod)) continue;
        const known = places.get(term.topologyKey) ?? new Set<string>();
        places.set(term.topologyKey, known.add(place));
      }
    }
  }
  return places;
}

function scoreBy(info: PodInfo, { nodes }: Snapshot, view: View) {
  const scores = new Map<string, number>();
  const add = (node: NodeInfo, key: string, weight: number) => {
    const place = topologyOf(node, key);
    if (place !== undefined) scores.set(place, (scores.get(place) ?? 0) + weight);
  };
  const mine = preferences(info.pod, view);
  for (const node of nodes) {
    if (mine.length > 0) {
      for (const { pod } of node.pods.values()) {
        for (const { key, weight, test } of mine) if (test(pod)) add(node, key, weight);
      }
    }
    for (const { pod } of node.affine.values()) {
      for (const { key, weight, test } of [...preferences(pod, view), ...demands(pod, view)]) {
        if (test(info.pod)) add(node, key, weight);
      }
    }
  }
  if (scores.size === 0) return undefined;
  const keys = [...new Set([...scores.keys()].map((place) => place.slice(0, place.indexOf('='))))];
  return {
    of: (node: NodeInfo) =>
      keys.reduce((sum, key) => sum + (scores.get(topologyOf(node, key) ?? '') ?? 0), 0),
    normalize: normalizeRange,
  };
}

interface Preference {
  readonly key: string;
  readonly weight: number;
  readonly test: MatchesPod;
}

function preferences(pod: Pod, view: View): Preference[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const near = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const away = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...near.map((each) => [each, 1] as const),
    ...away.map((each) => [each, -1] as const),
  ].map(([{ weight, podAffinityTerm }, sign]) => ({
    key: podAffinityTerm.topologyKey,
    weight: sign * weight,
    test: termOf(podAffinityTerm, pod, view),
  }));
}

const demands = (pod: Pod, view: View): Preference[] =>
  (pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(
    (term) => ({ key: term.topologyKey, weight: hardWeight, test: termOf(term, pod, view) }),
  );

function normalizeRange(scores: number[]): void {
  const min = Math.min(...scores);
  const range = Math.max(...scores) - min;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = range === 0 ? 0 : Math.floor((maxScore * ((scores[i] ?? 0) - min)) / range);
  }
}
