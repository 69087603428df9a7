/**
 * What becomes of a Pod's claims when it is scaled away, or its set is deleted: an owner reference
 * lets the garbage collector take them along.
 * Upstream: pkg/controller/statefulset/stateful_set_utils.go (claimOwnerMatchesSetAndPod…).
 */
import { type ApiObject, keyOf, type OwnerReference } from '../../../api/object.ts';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../../api/types.gen.ts';
import type { View, Write } from '../../client/index.ts';
import { claimsOf } from './identity.ts';

/** Puts the owners of a Pod's claims right. @param isCondemned the Pod is being scaled away. */
export function retain(view: View, set: StatefulSet, pod: Pod, isCondemned: boolean): Write[] {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const byPod = whenScaled === 'Delete' && isCondemned;
  const bySet = whenDeleted === 'Delete' && !byPod;
  return claimsOf(set, pod.metadata.name).flatMap(({ name }): Write[] => {
    const claim = view.get('PersistentVolumeClaim', `${set.metadata.namespace}/${name}`);
    if (claim === undefined) return [];
    const next = owned(owned(claim, set, bySet), pod, byPod);
    if (next === claim) return [];
    return [{
      verb: 'update',
      kind: 'PersistentVolumeClaim',
      key: keyOf(claim),
      body: next,
      because: `${set.metadata.name} says when ${name} may go`,
    }];
  });
}

/** A claim of an earlier Pod of this name is about to go: the new Pod must wait for that. */
export function isStale(view: View, set: StatefulSet, podName: string): boolean {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return false;
  return claimsOf(set, podName).some(({ name }) =>
    view
      .get('PersistentVolumeClaim', `${set.metadata.namespace}/${name}`)
      ?.metadata.ownerReferences?.some((owner) => owner.name === podName));
}

function owned(
  claim: PersistentVolumeClaim, owner: ApiObject, shallBe: boolean,
): PersistentVolumeClaim {
  const references = claim.metadata.ownerReferences ?? [];
  const { uid, name } = owner.metadata;
  const isOwned = references.some((reference) => reference.uid === uid);
  if (isOwned === shallBe) return claim;
  const { apiVersion, kind } = owner;
  const ownerReferences: readonly OwnerReference[] = shallBe
    ? [...references, { apiVersion, kind, name, uid }]
    : references.filter((reference) => reference.uid !== uid);
  return { ...claim, metadata: { ...claim.metadata, ownerReferences } };
}
