import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { VolumeAttachment } from '../types.gen.ts';
import { ageColumn, boolean, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const volumeAttachment = defineKind<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.storage.v1.VolumeAttachment',
  prepare: prepareSpecAndStatus<VolumeAttachment>({ freshStatus: () => ({ attached: false }) }),
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<VolumeAttachment>('volumeattachments.storage.k8s.io', [
    nameColumn,
    { ...text('Attacher', ({ spec }: VolumeAttachment) => spec.attacher), format: 'name' },
    text('PV', ({ spec }) => spec.source.persistentVolumeName ?? ''),
    text('Node', ({ spec }) => spec.nodeName),
    boolean('Attached', ({ status }) => status?.attached ?? false),
    ageColumn,
  ]),
});
