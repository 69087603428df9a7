/** The API over TLS: who comes in, as whom, and what is written for clients. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import https from 'node:https';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAuthority } from '../../src/cli/bridge/certificates.ts';
import { type Access, readAccess, saveKubeconfig } from '../../src/cli/bridge/kubeconfig.ts';
import { hostInUrl, isLoopback } from '../../src/cli/bridge/place.ts';
import { type ApiOptions, checkApi, type ServedApi, serveApi } from '../../src/cli/bridge/serve-api.ts';
import { readUser } from '../../src/cli/bridge/users.ts';
import { type PacedRig, startPaced } from './rig.ts';

let folder: string;
let world: PacedRig;
const served: ServedApi[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubarium-test-'));
  world = startPaced({ apiserverArgs: ['--authorization-mode=RBAC'] });
  world.rig.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'kubeadm:cluster-admins' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'kubeadm:cluster-admins' }],
  });
  world.paced.start();
});
afterAll(async () => {
  for (const api of served) api.stop();
  world.paced.stop();
  await rm(folder, { recursive: true, force: true });
});

const usual: ApiOptions = {
  host: '127.0.0.1',
  port: 0,
  isHttp: false,
  certs: undefined,
  kubeconfig: undefined,
  users: [],
};

async function serve(options: Partial<ApiOptions> = {}): Promise<ServedApi> {
  const kubeconfig = path.join(folder, `config-${served.length}`);
  const api = await serveApi({ ...usual, kubeconfig, ...options }, world.paced, (_, out, whose) => {
    if (out.req.url !== '/whose') return false;
    out.end(JSON.stringify(whose ?? null));
    return true;
  });
  served.push(api);
  return api;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

type Who = Pick<Access, 'ca' | 'pair' | 'token'>;

/** One request on a connection of its own. */
async function ask(api: ServedApi, path: string, who: Who = {}, asking: Asking = {}) {
  const url = new URL(path, api.url);
  const { ca, pair, token } = who;
  const options = {
    method: asking.method ?? 'GET',
    agent: false as const,
    rejectUnauthorized: ca !== undefined,
    ...(ca === undefined ? {} : { ca }),
    ...pair,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...asking.headers,
    },
  };
  return await new Promise<{ status: number; body: any }>((resolve, reject) => {
    const library = url.protocol === 'https:' ? https : http;
    const request = library.request(url, options, async (answer) => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += String(chunk);
      const isJson = text.startsWith('{') || text === 'null';
      resolve({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
    });
    request.on('error', reject);
    request.end(asking.body === undefined ? undefined : JSON.stringify(asking.body));
  });
}

const review = {
  method: 'POST',
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
};
const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** Another context of the same file. */
async function as(api: ServedApi, name: string): Promise<Access> {
  const text = await readFile(api.kubeconfig, 'utf8');
  const other = path.join(folder, `as-${name}`);
  await writeFile(other, text.replace(/current-context: .*/, `current-context: ${name}@kubarium`));
  return await readAccess(other);
}

describe('on loopback', () => {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serve({ users: [readUser('jane:class,guests'), readUser('kim')] });
  });

  test("the kubeconfig's first user is kubeadm's administrator, and trusts the server", async () => {
    const access = await readAccess(api.kubeconfig);
    expect(access.server).toBe(api.url);
    const { status, body } = await ask(api, reviews, access, review);
    expect(status).toBe(201);
    expect(body.status.userInfo).toMatchObject({
      username: 'kubernetes-admin',
      groups: ['kubeadm:cluster-admins', 'system:authenticated'],
    });
    expect((await ask(api, '/api/v1/secrets', access)).status).toBe(200);
  });

  test('another user is who the certificate names, with what RBAC gives', async () => {
    const jane = await as(api, 'jane');
    const { body } = await ask(api, reviews, jane, review);
    expect(body.status.userInfo).toMatchObject({
      username: 'jane',
      groups: ['class', 'guests', 'system:authenticated'],
    });
    expect(await ask(api, '/api/v1/namespaces/default/secrets', jane)).toMatchObject({
      status: 403,
      body: {
        reason: 'Forbidden',
        message:
          'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" ' +
          'in the namespace "default"',
      },
    });
    const { body: kim } = await ask(api, reviews, await as(api, 'kim'), review);
    expect(kim.status.userInfo).toMatchObject({
      username: 'kim',
      groups: ['system:authenticated'],
    });
  });

  test('who shows nothing is system:anonymous', async () => {
    expect(await ask(api, '/api/v1/pods')).toMatchObject({
      status: 403,
      body: {
        message:
          'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" ' +
          'at the cluster scope',
      },
    });
    expect(await ask(api, '/livez')).toEqual({ status: 200, body: 'ok' });
    expect((await ask(api, '/whose')).body).toBeNull();
  });

  test("a token is the world's business", async () => {
    const tokens = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const admin = await readAccess(api.kubeconfig);
    const request = { method: 'POST', body: { spec: {} } };
    const { body } = await ask(api, tokens, admin, request);
    const mine = await ask(api, reviews, { token: body.status.token }, review);
    expect(mine.body.status.userInfo.username).toBe('system:serviceaccount:default:default');
    expect(await ask(api, '/api/v1/pods', { token: 'invented' })).toMatchObject({
      status: 401,
      body: { reason: 'Unauthorized', message: 'Unauthorized' },
    });
    // A certificate comes before a token, as upstream asks its authenticators.
    const both = await ask(api, reviews, { ...admin, token: 'invented' }, review);
    expect(both.body.status.userInfo.username).toBe('kubernetes-admin');
  });

  test("another authority's certificate is nobody's", async () => {
    const stranger = await openAuthority(undefined);
    const pair = await stranger.client({
      commonName: 'kubernetes-admin',
      organizations: ['system:masters'],
    });
    expect(await ask(api, '/version', { pair })).toMatchObject({ status: 401 });
  });

  test('names that point here from elsewhere, and pages of other sites, are refused', async () => {
    const admin = await readAccess(api.kubeconfig);
    const from = async (headers: Record<string, string>) =>
      (await ask(api, '/version', { pair: admin.pair! }, { headers })).status;
    expect(await from({ host: 'evil.test:6443' })).toBe(403);
    expect(await from({ origin: 'https://evil.test' })).toBe(403);
    expect(await from({ origin: 'http://127.0.0.1:8080' })).toBe(200);
    expect(await from({ host: 'kubernetes.default.svc' })).toBe(200);
  });
});

