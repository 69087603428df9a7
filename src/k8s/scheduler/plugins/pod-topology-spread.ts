/**
 * Spreads Pods that a selector matches over nodes, zones and whatever else labels name. Pods of a
 * Service or a set are spread a little even when they ask for nothing (the system's defaults).
 * Upstream: plugins/podtopologyspread (filtering.go, scoring.go, common.go).
 */
import type { Pod, TopologySpreadConstraint } from '../../../api/types.gen.ts';
import {
  hardEffects, mapMatches, type Matches, matchesRequiredAffinity, selectorMatches,
  untoleratedTaint, type View,
} from '../../client/index.ts';
import type { NodeInfo, PodInfo } from '../node-info.ts';
import { maxScore, type Plugin, rejection } from '../plugin.ts';

const hostname = 'kubernetes.io/hostname';
const skewed = rejection(false, "node(s) didn't match pod topology spread constraints");
const unlabelled = rejection(true,
  "node(s) didn't match pod topology spread constraints (missing required label)");

interface Constraint {
  readonly key: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly matches: Matches;
  /** Whether the Pod that is to be placed matches. */
  readonly matchesSelf: boolean;
  /** Whether the Pods of this node are counted. */
  readonly counts: (info: NodeInfo) => boolean;
}

export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  weight: 2,
  wakesOn: ['node added', 'node updated', 'pod added', 'pod deleted'],
  filter: (pod, { nodes }) => {
    const constraints = own(pod.pod, 'DoNotSchedule');
    return constraints.length === 0 ? undefined : filterBy(pod, constraints, nodes);
  },
  score: (pod, { nodes: all }, nodes, view) => {
    const asked = own(pod.pod, 'ScheduleAnyway');
    const hasOwn = (pod.pod.spec.topologySpreadConstraints ?? []).length > 0;
    const constraints = hasOwn ? asked : defaults(pod, view);
    return constraints.length === 0 ? undefined : scoreBy(pod, constraints, nodes, all, hasOwn);
  },
};

function own(pod: Pod, whenUnsatisfiable: string): Constraint[] {
  const { topologySpreadConstraints: list } = pod.spec;
  if (list === undefined || list.length === 0) return [];
  return list
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => compile(pod, constraint));
}

