import { describe, expect, it } from 'vitest';
import type { ApiObject, JsonObject } from '../../api/object.ts';
import { Chance } from '../../kernel/index.ts';
import type { WatchEvent } from '../client/wire.ts';
import { type Rig, startRig } from './testing.ts';

const pods = '/api/v1/namespaces/default/pods';
const headers = { 'managed-fields': 'omit' };

const versionOf = (rig: Rig, path: string): string =>
  (rig.request({ method: 'GET', path }).body as { metadata: { resourceVersion: string } }).metadata
    .resourceVersion;

describe('a watch', () => {
  it('begins with the state, or after a revision', () => {
    const rig = startRig();
    const path = '/api/v1/namespaces/default/configmaps';
    rig.create(path, { metadata: { name: 'a' } });
    const at = versionOf(rig, path);
    rig.create(path, { metadata: { name: 'b' } });
    const all = rig.watch(path);
    const later = rig.watch(path, { resourceVersion: at });
    rig.delete(`${path}/a`);
    rig.run(5);
    expect(all.take()).toEqual(['ADDED a', 'ADDED b', 'DELETED a']);
    expect(later.take()).toEqual(['ADDED b', 'DELETED a']);
  });

  it('shares one object among all that see it', () => {
    const rig = startRig();
    const path = '/api/v1/namespaces/default/configmaps';
    const [one, other] = [rig.watch(path, {}, { headers }), rig.watch(path, {}, { headers })];
    rig.create(path, { metadata: { name: 'a' } });
    rig.run(5);
    expect(one.events[0]?.object).toBe(other.events[0]?.object);
  });

  it('says DELETED of what its selector no longer selects', () => {
    const rig = startRig();
    const path = '/api/v1/namespaces/default/configmaps';
    const watch = rig.watch(path, { labelSelector: 'app=web' });
    rig.create(path, { metadata: { name: 'a', labels: { app: 'web' } } });
    const next = rig.patch(`${path}/a`, { metadata: { labels: { app: 'db' } } });
    rig.patch(`${path}/a`, { metadata: { labels: { app: 'web' } } });
    rig.run(5);
    expect(watch.events[1]?.object).toMatchObject({
      metadata: { labels: { app: 'web' }, resourceVersion: next.metadata.resourceVersion },
    });
    expect(watch.take()).toEqual(['ADDED a', 'DELETED a', 'ADDED a']);
  });

  it('ends in time, with a bookmark before', () => {
    const rig = startRig();
    const watch = rig.watch(pods, { timeoutSeconds: '90', allowWatchBookmarks: 'true' });
    rig.run(89_000);
    expect(watch.events.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK']);
    rig.run(2_000);
    expect(watch.isOver).toBe(true);
  });

  it('of a past that is forgotten is refused', () => {
    const rig = startRig();
    const path = '/api/v1/namespaces/default/configmaps';
    const at = versionOf(rig, path);
    for (let i = 0; i < 150; i++) rig.create(path, { metadata: { name: `a${i}` } });
    rig.run(80_000);
    for (let i = 0; i < 250; i++) rig.create(path, { metadata: { name: `b${i}` } });
    const watch = rig.watch(path, { resourceVersion: at });
    rig.run(1);
    expect(watch.events[0]).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
    expect((watch.events[0]?.object as JsonObject)['message']).toMatch(
      /^too old resource version: \d+ \(\d+\)$/,
    );
  });

  it('sends what there is and says when that is all', () => {
    const rig = startRig();
    const watch = rig.watch('/api/v1/namespaces', {
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
    });
    rig.run(1);
    expect(watch.events.map(({ type }) => type)).toEqual([
      'ADDED',
      'ADDED',
      'ADDED',
      'ADDED',
      'BOOKMARK',
    ]);
    expect(watch.events.at(-1)?.object).toMatchObject({
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
  });

  it('comes as Tables, whose columns are said once', () => {
    const rig = startRig();
    const watch = rig.watch(
      '/api/v1/namespaces',
      {},
      { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } },
    );
    rig.run(1);
    const lengths = watch.events.map(
      ({ object }) => (object['columnDefinitions'] as unknown[]).length,
    );
    expect(lengths).toEqual([3, 0, 0, 0]);
  });
});

describe('lists', () => {
  it('come in pages of one revision', () => {
    const rig = startRig();
    const path = '/api/v1/namespaces/default/configmaps';
    for (const name of ['a', 'b', 'c', 'd', 'e']) rig.create(path, { metadata: { name } });
    const page = (token?: string) =>
      rig.request({
        method: 'GET',
        path,
        query: { limit: '2', ...(token === undefined ? {} : { continue: token }) },
      }).body as unknown as {
        items: ApiObject[];
        metadata: { continue?: string; remainingItemCount?: number; resourceVersion: string };
      };
    const first = page();
    expect([
      first.items.map(({ metadata }) => metadata.name),
      first.metadata.remainingItemCount,
    ]).toEqual([['a', 'b'], 3]);
    rig.delete(`${path}/c`);
    const second = page(first.metadata.continue);
    expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['c', 'd']);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const third = page(second.metadata.continue);
    expect([third.items.length, third.metadata.continue]).toEqual([1, undefined]);
  });

  it.each([
    ['a bad field', { fieldSelector: 'spec.x=1' }, 'field label not supported: spec.x'],
    ['a bad label', { labelSelector: 'a in' }, /unable to parse requirement/],
    [
      'a bad match',
      { resourceVersionMatch: 'Exact' },
      /resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided/,
    ],
  ])('refuse %s', (_, query, text) => {
    const rig = startRig();
    const { body } = rig.request({
      method: 'GET',
      path: pods,
      query: query as Record<string, string>,
    });
    expect((body as JsonObject)['message']).toMatch(text);
  });
});

/** One of the ways in which clients look at Pods. */
const selections: readonly Readonly<Record<string, string>>[] = [
  {},
  { labelSelector: 'app=web' },
  { labelSelector: 'app!=web' },
  { fieldSelector: 'spec.nodeName=n1' },
  { fieldSelector: 'metadata.name=p1' },
  { fieldSelector: 'status.phase!=Running', labelSelector: 'app' },
];

describe('a list and the events after it are the list as it is now', () => {
  for (let seed = 1; seed <= 12; seed++) {
    it(`SEED=${seed}`, () => {
      const rig = startRig({ seed });
      const chance = new Chance(seed, 'watching');
      const watches = selections.map((query) => open(rig, query));
      for (let turn = 0; turn < 60; turn++) {
        change(rig, chance);
        if (chance.fraction() < 0.1) watches.push(open(rig, chance.pick(selections)));
      }
      rig.run(20);
      for (const { query, state, events } of watches) {
        for (const event of events) follow(state, event);
        const now = rig.request({ method: 'GET', path: '/api/v1/pods', query, headers });
        const items = (now.body as unknown as { items: ApiObject[] }).items;
        const seen = [...state.values()].sort((a, b) =>
          a.metadata.name < b.metadata.name ? -1 : 1,
        );
        expect(seen).toEqual(items);
        // The cache says what etcd says.
        const cached = rig.request({
          method: 'GET',
          path: '/api/v1/pods',
          query: { ...query, resourceVersion: '0' },
          headers,
        });
        expect((cached.body as unknown as { items: ApiObject[] }).items).toEqual(items);
        const paged = rig.request({
          method: 'GET',
          path: '/api/v1/pods',
          query: { ...query, limit: '500' },
          headers,
        });
        expect((paged.body as unknown as { items: ApiObject[] }).items).toEqual(items);
      }
    });
  }
});

function open(rig: Rig, query: Readonly<Record<string, string>>) {
  const { body } = rig.request({ method: 'GET', path: '/api/v1/pods', query, headers });
  const list = body as unknown as { items: ApiObject[]; metadata: { resourceVersion: string } };
  const state = new Map(list.items.map((item) => [item.metadata.uid, item]));
  const { events } = rig.watch(
    '/api/v1/pods',
    { ...query, resourceVersion: list.metadata.resourceVersion },
    { headers },
  );
  return { query, state, events };
}

function follow(state: Map<string, ApiObject>, { type, object }: WatchEvent): void {
  const pod = object as unknown as ApiObject;
  const isKnown = state.has(pod.metadata.uid);
  expect(type === 'ADDED').toBe(!isKnown);
  if (type === 'DELETED') state.delete(pod.metadata.uid);
  else state.set(pod.metadata.uid, pod);
}

function change(rig: Rig, chance: Chance): void {
  const name = `p${chance.below(5)}`;
  const path = `${pods}/${name}`;
  const label = chance.pick(['web', 'db']);
  if (rig.request({ method: 'GET', path }).status === 404) {
    rig.create(pods, {
      metadata: { name, labels: { app: label } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    return;
  }
  const roll = chance.below(4);
  const type = { 'content-type': 'application/merge-patch+json' };
  if (roll === 0)
    rig.request({
      method: 'PATCH',
      path,
      headers: type,
      body: { metadata: { labels: { app: label } } },
    });
  else if (roll === 1) {
    rig.request({
      method: 'POST',
      path: `${path}/binding`,
      body: { target: { kind: 'Node', name: chance.pick(['n1', 'n2']) } },
    });
  } else if (roll === 2) {
    rig.request({
      method: 'PATCH',
      path: `${path}/status`,
      headers: type,
      body: { status: { phase: chance.pick(['Running', 'Failed']) } },
    });
  } else rig.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
}
