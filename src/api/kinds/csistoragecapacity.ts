import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { CSIStorageCapacity } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { storedVerbs } from './strategy.ts';

export const csiStorageCapacity = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.storage.v1.CSIStorageCapacity',
  validate: validateMetadata({ namespaced: true, name: nameIsDnsSubdomain }),
  columns: describeColumns<CSIStorageCapacity>('csistoragecapacities.storage.k8s.io', [
    nameColumn,
    creationTimeColumn,
  ]),
});
