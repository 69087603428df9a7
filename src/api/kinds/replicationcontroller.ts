import { defineKind } from '../kind.ts';
import type { ReplicationController } from '../types.gen.ts';
import {
  ageColumn,
  containerColumns,
  describeColumns,
  formatLabels,
  integer,
  nameColumn,
  selectorQuery,
  wide,
} from './columns.ts';
import { mapField } from './path-copy.ts';
import { templateWarnings } from './pod/warnings.ts';
import { controllerDefaults, validateController } from './replicationcontroller-rules.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const replicationController = defineKind<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['scale', 'status'],
  schema: 'io.k8s.api.core.v1.ReplicationController',
  defaults: controllerDefaults,
  prepare: prepareSpecAndStatus<ReplicationController>({
    freshStatus: () => ({ replicas: 0 }),
    isChanged: isSpecChanged,
  }),
  validate: validateController,
  warnings: templateWarnings,
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => selectorQuery({ matchLabels: spec.selector ?? {} }),
    withReplicas: (object, replicas) => mapField(object, 'spec', (spec) => ({ ...spec, replicas })),
  },
  columns: describeColumns<ReplicationController>('replicationcontrollers', [
    nameColumn,
    integer('Desired', ({ spec }) => spec.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns<ReplicationController>(({ spec }) => spec.template),
    wide('Selector', ({ spec }) => formatLabels(spec.selector)),
  ]),
});