function compile(pod: Pod, constraint: TopologySpreadConstraint): Constraint {
  const { labelSelector, matchLabelKeys = [], nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
  const labels = pod.metadata.labels ?? {};
  const same = matchLabelKeys.filter((key) => labels[key] !== undefined);
  const base = selectorMatches(labelSelector);
  const matches: Matches = same.length === 0
    ? base
    : (others) => base(others) && same.every((key) => others?.[key] === labels[key]);
  return {
    key: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    matches,
    matchesSelf: matches(labels),
    counts: ({ node }) =>
      (nodeAffinityPolicy === 'Ignore' || matchesRequiredAffinity(pod.spec, node)) &&
      (nodeTaintsPolicy !== 'Honor' ||
        untoleratedTaint(node.spec.taints, pod.spec.tolerations, hardEffects) === undefined),
  };
}

/** Spread over hosts and zones, by the selectors of what owns the Pod or serves it. */
function defaults({ pod }: PodInfo, view: View): Constraint[] {
  const matches = defaultSelector(pod, view);
  if (matches === undefined) return [];
  const counts = ({ node }: NodeInfo) => matchesRequiredAffinity(pod.spec, node);
  const both = { minDomains: 1, matches, matchesSelf: matches(pod.metadata.labels), counts };
  return [
    { ...both, key: hostname, maxSkew: 3 },
    { ...both, key: 'topology.kubernetes.io/zone', maxSkew: 5 },
  ];
}

/** All selectors of Services and of the owning set together. helper.DefaultSelector upstream. */
function defaultSelector(pod: Pod, view: View): Matches | undefined {
  const { namespace = '', labels, ownerReferences } = pod.metadata;
  const all: Matches[] = [];
  for (const { spec } of view.of('Service').inNamespace(namespace)) {
    if (spec.selector === undefined || Object.keys(spec.selector).length === 0) continue;
    const matches = mapMatches(spec.selector);
    if (matches(labels)) all.push(matches);
  }
  const owner = ownerReferences?.find(({ controller }) => controller);
  const key = `${namespace}/${owner?.name}`;
  if (owner?.kind === 'ReplicaSet') {
    const set = view.get('ReplicaSet', key);
    if (set !== undefined) all.push(selectorMatches(set.spec.selector));
  }
  const [first] = all;
  if (all.length <= 1) return first;
  return (others) => all.every((matches) => matches(others));
}

/** How many Pods of the namespace on this node match; deleted ones count no more. */
function countOn(info: NodeInfo, pod: PodInfo, { matches, matchesSelf }: Constraint): number {
  const { namespace = '' } = pod.pod.metadata;
  let count = 0;
  for (const group of info.groups.values()) {
    if (group.namespace !== namespace) continue;
    // Most Pods are of one kind with this one, and that has been asked already.
    if (group.name === pod.group ? matchesSelf : matches(group.labels)) count += group.count;
  }
  return count;
}

const hasAllKeys = ({ node }: NodeInfo, constraints: readonly Constraint[]): boolean =>
  constraints.every(({ key }) => node.metadata.labels?.[key] !== undefined);

function filterBy(pod: PodInfo, constraints: readonly Constraint[], nodes: readonly NodeInfo[]) {
  const counted = constraints.map((constraint) => {
    const domains = new Map<string, number>();
    for (const info of nodes) {
      if (!hasAllKeys(info, constraints) || !constraint.counts(info)) continue;
      const value = info.node.metadata.labels?.[constraint.key] ?? '';
      domains.set(value, (domains.get(value) ?? 0) + countOn(info, pod, constraint));
    }
    const least = domains.size < constraint.minDomains ? 0 : Math.min(...domains.values());
    const self = constraint.matchesSelf ? 1 : 0;
    return { constraint, domains, least, self };
  });
  return ({ node }: NodeInfo) => {
    for (const { constraint, domains, least, self } of counted) {
      const value = node.metadata.labels?.[constraint.key];
      if (value === undefined) return unlabelled;
      if ((domains.get(value) ?? 0) + self - least > constraint.maxSkew) return skewed;
    }
    return undefined;
  };
}

function scoreBy(
  pod: PodInfo, constraints: readonly Constraint[], nodes: readonly NodeInfo[],
  all: readonly NodeInfo[], needsAllKeys: boolean,
) {
  const ignored = needsAllKeys
    ? new Set(nodes.filter((info) => !hasAllKeys(info, constraints)))
    : new Set<NodeInfo>();
  const terms = constraints.map((constraint) => {
    const isHost = constraint.key === hostname;
    const domains = isHost ? undefined : domainCounts(pod, constraint, nodes, all, ignored);
    const size = isHost ? nodes.length - ignored.size : (domains?.size ?? 0);
    return { constraint, domains, weight: Math.log(size + 2) };
  });
  return {
    of: (info: NodeInfo) => {
      if (ignored.has(info)) return -1;
      let score = 0;
      for (const { constraint, domains, weight } of terms) {
        const value = info.node.metadata.labels?.[constraint.key];
        if (value === undefined) continue;
        const count = domains === undefined
          ? countOn(info, pod, constraint) : (domains.get(value) ?? 0);
        score += count * weight + (constraint.maxSkew - 1);
      }
      return Math.round(score);
    },
    normalize: normalizeSpread,
  };
}

function domainCounts(
  pod: PodInfo, constraint: Constraint, nodes: readonly NodeInfo[], all: readonly NodeInfo[],
  ignored: ReadonlySet<NodeInfo>,
): Map<string, number> {
  const domains = new Map<string, number>();
  for (const info of nodes) {
    if (!ignored.has(info)) domains.set(info.node.metadata.labels?.[constraint.key] ?? '', 0);
  }
  if (domains.size === 1 && domains.has('')) return domains;
  for (const info of all) {
    const value = info.node.metadata.labels?.[constraint.key] ?? '';
    const count = domains.get(value);
    if (count === undefined || !constraint.counts(info)) continue;
    domains.set(value, count + countOn(info, pod, constraint));
  }
  return domains;
}

/** The fewer there are, the better; nodes that were ignored (-1) get nothing. */
function normalizeSpread(scores: number[]): void {
  let [min, max] = [Infinity, 0];
  for (const score of scores) {
    if (score < 0) continue;
    min = Math.min(min, score);
    max = Math.max(max, score);
  }
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    if (score < 0) scores[i] = 0;
    else scores[i] = max === 0 ? maxScore : Math.floor((maxScore * (max + min - score)) / max);
  }
}
