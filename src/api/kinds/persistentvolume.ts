import { defineKind } from '../kind.ts';
import type { PersistentVolume } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text, wide } from './columns.ts';
import { accessModesText, volumeClassOf, volumeDefaults } from './storage-text.ts';
import { validateVolume } from './storage-validation.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const persistentVolume = defineKind<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.core.v1.PersistentVolume',
  defaults: volumeDefaults,
  prepare: prepareSpecAndStatus<PersistentVolume>({ freshStatus: () => ({ phase: 'Pending' }) }),
  validate: validateVolume,
  columns: describeColumns<PersistentVolume>('persistentvolumes', [
    nameColumn,
    text('Capacity', ({ spec }) => spec.capacity?.['storage'] ?? '0'),
    text('Access Modes', ({ spec }) => accessModesText(spec.accessModes)),
    text('Reclaim Policy', ({ spec }) => spec.persistentVolumeReclaimPolicy ?? ''),
    text('Status', ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating'),
    text('Claim', ({ spec: { claimRef } }) =>
      claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''),
    text('StorageClass', (object) => volumeClassOf(object)),
    text('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    text('Reason', ({ status }) => status?.reason ?? ''),
    ageColumn,
    wide('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ]),
});
