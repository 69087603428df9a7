import { defineKind } from '../kind.ts';
import type { Ingress } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateIngress } from './ingress-validation.ts';
import { isSpecOrAnnotationsChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';

export const ingress = defineKind<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.networking.v1.Ingress',
  prepare: prepareSpecAndStatus<Ingress>({
    freshStatus: () => ({ loadBalancer: {} }),
    isChanged: isSpecOrAnnotationsChanged,
  }),
  validate: validateIngress,
  warnings: ({ metadata }) =>
    metadata.annotations?.['kubernetes.io/ingress.class'] === undefined ? [] : [
      'annotation "kubernetes.io/ingress.class" is deprecated, ' +
        "please use 'spec.ingressClassName' instead",
    ],
  columns: describeColumns<Ingress>('ingresses.networking.k8s.io', [
    nameColumn,
    text('Class', ({ spec }) => spec?.ingressClassName ?? '<none>'),
    text('Hosts', hosts),
    text('Address', ({ status }) => [...new Set((status?.loadBalancer?.ingress ?? [])
      .map(({ ip, hostname }) => ip || hostname || ''))].filter(Boolean).sort().join(',')),
    text('Ports', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ]),
});

/** The hosts of the first rules that name one; `*` for any. */
function hosts({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const named: string[] = [];
  for (const { host } of rules) if (named.length < 3 && host) named.push(host);
  if (named.length === 0) return '*';
  const isMore = named.length === 3 && rules.length > 3;
  return isMore ? `${named.join(',')} + ${rules.length - 3} more...` : named.join(',');
}
