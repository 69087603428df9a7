import { defineKind } from '../kind.ts';
import type { LocalSubjectAccessReview } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';

export const localSubjectAccessReview = defineKind<LocalSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  singular: 'localsubjectaccessreview',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
  columns: describeColumns<LocalSubjectAccessReview>(
    'localsubjectaccessreviews.authorization.k8s.io',
    [nameColumn, creationTimeColumn],
  ),
});
