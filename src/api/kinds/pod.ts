import { defineKind } from '../kind.ts';
import type { Pod } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text, wide } from './columns.ts';
import { podDefaults } from './pod/defaults.ts';
import { isPodFinished } from './pod/facts.ts';
import { podSummary, restartsText } from './pod/status-text.ts';
import { preparePod } from './pod/strategy.ts';
import { validatePodObject } from './pod/validate.ts';
import { podWarnings } from './pod/warnings.ts';
import { storedVerbs } from './strategy.ts';

export const pod = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [
    'attach', 'binding', 'ephemeralcontainers', 'eviction', 'exec', 'log', 'portforward', 'proxy',
    'resize', 'status',
  ],
  schema: 'io.k8s.api.core.v1.Pod',
  defaults: podDefaults,
  prepare: preparePod,
  validate: validatePodObject,
  warnings: podWarnings,
  selectableFields: ({ spec, status }) => ({
    'spec.nodeName': spec?.nodeName ?? '',
    'spec.restartPolicy': spec?.restartPolicy ?? '',
    'spec.schedulerName': spec?.schedulerName ?? '',
    'spec.serviceAccountName': spec?.serviceAccountName ?? '',
    'spec.hostNetwork': String(spec?.hostNetwork ?? false),
    'status.phase': status?.phase ?? '',
    'status.podIP': status?.podIP ?? '',
    'status.nominatedNodeName': status?.nominatedNodeName ?? '',
  }),
  gracePeriodSeconds: (object) => {
    // Nothing runs before it has a node or after it has finished: nothing to wait for.
    if (!object.spec?.nodeName || isPodFinished(object)) return 0;
    const seconds = object.spec.terminationGracePeriodSeconds ?? 0;
    return seconds < 0 ? 1 : seconds;
  },
  columns: describeColumns<Pod>('pods', [
    nameColumn,
    text('Ready', (object) => `${podSummary(object).ready}/${podSummary(object).total}`),
    text('Status', (object) => podSummary(object).reason),
    text('Restarts', (object, { nowMs }) => restartsText(object, nowMs)),
    ageColumn,
    wide('IP', ({ status }) => status?.podIPs?.[0]?.ip || '<none>'),
    wide('Node', ({ spec }) => spec?.nodeName || '<none>'),
    wide('Nominated Node', ({ status }) => status?.nominatedNodeName || '<none>'),
    wide('Readiness Gates', readinessGates),
  ]),
});

function readinessGates({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(({ conditionType }) =>
    status?.conditions?.find(({ type }) => type === conditionType)?.status === 'True');
  return `${open.length}/${gates.length}`;
}
