import { defineKind } from '../kind.ts';
import type { SelfSubjectAccessReview } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';

export const selfSubjectAccessReview = defineKind<SelfSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
  columns: describeColumns<SelfSubjectAccessReview>(
    'selfsubjectaccessreviews.authorization.k8s.io',
    [nameColumn, creationTimeColumn],
  ),
});