describe('plain HTTP', () => {
  test('whoever says nothing is the administrator, another user has a token', async () => {
    const api = await serve({ isHttp: true, users: [readUser('jane:class')] });
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await ask(api, '/whose')).body).toMatchObject({ commonName: 'kubernetes-admin' });
    const jane = await as(api, 'jane');
    const { body } = await ask(api, reviews, jane, review);
    expect(body.status.userInfo).toMatchObject({
      username: 'jane',
      groups: ['class', 'system:authenticated'],
    });
    expect((await ask(api, '/api/v1/pods', { token: 'x' })).status).toBe(401);
  });

  test('is for this machine alone', () => {
    expect(() => checkApi({ ...usual, isHttp: true, host: '0.0.0.0' })).toThrow('TLS or not at all');
    expect(() => checkApi({ ...usual, isHttp: true, host: '127.0.0.2' })).not.toThrow();
    expect(() => checkApi({ ...usual, host: '0.0.0.0' })).not.toThrow();
  });
});

describe('beyond loopback', () => {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serve({ host: '0.0.0.0' });
  });

  test('nobody comes in without a certificate or the token', async () => {
    const access = await readAccess(api.kubeconfig);
    const here = { ...api, url: api.url.replace(/\/\/.*:/, '//127.0.0.1:') };
    for (const path of ['/', '/livez', '/version', '/api/v1/pods', '/whose']) {
      expect(await ask(here, path)).toMatchObject({ status: 401, body: { reason: 'Unauthorized' } });
    }
    expect((await ask(here, '/whose', access)).body).toMatchObject({
      commonName: 'kubernetes-admin',
    });
    expect((await ask(here, '/whose', { token: api.token! })).status).toBe(200);
    expect((await ask(here, '/version', { token: `${api.token}x` })).status).toBe(401);
  });

  test("the world's own tokens do not open it: their keys are no secret", async () => {
    const tokens = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const { status } = world.rig.create<any>(tokens, { spec: {} });
    expect((await ask(api, '/version', { token: status.token })).status).toBe(401);
  });

  test('the certificate holds for the address in the kubeconfig', async () => {
    const access = await readAccess(api.kubeconfig);
    expect((await ask(api, '/version', access)).status).toBe(200);
  });
});

describe('what is kept', () => {
  test('an authority in a folder is the same the next time, its key is not for others', async () => {
    const certs = path.join(folder, 'certs');
    const first = await openAuthority(certs);
    const again = await openAuthority(certs);
    expect(again.cert).toBe(first.cert);
    expect((await stat(path.join(certs, 'ca.key'))).mode & 0o077).toBe(0);
    await writeFile(path.join(certs, 'ca.key'), 'no key');
    await expect(openAuthority(certs)).rejects.toThrow('none that kubarium has made');
    await rm(path.join(certs, 'ca.key'));
    await expect(openAuthority(certs)).rejects.toThrow('only one is there');
  });

  test("a kubeconfig that is not ours is left alone; ours is written anew, for its owner's eyes", async () => {
    const foreign = path.join(folder, 'theirs');
    await writeFile(foreign, 'apiVersion: v1\nkind: Config\n');
    await expect(saveKubeconfig(foreign, { server: 'x', users: [] })).rejects.toThrow(
      'is not one that kubarium wrote',
    );
    expect(await readFile(foreign, 'utf8')).toBe('apiVersion: v1\nkind: Config\n');
    const ours = path.join(folder, 'ours');
    const users = [{ name: 'a: "b"', token: 't' }];
    await saveKubeconfig(ours, { server: 'https://a', users });
    await saveKubeconfig(ours, { server: 'https://b', users });
    expect(await readAccess(ours)).toEqual({ server: 'https://b', token: 't' });
    expect((await stat(ours)).mode & 0o077).toBe(0);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['192.168.1.5', false],
  ['127.0.0.1.evil.test', false],
  ['example.org', false],
])('%s is loopback: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});

test('an address of IPv6 is in brackets in a URL', () => {
  expect(hostInUrl('::1')).toBe('[::1]');
  expect(hostInUrl('0.0.0.0')).not.toBe('0.0.0.0');
});

test.each([
  ['jane', 'jane', []],
  ['jane:class', 'jane', ['class']],
  ['jane:system:masters,b', 'jane', ['system:masters', 'b']],
])('--user %s', (text, commonName, organizations) => {
  expect(readUser(text)).toEqual({ commonName, organizations });
});
