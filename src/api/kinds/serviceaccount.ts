import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { ServiceAccount } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { storedVerbs } from './strategy.ts';

export const serviceAccount = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['token'],
  schema: 'io.k8s.api.core.v1.ServiceAccount',
  // Of a secret's reference only the name is kept.
  prepare: (next) => next.secrets?.some((one) => Object.keys(one).length > 1)
    ? { ...next, secrets: next.secrets.map(({ name }) => (name === undefined ? {} : { name })) }
    : next,
  validate: validateMetadata({ namespaced: true, name: nameIsDnsSubdomain }),
  columns: describeColumns<ServiceAccount>('serviceaccounts', [
    nameColumn,
    text('Secrets', ({ secrets }) => secrets?.length ?? 0),
    ageColumn,
  ]),
});
