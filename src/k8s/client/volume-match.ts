/**
 * Which volume does for a claim: the binder and the scheduler ask the same.
 * Upstream: component-helpers storage/volume (pv_helpers.go, helpers.go).
 */
import { quantityValue } from '../../api/quantity.ts';
import type {
  Node, PersistentVolume, PersistentVolumeClaim, StorageClass,
} from '../../api/types.gen.ts';
import { selectorMatches } from './label-selector.ts';
import { matchesNodeSelector } from './placement.ts';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
export const bindCompleted = 'pv.kubernetes.io/bind-completed';

export const classOfClaim = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';
export const classOfVolume = ({ metadata, spec }: PersistentVolume): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';

/** Binding waits until a Pod that uses the claim is placed. */
export const waitsForConsumer = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer';

const sizeOf = (list: Readonly<Record<string, string>> | undefined): number =>
  quantityValue(list?.['storage'] ?? '0');

/** The volume is reserved for this claim, by name or for good. */
export function isMeantFor(
  { spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim,
): boolean {
  if (claimRef === undefined) return false;
  if (claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Bound for good: both sides say so. */
export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  !!spec.volumeName && metadata.annotations?.[bindCompleted] !== undefined;

/** Why a volume that was asked for by name will not do; undefined when it will. */
export function mismatch(
  volume: PersistentVolume, claim: PersistentVolumeClaim,
): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined) {
    return `the volume is marked for deletion "${volume.metadata.name}"`;
  }
  if (sizeOf(volume.spec.capacity) < sizeOf(claim.spec.resources?.requests)) {
    return 'requested PV is too small';
  }
  if (classOfVolume(volume) !== classOfClaim(claim)) return 'storageClassName does not match';
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

const modeOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string =>
  spec.volumeMode ?? 'Filesystem';
const hasModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));

/** Whether a node may use the volume. */
export const isReachable = ({ spec: { nodeAffinity } }: PersistentVolume, node: Node): boolean =>
  nodeAffinity?.required === undefined || matchesNodeSelector(nodeAffinity.required, node);

export interface MatchOptions {
  /** Only volumes that it can use; and claims that wait for a consumer wait no longer. */
  readonly node?: Node;
  readonly isDelayed?: boolean;
  /** Names of volumes that are promised to others. */
  readonly taken?: ReadonlySet<string>;
}

/** One that is reserved for the claim; else the smallest that is free and large enough. */
export function findVolume(
  claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[], options: MatchOptions = {},
): PersistentVolume | undefined {
  const { node, isDelayed = false, taken } = options;
  const wanted = sizeOf(claim.spec.resources?.requests);
  const selects = claim.spec.selector === undefined ? undefined : selectorMatches(claim.spec.selector);
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (volume.metadata.deletionTimestamp !== undefined || modeOf(volume) !== modeOf(claim)) continue;
    if (taken?.has(volume.metadata.name)) continue;
    if (node !== undefined && !isReachable(volume, node)) continue;
    if (isMeantFor(volume, claim)) {
      if (sizeOf(volume.spec.capacity) < wanted) continue;
      return volume;
    }
    if (isDelayed || volume.spec.claimRef !== undefined) continue;
    if (volume.status?.phase !== 'Available' || mismatch(volume, claim) !== undefined) continue;
    if (selects !== undefined && !selects(volume.metadata.labels)) continue;
    if (best === undefined || sizeOf(volume.spec.capacity) < sizeOf(best.spec.capacity)) best = volume;
  }
  return best;
}

/** The volume as it is when it is the claim's. */
export function reservedFor(
  volume: PersistentVolume, claim: PersistentVolumeClaim,
): PersistentVolume {
  const { metadata, spec } = volume;
  const isOwn = isMeantFor(volume, claim);
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const annotations = { ...metadata.annotations, [boundByController]: 'yes' };
  return {
    ...volume,
    metadata: isOwn ? metadata : { ...metadata, annotations },
    spec: {
      ...spec,
      claimRef: {
        apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace: namespace ?? '', uid,
        resourceVersion,
      },
    },
  };
}
