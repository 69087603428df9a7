import { defineKind } from '../kind.ts';
import type { Namespace } from '../types.gen.ts';
import { nameIsDnsLabel } from '../names.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { fill, withField } from './path-copy.ts';
import { validateMetadata } from './metadata.ts';

export const namespace = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  // No deletecollection: emptying a whole cluster by one call is not offered.
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: ['finalize', 'status'],
  schema: 'io.k8s.api.core.v1.Namespace',
  defaults: (object) => {
    const status = fill(object.status ?? {}, { phase: 'Active' });
    return withField(withNameLabel(object), 'status', status);
  },
  prepare: (next, previous, subresource) => {
    if (previous === undefined) {
      const finalizers = next.spec?.finalizers ?? [];
      const all = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
      return {
        ...withNameLabel(next),
        spec: { ...next.spec, finalizers: all },
        status: { phase: 'Active' },
      };
    }
    if (subresource === 'status') return withField(next, 'spec', previous.spec!);
    const spec = withField(next.spec ?? {}, 'finalizers', previous.spec?.finalizers ?? []);
    return withNameLabel({ ...next, spec, status: previous.status ?? {} });
  },
  validate: validateMetadata({ namespaced: false, name: nameIsDnsLabel }),
  selectableFields: ({ metadata, status }) => ({
    'status.phase': status?.phase ?? '',
    name: metadata.name,
  }),
  columns: describeColumns<Namespace>('namespaces', [
    nameColumn,
    text('Status', ({ status }) => status?.phase ?? ''),
    ageColumn,
  ]),
});

const nameLabel = 'kubernetes.io/metadata.name';

/** Every namespace carries its name as a label, so that selectors can pick it by name. */
function withNameLabel(object: Namespace): Namespace {
  const { metadata } = object;
  if (!metadata.name || metadata.labels?.[nameLabel] === metadata.name) return object;
  const labels = { ...metadata.labels, [nameLabel]: metadata.name };
  return { ...object, metadata: { ...metadata, labels } };
}
