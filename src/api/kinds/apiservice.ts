import { defineKind } from '../kind.ts';
import type { APIService } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateApiService } from './apiservice-validation.ts';
import { fillAbsent, mapField } from './path-copy.ts';
import { prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const apiService = defineKind<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  singular: 'apiservice',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  defaults: (object) =>
    mapField(object, 'spec', (spec) =>
      mapField(spec, 'service', (service) => fillAbsent(service, { port: 443 })),
    ),
  prepare: prepareSpecAndStatus<APIService>({ freshStatus: () => ({}) }),
  validate: validateApiService,
  columns: describeColumns<APIService>('apiservices.apiregistration.k8s.io', [
    nameColumn,
    text('Service', ({ spec }) =>
      spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local',
    ),
    text('Available', ({ status }) => {
      const available = status?.conditions?.find(({ type }) => type === 'Available');
      if (available === undefined) return 'Unknown';
      return available.status === 'True'
        ? 'True'
        : `${available.status} (${available.reason ?? ''})`;
    }),
    ageColumn,
  ]),
});
