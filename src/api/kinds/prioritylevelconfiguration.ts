import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { PriorityLevelConfiguration } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { fill, fillAbsent, mapField } from './path-copy.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const priorityLevelConfiguration = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  defaults: (object) =>
    mapField(object, 'spec', (spec) =>
      mapField(spec, 'limited', (limited) =>
        mapField(
          fillAbsent(limited, { nominalConcurrencyShares: 30, lendablePercent: 0 }),
          'limitResponse',
          (response) =>
            mapField(response, 'queuing', (queuing) =>
              fill(queuing, { handSize: 8, queues: 64, queueLengthLimit: 50 }),
            ),
        ),
      ),
    ),
  prepare: prepareSpecAndStatus<PriorityLevelConfiguration>({
    freshStatus: () => ({}),
    isChanged: isSpecChanged,
  }),
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<PriorityLevelConfiguration>(
    'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
    [
      nameColumn,
      text('Type', ({ spec }) => spec?.type ?? ''),
      text(
        'NominalConcurrencyShares',
        ({ spec }) => spec?.limited?.nominalConcurrencyShares ?? '<none>',
      ),
      text('Queues', ({ spec }) => spec?.limited?.limitResponse?.queuing?.queues ?? '<none>'),
      text('HandSize', ({ spec }) => spec?.limited?.limitResponse?.queuing?.handSize ?? '<none>'),
      text(
        'QueueLengthLimit',
        ({ spec }) => spec?.limited?.limitResponse?.queuing?.queueLengthLimit ?? '<none>',
      ),
      ageColumn,
    ],
  ),
});
