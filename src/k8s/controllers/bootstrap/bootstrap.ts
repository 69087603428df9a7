/**
 * Small controllers of a cluster's first days: bootstrap tokens end when their time is over, and
 * cluster-info in kube-public is signed with each of them, so that a joining node can trust it.
 * Upstream: pkg/controller/bootstrap (tokencleaner.go, bootstrapsigner.go, jws.go).
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { decodeBase64 } from '../../../api/base64.ts';
import { keyOf } from '../../../api/object.ts';
import type { Secret } from '../../../api/types.gen.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import { defineController, type Outcome, settled, type View } from '../../client/index.ts';
import { detachedSignature } from './jws.ts';

const tokenType = 'bootstrap.kubernetes.io/token';
const infoKey = 'kube-public/cluster-info';
const signaturePrefix = 'jws-kubeconfig-';

const isToken = ({ type, metadata }: Secret): boolean =>
  type === tokenType && metadata.namespace === 'kube-system';
const field = ({ data }: Secret, name: string): string => decodeBase64(data?.[name] ?? '') ?? '';

/** When a token ends; undefined when it never does. */
const endOf = (secret: Secret): number | undefined => {
  const text = field(secret, 'expiration');
  return text === '' ? undefined : (parseTime(text) ?? 0);
};

export const tokenCleaner = defineController({
  name: 'token-cleaner',
  workers: 1,
  watches: { Secret: (secret) => (isToken(secret) ? [keyOf(secret)] : []) },
  reconcile: (view: View, key: string): Outcome => {
    const secret = view.get('Secret', key);
    const end = secret === undefined ? undefined : endOf(secret);
    if (end === undefined) return settled;
    if (end > view.nowMs) return { writes: [], requeueAfterMs: end - view.nowMs };
    return {
      writes: [{
        verb: 'delete', kind: 'Secret', key, accepts: [404], because: 'the token has expired',
      }],
    };
  },
});

export const bootstrapSigner = defineController({
  name: 'bootstrap-signer',
  workers: 1,
  watches: {
    ConfigMap: (map) => (keyOf(map) === infoKey ? [infoKey] : []),
    Secret: (secret) => (isToken(secret) ? [infoKey] : []),
  },
  reconcile: (view: View): Outcome => {
    const map = view.get('ConfigMap', infoKey);
    const kubeconfig = map?.data?.['kubeconfig'];
    if (map === undefined || kubeconfig === undefined) return settled;
    const data: Record<string, string> = {};
    for (const [name, text] of Object.entries(map.data ?? {})) {
      if (!name.startsWith(signaturePrefix)) data[name] = text;
    }
    for (const secret of view.of('Secret').inNamespace('kube-system')) {
      if (!isToken(secret) || field(secret, 'usage-bootstrap-signing') !== 'true') continue;
      const [id, word] = [field(secret, 'token-id'), field(secret, 'token-secret')];
      const end = endOf(secret);
      if (id === '' || word === '' || (end !== undefined && end <= view.nowMs)) continue;
      data[`${signaturePrefix}${id}`] = detachedSignature(kubeconfig, id, word);
    }
    if (isDeepEqual(data, map.data)) return settled;
    return {
      writes: [{
        verb: 'update', kind: 'ConfigMap', key: infoKey, body: { ...map, data },
        because: 'the bootstrap tokens have changed',
      }],
    };
  },
});
