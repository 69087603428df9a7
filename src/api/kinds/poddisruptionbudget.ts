import { defineKind } from '../kind.ts';
import type { PodDisruptionBudget } from '../types.gen.ts';
import { ageColumn, describeColumns, integer, nameColumn, text } from './columns.ts';
import { validateBudget } from './poddisruptionbudget-validation.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const podDisruptionBudget = defineKind<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  prepare: prepareSpecAndStatus<PodDisruptionBudget>({
    freshStatus: () => ({
      disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0,
    }),
    isChanged: isSpecChanged,
  }),
  validate: validateBudget,
  columns: describeColumns<PodDisruptionBudget>('poddisruptionbudgets.policy', [
    nameColumn,
    text('Min Available', ({ spec }) => `${spec?.minAvailable ?? 'N/A'}`),
    text('Max Unavailable', ({ spec }) => `${spec?.maxUnavailable ?? 'N/A'}`),
    integer('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0),
    ageColumn,
  ]),
});
