/**
 * Only what a class has provisioned, and lets grow, may grow.
 * Follows plugin/pkg/admission/storage/persistentvolume/resize/admission.go.
 */
import { compareQuantities, parseQuantity } from '../../../api/quantity.ts';
import type { PersistentVolumeClaim, StorageClass } from '../../../api/types.gen.ts';
import { objectsOf } from './namespace-contents.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { refuse } from './refusal.ts';

const oldClass = 'volume.beta.kubernetes.io/storage-class';

export const persistentVolumeClaimResize: Plugin = {
  name: 'PersistentVolumeClaimResize',
  handles: ({ operation, resource: { kind }, subresource = '' }) =>
    operation === 'UPDATE' &&
    subresource === '' &&
    kind.kind === 'PersistentVolumeClaim' &&
    kind.group === '',
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *validate(attributes) {
    const claim = attributes.object as PersistentVolumeClaim;
    const previous = attributes.previous as PersistentVolumeClaim;
    if (compareQuantities(sizeOf(claim), sizeOf(previous)) <= 0) return;
    if (previous.status?.phase !== 'Bound') {
      refuse(attributes, 'Only bound persistent volume claims can be expanded');
    }
    if (mayGrow(attributes, claim, previous)) return;
    refuse(
      attributes,
      'only dynamically provisioned pvc can be resized and ' +
        'the storageclass that provisions the pvc must support resize',
    );
  },
};

const sizeOf = ({ spec }: PersistentVolumeClaim) =>
  parseQuantity(spec?.resources?.requests?.['storage'] ?? '0');

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[oldClass] ?? spec?.storageClassName ?? '';

function mayGrow(
  { x }: Attributes,
  claim: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): boolean {
  const name = classOf(claim);
  if (name === '' || name !== classOf(previous)) return false;
  return objectsOf<StorageClass>(x.server, 'storageclasses.storage.k8s.io').some(
    ({ metadata, allowVolumeExpansion }) => metadata.name === name && allowVolumeExpansion === true,
  );
}
