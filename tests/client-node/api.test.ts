/** The official client: objects typed and plain, patches, errors, watches, informers, leases. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ApiException,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesListObject,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Lease,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { saveKubeconfig } from '../../src/cli/bridge/kubeconfig.ts';
import { ServedWorld, until } from './rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const world = new ServedWorld();
const namespace = 'default';
beforeAll(() => world.serve());
afterAll(() => world.stop());

const core = () => world.config.makeApiClient(CoreV1Api);
const map = (name: string, data: Record<string, string>): V1ConfigMap => ({
  metadata: { name, labels: { of: 'client' } },
  data,
});

/** What the client throws. */
async function refusal(call: Promise<unknown>): Promise<ApiException<string>> {
  try {
    await call;
  } catch (problem) {
    if (problem instanceof ApiException) return problem as ApiException<string>;
    throw problem;
  }
  throw new Error('it was not refused');
}

test('the kubeconfig that serve writes is one', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kubarium-'));
  try {
    const users = [{ name: 'kubernetes-admin', token: 'secret' }] as never;
    const file = await saveKubeconfig(path.join(folder, 'config'), { server: world.url, users });
    const config = new KubeConfig();
    config.loadFromFile(file);
    expect(config.getCurrentCluster()?.server).toBe(world.url);
    expect(config.getCurrentUser()?.name).toBe('kubernetes-admin');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('typed: create, read, replace, list, delete', async () => {
  const made = await core().createNamespacedConfigMap({ namespace, body: map('typed', { a: '1' }) });
  expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date);
  const body = { ...made, data: { a: '2' } };
  const next = await core().replaceNamespacedConfigMap({ name: 'typed', namespace, body });
  expect(next.data).toEqual({ a: '2' });
  const stale = await refusal(core().replaceNamespacedConfigMap({ name: 'typed', namespace, body }));
  expect([stale.code, JSON.parse(stale.body)]).toMatchObject([409, { reason: 'Conflict' }]);
  const { items } = await core().listNamespacedConfigMap({ namespace, labelSelector: 'of=client' });
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(['typed']);
  await core().deleteNamespacedConfigMap({ name: 'typed', namespace });
  const gone = await refusal(core().readNamespacedConfigMap({ name: 'typed', namespace }));
  expect([gone.code, JSON.parse(gone.body)]).toMatchObject([
    404,
    { kind: 'Status', reason: 'NotFound', message: 'configmaps "typed" not found' },
  ]);
});

test('lists come in pieces', async () => {
  for (const name of ['p1', 'p2', 'p3']) {
    await core().createNamespacedConfigMap({ namespace, body: map(name, {}) });
  }
  const found: string[] = [];
  let _continue: string | undefined;
  do {
    const page = await core().listNamespacedConfigMap({
      namespace, labelSelector: 'of=client', limit: 2, ...(_continue ? { _continue } : {}),
    });
    found.push(...page.items.map(({ metadata }) => metadata?.name ?? ''));
    ({ _continue } = page.metadata ?? {});
  } while (_continue);
  expect(found).toEqual(['p1', 'p2', 'p3']);
  await core().deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'of=client' });
});

test('patches of every kind', async () => {
  const apps = world.config.makeApiClient(AppsV1Api);
  const labels = { app: 'patched' };
  const container = { name: 'a', image: 'nginx:1.27' };
  await apps.createNamespacedDeployment({
    namespace,
    body: {
      metadata: { name: 'patched' },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
  });
  const patch = async (kind: string, body: object) =>
    await apps.patchNamespacedDeployment(
      { name: 'patched', namespace, body, fieldManager: 'client', ...(kind === PatchStrategy.ServerSideApply ? { force: true } : {}) },
      setHeaderOptions('Content-Type', kind),
    );
  const template = { spec: { containers: [{ name: 'b', image: 'busybox:1.36' }] } };
  const strategic = await patch(PatchStrategy.StrategicMergePatch, { spec: { template } });
  expect(strategic.spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['b', 'a']);
  const merged = await patch(PatchStrategy.MergePatch, { spec: { template } });
  expect(merged.spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['b']);
  const json = await patch(PatchStrategy.JsonPatch, [
    { op: 'replace', path: '/spec/paused', value: true },
    { op: 'add', path: '/metadata/annotations/x', value: 'y' },
  ] as never);
  // The server's library lets a replace add, but not into what is not there.
  expect(json.spec?.paused).toBe(true);
  const nowhere = [{ op: 'add', path: '/spec/strategy/none/x', value: 1 }];
  await expect(patch(PatchStrategy.JsonPatch, nowhere)).rejects.toMatchObject({ code: 422 });
  const applied = await patch(PatchStrategy.ServerSideApply, {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'patched' }, spec: { paused: true },
  });
  expect(applied.spec?.paused).toBe(true);
  expect(applied.metadata?.managedFields?.map(({ operation }) => operation)).toContain('Apply');
  const scaled = await apps.replaceNamespacedDeploymentScale({
    name: 'patched', namespace, body: { metadata: { name: 'patched', namespace }, spec: { replicas: 1 } },
  });
  expect(scaled.spec?.replicas).toBe(1);
});

