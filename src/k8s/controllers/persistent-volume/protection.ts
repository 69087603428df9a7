/**
 * Nobody pulls storage out from under a Pod: claims that Pods use, and volumes that are bound,
 * keep a finalizer until they are free.
 * Upstream: pkg/controller/volume/pvcprotection, pkg/controller/volume/pvprotection.
 */
import { type ApiObject, keyOf } from '../../../api/object.ts';
import type { Pod } from '../../../api/types.gen.ts';
import { defineController, itself, type Outcome, settled, type View } from '../../client/index.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** An index of Pods by the claims that they use. */
const byClaim = (pod: ApiObject): readonly string[] => claimsOf(pod as Pod);

const claimsOf = ({ metadata, spec }: Pod): string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) {
      return [`${metadata.namespace}/${persistentVolumeClaim.claimName}`];
    }
    return ephemeral === undefined ? [] : [`${metadata.namespace}/${metadata.name}-${name}`];
  });

export const claimProtection = defineController({
  name: 'pvc-protection-controller',
  workers: 1,
  watches: { PersistentVolumeClaim: itself, Pod: byClaim },
  indexes: { Pod: { byClaim } },
  reconcile: (view: View, key: string): Outcome => {
    const claim = view.get('PersistentVolumeClaim', key);
    if (claim === undefined) return settled;
    // A Pod that no node has seen will not start with a claim that is being deleted.
    const isUsed = () => view.of('Pod').byIndex('byClaim', key).some(({ spec }) => !!spec.nodeName);
    return protect('PersistentVolumeClaim', claim, claimFinalizer, isUsed);
  },
});

export const volumeProtection = defineController({
  name: 'pv-protection-controller',
  workers: 1,
  watches: { PersistentVolume: itself },
  reconcile: (view: View, key: string): Outcome => {
    const volume = view.get('PersistentVolume', key);
    if (volume === undefined) return settled;
    const isUsed = () => volume.status?.phase === 'Bound';
    return protect('PersistentVolume', volume, volumeFinalizer, isUsed);
  },
});

function protect(
  kind: 'PersistentVolume' | 'PersistentVolumeClaim', object: ApiObject, finalizer: string,
  isUsed: () => boolean,
): Outcome {
  const { finalizers = [], name, deletionTimestamp } = object.metadata;
  const hasIt = finalizers.includes(finalizer);
  const isGoing = deletionTimestamp !== undefined;
  if (hasIt !== isGoing || (isGoing && isUsed())) return settled;
  const next = isGoing ? finalizers.filter((one) => one !== finalizer) : [...finalizers, finalizer];
  return {
    writes: [{
      verb: 'update',
      kind,
      key: keyOf(object),
      body: { ...object, metadata: { ...object.metadata, finalizers: next } },
      accepts: isGoing ? [404] : [],
      because: isGoing ? `nobody uses ${name} any more` : `${name} is to be protected`,
    }],
  };
}
