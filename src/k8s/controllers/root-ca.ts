/**
 * Every namespace gets the cluster's CA as ConfigMap kube-root-ca.crt: Pods check the API server's
 * certificate with it. Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go.
 */
import { isDeepEqual } from '../../api/equal.ts';
import { keyOf } from '../../api/object.ts';
import { defineController, encodeCertificate, settled, type View } from '../client/index.ts';
import type { MakeController } from './options.ts';

const name = 'kube-root-ca.crt';
const description = 'Contains a CA bundle that can be used to verify the kube-apiserver when ' +
  'using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
  'No other usage is guaranteed across distributions of Kubernetes clusters.';

export const rootCaController: MakeController = ({ rootCa }) => {
  const text = rootCa ?? encodeCertificate({ commonName: 'kubernetes', organizations: [] });
  return defineController({
    name: 'root-ca-certificate-publisher-controller',
    watches: {
      Namespace: ({ metadata }) => [metadata.name],
      ConfigMap: ({ metadata }) => (metadata.name === name ? [metadata.namespace ?? ''] : []),
    },
    reconcile: (view, namespace) => reconcile(view, namespace, text),
  });
};

function reconcile(view: View, namespace: string, text: string) {
  const object = view.get('Namespace', namespace);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return settled;
  const current = view.get('ConfigMap', `${namespace}/${name}`);
  const data = { 'ca.crt': text };
  const annotations = { 'kubernetes.io/description': description };
  if (current === undefined) {
    const metadata = { name, namespace, annotations };
    return {
      writes: [{
        verb: 'create', kind: 'ConfigMap', key: `${namespace}/${name}`,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
        accepts: [409],
        because: `namespace ${namespace} has no root CA`,
      }] as const,
    };
  }
  if (isDeepEqual(current.data, data)) return settled;
  return {
    writes: [{
      verb: 'update', kind: 'ConfigMap', key: keyOf(current), body: { ...current, data },
      because: `somebody changed the root CA of ${namespace}`,
    }] as const,
  };
}
