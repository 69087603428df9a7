import { defineKind } from '../kind.ts';
import type { Binding } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';

export const binding = defineKind<Binding>({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  singular: 'binding',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.core.v1.Binding',
  columns: describeColumns<Binding>('bindings', [
    nameColumn,
    creationTimeColumn,
  ]),
});
