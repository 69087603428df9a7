import { defineKind } from '../kind.ts';
import type { StatefulSet } from '../types.gen.ts';
import {
  ageColumn, containerColumns, describeColumns, nameColumn, selectorQuery, text,
} from './columns.ts';
import { mapField } from './path-copy.ts';
import { templateOnlyWarnings } from './pod/warnings.ts';
import { statefulSetDefaults } from './statefulset-defaults.ts';
import { validateStatefulSet } from './statefulset-validation.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const statefulSet = defineKind<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['scale', 'status'],
  schema: 'io.k8s.api.apps.v1.StatefulSet',
  defaults: statefulSetDefaults,
  prepare: prepareSpecAndStatus<StatefulSet>({
    freshStatus: () => ({ replicas: 0, availableReplicas: 0 }),
    isChanged: isSpecChanged,
  }),
  validate: validateStatefulSet,
  warnings: templateOnlyWarnings,
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec.selector),
    withReplicas: (object, replicas) => mapField(object, 'spec', (spec) => ({ ...spec, replicas })),
  },
  columns: describeColumns<StatefulSet>('statefulsets.apps', [
    nameColumn,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    ageColumn,
    ...containerColumns<StatefulSet>(({ spec }) => spec.template),
  ]),
});
