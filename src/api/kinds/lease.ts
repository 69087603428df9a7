import { defineKind } from '../kind.ts';
import type { Lease } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateLease } from './lease-validation.ts';
import { storedVerbs } from './strategy.ts';

export const lease = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.coordination.v1.Lease',
  validate: validateLease,
  columns: describeColumns<Lease>('leases.coordination.k8s.io', [
    nameColumn,
    text('Holder', ({ spec }) => spec?.holderIdentity ?? ''),
    ageColumn,
  ]),
});
