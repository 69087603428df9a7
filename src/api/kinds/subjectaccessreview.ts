import { defineKind } from '../kind.ts';
import type { SubjectAccessReview } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';

export const subjectAccessReview = defineKind<SubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  singular: 'subjectaccessreview',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.authorization.v1.SubjectAccessReview',
  columns: describeColumns<SubjectAccessReview>('subjectaccessreviews.authorization.k8s.io', [
    nameColumn,
    creationTimeColumn,
  ]),
});
