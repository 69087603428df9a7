import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { ServiceCIDR } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const serviceCidr = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  singular: 'servicecidr',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.networking.v1.ServiceCIDR',
  prepare: prepareSpecAndStatus<ServiceCIDR>({ freshStatus: () => ({}) }),
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<ServiceCIDR>('servicecidrs.networking.k8s.io', [
    nameColumn,
    text('CIDRs', ({ spec }) => (spec?.cidrs ?? []).join(',')),
    ageColumn,
  ]),
});
