/**
 * The Deployment controller: makes a ReplicaSet for each template, moves replicas from the old one
 * to the new one within maxSurge and maxUnavailable, keeps a history to roll back to.
 * Simplified: the long-deprecated rollbackTo is not known (kubectl rolls back by itself).
 * Upstream: pkg/controller/deployment (deployment_controller.go, sync.go, recreate.go).
 */
import { isPodFinished } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type { Deployment, Pod, ReplicaSet } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import {
  controllerOf,
  defineController,
  itself,
  type Outcome,
  selectorMatches,
  settled,
  type View,
  type Write,
  type WriteFailure,
} from '../../client/index.ts';
import { claim } from '../claim.ts';
import { findCondition, withCondition } from '../condition.ts';
import { controllerRefOf, isTerminating, orphans } from '../owner.ts';
import { deploymentEvents } from './events.ts';
import { hasDeadline, isComplete, isRecreate, revisionOf, sizeOf, wanted } from './facts.ts';
import { Plan } from './plan.ts';
import { growNew, shrinkOld, stopOld } from './rolling.ts';
import { isScalingEvent, scaleAll } from './scaling.ts';
import { plainStatus, reportStatus, rolloutStatus, untilDeadline } from './status.ts';

const ofDeployment = controllerOf('Deployment');

export const deploymentController = defineController({
  name: 'deployment-controller',
  watches: {
    Deployment: itself,
    ReplicaSet: (set, view) =>
      controllerRefOf(set) === undefined ? deploymentsFor(view, set) : ofDeployment(set),
    Pod: recreatedBy,
  },
  indexes: { ReplicaSet: { orphans } },
  reconcile,
});

const noConditions: NonNullable<Deployment['status']['conditions']> = [];

/** Deployments whose selectors match an orphan. */
const deploymentsFor = (view: View, set: ReplicaSet): readonly string[] =>
  view
    .of('Deployment')
    .inNamespace(set.metadata.namespace ?? '')
    .filter(({ spec }) => selectorMatches(spec.selector)(set.metadata.labels))
    .map(keyOf);

/** Recreate waits for the last old Pod to be gone: only then does a Pod's end matter. */
function recreatedBy(pod: Pod, view: View): readonly string[] {
  const reference = controllerRefOf(pod);
  if (reference?.kind !== 'ReplicaSet') return [];
  const set = view.get('ReplicaSet', `${pod.metadata.namespace}/${reference.name}`);
  const [key] = set === undefined ? [] : ofDeployment(set);
  const deployment = key === undefined ? undefined : view.get('Deployment', key);
  return key !== undefined && deployment !== undefined && isRecreate(deployment) ? [key] : [];
}

function reconcile(view: View, key: string): Outcome {
  const deployment = view.get('Deployment', key);
  if (deployment === undefined) return settled;
  const { matchLabels, matchExpressions } = deployment.spec.selector;
  if (!Object.keys(matchLabels ?? {}).length && !matchExpressions?.length) {
    return { writes: [], events: [deploymentEvents.selectsAll(deployment)] };
  }
  const sets = view.of('ReplicaSet');
  const candidates = [
    ...sets.ownedBy(deployment.metadata.uid),
    ...sets.byIndex('orphans', deployment.metadata.namespace ?? ''),
  ];
  const matches = selectorMatches(deployment.spec.selector);
  const { owned, writes } = claim(deployment, 'ReplicaSet', candidates, matches);
  const plan = new Plan(deployment, owned, formatTime(view.nowMs));
  plan.writes.push(...writes);
  if (isTerminating(deployment)) return statusOnly(plan, view.nowMs);
  const conditions = pauseConditions(deployment, view.nowMs);
  if (conditions !== (deployment.status?.conditions ?? noConditions)) {
    const finish = () => reportStatus(plan, plainStatus(plan, conditions, view.nowMs));
    return { writes: plan.writes, finish };
  }
  if (deployment.spec.paused || isScalingEvent(plan)) return resize(plan, conditions, view.nowMs);
  return isRecreate(deployment) ? recreate(plan, view) : roll(plan, view.nowMs);
}

function statusOnly(plan: Plan, nowMs: number): Outcome {
  const conditions = plan.deployment.status?.conditions ?? [];
  const finish = () => reportStatus(plan, plainStatus(plan, conditions, nowMs));
  return { writes: plan.writes, finish };
}

