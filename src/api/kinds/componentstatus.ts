import { defineKind } from '../kind.ts';
import type { ComponentStatus } from '../types.gen.ts';
import { describeColumns, nameColumn, text } from './columns.ts';

export const componentStatus = defineKind<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  categories: [],
  namespaced: false,
  verbs: ['get', 'list'],
  subresources: [],
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  schema: 'io.k8s.api.core.v1.ComponentStatus',
  columns: describeColumns<ComponentStatus>('componentstatuses', [
    nameColumn,
    text('Status', (object) => {
      const status = healthOf(object)?.status;
      return status === undefined ? 'Unknown' : status === 'True' ? 'Healthy' : 'Unhealthy';
    }),
    text('Message', (object) => healthOf(object)?.message ?? ''),
    text('Error', (object) => healthOf(object)?.error ?? ''),
  ]),
});

const healthOf = ({ conditions }: ComponentStatus) =>
  conditions?.find(({ type }) => type === 'Healthy');
