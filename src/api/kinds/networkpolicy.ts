import { defineKind } from '../kind.ts';
import type { NetworkPolicy } from '../types.gen.ts';
import { ageColumn, describeColumns, formatSelector, nameColumn, text } from './columns.ts';
import { networkPolicyDefaults, validateNetworkPolicy } from './networkpolicy-rules.ts';
import { prepareCounted, storedVerbs } from './strategy.ts';

export const networkPolicy = defineKind<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.networking.v1.NetworkPolicy',
  defaults: networkPolicyDefaults,
  prepare: prepareCounted<NetworkPolicy>(({ spec }) => spec),
  validate: validateNetworkPolicy,
  columns: describeColumns<NetworkPolicy>('networkpolicies.networking.k8s.io', [
    nameColumn,
    text('Pod-Selector', ({ spec }) => formatSelector(spec?.podSelector)),
    ageColumn,
  ]),
});
