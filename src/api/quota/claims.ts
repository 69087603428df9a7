/**
 * What a quota counts of PersistentVolumeClaims, in all and by storage class.
 * Follows pkg/quota/v1/evaluator/core/persistent_volume_claims.go. Simplified: the scope
 * VolumeAttributesClass is not known (its gate is off in 1.33).
 */
import { type Quantity, compareQuantities, parseQuantity, quantityOf } from '../quantity.ts';
import type { PersistentVolumeClaim } from '../types.gen.ts';
import type { Evaluator } from './evaluator.ts';

const count = 'count/persistentvolumeclaims';
const plain = ['persistentvolumeclaims', 'requests.storage'];
const byClass = '.storageclass.storage.k8s.io/';
const oldClass = 'volume.beta.kubernetes.io/storage-class';
const billion = 1_000_000_000n;

export const claimEvaluator: Evaluator = {
  countsUpdates: true,
  matching: (asked) =>
    asked.filter(
      (name) =>
        name === count ||
        plain.includes(name) ||
        plain.some((each) => name.endsWith(`${byClass}${each}`)),
    ),
  isInScope: () => false,
  usage(object) {
    const claim = object as PersistentVolumeClaim;
    const storageClass =
      claim.metadata.annotations?.[oldClass] ?? claim.spec?.storageClassName ?? '';
    const storage = storageOf(claim);
    const used: Record<string, Quantity> = { [count]: quantityOf(1) };
    for (const prefix of storageClass === '' ? [''] : ['', `${storageClass}${byClass}`]) {
      used[`${prefix}persistentvolumeclaims`] = quantityOf(1);
      if (storage !== undefined) used[`${prefix}requests.storage`] = storage;
    }
    return used;
  },
};

/** What is asked for, or what has been set aside for a growth that failed, in whole bytes. */
function storageOf({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const asked = spec?.resources?.requests?.['storage'];
  if (asked === undefined) return undefined;
  const wanted = whole(parseQuantity(asked));
  const allocated = status?.allocatedResources?.['storage'];
  if (allocated === undefined) return wanted;
  const set = whole(parseQuantity(allocated));
  return compareQuantities(set, wanted) > 0 ? set : wanted;
}

function whole(quantity: Quantity): Quantity {
  const rest = quantity.nanos % billion;
  return rest === 0n ? quantity : { ...quantity, nanos: quantity.nanos - rest + billion };
}
