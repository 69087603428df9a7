import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { LimitRange } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';
import { limitRangeDefaults } from './limitrange-defaults.ts';
import { validateMetadata } from './metadata.ts';
import { storedVerbs } from './strategy.ts';

export const limitRange = defineKind<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.core.v1.LimitRange',
  defaults: limitRangeDefaults,
  validate: validateMetadata({ namespaced: true, name: nameIsDnsSubdomain }),
  columns: describeColumns<LimitRange>('limitranges', [
    nameColumn,
    creationTimeColumn,
  ]),
});
