import { defineKind } from '../kind.ts';
import type { PersistentVolumeClaim } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text, wide } from './columns.ts';
import { accessModesText, claimClassOf, claimDefaults } from './storage-text.ts';
import { validateClaim } from './storage-validation.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const persistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.core.v1.PersistentVolumeClaim',
  defaults: claimDefaults,
  prepare: prepareSpecAndStatus<PersistentVolumeClaim>({
    freshStatus: () => ({ phase: 'Pending' }),
  }),
  validate: validateClaim,
  columns: describeColumns<PersistentVolumeClaim>('persistentvolumeclaims', [
    nameColumn,
    text('Status', ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating'),
    text('Volume', ({ spec }) => spec.volumeName ?? ''),
    text('Capacity', ({ spec, status }) =>
      spec.volumeName ? (status?.capacity?.['storage'] ?? '0') : ''),
    text('Access Modes', ({ spec, status }) =>
      spec.volumeName ? accessModesText(status?.accessModes) : ''),
    text('StorageClass', (object) => claimClassOf(object)),
    text('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    ageColumn,
    wide('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ]),
});
