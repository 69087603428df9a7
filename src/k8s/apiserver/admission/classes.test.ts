/** Default classes, claims that grow, runtime classes, signers. */
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '../../../api/base64.ts';
import type { ApiObject, JsonObject } from '../../../api/object.ts';
import type { Ingress, PersistentVolumeClaim, Pod } from '../../../api/types.gen.ts';
import { startRig } from '../testing.ts';
import { organizationsOf } from './certificate-subject.ts';

const rig = startRig({ apiserverArgs: ['--authorization-mode=RBAC'] });
const inDefault = (kind: string) => `/api/v1/namespaces/default/${kind}`;
const message = (method: 'POST' | 'PATCH' | 'PUT', path: string, body: object, user?: string) => {
  const answer = rig.request({
    method,
    path,
    body: body as JsonObject,
    ...(method === 'PATCH' ? { headers: { 'content-type': 'application/merge-patch+json' } } : {}),
    ...(user === undefined
      ? {}
      : { credential: { type: 'certificate', commonName: user, organizations: [] } as const }),
  });
  return answer.status < 300 ? answer.status : (answer.body as JsonObject)['message'];
};

const claim = (name: string, more: object = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
});
const defaultAnnotation = (of: string) => ({ [`${of}.kubernetes.io/is-default-class`]: 'true' });

describe('default classes', () => {
  it('are given to claims that name none, the newest first', () => {
    const classes = '/apis/storage.k8s.io/v1/storageclasses';
    const storage = (name: string, annotations: object, more: object = {}) =>
      rig.create(classes, { metadata: { name, annotations }, provisioner: 'x', ...more });
    const claims = inDefault('persistentvolumeclaims');
    const classOf = (name: string, more: object = {}) =>
      rig.create<PersistentVolumeClaim>(claims, claim(name, more)).spec?.storageClassName;
    expect(classOf('none')).toBeUndefined();
    storage('slow', defaultAnnotation('storageclass'));
    rig.run(1_000);
    storage('fast', defaultAnnotation('storageclass'), { allowVolumeExpansion: true });
    storage('other', {});
    rig.run(10);
    expect(classOf('given')).toBe('fast');
    expect(classOf('named', { storageClassName: 'other' })).toBe('other');
    expect(classOf('empty', { storageClassName: '' })).toBe('');
  });

  it('are given to Ingresses', () => {
    rig.create('/apis/networking.k8s.io/v1/ingressclasses', {
      metadata: { name: 'nginx', annotations: defaultAnnotation('ingressclass') },
      spec: { controller: 'k8s.io/ingress-nginx' },
    });
    rig.run(10);
    const ingresses = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
    const body = (name: string, annotations: object) => ({
      metadata: { name, annotations },
      spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
    });
    expect(rig.create<Ingress>(ingresses, body('a', {})).spec?.ingressClassName).toBe('nginx');
    const old = body('b', { 'kubernetes.io/ingress.class': 'x' });
    expect(rig.create<Ingress>(ingresses, old).spec?.ingressClassName).toBeUndefined();
  });
});

describe('a claim', () => {
  it('may grow when it is bound, and its class lets it', () => {
    const path = (name: string) => `${inDefault('persistentvolumeclaims')}/${name}`;
    const grow = (name: string, storage: string) =>
      message('PATCH', path(name), { spec: { resources: { requests: { storage } } } });
    const bind = (name: string) => {
      rig.patch(path(name), { spec: { volumeName: `pv-${name}` } });
      rig.patch(`${path(name)}/status`, { status: { phase: 'Bound' } });
      rig.run(10);
    };
    // Validation of a claim that is not bound speaks first, as upstream's does.
    expect(grow('given', '2Gi')).toMatch(/forbidden|Forbidden/);
    bind('given');
    bind('named');
    expect(grow('given', '2Gi')).toBe(200);
    expect(grow('named', '2Gi')).toBe(
      'persistentvolumeclaims "named" is forbidden: only dynamically provisioned pvc can be ' +
        'resized and the storageclass that provisions the pvc must support resize',
    );
  });
});

