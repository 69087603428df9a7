import { defineKind } from '../kind.ts';
import type { ResourceQuota } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { quotaDefaults, quotaText } from './resourcequota-text.ts';
import { validateQuota } from './resourcequota-validation.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const resourceQuota = defineKind<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.core.v1.ResourceQuota',
  defaults: quotaDefaults,
  prepare: prepareSpecAndStatus<ResourceQuota>({ freshStatus: () => ({}) }),
  validate: validateQuota,
  columns: describeColumns<ResourceQuota>('resourcequotas', [
    nameColumn,
    text('Request', (object) => quotaText(object, false)),
    text('Limit', (object) => quotaText(object, true)),
    ageColumn,
  ]),
});
