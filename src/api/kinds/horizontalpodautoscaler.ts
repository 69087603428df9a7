import { defineKind } from '../kind.ts';
import type { HorizontalPodAutoscaler } from '../types.gen.ts';
import { autoscalerDefaults, metricsText } from './autoscaler-metrics.ts';
import { validateAutoscaler } from './autoscaler-validation.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const horizontalPodAutoscaler = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  defaults: autoscalerDefaults,
  prepare: prepareSpecAndStatus<HorizontalPodAutoscaler>({
    freshStatus: () => ({ desiredReplicas: 0, currentMetrics: null as never }),
  }),
  validate: validateAutoscaler,
  columns: describeColumns<HorizontalPodAutoscaler>('horizontalpodautoscalers.autoscaling', [
    nameColumn,
    text('Reference', ({ spec: { scaleTargetRef: target } }) => `${target.kind}/${target.name}`),
    text('Targets', metricsText),
    text('MinPods', ({ spec }) => `${spec.minReplicas ?? '<unset>'}`),
    text('MaxPods', ({ spec }) => spec.maxReplicas),
    text('Replicas', ({ status }) => status?.currentReplicas ?? 0),
    ageColumn,
  ]),
});
