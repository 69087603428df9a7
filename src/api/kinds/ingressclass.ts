import { defineKind } from '../kind.ts';
import type { IngressClass } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateIngressClass } from './ingress-validation.ts';
import { fillAbsent, mapField } from './path-copy.ts';
import { prepareCounted, storedVerbs } from './strategy.ts';

export const ingressClass = defineKind<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.networking.v1.IngressClass',
  defaults: (object) => mapField(object, 'spec', (spec) =>
    mapField(spec, 'parameters', (parameters) => fillAbsent(parameters, { scope: 'Cluster' }))),
  prepare: prepareCounted<IngressClass>(({ spec }) => spec),
  validate: validateIngressClass,
  columns: describeColumns<IngressClass>('ingressclasses.networking.k8s.io', [
    nameColumn,
    text('Controller', ({ spec }) => spec?.controller ?? ''),
    text('Parameters', ({ spec }) => {
      const parameters = spec?.parameters;
      if (parameters === undefined) return '<none>';
      const group = parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
      return `${parameters.kind}${group}/${parameters.name}`;
    }),
    ageColumn,
  ]),
});
