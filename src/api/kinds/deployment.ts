import { defineKind } from '../kind.ts';
import type { Deployment, DeploymentSpec } from '../types.gen.ts';
import {
  ageColumn, containerColumns, describeColumns, nameColumn, selectorQuery, text, wide,
} from './columns.ts';
import { validateDeployment } from './deployment-validation.ts';
import { fill, fillAbsent, mapField, withField } from './path-copy.ts';
import { podTemplateDefaults } from './pod/defaults.ts';
import { templateWarnings } from './pod/warnings.ts';
import { isSpecOrAnnotationsChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const deployment = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['scale', 'status'],
  schema: 'io.k8s.api.apps.v1.Deployment',
  defaults: (object) => mapField(object, 'spec', specDefaults),
  prepare: prepareSpecAndStatus<Deployment>({
    freshStatus: () => ({}),
    isChanged: isSpecOrAnnotationsChanged,
    statusKeepsLabels: true,
  }),
  validate: validateDeployment,
  warnings: templateWarnings,
  scale: {
    replicas: ({ spec }) => spec?.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec?.selector ?? {}),
    withReplicas: (object, replicas) => mapField(object, 'spec', (spec) => ({ ...spec, replicas })),
  },
  columns: describeColumns<Deployment>('deployments.apps', [
    nameColumn,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    text('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    text('Available', ({ status }) => status?.availableReplicas ?? 0),
    ageColumn,
    ...containerColumns<Deployment>(({ spec }) => spec?.template),
    wide('Selector', ({ spec }) => selectorQuery(spec?.selector ?? {})),
  ]),
});

const values: Partial<DeploymentSpec> = {
  replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600,
};
const rollingValues = { maxUnavailable: '25%', maxSurge: '25%' };

function specDefaults(spec: DeploymentSpec): DeploymentSpec {
  const next = mapField(fillAbsent(spec, values), 'template', podTemplateDefaults);
  const strategy = fill(next.strategy ?? {}, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return withField(next, 'strategy', strategy);
  const rollingUpdate = fillAbsent(strategy.rollingUpdate ?? {}, rollingValues);
  return withField(next, 'strategy', withField(strategy, 'rollingUpdate', rollingUpdate));
}
