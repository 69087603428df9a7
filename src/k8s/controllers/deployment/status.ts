/**
 * What a Deployment reports: counts, Available, Progressing, ReplicaFailure.
 * Upstream: pkg/controller/deployment/progress.go, sync.go (calculateStatus).
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { keyOf } from '../../../api/object.ts';
import type {
  Deployment,
  DeploymentCondition,
  DeploymentStatus,
  ReplicaSet,
} from '../../../api/types.gen.ts';
import { formatTime, parseTime } from '../../../kernel/calendar.ts';
import type { Write, WriteFailure } from '../../client/index.ts';
import { findCondition, withCondition, withoutCondition } from '../condition.ts';
import {
  annotation,
  availableOf,
  hasDeadline,
  isComplete,
  maxUnavailable,
  wanted,
} from './facts.ts';
import type { Plan } from './plan.ts';

type Conditions = readonly DeploymentCondition[];

const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((total, set) => total + (of(set) ?? 0), 0);

const made = (
  type: string,
  status: string,
  reason: string,
  message: string,
  time: string,
): DeploymentCondition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: time,
  lastUpdateTime: time,
});

/** The counts, and Available. */
function counted(plan: Plan, conditions: Conditions, nowText: string): DeploymentStatus {
  const { deployment, all, newSet } = plan;
  const available = sum(all, availableOf);
  const replicas = sum(all, ({ status }) => status?.replicas);
  const { collisionCount } = deployment.status ?? {};
  const isAvailable = available >= wanted(deployment) - maxUnavailable(deployment);
  const condition = isAvailable
    ? made(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        nowText,
      )
    : made(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        nowText,
      );
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas,
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, ({ spec }) => spec.replicas) - available),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, condition),
  };
}

/** The status after a rollout's step. `failure` is what stopped it. */
export function rolloutStatus(
  plan: Plan,
  failure: WriteFailure | undefined,
  nowMs: number,
): DeploymentStatus {
  const nowText = formatTime(nowMs);
  const base = foundOrCreated(plan, failure, nowText);
  const status = counted(plan, base, nowText);
  const progressed = progress(plan, status, failure, nowMs);
  return { ...status, conditions: withReplicaFailure(plan, progressed) };
}

/** The status when nothing is rolled out: paused, or only scaled. */
export function plainStatus(plan: Plan, conditions: Conditions, nowMs: number): DeploymentStatus {
  return counted(plan, conditions, formatTime(nowMs));
}

/** A new ReplicaSet is progress in itself; one that could not be made is the opposite. */
function foundOrCreated(
  plan: Plan,
  failure: WriteFailure | undefined,
  nowText: string,
): Conditions {
  const { deployment, created, newSet } = plan;
  const conditions = deployment.status?.conditions ?? [];
  if (!hasDeadline(deployment)) return conditions;
  const set = (reason: string, message: string, status = 'True') =>
    withCondition(conditions, made('Progressing', status, reason, message, nowText));
  if (created !== undefined) {
    if (failure === undefined) {
      return set('NewReplicaSetCreated', `Created new replica set "${created}"`);
    }
    if (failure.reason === 'AlreadyExists') return conditions;
    return set(
      'ReplicaSetCreateError',
      `Failed to create new replica set "${created}": ${failure.message}`,
      'False',
    );
  }
  if (newSet === undefined || findCondition(conditions, 'Progressing') !== undefined) {
    return conditions;
  }
  return set('FoundNewReplicaSet', `Found new replica set "${newSet.metadata.name}"`);
}

