/** The world for upstream's own API tests: an API server and controllers, and nothing else. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiRequest, ApiResponse, ServerMessage } from '../../src/k8s/client/wire.ts';
import { World, worldByName } from '../../src/world/index.ts';

vi.setConfig({ testTimeout: 60_000 });

const definition = worldByName('rig')!;
const answers = new Map<number, ApiResponse>();
const world = new World({
  definition,
  seed: 1,
  epoch: Date.UTC(2026, 0, 5, 8, 0, 0),
  answer: (_client, message: ServerMessage) => {
    if (message.type === 'response') answers.set(message.id, message.response);
  },
});
let id = 0;

/** What the API server answers to a request of a client outside. */
function ask(request: ApiRequest): { status: number; body: any } {
  id += 1;
  const message = { type: 'request', id, request } as const;
  world.enter({ at: world.now + 1, input: { type: 'api', client: 1, message } });
  world.runUntil(world.now + 1_000);
  return answers.get(id) as { status: number; body: any };
}

const token = { type: 'token', token: 'admin-token' } as const;
const get = (path: string) => ask({ method: 'GET', path, credential: token });
const names = (path: string): string[] =>
  get(path).body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);

beforeAll(() => world.runUntil(definition.openAt));

describe('the rig', () => {
  it('is ready when it opens, and has one Node that nobody reports for', () => {
    expect(get('/readyz')).toMatchObject({ status: 200 });
    const { items } = get('/api/v1/nodes').body;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      metadata: { name: '127.0.0.1', annotations: { 'save-managers': 'true' } },
      status: { capacity: { memory: '1Gi' } },
    });
    const ready = items[0].status.conditions.find(({ type }: { type: string }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'Unknown', reason: 'NodeStatusNeverUpdated' });
  });

  it('settles: no Pods, no add-ons, the system namespaces only', () => {
    expect(names('/api/v1/pods')).toEqual([]);
    expect(names('/apis/apps/v1/daemonsets')).toEqual([]);
    expect(names('/api/v1/namespaces')).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
  });

  it('gives Services addresses out of 10.0.0.0/24', () => {
    expect(get('/api/v1/namespaces/default/services/kubernetes').body.spec.clusterIP).toBe(
      '10.0.0.1',
    );
  });

  it("knows upstream's token, refuses others, and lets everybody do everything", () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const asked = ask({ method: 'POST', path, body, credential: token });
    expect(asked.body.status.userInfo).toMatchObject({
      username: 'admin',
      groups: ['system:masters', 'system:authenticated'],
    });
    const wrong = { type: 'token', token: 'wrong' } as const;
    expect(ask({ method: 'GET', path: '/api', credential: wrong }).status).toBe(401);
    expect(ask({ method: 'GET', path: '/api/v1/secrets' }).status).toBe(200);
  });

  it('runs controllers, but schedules nothing and needs no service account', () => {
    const template = {
      metadata: { labels: { app: 'a' } },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    };
    const made = ask({
      method: 'POST',
      path: '/apis/apps/v1/namespaces/default/deployments',
      credential: token,
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        spec: { replicas: 2, selector: { matchLabels: { app: 'a' } }, template },
      },
    });
    expect(made.status).toBe(201);
    world.runUntil(world.now + 5_000);
    const { items } = get('/api/v1/namespaces/default/pods').body;
    expect(items).toHaveLength(2);
    expect(items[0].spec.nodeName).toBeUndefined();
    expect(items[0].spec.volumes).toBeUndefined();
    expect(items[0].status).toMatchObject({ phase: 'Pending' });
  });
});
