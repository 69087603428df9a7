/**
 * Rolling update and Recreate: how Pods of the old template make place for those of the new one.
 * Upstream: pkg/controller/deployment/rolling.go, recreate.go.
 */
import type { ReplicaSet } from '../../../api/types.gen.ts';
import { availableOf, byCreation, maxUnavailable, sizeOf, totalSize, wanted } from './facts.ts';
import type { Plan } from './plan.ts';

/** Brings the new ReplicaSet to the size that is allowed now. True when that is a change. */
export function growNew(plan: Plan): boolean {
  const { newSet, deployment } = plan;
  if (newSet === undefined) return false;
  const size = sizeOf(newSet);
  if (size === wanted(deployment)) return false;
  return plan.scale(newSet, size > wanted(deployment) ? wanted(deployment) : plan.newSize(size));
}

/** Takes away old Pods: first those that are of no use anyway, then as many as can be spared. */
export function shrinkOld(plan: Plan): boolean {
  const { newSet, deployment } = plan;
  if (totalSize(plan.activeOld) === 0 || newSet === undefined) return false;
  const minAvailable = wanted(deployment) - maxUnavailable(deployment);
  const newUnavailable = sizeOf(newSet) - availableOf(newSet);
  const most = totalSize(plan.all) - minAvailable - newUnavailable;
  if (most <= 0) return false;
  const cleaned = removeUnhealthy(plan, most);
  const spared = removeSpare(plan, minAvailable);
  return cleaned + spared > 0;
}

function removeUnhealthy(plan: Plan, most: number): number {
  return takeAway(plan, most, (set) => sizeOf(set) - availableOf(set));
}

function removeSpare(plan: Plan, minAvailable: number): number {
  const available = plan.all.reduce((sum, set) => sum + availableOf(set), 0);
  return takeAway(plan, available - minAvailable, sizeOf);
}

/** From the oldest on, `most` in all, of each as many as `of` says. */
function takeAway(plan: Plan, most: number, of: (set: ReplicaSet) => number): number {
  let taken = 0;
  for (const set of plan.activeOld.toSorted(byCreation)) {
    if (taken >= most) break;
    const count = Math.min(most - taken, of(set));
    if (count <= 0) continue;
    plan.scale(set, sizeOf(set) - count);
    taken += count;
  }
  return taken;
}

/** Recreate: all old Pods go at once. */
export function stopOld(plan: Plan): boolean {
  let isScaled = false;
  for (const set of plan.activeOld) isScaled = plan.scale(set, 0) || isScaled;
  return isScaled;
}
