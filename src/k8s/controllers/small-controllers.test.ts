import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '../../api/base64.ts';
import { bootstrapSigner, tokenCleaner } from './bootstrap/bootstrap.ts';
import { detachedSignature } from './bootstrap/jws.ts';
import { csrApproving, csrCleaner, csrSigning } from './certificates/certificates.ts';
import { clusterRoleAggregation } from './cluster-role-aggregation.ts';
import { endpointSliceMirroring } from './endpoints/endpointslice-mirroring.ts';
import { ephemeralVolume } from './ephemeral-volume.ts';
import { serviceAccountTokens } from './service-account-token.ts';
import { look, meta, secondsAgo } from './testing.ts';
import { ttlController } from './ttl.ts';

const cluster = (name: string, more: object = {}) => meta(name, { namespace: undefined, ...more });
const pem = (subject: string) => encodeBase64(
  `-----BEGIN CERTIFICATE REQUEST-----\n${encodeBase64(`subject\n${subject}\n`)}\n-----END CERTIFICATE REQUEST-----\n`);

describe('certificates', () => {
  const csr = (spec: object, status: object = {}, ageSeconds = 60) => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: cluster('me', { creationTimestamp: secondsAgo(ageSeconds) }),
    spec: {
      request: pem('CN=jane\nO=dev'), signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'], ...spec,
    },
    status,
  });
  const condition = (type: string, seconds = 10) => ({
    conditions: [{ type, status: 'True', lastUpdateTime: secondsAgo(seconds) }],
  });
  const kubelet = {
    request: pem('CN=system:node:n1\nO=system:nodes'), username: 'system:bootstrap:abc',
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['digital signature', 'client auth'],
  };

  it('an approved request is signed', () => {
    const { status } = look(csrSigning, 'me', [csr({}, condition('Approved'))]);
    expect(status).toMatchObject({ certificate: expect.any(String) as string });
  });
  it.each<[string, object]>([
    ['nobody has approved it', csr({})],
    ['it was denied', csr({}, condition('Denied'))],
    ['it is for another signer', csr({ signerName: 'example.com/mine' }, condition('Approved'))],
  ])('not signed: %s', (_, request) => {
    expect(look(csrSigning, 'me', [request]).status).toBeUndefined();
  });
  it('a client may not sign others', () => {
    const request = csr({ usages: ['client auth', 'server auth'] }, condition('Approved'));
    expect(look(csrSigning, 'me', [request]).status).toMatchObject({
      conditions: [{ type: 'Approved' }, {
        type: 'Failed', reason: 'SignerValidationFailure',
        message: 'invalid usage for client certificate: server auth',
      }],
    });
  });
  it('a kubelet is asked about, others are not', () => {
    expect(look(csrApproving, 'me', [csr(kubelet)]).writes).toEqual(['create SubjectAccessReview ']);
    expect(look(csrApproving, 'me', [csr({})]).writes).toEqual([]);
  });
  it.each<[string, object, string[], number | undefined]>([
    ['pending for an hour', csr({}, {}, 3_600), [], 23 * 3_600_000],
    ['pending for a day', csr({}, {}, 86_400), ['delete CertificateSigningRequest me'], undefined],
    ['denied an hour ago', csr({}, condition('Denied', 3_600)), ['delete CertificateSigningRequest me'], undefined],
  ])('%s', (_, request, writes, wait) => {
    const looked = look(csrCleaner, 'me', [request]);
    expect([looked.writes, looked.requeueAfterMs]).toEqual([writes, wait]);
  });
});

describe('bootstrap tokens', () => {
  const token = (fields: Record<string, string>) => ({
    apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token',
    metadata: meta('bootstrap-token-abcdef', { namespace: 'kube-system' }),
    data: Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, encodeBase64(text)])),
  });
  const key = 'kube-system/bootstrap-token-abcdef';
  it('end', () => {
    expect(look(tokenCleaner, key, [token({ expiration: secondsAgo(1) })]).writes).toEqual([`delete Secret ${key}`]);
    expect(look(tokenCleaner, key, [token({ expiration: secondsAgo(-60) })]).requeueAfterMs).toBe(60_000);
  });
  it('sign cluster-info', () => {
    const info = {
      apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('cluster-info', { namespace: 'kube-public' }),
      data: { kubeconfig: 'x', 'jws-kubeconfig-gone00': 'old' },
    };
    const signing = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-signing': 'true' };
    const [body] = look(bootstrapSigner, 'kube-public/cluster-info', [info, token(signing)]).bodies;
    expect((body as typeof info).data).toEqual({
      kubeconfig: 'x', 'jws-kubeconfig-abcdef': detachedSignature('x', 'abcdef', '0123456789abcdef'),
    });
  });
  it('as anybody can check', () => {
    // echo -n 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9.eA' | openssl dgst -sha256 -hmac 'abcdef.0123456789abcdef' -binary | base64url
    expect(detachedSignature('x', 'abcdef', '0123456789abcdef')).toBe('eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..XM78jH5QyhNWWQf7zeJeQy9GoRCsrnh-7qVCjtXY9fw');
  });
});

