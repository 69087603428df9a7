/**
 * Pods whose end a PodDisruptionBudget does not allow now.
 * Upstream: pkg/scheduler/framework/plugins/defaultpreemption (filterPodsWithPDBViolation).
 */
import { selectorMatches, type View } from '../client/index.ts';
import type { PodInfo } from './node-info.ts';

/** Of Pods that all would go, in this order: those that go beyond what the budgets allow. */
export function againstBudgets(pods: readonly PodInfo[], view: View): ReadonlySet<PodInfo> {
  const guarded = new Set<PodInfo>();
  const budgets = view.of('PodDisruptionBudget');
  if (budgets.size === 0) return guarded;
  const left = new Map(
    budgets.list().map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]),
  );
  for (const info of pods) {
    const { name, namespace, labels = {} } = info.pod.metadata;
    // An empty selector is for no Pod, and so is a budget for one without labels.
    if (Object.keys(labels).length === 0) continue;
    for (const [budget, allowed] of left) {
      const { metadata, spec, status } = budget;
      if (metadata.namespace !== namespace || isEmpty(spec?.selector)) continue;
      if (!selectorMatches(spec?.selector)(labels)) continue;
      // Its eviction has been counted already.
      if (status?.disruptedPods?.[name] !== undefined) continue;
      left.set(budget, allowed - 1);
      if (allowed <= 0) guarded.add(info);
    }
  }
  return guarded;
}

const isEmpty = (selector: { matchLabels?: object; matchExpressions?: object } | undefined) =>
  selector === undefined ||
  (Object.keys(selector.matchLabels ?? {}).length === 0 &&
    Object.keys(selector.matchExpressions ?? {}).length === 0);
