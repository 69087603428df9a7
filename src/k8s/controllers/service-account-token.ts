/**
 * Fills the Secrets of type kubernetes.io/service-account-token with a token that has no end, and
 * removes those whose account is not there. Upstream: pkg/controller/serviceaccount/
 * tokens_controller.go; simplified: no clean-up of tokens that nobody used for a year.
 */
import { encodeBase64 } from '../../api/base64.ts';
import { keyOf } from '../../api/object.ts';
import type { Secret } from '../../api/types.gen.ts';
import {
  defineController,
  encodeCertificate,
  type Outcome,
  settled,
  signToken,
  type View,
} from '../client/index.ts';
import type { MakeController } from './options.ts';

const nameKey = 'kubernetes.io/service-account.name';
const uidKey = 'kubernetes.io/service-account.uid';

const isToken = ({ type }: Secret): boolean => type === 'kubernetes.io/service-account-token';

export const serviceAccountTokens: MakeController = ({ rootCa }) => {
  const ca = rootCa ?? encodeCertificate({ commonName: 'kubernetes', organizations: [] });
  return defineController({
    name: 'serviceaccount-token-controller',
    watches: {
      Secret: (secret) => (isToken(secret) ? [keyOf(secret)] : []),
      // An account that goes takes its tokens with it.
      ServiceAccount: ({ metadata: { name, namespace = '' } }, view) =>
        [...view.of('Secret').inNamespace(namespace)]
          .filter((secret) => isToken(secret) && secret.metadata.annotations?.[nameKey] === name)
          .map(keyOf),
    },
    reconcile: (view, key) => reconcile(view, key, ca),
  });
};

function reconcile(view: View, key: string, ca: string): Outcome {
  const secret = view.get('Secret', key);
  if (secret === undefined || !isToken(secret)) return settled;
  const { namespace = '', name, annotations = {} } = secret.metadata;
  if (secret.metadata.deletionTimestamp !== undefined) return settled;
  const account = view.get('ServiceAccount', `${namespace}/${annotations[nameKey] ?? ''}`);
  const wanted = annotations[uidKey];
  if (account === undefined || (wanted !== undefined && wanted !== account.metadata.uid)) {
    return {
      writes: [{
        verb: 'delete', kind: 'Secret', key, accepts: [404],
        because: `service account ${annotations[nameKey] ?? ''} is not there`,
      }],
    };
  }
  const uid = account.metadata.uid ?? '';
  const { data = {} } = secret;
  const encodedCa = encodeBase64(ca);
  const encodedNamespace = encodeBase64(namespace);
  if (
    wanted !== undefined && data['token'] !== undefined &&
    data['ca.crt'] === encodedCa && data['namespace'] === encodedNamespace
  ) return settled;
  const claims = 'kubernetes.io/serviceaccount';
  const token = data['token'] ?? encodeBase64(signToken({
    iss: claims,
    [`${claims}/namespace`]: namespace,
    [`${claims}/secret.name`]: name,
    [`${claims}/service-account.name`]: account.metadata.name,
    [`${claims}/service-account.uid`]: uid,
    sub: `system:serviceaccount:${namespace}:${account.metadata.name}`,
  }));
  return {
    writes: [{
      verb: 'update',
      kind: 'Secret',
      key,
      body: {
        ...secret,
        metadata: { ...secret.metadata, annotations: { ...annotations, [uidKey]: uid } },
        data: { ...data, 'ca.crt': encodedCa, namespace: encodedNamespace, token },
      },
      because: `service account ${account.metadata.name} has no token in ${name}`,
    }],
  };
}
