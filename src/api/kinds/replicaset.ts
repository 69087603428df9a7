import { defineKind } from '../kind.ts';
import type { ReplicaSet } from '../types.gen.ts';
import {
  ageColumn, containerColumns, describeColumns, formatSelector, integer, nameColumn, selectorQuery,
  wide,
} from './columns.ts';
import { fillAbsent, mapField } from './path-copy.ts';
import { podTemplateDefaults } from './pod/defaults.ts';
import { templateWarnings } from './pod/warnings.ts';
import { validateReplicaSet } from './replicaset-validation.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const replicaSet = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['scale', 'status'],
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  defaults: (object) => mapField(object, 'spec', (spec) =>
    mapField(fillAbsent(spec, { replicas: 1 }), 'template', podTemplateDefaults)),
  prepare: prepareSpecAndStatus<ReplicaSet>({
    freshStatus: () => ({ replicas: 0 }),
    isChanged: isSpecChanged,
  }),
  validate: validateReplicaSet,
  warnings: templateWarnings,
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  scale: {
    replicas: ({ spec }) => spec?.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec?.selector ?? {}),
    withReplicas: (object, replicas) => mapField(object, 'spec', (spec) => ({ ...spec, replicas })),
  },
  columns: describeColumns<ReplicaSet>('replicasets.apps', [
    nameColumn,
    integer('Desired', ({ spec }) => spec?.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns<ReplicaSet>(({ spec }) => spec?.template),
    wide('Selector', ({ spec }) => formatSelector(spec?.selector)),
  ]),
});
