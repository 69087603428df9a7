import { defineKind } from '../kind.ts';
import type { ServiceCIDR } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateServiceCidr } from './servicecidr-validation.ts';
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
  validate: validateServiceCidr,
  columns: describeColumns<ServiceCIDR>('servicecidrs.networking.k8s.io', [
    nameColumn,
    text('CIDRs', ({ spec }) => (spec?.cidrs ?? []).join(',')),
    ageColumn,
  ]),
});
