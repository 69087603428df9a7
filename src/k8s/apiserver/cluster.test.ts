import { describe, expect, it } from 'vitest';
import type { ApiObject, JsonObject } from '../../api/object.ts';
import type { ApiRequest, ApiResponse, Credential } from '../client/wire.ts';
import { startRig } from './testing.ts';

const services = '/api/v1/namespaces/default/services';
const maps = '/api/v1/namespaces/default/configmaps';
const message = ({ body }: ApiResponse) => (body as JsonObject)['message'];
type Service = ApiObject & { spec: { clusterIP: string; ports: { nodePort: number }[] } };

describe('a new cluster', () => {
  const rig = startRig();
  it('has its namespaces, its own Service and its endpoints', () => {
    expect(rig.list('/api/v1/namespaces').map(({ metadata }) => metadata.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
    expect(rig.get<Service>(`${services}/kubernetes`).spec.clusterIP).toBe('10.96.0.1');
    expect(rig.get('/api/v1/namespaces/default/endpoints/kubernetes')).toMatchObject({
      subsets: [{ addresses: [{ ip: '192.168.56.10' }], ports: [{ name: 'https', port: 6443 }] }],
    });
  });

  it('is healthy', () => {
    expect(rig.request({ method: 'GET', path: '/healthz' }).body).toBe('ok');
    expect(rig.request({ method: 'GET', path: '/livez', query: { verbose: '' } }).body).toMatch(
      /^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd ok\n[^]*livez check passed\n$/,
    );
  });

  it.each([
    ['/apiz', 404, '404 page not found\n'],
    ['/api/v1/foos', 404, 'the server could not find the requested resource'],
    ['/api/v2', 404, 'the server could not find the requested resource'],
    ['/apis/apps/v2', 404, 'the server could not find the requested resource'],
    ['/apis/apps/v1/foos', 404, 'the server could not find the requested resource'],
    ['/apis/x.io', 404, '404 page not found\n'],
    ['/apis/x.io/v1', 404, '404 page not found\n'],
    ['/apis/x.io/v1/foos', 404, '404 page not found\n'],
    ['/api/v1/namespaces/default/pods/x', 404, 'pods "x" not found'],
    ['/apis/apps/v1/namespaces/default/deployments/x', 404, 'deployments.apps "x" not found'],
  ])('answers %s as it should', (path, status, text) => {
    const answer = rig.request({ method: 'GET', path });
    expect([
      answer.status,
      typeof answer.body === 'string' ? answer.body : message(answer),
    ]).toEqual([status, text]);
  });

  it('says who issues tokens', () => {
    const { body } = rig.request({ method: 'GET', path: '/.well-known/openid-configuration' });
    expect(body).toMatchObject({ jwks_uri: 'https://192.168.56.10:6443/openid/v1/jwks' });
    expect(rig.request({ method: 'GET', path: '/openid/v1/jwks' }).body).toMatchObject({
      keys: [{ use: 'sig', kty: 'RSA', alg: 'RS256', e: 'AQAB' }],
    });
  });

  it('lists its paths, all of which are served', () => {
    const { body } = rig.request({ method: 'GET', path: '/' });
    const { paths } = body as { paths: string[] };
    expect(paths).toContain('/readyz/poststarthook/rbac/bootstrap-roles');
    const missing = paths.filter((path) =>
      rig.request({ method: 'GET', path }).status !== 200);
    expect(missing).toEqual(['/logs', '/metrics/slis']);
  });

  it('says which checks cannot be left out', () => {
    const query = { verbose: '', exclude: ['etcd', 'nothing'] };
    const { body } = rig.request({ method: 'GET', path: '/livez', query });
    expect(body).toContain('[+]etcd excluded: ok\n');
    expect(body).toContain(
      '[+]poststarthook/apiservice-openapiv3-controller ok\n' +
        'warn: some health checks cannot be excluded: no matches for "nothing"\nlivez check passed\n');
  });

  it('takes no method that it does not know', () => {
    const answer = rig.request({ method: 'POST', path: `${maps}/a`, body: {} });
    expect([answer.status, message(answer)]).toEqual([
      405,
      'the server does not allow this method on the requested resource',
    ]);
  });
});

describe('services', () => {
  const rig = startRig();
  it('keep the address that they have, or that they have none', () => {
    const ports = [{ port: 80 }];
    rig.create(services, {
      metadata: { name: 'headless' },
      spec: { clusterIP: 'None', selector: { app: 'a' }, ports },
    });
    const answer = rig.request({
      method: 'PATCH',
      path: `${services}/headless`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { spec: { clusterIP: '10.96.0.77' } },
    });
    expect([answer.status, message(answer)]).toEqual([
      422,
      'Service "headless" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.96.0.77"}: ' +
        'may not change once set',
    ]);
  });

  it('get addresses that nobody else has', () => {
    const ips = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const { spec } = rig.create<Service>(services, {
        metadata: { name: `s${i}` },
        spec: { type: 'NodePort', ports: [{ port: 80 }] },
      });
      ips.add(spec.clusterIP).add(String(spec.ports[0]?.nodePort));
    }
    expect(ips.size).toBe(100);
  });

  it.each([
    [
      'an address that is taken',
      { clusterIP: '10.96.0.1', ports: [{ port: 1 }] },
      'spec.clusterIPs: Invalid value: []string{"10.96.0.1"}: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    ],
    [
      'an address from elsewhere',
      { clusterIP: '10.0.0.1', ports: [{ port: 1 }] },
      'spec.clusterIPs: Invalid value: []string{"10.0.0.1"}: failed to allocate IP 10.0.0.1: the provided network does not match the current range',
    ],
    [
      'a port out of range',
      { type: 'NodePort', ports: [{ port: 1, nodePort: 80 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
  ])('are refused %s', (_, spec, text) => {
    const answer = rig.request({
      method: 'POST',
      path: services,
      body: { metadata: { name: 'x' }, spec },
    });
    expect(message(answer)).toBe(`Service "x" is invalid: ${text}`);
  });

  it('give their address back', () => {
    const body = (name: string) => ({
      metadata: { name },
      spec: { clusterIP: '10.96.0.77', ports: [{ port: 1 }] },
    });
    rig.create(services, body('a'));
    expect(rig.request({ method: 'POST', path: services, body: body('b') }).status).toBe(422);
    rig.delete(`${services}/a`);
    rig.create(services, body('b'));
    rig.update(`${services}/b`, {
      metadata: { name: 'b' },
      spec: { type: 'NodePort', ports: [{ port: 2 }] },
    });
    expect(rig.get<Service>(`${services}/b`).spec).toMatchObject({
      clusterIP: '10.96.0.77',
      ports: [{ port: 2, nodePort: expect.any(Number) }],
    });
  });
});

describe('RBAC', () => {
  const rig = startRig({ apiserverArgs: ['--authorization-mode=Node,RBAC'] });
  const jane: Credential = { type: 'certificate', commonName: 'jane', organizations: ['dev'] };
  const as = (request: Partial<ApiRequest>): ApiResponse =>
    rig.request({ method: 'GET', path: maps, credential: jane, ...request });

  it("refuses in upstream's words", () => {
    expect([as({}).status, message(as({}))]).toEqual([
      403,
      'configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group "" in the namespace "default"',
    ]);
    expect(message(as({ path: '/api/v1/nodes/n' }))).toBe(
      'nodes "n" is forbidden: User "jane" cannot get resource "nodes" in API group "" at the cluster scope',
    );
    expect(message(as({ path: '/metrics' }))).toBe(
      'forbidden: User "jane" cannot get path "/metrics"',
    );
    expect(as({ path: '/version' }).status).toBe(200);
  });

  it('allows what a binding grants', () => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings';
    rig.create(rbac, {
      metadata: { name: 'dev-view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'dev' }],
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'system:kube-controller-manager',
      },
    });
    expect(as({}).status).toBe(200);
    const review = as({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        spec: {
          resourceAttributes: { verb: 'list', resource: 'configmaps', namespace: 'default' },
        },
      },
    });
    expect(review.body).toMatchObject({ status: { allowed: true } });
  });

  it('knows a ServiceAccount by its token', () => {
    const { body } = rig.request({
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts/default/token',
      body: { spec: {} },
    });
    const { token } = (body as unknown as { status: { token: string } }).status;
    const review = as({
      credential: { type: 'token', token },
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: {},
    });
    expect(review.body).toMatchObject({
      status: {
        userInfo: {
          username: 'system:serviceaccount:default:default',
          groups: [
            'system:serviceaccounts',
            'system:serviceaccounts:default',
            'system:authenticated',
          ],
        },
      },
    });
    expect(as({ credential: { type: 'token', token: `${token}x` } }).body).toMatchObject({
      code: 401,
      message: 'Unauthorized',
    });
  });

  it('gives a kubelet what its Pods need, and no more', () => {
    const kubelet: Credential = {
      type: 'certificate',
      commonName: 'system:node:n1',
      organizations: ['system:nodes'],
    };
    const secrets = '/api/v1/namespaces/default/secrets';
    for (const name of ['ours', 'theirs']) rig.create(secrets, { metadata: { name } });
    rig.create('/api/v1/namespaces/default/pods', {
      metadata: { name: 'p' },
      spec: {
        nodeName: 'n1',
        containers: [{ name: 'c', image: 'i', envFrom: [{ secretRef: { name: 'ours' } }] }],
      },
    });
    const get = (path: string) => as({ path, credential: kubelet });
    expect(get('/api/v1/pods').status).toBe(200);
    expect(get(`${secrets}/ours`).status).toBe(200);
    expect(
      as({ path: secrets, query: { fieldSelector: 'metadata.name=ours' }, credential: kubelet })
        .status,
    ).toBe(200);
    expect(message(get(`${secrets}/theirs`))).toBe(
      'secrets "theirs" is forbidden: User "system:node:n1" cannot get resource "secrets" in API group "" in the namespace "default": no relationship found between node \'n1\' and this object',
    );
  });

  it('lets nobody act as another', () => {
    expect(message(as({ headers: { 'impersonate-user': 'root' } }))).toBe(
      'users "root" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });
});

describe('etcd', () => {
  it('keeps all when it is killed, and the server comes back to it', () => {
    const rig = startRig();
    rig.create(maps, { metadata: { name: 'a' } });
    const watch = rig.watch(maps);
    rig.etcd.kill('SIGKILL');
    rig.run(100);
    expect(rig.request({ method: 'GET', path: '/readyz' })).toMatchObject({ status: 500 });
    expect(rig.request({ method: 'GET', path: '/livez' }).body).toMatch(
      /\[-\]etcd failed: reason withheld\n/,
    );
    rig.startEtcd();
    rig.run(3_000);
    rig.create(maps, { metadata: { name: 'b' } });
    expect(rig.list(maps).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    rig.run(5);
    expect(watch.take()).toEqual(['ADDED a', 'ADDED b']);
  });

  it('makes writers wait, and then fail', () => {
    const rig = startRig();
    rig.etcd.kill('SIGKILL');
    rig.run(10);
    const answer = rig.request({ method: 'POST', path: maps, body: { metadata: { name: 'a' } } });
    expect([answer.status, message(answer)]).toEqual([
      504,
      'Timeout: request did not complete within requested timeout - context deadline exceeded',
    ]);
    expect(rig.request({ method: 'GET', path: maps, query: { resourceVersion: '0' } }).status).toBe(
      200,
    );
  });

  it('keeps all when the machine loses power', () => {
    const rig = startRig();
    rig.create(maps, { metadata: { name: 'a' } });
    rig.machine.switchOff();
    rig.run(1_000);
    rig.machine.switchOn();
    rig.startEtcd();
    rig.startApiserver();
    rig.run(3_000);
    const client = rig.machine.spawn({
      program: { name: 'rig', start: () => ({}) },
      args: ['rig'],
    });
    const answers: ApiResponse[] = [];
    client.net.connect(client, rig.server, {
      opened: (connection) =>
        connection.send({ type: 'request', id: 1, request: { method: 'GET', path: `${maps}/a` } }),
      received: (payload) => answers.push((payload as { response: ApiResponse }).response),
    });
    rig.run(100);
    expect(answers[0]).toMatchObject({ status: 200, body: { metadata: { name: 'a' } } });
  });

  it('lets Events go after an hour', () => {
    const rig = startRig();
    const events = '/api/v1/namespaces/default/events';
    rig.create(events, { metadata: { name: 'e' }, involvedObject: { namespace: 'default' } });
    rig.run(3_600_000);
    expect(rig.list(events).length).toBe(1);
    rig.run(120_000);
    expect(rig.list(events).length).toBe(0);
  });
});

it('the same seed gives the same history', () => {
  const history = () => {
    const rig = startRig({ seed: 7, apiserverArgs: ['--authorization-mode=Node,RBAC'] });
    for (let i = 0; i < 20; i++) rig.create(maps, { metadata: { generateName: 'x-' } });
    rig.run(100_000);
    return [rig.writes, rig.shard.hashes];
  };
  expect(history()).toEqual(history());
});

it('rights come and go with their bindings', () => {
  const rig = startRig({ apiserverArgs: ['--authorization-mode=RBAC'] });
  const credential: Credential = { type: 'certificate', commonName: 'jim', organizations: [] };
  const status = () => rig.request({ method: 'GET', path: maps, credential }).status;
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  expect(status()).toBe(403);
  rig.create(bindings, {
    metadata: { name: 'jim' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jim' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  });
  expect(status()).toBe(200);
  rig.delete(`${bindings}/jim`);
  expect(status()).toBe(403);
});

it('waits for an etcd that has no leader yet', () => {
  const rig = startRig();
  rig.create(maps, { metadata: { name: 'a' } });
  rig.etcd.kill('SIGKILL');
  rig.apiserver.kill('SIGKILL');
  rig.run(1);
  rig.startApiserver();
  rig.run(2_000);
  rig.startEtcd();
  rig.run(5_000);
  expect(rig.request({ method: 'GET', path: '/readyz' }).status).toBe(200);
  expect(rig.list(maps).map(({ metadata }) => metadata.name)).toEqual(['a']);
});
