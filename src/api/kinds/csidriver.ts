import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { CSIDriver } from '../types.gen.ts';
import { ageColumn, boolean, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { fillAbsent, mapField } from './path-copy.ts';
import { prepareCounted, storedVerbs } from './strategy.ts';

export const csiDriver = defineKind<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  singular: 'csidriver',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.storage.v1.CSIDriver',
  defaults: (object) => mapField(object, 'spec', (spec) => fillAbsent(spec, {
    attachRequired: true, podInfoOnMount: false, storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false, seLinuxMount: false,
  })),
  prepare: prepareCounted<CSIDriver>(({ spec }) => spec),
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<CSIDriver>('csidrivers.storage.k8s.io', [
    nameColumn,
    boolean('AttachRequired', ({ spec }) => spec.attachRequired ?? true),
    boolean('PodInfoOnMount', ({ spec }) => spec.podInfoOnMount ?? false),
    boolean('StorageCapacity', ({ spec }) => spec.storageCapacity ?? false),
    text('TokenRequests', ({ spec }) =>
      spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>'),
    boolean('RequiresRepublish', ({ spec }) => spec.requiresRepublish ?? false),
    text('Modes', ({ spec }) => (spec.volumeLifecycleModes ?? []).join(',') || '<none>'),
    ageColumn,
  ]),
});
