import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { AutoscalingHorizontalPodAutoscaler, HorizontalPodAutoscaler } from '../types.gen.ts';
import { toV1, toV2 } from './autoscaler-conversion.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { fillAbsent, mapField } from './path-copy.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const autoscalingHorizontalPodAutoscaler = defineKind<AutoscalingHorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  defaults: (object) =>
    mapField(object, 'spec', (spec) =>
      // The CPU's target comes with the conversion, which knows of other metrics.
      fillAbsent(spec, { minReplicas: 1 }),
    ),
  storedAs: {
    apiVersion: 'autoscaling/v2',
    toStored: toV2,
    fromStored: (object) => toV1(object as HorizontalPodAutoscaler),
  },
  prepare: prepareSpecAndStatus<AutoscalingHorizontalPodAutoscaler>({
    freshStatus: () => ({ currentReplicas: 0, desiredReplicas: 0 }),
  }),
  validate: validateMetadata({ namespaced: true, name: nameIsDnsSubdomain }),
  columns: describeColumns<AutoscalingHorizontalPodAutoscaler>(
    'horizontalpodautoscalers.autoscaling',
    [
      nameColumn,
      text('Reference', ({ spec: { scaleTargetRef: target } }) => `${target.kind}/${target.name}`),
      text('Targets', ({ spec, status }) => {
        const current = status?.currentCPUUtilizationPercentage;
        const shown = current === undefined ? '<unknown>' : `${current}%`;
        return `cpu: ${shown}/${spec.targetCPUUtilizationPercentage ?? 80}%`;
      }),
      text('MinPods', ({ spec }) => `${spec.minReplicas ?? '<unset>'}`),
      text('MaxPods', ({ spec }) => spec.maxReplicas),
      text('Replicas', ({ status }) => status?.currentReplicas ?? 0),
      ageColumn,
    ],
  ),
});
