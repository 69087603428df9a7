import { defineKind } from '../kind.ts';
import type { TokenReview } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';

export const tokenReview = defineKind<TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  singular: 'tokenreview',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['create'],
  subresources: [],
  schema: 'io.k8s.api.authentication.v1.TokenReview',
  columns: describeColumns<TokenReview>('tokenreviews.authentication.k8s.io', [
    nameColumn,
    creationTimeColumn,
  ]),
});
