/**
 * Every namespace has a ServiceAccount named default; Pods that name none get it.
 * Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go.
 */
import { defineController, type Outcome, settled, type View } from '../client/index.ts';

export const serviceAccountController = defineController({
  name: 'serviceaccount-controller',
  watches: {
    Namespace: ({ metadata }) => [metadata.name],
    ServiceAccount: ({ metadata }) =>
      metadata.name === 'default' ? [metadata.namespace ?? ''] : [],
  },
  reconcile,
});

function reconcile(view: View, namespace: string): Outcome {
  const object = view.get('Namespace', namespace);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return settled;
  if (view.get('ServiceAccount', `${namespace}/default`) !== undefined) return settled;
  return {
    writes: [{
      verb: 'create',
      kind: 'ServiceAccount',
      key: `${namespace}/default`,
      body: {
        apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace },
      },
      accepts: [409],
      because: `namespace ${namespace} has no default service account`,
    }],
  };
}
