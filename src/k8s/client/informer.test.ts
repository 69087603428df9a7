import { expect, it } from 'vitest';
import { take } from '../../host/index.ts';
import { ApiClient } from './api-client.ts';
import { InformerFactory } from './informer.ts';
import type { ApiResponse } from './wire.ts';
import { Rig, server } from './testing.ts';

const path = '/api/v1/namespaces/default/pods';
const pod = (name: string, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels },
  spec: {},
});

function begin() {
  const rig = new Rig();
  let client!: ApiClient;
  const process = rig.start({
    start: (self) => {
      client = new ApiClient(self, { server, userAgent: 'test/v1' });
      return {};
    },
  });
  const log: string[] = [];
  const factory = new InformerFactory(client);
  factory.of('Pod').on({
    added: (object) => log.push(`+${object.metadata.name}`),
    updated: (object, old) => log.push(`~${old.metadata.name}${object.metadata.resourceVersion}`),
    deleted: (object) => log.push(`-${object.metadata.name}`),
  });
  return { rig, client, process, log, factory };
}

it('lists, then follows', () => {
  const { rig, log, factory } = begin();
  rig.server.put(`${path}/a`, pod('a'));
  factory.start();
  expect(factory.hasSynced).toBe(false);
  rig.run(100);
  expect(factory.hasSynced).toBe(true);
  rig.server.put(`${path}/b`, pod('b'));
  rig.server.put(`${path}/a`, pod('a', { app: 'x' }));
  rig.server.drop(`${path}/b`);
  rig.run(100);
  expect(log).toEqual(['+a', '+b', '~a103', '-b']);
  expect(
    factory
      .of('Pod')
      .store.inNamespace('default')
      .map(({ metadata }) => metadata.name),
  ).toEqual(['a']);
});

it('backs off while the server is away, lists again and tells what it missed', () => {
  const { rig, log, factory } = begin();
  rig.server.put(`${path}/a`, pod('a'));
  factory.start();
  rig.run(100);
  rig.server.power(false);
  rig.run(5_000);
  expect(factory.of('Pod').state).toBe('resting');
  rig.server.drop(`${path}/a`);
  rig.server.put(`${path}/c`, pod('c'));
  rig.server.power(true);
  rig.run(60_000);
  expect(log).toEqual(['+a', '-a', '+c']);
  expect(factory.of('Pod').state).toBe('watching');
});

it('lists anew when the watch says 410', () => {
  const { rig, log, factory } = begin();
  factory.start();
  rig.run(100);
  rig.server.intercept = (request) =>
    request.query?.['watch'] === undefined ? undefined : { status: 410, body: { code: 410 } };
  const [watcher] = rig.server.watchers;
  rig.server.watchers.clear();
  rig.server.put(`${path}/late`, pod('late'));
  watcher?.connection.answer({ type: 'end', id: watcher.id });
  rig.run(100);
  expect(factory.of('Pod').state).toBe('resting');
  rig.server.intercept = undefined;
  rig.run(2_000);
  expect(log).toEqual(['+late']);
});

it('keeps to its rate: burst first, then one token at a time', () => {
  const { rig, client } = begin();
  const slow = client.with({ qps: 20, burst: 3 });
  const times: number[] = [];
  const from = rig.shard.now;
  for (let i = 0; i < 6; i++) {
    slow.request({ method: 'GET', path }, () => times.push(Math.floor(rig.shard.now - from)));
  }
  rig.run(1_000);
  expect(times).toEqual([1, 1, 1, 51, 101, 151]);
});

it('a request fails when its time is over, and a dead connection is dialled anew', () => {
  const { rig, client } = begin();
  const answers: ApiResponse[] = [];
  rig.server.take = () => undefined;
  client.request({ method: 'GET', path }, (response) => answers.push(response), 10_000);
  rig.run(11_000);
  expect(answers[0]).toMatchObject({ status: 0, reason: 'deadline' });
  expect(rig.server.connections.size).toBe(0);
});

it('asks again when told to', () => {
  const { rig, client } = begin();
  let times = 0;
  rig.server.intercept = () =>
    times++ === 0 ? { status: 429, headers: { 'retry-after': '1' }, body: null } : undefined;
  const answers: ApiResponse[] = [];
  client.request({ method: 'GET', path }, (response) => answers.push(response));
  rig.run(900);
  expect(answers).toEqual([]);
  rig.run(200);
  expect(answers.map(({ status }) => status)).toEqual([200]);
});

it('stories call, and read streams', () => {
  const rig = new Rig();
  const seen: string[] = [];
  rig.start({
    *main(process) {
      const client = new ApiClient(process, { server, userAgent: 'kubectl' });
      const list = yield* client.call({ method: 'GET', path });
      seen.push(String(list.status));
      const stream = client.open({ method: 'GET', path, query: { watch: 'true' } });
      yield* take(stream.inbox);
      const message = yield* take(stream.inbox);
      if (message?.type === 'event') seen.push(message.event.type);
      stream.cancel();
      return 0;
    },
  });
  rig.run(50);
  rig.server.put(`${path}/a`, pod('a'));
  rig.run(50);
  expect(seen).toEqual(['200', 'ADDED']);
});

it('a watch that is ended at once is taken up again with a pause, not in a circle', () => {
  const { rig, factory } = begin();
  const answerWatch = rig.server.take.bind(rig.server);
  rig.server.take = (message, connection) => {
    answerWatch(message, connection);
    if (message.type !== 'request' || message.request.query?.['watch'] === undefined) return;
    connection.answer({ type: 'end', id: message.id });
  };
  factory.start();
  rig.run(10_000);
  const watches = rig.server.requests.filter(({ query }) => query?.['watch'] !== undefined);
  expect(watches.length).toBeGreaterThan(1);
  expect(watches.length).toBeLessThan(8);
});