test('plain objects: by their kind, by server-side apply, with validation', async () => {
  const api = KubernetesObjectApi.makeApiClient(world.config);
  const head = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plain', namespace } };
  await api.create({ ...head, data: { a: '1' } } as never);
  const patched = await api.patch({ ...head, data: { b: '2' } } as never);
  expect(patched).toMatchObject({ data: { a: '1', b: '2' } });
  expect(await api.read(head)).toMatchObject({ data: { a: '1', b: '2' } });
  const list = await api.list('v1', 'ConfigMap', namespace);
  expect(list.items.map(({ metadata }) => metadata?.name)).toContain('plain');
  expect(await api.delete(head)).toMatchObject({ status: 'Success' });
  const bad = await refusal(api.create({ ...head, metadata: { name: 'No!', namespace } } as never));
  expect(JSON.parse(bad.body)).toMatchObject({
    code: 422, reason: 'Invalid', details: { causes: [{ field: 'metadata.name' }] },
  });
});

test('custom objects', async () => {
  const group = { group: 'apps', version: 'v1', namespace, plural: 'deployments' };
  const found = await world.config
    .makeApiClient(CustomObjectsApi)
    .listNamespacedCustomObject(group) as { kind: string };
  expect(found.kind).toBe('DeploymentList');
});

test('watch: what happens, as it happens', async () => {
  const heard: string[] = [];
  const gone = await new Watch(world.config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    { labelSelector: 'of=client' },
    (type: string, { metadata }: V1ConfigMap) => heard.push(`${type} ${metadata?.name}`),
    () => undefined,
  );
  await core().createNamespacedConfigMap({ namespace, body: map('seen', {}) });
  await core().deleteNamespacedConfigMap({ name: 'seen', namespace });
  await until(() => heard.length === 2);
  gone.abort();
  expect(heard).toEqual(['ADDED seen', 'DELETED seen']);
});

/** An informer of our ConfigMaps whose first list is told to be of another version. */
function informer(version: string | undefined) {
  let lists = 0;
  const listed = async (): Promise<KubernetesListObject<V1ConfigMap>> => {
    const list = await core().listNamespacedConfigMap({ namespace, labelSelector: 'of=client' });
    lists += 1;
    if (lists === 1 && version !== undefined && list.metadata !== undefined) {
      list.metadata.resourceVersion = version;
    }
    return list as KubernetesListObject<V1ConfigMap>;
  };
  const where = `/api/v1/namespaces/${namespace}/configmaps`;
  const made = makeInformer(world.config, where, listed, 'of=client');
  made.on('error', () => void made.start());
  return { made, names: () => made.list().map(({ metadata }) => metadata?.name), lists: () => lists };
}

test('an informer lists again when its version is gone', async () => {
  await core().createNamespacedConfigMap({ namespace, body: map('old', {}) });
  // A past is forgotten when enough has happened since, and long enough ago.
  const { metadata } = await core().listNamespacedConfigMap({ namespace });
  const touch = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      const body = { data: { at: String(i) } };
      const patch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      await core().patchNamespacedConfigMap({ name: 'old', namespace, body }, patch);
    }
  };
  await touch(210);
  world.run(90_000);
  world.paced.speed = 1;
  await touch(10);
  const { made, names, lists } = informer(metadata?.resourceVersion);
  await made.start();
  await until(() => lists() > 1);
  await core().createNamespacedConfigMap({ namespace, body: map('new', {}) });
  await until(() => names().length === 2);
  expect(names().toSorted()).toEqual(['new', 'old']);
  await made.stop();
});

test('an informer goes on when its connection breaks', async () => {
  const { made, names } = informer(undefined);
  await made.start();
  await until(() => names().length === 2);
  world.bridge.closeAllConnections();
  await core().deleteNamespacedConfigMap({ name: 'old', namespace });
  await until(() => names().length === 1);
  expect(names()).toEqual(['new']);
  await made.stop();
});

test('leader election by a Lease: one leads; another takes over when it lets go', async () => {
  const api = world.config.makeApiClient(CoordinationV1Api);
  const where = { name: 'leader', namespace };
  /** Upstream's tryAcquireOrRenew, without its clock. */
  const acquire = async (me: string): Promise<boolean> => {
    try {
      const lease = await api.readNamespacedLease(where);
      const holder = lease.spec?.holderIdentity ?? '';
      if (holder !== '' && holder !== me) return false;
      const spec: V1Lease['spec'] = {
        ...lease.spec, holderIdentity: me, leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + 1,
      };
      await api.replaceNamespacedLease({ ...where, body: { ...lease, spec } });
      return true;
    } catch (problem) {
      if (!(problem instanceof ApiException)) throw problem;
      if (problem.code === 409) return false;
      const body = { metadata: { name: 'leader' }, spec: { holderIdentity: me } };
      return await api.createNamespacedLease({ namespace, body }).then(() => true, () => false);
    }
  };
  const first = await Promise.all(['a', 'b', 'c'].map(acquire));
  expect(first.filter(Boolean)).toHaveLength(1);
  const leader = ['a', 'b', 'c'][first.indexOf(true)] ?? '';
  expect(await acquire(leader)).toBe(true);
  expect(await acquire('d')).toBe(false);
  const lease = await api.readNamespacedLease(where);
  await api.replaceNamespacedLease({ ...where, body: { ...lease, spec: { holderIdentity: '' } } });
  const next = await Promise.all(['d', 'e'].map(acquire));
  expect(next.filter(Boolean)).toHaveLength(1);
});
