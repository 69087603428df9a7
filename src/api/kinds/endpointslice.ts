import { isDeepEqual } from '../equal.ts';
import { defineKind } from '../kind.ts';
import type { EndpointSlice } from '../types.gen.ts';
import { ageColumn, describeColumns, listWithMore, nameColumn, text } from './columns.ts';
import { validateEndpointSlice } from './endpointslice-validation.ts';
import { fillAbsent, mapField, mapItems } from './path-copy.ts';
import { storedVerbs, withGeneration } from './strategy.ts';

export const endpointSlice = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.discovery.v1.EndpointSlice',
  defaults: (object) => mapField(object, 'ports', (ports) =>
    mapItems(ports, (port) => fillAbsent(port, { name: '', protocol: 'TCP' }))),
  prepare: (next, previous) => {
    if (previous === undefined) return withGeneration(next, 1);
    const generation = previous.metadata.generation ?? 0;
    return withGeneration(next, isChanged(next, previous) ? generation + 1 : generation);
  },
  validate: validateEndpointSlice,
  columns: describeColumns<EndpointSlice>('endpointslices.discovery.k8s.io', [
    nameColumn,
    text('AddressType', ({ addressType }) => addressType),
    text('Ports', ({ ports }) => listWithMore(
      (ports ?? []).map(({ port, name }) => `${port ?? name ?? '*'}`), 3, '<unset>')),
    text('Endpoints', ({ endpoints }) => listWithMore(
      (endpoints ?? []).flatMap(({ addresses }) => addresses), 3, '<unset>')),
    ageColumn,
  ]),
});

const isChanged = (next: EndpointSlice, previous: EndpointSlice): boolean =>
  !isDeepEqual(next.endpoints, previous.endpoints) || !isDeepEqual(next.ports, previous.ports) ||
  next.addressType !== previous.addressType ||
  !isDeepEqual(next.metadata.labels ?? {}, previous.metadata.labels ?? {});