function progress(
  plan: Plan,
  status: DeploymentStatus,
  failure: WriteFailure | undefined,
  nowMs: number,
): Conditions {
  const { deployment, newSet } = plan;
  const conditions = status.conditions ?? [];
  if (!hasDeadline(deployment)) return withoutCondition(conditions, 'Progressing');
  const current = findCondition(deployment.status?.conditions, 'Progressing');
  const wasDone =
    status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (wasDone || failure !== undefined || plan.created !== undefined) return conditions;
  const nowText = formatTime(nowMs);
  const who =
    newSet === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newSet.metadata.name}"`;
  if (isComplete(deployment, status)) {
    return withCondition(
      conditions,
      made(
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        `${who} has successfully progressed.`,
        nowText,
      ),
    );
  }
  if (isProgressing(deployment, status)) {
    const condition = made(
      'Progressing',
      'True',
      'ReplicaSetUpdated',
      `${who} is progressing.`,
      nowText,
    );
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    return [
      ...withoutCondition(conditions, 'Progressing'),
      since === undefined ? condition : { ...condition, lastTransitionTime: since },
    ];
  }
  if (hasTimedOut(deployment, conditions, nowMs)) {
    return withCondition(
      conditions,
      made(
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        `${who} has timed out progressing.`,
        nowText,
      ),
    );
  }
  return conditions;
}

/** More new ones, fewer old ones, more ready or more available than last time. */
function isProgressing({ status: before }: Deployment, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus | undefined) =>
    (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  );
}

function hasTimedOut({ spec }: Deployment, conditions: Conditions, nowMs: number): boolean {
  const condition = findCondition(conditions, 'Progressing');
  if (condition === undefined || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  const from = parseTime(condition.lastUpdateTime ?? '') ?? nowMs;
  return from + (spec.progressDeadlineSeconds ?? 0) * 1000 < nowMs;
}

/** A ReplicaSet that cannot make its Pods (a quota, say) shows on its Deployment. */
function withReplicaFailure({ newSet, old }: Plan, conditions: Conditions): Conditions {
  const failure =
    findCondition(newSet?.status?.conditions, 'ReplicaFailure') ??
    old.map(({ status }) => findCondition(status?.conditions, 'ReplicaFailure')).find(Boolean);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const { type, status, reason = '', message = '', lastTransitionTime = '' } = failure;
  return withCondition(conditions, made(type, status, reason, message, lastTransitionTime));
}

/** ms until a rollout without progress must be called late; undefined when it cannot be. */
export function untilDeadline(
  deployment: Deployment,
  status: DeploymentStatus,
  nowMs: number,
): number | undefined {
  const current = findCondition(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || current === undefined || deployment.spec.paused) return undefined;
  if (isComplete(deployment, status) || current.reason === 'ProgressDeadlineExceeded') {
    return undefined;
  }
  const from = parseTime(current.lastUpdateTime ?? '') ?? nowMs;
  const left = from + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - nowMs;
  return Math.max(0, left) + 1_000;
}

/** The status write, with the revision on the Deployment itself; nothing when nothing changed. */
export function reportStatus(plan: Plan, status: DeploymentStatus): Write[] {
  const { deployment, revision } = plan;
  const clean = nonZero(status);
  const isSameRevision =
    revision === undefined || deployment.metadata.annotations?.[annotation.revision] === revision;
  if (isSameRevision && isDeepEqual(nonZero(deployment.status ?? {}), clean)) return [];
  const metadata = isSameRevision
    ? deployment.metadata
    : {
        ...deployment.metadata,
        annotations: { ...deployment.metadata.annotations, [annotation.revision]: revision },
      };
  return [
    {
      verb: 'update',
      kind: 'Deployment',
      key: keyOf(deployment),
      subresource: 'status',
      body: { ...deployment, metadata, status: clean },
      because:
        `${deployment.metadata.name}: ${status.updatedReplicas} updated, ` +
        `${status.availableReplicas} available of ${wanted(deployment)}`,
    },
  ];
}

/** Zeros are left out on the wire (omitempty), and empty lists. */
const nonZero = (status: object): DeploymentStatus =>
  Object.fromEntries(
    Object.entries(status).filter(
      ([, value]) => value !== 0 && !(Array.isArray(value) && value.length === 0),
    ),
  );