describe('RuntimeClass', () => {
  const pod = (name: string, spec: object) => ({
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'c' }], ...spec },
  });

  it('gives its overhead and its nodes', () => {
    rig.create('/apis/node.k8s.io/v1/runtimeclasses', {
      metadata: { name: 'gvisor' },
      handler: 'runsc',
      overhead: { podFixed: { memory: '64Mi' } },
      scheduling: { nodeSelector: { sandbox: 'yes' } },
    });
    const { spec } = rig.create<Pod>(inDefault('pods'), pod('a', { runtimeClassName: 'gvisor' }));
    expect([spec.overhead, spec.nodeSelector]).toEqual([{ memory: '64Mi' }, { sandbox: 'yes' }]);
  });

  it.each([
    ['missing', { runtimeClassName: 'x' }, 'pod rejected: RuntimeClass "x" not found'],
    [
      'alone',
      { overhead: { cpu: '1' } },
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
    [
      'other',
      { runtimeClassName: 'gvisor', overhead: { memory: '1Mi' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      'where',
      { runtimeClassName: 'gvisor', nodeSelector: { sandbox: 'no' } },
      'conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; ' +
        'pod.spec.nodeSelector[sandbox] = no',
    ],
  ])('refuses what does not fit: %s', (name, spec, reason) => {
    expect(message('POST', inDefault('pods'), pod(name, spec))).toBe(
      `pods "${name}" is forbidden: ${reason}`,
    );
  });
});

it('one PriorityClass is the default', () => {
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const body = (name: string) => ({ metadata: { name }, value: 7, globalDefault: true });
  expect(message('POST', classes, body('first'))).toBe(201);
  rig.run(10);
  expect(message('POST', classes, body('second'))).toBe(
    'priorityclasses.scheduling.k8s.io "second" is forbidden: ' +
      'PriorityClass first is already marked as default. Only one default can exist',
  );
  expect(message('PATCH', `${classes}/first`, { description: 'x' })).toBe(200);
  const pod = {
    metadata: { name: 'by-default' },
    spec: { containers: [{ name: 'c', image: 'c' }] },
  };
  expect(rig.create<Pod>(inDefault('pods'), pod).spec).toMatchObject({
    priority: 7,
    priorityClassName: 'first',
  });
  rig.delete(`${classes}/first`);
});

it('a mirror Pod has no rights of its own', () => {
  const mirror = (spec: object) => ({
    metadata: { name: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' } },
    spec: { containers: [{ name: 'c', image: 'c' }], ...spec },
  });
  const refusal = (spec: object) => message('POST', inDefault('pods'), mirror(spec));
  const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
  expect(refusal(volume({ secret: { secretName: 's' } }))).toBe(
    'pods "m" is forbidden: a mirror pod may not reference secrets',
  );
  expect(
    refusal(volume({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } })),
  ).toBe('pods "m" is forbidden: a mirror pod may not use ServiceAccountToken volume projections');
});

/** The subject of a request, as DER: O=system:masters. */
const subject = String.fromCharCode(0x06, 0x03, 0x55, 0x04, 0x0a, 0x13, 14) + 'system:masters';
const pem = (der: string) =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${encodeBase64(`0${der}0`)}\n-----END CERTIFICATE REQUEST-----\n`;

describe('certificate requests', () => {
  const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const request = (name: string, signerName: string, text: string) => ({
    metadata: { name },
    spec: { request: encodeBase64(text), signerName, usages: ['client auth'] },
  });

  it('tell their organizations', () => {
    expect(organizationsOf(pem(subject))).toEqual(['system:masters']);
    expect(organizationsOf('nothing')).toEqual([]);
  });

  it('may not ask for the superusers of the cluster', () => {
    const signer = 'kubernetes.io/kube-apiserver-client';
    expect(message('POST', requests, request('bad', signer, pem(subject)))).toBe(
      'certificatesigningrequests.certificates.k8s.io "bad" is forbidden: ' +
        `use of ${signer} signer with system:masters group is not allowed`,
    );
    expect(message('POST', requests, request('good', signer, pem('x')))).toBe(201);
  });

  it('are approved by those who may approve for the signer', () => {
    const bind = (name: string, rules: object[]) => {
      rig.create('/apis/rbac.authorization.k8s.io/v1/clusterroles', { metadata: { name }, rules });
      rig.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ann' }],
      });
      rig.run(10);
    };
    const csr = rig.get(`${requests}/good`);
    const approval = (object: ApiObject) => ({
      ...object,
      status: { conditions: [{ type: 'Approved', status: 'True', reason: 'x', message: 'x' }] },
    });
    const group = ['certificates.k8s.io'];
    bind('approve', [
      { apiGroups: group, resources: ['certificatesigningrequests/approval'], verbs: ['update'] },
    ]);
    const approve = () => message('PUT', `${requests}/good/approval`, approval(csr), 'ann');
    expect(approve()).toBe(
      'certificatesigningrequests.certificates.k8s.io "good" is forbidden: user not permitted ' +
        'to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
    );
    bind('signer', [
      {
        apiGroups: group,
        resources: ['signers'],
        resourceNames: ['kubernetes.io/*'],
        verbs: ['approve'],
      },
    ]);
    expect(approve()).toBe(200);
  });
});