/** Paused: nothing is rolled out, but the size is kept and old history is cleaned up. */
function resize(
  plan: Plan,
  conditions: NonNullable<Deployment['status']['conditions']>,
  nowMs: number,
): Outcome {
  plan.syncRevision(false);
  scaleAll(plan);
  if (plan.deployment.spec.paused) plan.writes.push(...cleanUp(plan));
  const finish = () => reportStatus(plan, plainStatus(plan, conditions, nowMs));
  return { writes: plan.writes, finish };
}

function roll(plan: Plan, nowMs: number): Outcome {
  plan.syncRevision(true);
  if (!growNew(plan) && !shrinkOld(plan)) {
    if (isComplete(plan.deployment, plan.deployment.status ?? {}))
      plan.writes.push(...cleanUp(plan));
  }
  return rolled(plan, nowMs);
}

function recreate(plan: Plan, view: View): Outcome {
  plan.syncRevision(false);
  if (!stopOld(plan) && !areOldRunning(plan, view)) {
    if (plan.newSet === undefined) plan.syncRevision(true);
    else if (sizeOf(plan.newSet) !== wanted(plan.deployment)) {
      plan.scale(plan.newSet, wanted(plan.deployment));
    }
    if (isComplete(plan.deployment, plan.deployment.status ?? {}))
      plan.writes.push(...cleanUp(plan));
  }
  return rolled(plan, view.nowMs);
}

const areOldRunning = (plan: Plan, view: View): boolean =>
  plan.old.some(
    (set) =>
      (set.status?.replicas ?? 0) > 0 ||
      view.ownedBy(set, 'Pod').some((pod) => !isPodFinished(pod)),
  );

function rolled(plan: Plan, nowMs: number): Outcome {
  const wait = untilDeadline(plan.deployment, rolloutStatus(plan, undefined, nowMs), nowMs);
  return {
    writes: plan.writes,
    finish: (failure) => finishRollout(plan, failure, nowMs),
    ...(wait === undefined ? {} : { requeueAfterMs: wait }),
  };
}

/** The hash is taken by another template: count up, so that the next name differs. */
function finishRollout(plan: Plan, failure: WriteFailure | undefined, nowMs: number): Write[] {
  const status = rolloutStatus(plan, failure, nowMs);
  const isCollision = plan.created !== undefined && failure?.reason === 'AlreadyExists';
  if (isCollision) {
    const collisionCount = (plan.deployment.status?.collisionCount ?? 0) + 1;
    return reportStatus(plan, { ...status, collisionCount });
  }
  return failure !== undefined && plan.created === undefined ? [] : reportStatus(plan, status);
}

/** History beyond revisionHistoryLimit goes, the oldest revisions first. */
function cleanUp({ deployment, old }: Plan): Write[] {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined) return [];
  const alive = old
    .filter((set) => !isTerminating(set))
    .toSorted((a, b) => revisionOf(a) - revisionOf(b));
  return alive
    .slice(0, Math.max(0, alive.length - limit))
    .filter(isIdle)
    .map((set): Write => ({
      verb: 'delete',
      kind: 'ReplicaSet',
      key: keyOf(set),
      accepts: [404],
      because: `${deployment.metadata.name} keeps ${limit} old ReplicaSets`,
    }));
}

const isIdle = (set: ReplicaSet): boolean =>
  (set.status?.replicas ?? 0) === 0 &&
  sizeOf(set) === 0 &&
  (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);

/** Pausing and resuming stop and start the clock of the progress deadline. */
function pauseConditions(deployment: Deployment, nowMs: number) {
  const conditions = deployment.status?.conditions ?? noConditions;
  if (!hasDeadline(deployment)) return conditions;
  const current = findCondition(conditions, 'Progressing');
  if (current?.reason === 'ProgressDeadlineExceeded') return conditions;
  const isMarked = current?.reason === 'DeploymentPaused';
  if (!!deployment.spec.paused === isMarked) return conditions;
  const time = formatTime(nowMs);
  return withCondition(conditions, {
    type: 'Progressing',
    status: 'Unknown',
    reason: isMarked ? 'DeploymentResumed' : 'DeploymentPaused',
    message: isMarked ? 'Deployment is resumed' : 'Deployment is paused',
    lastTransitionTime: time,
    lastUpdateTime: time,
  });
}
