/**
 * Nothing is created in a namespace that is not there or is going, and the three first namespaces
 * stay. Follows apiserver pkg/admission/plugin/namespace/lifecycle/admission.go.
 */
import { StatusError, forbiddenAction, notFound } from '../../../api/status.ts';
import type { Namespace } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { readEntry } from '../storage.ts';

const immortal = new Set(['default', 'kube-system', 'kube-public']);

export const namespaceLifecycle: Plugin = {
  name: 'NamespaceLifecycle',
  handles: ({ operation, resource: { kind } }) =>
    operation === 'CREATE' ? kind.namespaced : operation === 'DELETE' && kind.kind === 'Namespace',
  *admit(attributes, object) {
    yield* checkNamespace(attributes);
    return object;
  },
  *validate({ operation, resource, x: { route } }) {
    if (operation !== 'DELETE' || !immortal.has(route.name)) return;
    throw new StatusError(
      forbiddenAction(resource.kind, route.name, 'this namespace may not be deleted'),
    );
  },
};

function* checkNamespace({ x, resource, object, subresource = '' }: Attributes): Story {
  // Reviews of access ask about namespaces; they need not be there.
  if (resource.kind.group === 'authorization.k8s.io') return;
  const namespaces = x.server.registry.named('namespaces');
  const { namespace } = x.route;
  if (namespaces === undefined || subresource === 'eviction') return;
  const key = namespaces.key('', namespace);
  const entry = namespaces.cache.get(key) ?? (yield* readEntry(x, key));
  if (entry === undefined) throw new StatusError(notFound(namespaces.kind, namespace));
  const { metadata, status } = entry.object as Namespace;
  if (metadata.deletionTimestamp === undefined && status?.phase !== 'Terminating') return;
  const refusal = forbiddenAction(
    resource.kind,
    object?.metadata.name ?? '',
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw new StatusError({ ...refusal, details: { ...refusal.details, causes: [cause] } });
}
