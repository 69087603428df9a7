import { defineKind } from '../kind.ts';
import type { IPAddress } from '../types.gen.ts';
import { describeColumns, nameColumn, text } from './columns.ts';
import { validateIpAddress } from './servicecidr-validation.ts';
import { storedVerbs } from './strategy.ts';

export const ipAddress = defineKind<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.networking.v1.IPAddress',
  validate: validateIpAddress,
  columns: describeColumns<IPAddress>('ipaddresses.networking.k8s.io', [
    nameColumn,
    text('ParentRef', ({ spec: { parentRef: parent } }) =>
      [parent.group, parent.resource, parent.namespace, parent.name]
        .filter(Boolean).join('/')),
  ]),
});
