import { defineKind } from '../kind.ts';
import type { LimitRange } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';
import { limitRangeDefaults } from './limitrange-defaults.ts';
import { validateLimitRange } from './limitrange-validation.ts';
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
  validate: validateLimitRange,
  columns: describeColumns<LimitRange>('limitranges', [nameColumn, creationTimeColumn]),
});
