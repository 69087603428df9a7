import { defineKind } from '../kind.ts';
import type { ConfigMap } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateConfigMap } from './config-validation.ts';
import { storedVerbs } from './strategy.ts';

export const configMap = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.core.v1.ConfigMap',
  validate: validateConfigMap,
  columns: describeColumns<ConfigMap>('configmaps', [
    nameColumn,
    text('Data', ({ data, binaryData }) =>
      Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length),
    ageColumn,
  ]),
});
