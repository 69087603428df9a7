import { defineKind } from '../kind.ts';
import type { SelfSubjectReview } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';

export const selfSubjectReview = defineKind<SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.authentication.v1.SelfSubjectReview',
  columns: describeColumns<SelfSubjectReview>('selfsubjectreviews.authentication.k8s.io', [
    nameColumn,
    creationTimeColumn,
  ]),
});