it('cluster roles add up', () => {
  const rule = (resource: string) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] });
  const labels = { part: 'yes' };
  const sum = {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: cluster('sum'),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] }, rules: [],
  };
  const part = (name: string, ...rules: object[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: cluster(name, { labels }), rules,
  });
  const [body] = look(clusterRoleAggregation, 'sum',
    [sum, part('b', rule('pods')), part('a', rule('nodes'), rule('pods'))]).bodies;
  expect((body as typeof sum).rules).toEqual([rule('nodes'), rule('pods')]);
});

it('nodes learn how long they may keep things', () => {
  const node = (name: string, ttl?: string) => ({
    apiVersion: 'v1', kind: 'Node',
    metadata: cluster(name, ttl === undefined ? {} : { annotations: { 'node.alpha.kubernetes.io/ttl': ttl } }),
  });
  expect(look(ttlController, 'a', [node('a')]).bodies)
    .toEqual([{ metadata: { annotations: { 'node.alpha.kubernetes.io/ttl': '0' } } }]);
  expect(look(ttlController, 'a', [node('a', '0')]).writes).toEqual([]);
});

it('ephemeral volumes are claims of their Pod', () => {
  const pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: meta('p'),
    spec: { volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: {} } } }] },
  };
  expect(look(ephemeralVolume, 'x/p', [pod]).writes).toEqual(['create PersistentVolumeClaim x/p-v']);
  const stranger = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta('p-v'), spec: {} };
  expect(look(ephemeralVolume, 'x/p', [pod, stranger]).events[0]).toContain('(pod is not owner)');
});

describe('Endpoints written by hand', () => {
  const service = (selector?: object) =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: meta('s'), spec: { selector } });
  const endpoints = (labels?: object) => ({
    apiVersion: 'v1', kind: 'Endpoints', metadata: meta('s', { labels }),
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }],
  });
  const slice = {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice',
    metadata: meta('s-1', { labels: {
      'kubernetes.io/service-name': 's',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    } }),
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
  };
  it.each<[string, object[], string[]]>([
    ['are copied', [service(), endpoints()], ['create EndpointSlice x/']],
    ['once', [service(), endpoints(), slice], []],
    ['unless a selector chooses', [service({ a: 'b' }), endpoints()], []],
    ['unless they say no', [service(), endpoints({ 'endpointslice.kubernetes.io/skip-mirror': 'true' })], []],
    ['and forgotten', [service(), slice], ['delete EndpointSlice x/s-1']],
  ])('%s', (_, objects, writes) =>
    expect(look(endpointSliceMirroring, 'x/s', objects).writes).toEqual(writes));
});

describe('tokens of service accounts', () => {
  const controller = serviceAccountTokens({ rootCa: 'CA' } as never);
  const secret = (annotations: object, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta('robot-token', {
      annotations: { 'kubernetes.io/service-account.name': 'robot', ...annotations },
    }),
    type: 'kubernetes.io/service-account-token',
    ...more,
  });
  const robot = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('robot') };
  const writes = (...objects: readonly object[]) => {
    if (controller === undefined) throw new Error('left out');
    return look(controller, 'x/robot-token', objects as never).writes;
  };

  it('are made once there is an account', () => {
    expect(writes(robot, secret({}))).toEqual(['update Secret x/robot-token']);
  });
  it.each<[string, object[]]>([
    ['there is no account', [secret({})]],
    ['the account is another one', [robot, secret({ 'kubernetes.io/service-account.uid': 'old' })]],
  ])('go where %s', (_, objects) => {
    expect(writes(...objects)).toEqual(['delete Secret x/robot-token']);
  });
  it('other secrets are left alone', () => {
    expect(writes(robot, secret({}, { type: 'Opaque' }))).toEqual([]);
  });
});
