import { isDeepEqual } from '../equal.ts';
import { defineKind } from '../kind.ts';
import type { DaemonSet, DaemonSetSpec } from '../types.gen.ts';
import {
  ageColumn,
  containerColumns,
  describeColumns,
  formatLabels,
  formatSelector,
  integer,
  nameColumn,
  text,
  wide,
} from './columns.ts';
import { validateDaemonSet } from './daemonset-validation.ts';
import { fill, fillAbsent, mapField, withField } from './path-copy.ts';
import { podTemplateDefaults } from './pod/defaults.ts';
import { templateOnlyWarnings } from './pod/warnings.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

const prepareBoth = prepareSpecAndStatus<DaemonSet>({
  freshStatus: () => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
  isChanged: isSpecChanged,
});

export const daemonSet = defineKind<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.apps.v1.DaemonSet',
  defaults: (object) => mapField(object, 'spec', specDefaults),
  prepare: (next, previous, subresource) => {
    const prepared = prepareBoth(next, previous, subresource);
    return subresource === 'status' ? prepared : withTemplateGeneration(prepared, previous);
  },
  validate: validateDaemonSet,
  warnings: templateOnlyWarnings,
  columns: describeColumns<DaemonSet>('daemonsets.apps', [
    nameColumn,
    integer('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer('Current', ({ status }) => status?.currentNumberScheduled ?? 0),
    integer('Ready', ({ status }) => status?.numberReady ?? 0),
    integer('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer('Available', ({ status }) => status?.numberAvailable ?? 0),
    text('Node Selector', ({ spec }) => formatLabels(spec?.template.spec?.nodeSelector)),
    ageColumn,
    ...containerColumns<DaemonSet>(({ spec }) => spec?.template),
    wide('Selector', ({ spec }) => formatSelector(spec?.selector)),
  ]),
});

function specDefaults(spec: DaemonSetSpec): DaemonSetSpec {
  const next = mapField(
    fillAbsent(spec, { revisionHistoryLimit: 10 }),
    'template',
    podTemplateDefaults,
  );
  const strategy = fill(next.updateStrategy ?? {}, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return withField(next, 'updateStrategy', strategy);
  const rollingUpdate = fillAbsent(strategy.rollingUpdate ?? {}, {
    maxUnavailable: 1,
    maxSurge: 0,
  });
  return withField(next, 'updateStrategy', withField(strategy, 'rollingUpdate', rollingUpdate));
}

const generationKey = 'deprecated.daemonset.template.generation';

/** The template's own generation lives on as an annotation (pkg/apis/apps/v1/conversion.go). */
function withTemplateGeneration(next: DaemonSet, previous: DaemonSet | undefined): DaemonSet {
  const before = Number(previous?.metadata.annotations?.[generationKey] ?? 0);
  const isSame =
    previous !== undefined && isDeepEqual(next.spec?.template, previous.spec?.template);
  const sent = Number(next.metadata.annotations?.[generationKey] ?? 0);
  const generation = previous === undefined ? Math.max(sent || 0, 1) : before + (isSame ? 0 : 1);
  if (next.metadata.annotations?.[generationKey] === `${generation}`) return next;
  const annotations = { ...next.metadata.annotations, [generationKey]: `${generation}` };
  return { ...next, metadata: { ...next.metadata, annotations } };
}
