import { defineKind } from '../kind.ts';
import type { Endpoints } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateEndpoints } from './endpoints-validation.ts';
import { fill, mapField, mapItems } from './path-copy.ts';
import { storedVerbs } from './strategy.ts';

export const endpoints = defineKind<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.core.v1.Endpoints',
  defaults: (object) => mapField(object, 'subsets', (subsets) => mapItems(subsets, (subset) =>
    mapField(subset, 'ports', (ports) =>
      mapItems(ports, (port) => fill(port, { protocol: 'TCP' }))))),
  validate: validateEndpoints,
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  columns: describeColumns<Endpoints>('endpoints', [
    nameColumn,
    text('Endpoints', formatEndpoints),
    ageColumn,
  ]),
});

/** The first three addresses, each with its port where there is one. */
function formatEndpoints({ subsets }: Endpoints): string {
  if (subsets === undefined || subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => ports.length === 0
    ? addresses.map(({ ip }) => ip)
    : ports.flatMap(({ port }) => addresses.map(({ ip }) => joinHostPort(ip, port))));
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}

const joinHostPort = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
