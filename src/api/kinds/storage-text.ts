/**
 * What volumes and claims share: defaults, access modes and classes as tables show them.
 * Follows pkg/apis/core/v1/defaults.go and pkg/apis/core/helper/helpers.go.
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../types.gen.ts';
import { fill, fillAbsent, mapField, withField } from './path-copy.ts';
import { claimSpecDefaults } from './pod/claim-defaults.ts';
import { canonicalResources } from './resource-list.ts';

const shortModes = [
  ['ReadWriteOnce', 'RWO'], ['ReadOnlyMany', 'ROX'], ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** `RWO,ROX`, in this order whatever the order in the object. */
export const accessModesText = (modes: readonly string[] = []): string =>
  shortModes.filter(([mode]) => modes.includes(mode)).map(([, short]) => short).join(',');

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

export const volumeClassOf = ({ metadata, spec }: PersistentVolume): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';

export const claimClassOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';

export function volumeDefaults(object: PersistentVolume): PersistentVolume {
  const spec = mapField(fillAbsent(fill(object.spec, { persistentVolumeReclaimPolicy: 'Retain' }),
    { volumeMode: 'Filesystem' }), 'capacity', canonicalResources);
  const source = mapField(spec, 'hostPath', (hostPath) => fillAbsent(hostPath, { type: '' }));
  const status = fill(object.status ?? {}, { phase: 'Pending' });
  return withField(withField(object, 'spec', sourceDefaults(source)), 'status', status);
}

type Spec = PersistentVolume['spec'];

function sourceDefaults(spec: Spec): Spec {
  // Go writes this one pointer even when it is nil.
  let next = mapField(spec, 'azureFile', (source) => ('secretNamespace' in source
    ? source : { ...source, secretNamespace: null as never }));
  next = mapField(next, 'iscsi', (source) => fill(source, { iscsiInterface: 'default' }));
  next = mapField(next, 'rbd', (source) =>
    fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }));
  next = mapField(next, 'azureDisk', (source) => fillAbsent(source, {
    cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false,
  }));
  return mapField(next, 'scaleIO', (source) =>
    fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }));
}

export function claimDefaults(object: PersistentVolumeClaim): PersistentVolumeClaim {
  const status = fill(object.status ?? {}, { phase: 'Pending' });
  return withField(withField(object, 'spec', claimSpecDefaults(object.spec)), 'status', status);
}
