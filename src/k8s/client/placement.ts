/**
 * May this Pod be on that node? Taints and tolerations, node selector and node affinity: the
 * scheduler and the DaemonSet controller ask the same.
 * Upstream: component-helpers scheduling/corev1 (helpers.go, nodeaffinity/nodeaffinity.go).
 */
import type {
  Node, NodeSelector, NodeSelectorTerm, PodSpec, Taint, Toleration,
} from '../../api/types.gen.ts';
import { meets } from './label-selector.ts';

/** Whether one toleration covers one taint. */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return !!key && (value ?? '') === (taint.value ?? '');
}

/** The first taint of these effects that is not tolerated. */
export const untoleratedTaint = (
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): Taint | undefined =>
  taints?.find((taint) => effects.includes(taint.effect) &&
    !tolerations?.some((toleration) => tolerates(toleration, taint)));

/** Effects that keep a Pod from a node. */
export const hardEffects: readonly string[] = ['NoSchedule', 'NoExecute'];

/** Whether a term of a node selector matches; one without requirements matches nothing. */
export function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node,
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const fields = { 'metadata.name': node.metadata.name };
  const labels = node.metadata.labels ?? {};
  return matchExpressions.every((requirement) => meets(requirement, labels)) &&
    matchFields.every((requirement) => meets(requirement, fields));
}

/** Any of the terms will do. */
export const matchesNodeSelector = ({ nodeSelectorTerms }: NodeSelector, node: Node): boolean =>
  nodeSelectorTerms.some((term) => matchesTerm(term, node));

/** Whether the node is one that `nodeSelector` and required node affinity allow. */
export function matchesRequiredAffinity({ nodeSelector, affinity }: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelector(required, node);
}
