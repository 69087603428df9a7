/**
 * Questions about Deployments and their ReplicaSets.
 * Upstream: pkg/controller/deployment/util/deployment_util.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { fnv32a, safeEncodeString } from '../../../api/names.ts';
import type {
  Deployment,
  DeploymentStatus,
  PodTemplateSpec,
  ReplicaSet,
} from '../../../api/types.gen.ts';
import { scaled } from '../int-or-percent.ts';

export const annotation = {
  revision: 'deployment.kubernetes.io/revision',
  revisionHistory: 'deployment.kubernetes.io/revision-history',
  desiredReplicas: 'deployment.kubernetes.io/desired-replicas',
  maxReplicas: 'deployment.kubernetes.io/max-replicas',
} as const;
export const hashLabel = 'pod-template-hash';

/** A deadline of MaxInt32 seconds is none. */
const noDeadline = 2_147_483_647;

export const wanted = ({ spec }: Deployment): number => spec.replicas ?? 1;
export const sizeOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;
export const availableOf = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;
export const isRecreate = ({ spec }: Deployment): boolean => spec.strategy?.type === 'Recreate';
export const totalSize = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, set) => sum + sizeOf(set), 0);
export const hasDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== noDeadline;

/** maxSurge and maxUnavailable in Pods; they are never both 0, or nothing could move. */
export function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  if (isRecreate(deployment)) return { surge: 0, unavailable: 0 };
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, wanted(deployment), Math.ceil);
  const unavailable = scaled(maxUnavailable, wanted(deployment), Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Pods that may be missing; never more than there are. */
export const maxUnavailable = (deployment: Deployment): number =>
  Math.min(fenceposts(deployment).unavailable, wanted(deployment));

/**
 * The label that tells a template's Pods from another's. Upstream hashes Go's own dump of the
 * template; ours is of its JSON with sorted keys, so that the shape is true and the value ours.
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount = 0): string {
  const text = canonical(template) + (collisionCount === 0 ? '' : `#${collisionCount}`);
  return safeEncodeString(String(fnv32a(text)));
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(fields[key])}`).join(',')}}`;
}

/** Whether two templates say the same, the hash label aside. */
export function isSameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec): boolean {
  if (a === undefined || !isDeepEqual(a.spec, b.spec)) return false;
  return isDeepEqual(withoutHash(a), withoutHash(b));
}

function withoutHash({ metadata = {} }: PodTemplateSpec): object {
  const { [hashLabel]: _, ...labels } = metadata.labels ?? {};
  const { creationTimestamp: __, ...rest } = metadata;
  return { ...rest, labels };
}

export const byCreation = (a: ReplicaSet, b: ReplicaSet): number => {
  const [left, right] = [a.metadata, b.metadata];
  if (left.creationTimestamp !== right.creationTimestamp) {
    return left.creationTimestamp < right.creationTimestamp ? -1 : 1;
  }
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
};

/** The ReplicaSet that has the Deployment's template; the oldest, should there be two. */
export const findNewSet = (
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): ReplicaSet | undefined =>
  sets
    .toSorted(byCreation)
    .find(({ spec }) => isSameTemplate(spec.template, deployment.spec.template));

/** `deployment.kubernetes.io/revision` as a number; 0 without one. */
export const revisionOf = ({ metadata }: ReplicaSet | Deployment): number =>
  Number(metadata.annotations?.[annotation.revision] ?? 0) || 0;

/** All replicas are new and available, and no old one is left. */
export const isComplete = (deployment: Deployment, status: DeploymentStatus): boolean =>
  (status.updatedReplicas ?? 0) === wanted(deployment) &&
  (status.replicas ?? 0) === wanted(deployment) &&
  (status.availableReplicas ?? 0) === wanted(deployment) &&
  (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
