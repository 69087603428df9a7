import { defineKind } from '../kind.ts';
import type { SelfSubjectRulesReview } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';

export const selfSubjectRulesReview = defineKind<SelfSubjectRulesReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  columns: describeColumns<SelfSubjectRulesReview>('selfsubjectrulesreviews.authorization.k8s.io', [
    nameColumn,
    creationTimeColumn,
  ]),
});
