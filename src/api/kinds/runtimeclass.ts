import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { RuntimeClass } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { storedVerbs } from './strategy.ts';

export const runtimeClass = defineKind<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.node.v1.RuntimeClass',
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<RuntimeClass>('runtimeclasses.node.k8s.io', [
    nameColumn,
    text('Handler', ({ handler }) => handler),
    ageColumn,
  ]),
});
