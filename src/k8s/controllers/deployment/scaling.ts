/**
 * A change of `spec.replicas` alone: the ReplicaSets grow or shrink in proportion, so that a
 * rollout in the middle keeps its mixture of old and new.
 * Upstream: pkg/controller/deployment/sync.go (scale), util (GetReplicaSetProportion).
 */
import type { ReplicaSet } from '../../../api/types.gen.ts';
import {
  annotation, availableOf, byCreation, fenceposts, isRecreate, sizeOf, totalSize, wanted,
} from './facts.ts';
import type { Plan } from './plan.ts';

const numberIn = (set: ReplicaSet, name: string): number | undefined => {
  const text = set.metadata.annotations?.[name];
  return text === undefined ? undefined : Number(text);
};

/** Whether an active ReplicaSet was sized for another number of replicas than is wanted now. */
export const isScalingEvent = (plan: Plan): boolean =>
  plan.all.filter((set) => sizeOf(set) > 0).some((set) => {
    const desired = numberIn(set, annotation.desiredReplicas);
    return desired !== undefined && desired !== wanted(plan.deployment);
  });

export function scaleAll(plan: Plan): void {
  const { deployment, newSet } = plan;
  const only = onlyActiveOrLatest(plan);
  if (only !== undefined) {
    if (sizeOf(only) !== wanted(deployment)) plan.scale(only, wanted(deployment));
    return;
  }
  if (newSet !== undefined && isSaturated(plan, newSet)) {
    for (const set of plan.activeOld) plan.scale(set, 0);
    return;
  }
  if (!isRecreate(deployment)) scaleInProportion(plan);
}

/** The only one with replicas, or, when none has any, the newest. */
function onlyActiveOrLatest(plan: Plan): ReplicaSet | undefined {
  const active = plan.all.filter((set) => sizeOf(set) > 0);
  if (active.length > 1) return undefined;
  return active[0] ?? plan.newSet ?? plan.old.toSorted(byCreation).at(-1);
}

const isSaturated = (plan: Plan, set: ReplicaSet): boolean => {
  const want = wanted(plan.deployment);
  return sizeOf(set) === want && numberIn(set, annotation.desiredReplicas) === want &&
    availableOf(set) === want;
};

function scaleInProportion(plan: Plan): void {
  const { deployment } = plan;
  const sets = plan.all.filter((set) => sizeOf(set) > 0);
  const allowed = wanted(deployment) > 0 ? wanted(deployment) + fenceposts(deployment).surge : 0;
  const toAdd = allowed - totalSize(sets);
  sets.sort((a, b) =>
    sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)));
  let added = 0;
  const sizes = sets.map((set) => {
    const share = toAdd === 0 ? 0 : proportion(plan, set, toAdd, added);
    added += share;
    return sizeOf(set) + share;
  });
  sets.forEach((set, index) => {
    const rest = index === 0 && toAdd !== 0 ? toAdd - added : 0;
    plan.scale(set, Math.max(0, (sizes[index] ?? 0) + rest));
  });
}

function proportion(plan: Plan, set: ReplicaSet, toAdd: number, added: number): number {
  if (sizeOf(set) === 0 || toAdd === added) return 0;
  const share = fraction(plan, set);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

/** By how much this one changes if all change alike. */
function fraction({ deployment }: Plan, set: ReplicaSet): number {
  if (wanted(deployment) === 0) return -sizeOf(set);
  const most = wanted(deployment) + fenceposts(deployment).surge;
  const before = numberIn(set, annotation.maxReplicas) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((sizeOf(set) * most) / before) - sizeOf(set);
}
