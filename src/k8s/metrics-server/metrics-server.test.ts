import { expect, it } from 'vitest';
import type { Node, Pod } from '../../api/types.gen.ts';
import { Store } from '../client/index.ts';
import { answer } from './api.ts';
import { Samples } from './samples.ts';

const at = 1_735_819_200_000;
const labels = 'container="c",namespace="x",pod="p"';
const page = (seconds: number, cpu: number) => [
  '# TYPE node_cpu_usage_seconds_total counter',
  `node_cpu_usage_seconds_total ${cpu * 10} ${at + seconds * 1000}`,
  `node_memory_working_set_bytes 1048576 ${at + seconds * 1000}`,
  `container_cpu_usage_seconds_total{${labels}} ${cpu} ${at + seconds * 1000}`,
  `container_memory_working_set_bytes{${labels}} 2048 ${at + seconds * 1000}`,
].join('\n');

const pods = new Store<Pod>();
pods.put({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'x', uid: 'p', labels: { app: 'web' } },
  spec: { nodeName: 'n', containers: [{ name: 'c' }] }, status: { phase: 'Running' },
} as unknown as Pod);
const nodes = new Store<Node>();
nodes.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'n' } } as unknown as Node);

const root = '/apis/metrics.k8s.io/v1beta1';
function ask(samples: Samples, path: string, labelSelector = '') {
  const query = { labelSelector };
  return answer({ method: 'GET', path: root + path, query }, { samples, pods, nodes });
}
const itemsOf = (body: unknown) => (body as { items: object[] }).items;

it('one reading is none', () => {
  const samples = new Samples();
  samples.take('n', page(0, 1));
  expect(samples.isReady).toBe(false);
  expect(itemsOf(ask(samples, '/nodes').body)).toEqual([]);
});

it('two readings are a rate', () => {
  const samples = new Samples();
  samples.take('n', page(0, 1));
  samples.take('n', page(15, 4));
  expect(itemsOf(ask(samples, '/nodes').body)).toMatchObject([
    { kind: 'NodeMetrics', window: '15s', usage: { cpu: '2000000000n', memory: '1024Ki' } },
  ]);
  expect(ask(samples, '/namespaces/x/pods/p').body).toMatchObject({
    kind: 'PodMetrics', containers: [{ name: 'c', usage: { cpu: '200000000n', memory: '2Ki' } }],
  });
  expect(itemsOf(ask(samples, '/pods', 'app=web').body)).toHaveLength(1);
  expect(itemsOf(ask(samples, '/pods', 'app=other').body)).toHaveLength(0);
});

it('a container that began anew has no rate yet', () => {
  const samples = new Samples();
  samples.take('n', page(0, 4));
  samples.take('n', page(15, 1));
  expect(ask(samples, '/namespaces/x/pods/p').status).toBe(404);
});

it('who is not there', () => {
  const { status, body } = ask(new Samples(), '/namespaces/x/pods/nope');
  expect([status, (body as { message: string }).message])
    .toEqual([404, 'podmetrics.metrics.k8s.io "x/nope" not found']);
});

it('rows for kubectl get', () => {
  const samples = new Samples();
  samples.take('n', page(0, 1));
  samples.take('n', page(15, 4));
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const { body } = answer({ method: 'GET', path: `${root}/pods`, headers }, { samples, pods, nodes });
  expect(body).toMatchObject({ kind: 'Table', rows: [{ cells: ['p', '200000000n', '2Ki', '15s'] }] });
});
