import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { CSINode } from '../types.gen.ts';
import { ageColumn, describeColumns, integer, nameColumn } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { storedVerbs } from './strategy.ts';

export const csiNode = defineKind<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.storage.v1.CSINode',
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<CSINode>('csinodes.storage.k8s.io', [
    nameColumn,
    integer('Drivers', ({ spec }) => spec.drivers.length),
    ageColumn,
  ]),
});
