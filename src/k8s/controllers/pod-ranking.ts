/**
 * Which Pods go first when there are too many: those whose loss costs least.
 * Upstream: pkg/controller/controller_utils.go (ActivePodsWithRanks, logarithmicRankDiff).
 */
import { isPodReady, podCondition } from '../../api/kinds/pod/facts.ts';
import type { Pod } from '../../api/types.gen.ts';
import { parseTime } from '../../kernel/calendar.ts';

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

interface Ranked {
  readonly pod: Pod;
  /** Pods of the same family on the same node: crowded nodes are thinned out first. */
  readonly rank: number;
}

/** The pods in the order in which they may go. @param related all active Pods of the family. */
export function rankForDeletion(
  pods: readonly Pod[],
  related: readonly Pod[],
  nowMs: number,
): readonly Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of related) {
    const node = spec.nodeName ?? '';
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  return pods
    .map((pod): Ranked => ({ pod, rank: onNode.get(pod.spec.nodeName ?? '') ?? 0 }))
    .sort((a, b) => compare(a, b, nowMs))
    .map(({ pod }) => pod);
}

/** Below zero: `a` goes first. */
function compare(a: Ranked, b: Ranked, nowMs: number): number {
  const [p, q] = [a.pod, b.pod];
  return (
    Number(!!p.spec.nodeName) - Number(!!q.spec.nodeName) ||
    phaseOf(p) - phaseOf(q) ||
    Number(isPodReady(p)) - Number(isPodReady(q)) ||
    deletionCost(p) - deletionCost(q) ||
    b.rank - a.rank ||
    compareReadySince(p, q, nowMs) ||
    restarts(q) - restarts(p) ||
    compareMoments(
      timeOf(p.metadata.creationTimestamp),
      timeOf(q.metadata.creationTimestamp),
      p,
      q,
      nowMs,
    )
  );
}

const phaseOf = ({ status }: Pod): number => phaseOrder[status?.phase ?? 'Pending'] ?? 0;

const deletionCost = ({ metadata }: Pod): number =>
  Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;

/** The most often restarted container counts, not the sum. */
const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

const timeOf = (text: string | undefined): number => parseTime(text ?? '') ?? 0;

function compareReadySince(p: Pod, q: Pod, nowMs: number): number {
  if (!isPodReady(p) || !isPodReady(q)) return 0;
  const since = (pod: Pod) => timeOf(podCondition(pod, 'Ready')?.lastTransitionTime);
  return compareMoments(since(p), since(q), p, q, nowMs);
}

/**
 * Younger ones go first, but ages that are alike on a logarithmic scale count as equal, and then
 * the uid decides: so that not always the newest node is emptied.
 */
function compareMoments(a: number, b: number, p: Pod, q: Pod, nowMs: number): number {
  if (a === b) return 0;
  if (a === 0 || b === 0) return a === 0 ? -1 : 1;
  const difference = logarithm(nowMs - a) - logarithm(nowMs - b);
  if (difference !== 0) return difference;
  return p.metadata.uid < q.metadata.uid ? -1 : 1;
}

/** Of an age, in nanoseconds as upstream has it. */
const logarithm = (ageMs: number): number =>
  ageMs > 0 ? Math.floor(Math.log2(ageMs * 1_000_000)) : -1;
