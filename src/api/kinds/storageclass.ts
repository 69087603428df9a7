import { defineKind } from '../kind.ts';
import type { StorageClass } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { fillAbsent } from './path-copy.ts';
import { validateStorageClass } from './storage-validation.ts';
import { storedVerbs } from './strategy.ts';

export const storageClass = defineKind<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.storage.v1.StorageClass',
  defaults: (object) =>
    fillAbsent(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate: validateStorageClass,
  columns: describeColumns<StorageClass>('storageclasses.storage.k8s.io', [
    {
      ...nameColumn,
      cell: ({ metadata }) => metadata.name + (isDefault(metadata) ? ' (default)' : ''),
    },
    text('Provisioner', ({ provisioner }) => provisioner),
    text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
    text('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    ageColumn,
  ]),
});

const isDefault = ({ annotations = {} }: StorageClass['metadata']): boolean =>
  annotations['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true';
