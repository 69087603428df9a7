import { defineKind } from '../kind.ts';
import type { Service } from '../types.gen.ts';
import { ageColumn, describeColumns, formatLabels, nameColumn, text, wide } from './columns.ts';
import { serviceDefaults } from './service-defaults.ts';
import { prepareService } from './service-strategy.ts';
import { validateService } from './service-validation.ts';
import { storedVerbs } from './strategy.ts';

export const service = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['proxy', 'status'],
  schema: 'io.k8s.api.core.v1.Service',
  defaults: serviceDefaults,
  prepare: prepareService,
  validate: validateService,
  selectableFields: ({ spec }) => ({
    'spec.clusterIP': spec?.clusterIP ?? '',
    'spec.type': spec?.type ?? '',
  }),
  columns: describeColumns<Service>('services', [
    nameColumn,
    text('Type', ({ spec }) => spec?.type ?? ''),
    text('Cluster-IP', ({ spec }) => spec?.clusterIPs?.[0] ?? '<none>'),
    text('External-IP', externalIp),
    text('Port(s)', ports),
    ageColumn,
    wide('Selector', ({ spec }) => formatLabels(spec?.selector)),
  ]),
});

function externalIp({ spec, status }: Service): string {
  const externalIps = spec?.externalIPs ?? [];
  if (spec?.type === 'ExternalName') return spec.externalName ?? '';
  if (spec?.type === 'ClusterIP' || spec?.type === 'NodePort') {
    return externalIps.join(',') || '<none>';
  }
  if (spec?.type !== 'LoadBalancer') return '<unknown>';
  const balancers = new Set((status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname || '').filter((address) => address !== ''));
  return [...[...balancers].sort(), ...externalIps].join(',') || '<pending>';
}

function ports({ spec }: Service): string {
  const pieces = (spec?.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`);
  return pieces.join(',') || '<none>';
}
