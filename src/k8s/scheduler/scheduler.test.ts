import { expect, it } from 'vitest';
import type { Pod } from '../../api/types.gen.ts';
import { Rig } from '../client/testing.ts';
import { kubeScheduler } from './kube-scheduler.ts';

function world(nodes: readonly object[]) {
  const rig = new Rig();
  for (const node of nodes) {
    rig.server.put(`/api/v1/nodes/${(node as { metadata: { name: string } }).metadata.name}`, node);
  }
  const path = rig.kubeconfig('system:kube-scheduler');
  rig.machine.spawn({ program: kubeScheduler, args: ['kube-scheduler', `--kubeconfig=${path}`] });
  rig.run(1_000);
  return {
    rig,
    put: (object: object) =>
      rig.server.put(`/api/v1/namespaces/default/pods/${(object as Pod).metadata.name}`, object),
    nodeOf: (name: string) => (rig.server.of(`/pods/${name}`)[0] as Pod | undefined)?.spec.nodeName,
    pod: (name: string) => rig.server.of(`/pods/${name}`)[0] as Pod,
    events: () =>
      rig.server.of('/events/').map((event) => (event as unknown as { message: string }).message),
  };
}

export const node = (name: string, more: object = {}, cpu = '2') => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  spec: more,
  status: { allocatable: { cpu, memory: '4Gi', pods: '110' } },
});
const tainted = {
  taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
};

export const pod = (name: string, cpu?: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'c',
        image: 'nginx',
        ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }),
      },
    ],
    ...spec,
  },
  status: { phase: 'Pending' },
});

it('binds to the emptier node and tells', () => {
  const { rig, put, nodeOf, events } = world([node('cp', tainted), node('w1'), node('w2')]);
  put({ ...pod('big', '1500m'), spec: { ...pod('big', '1500m').spec, nodeName: 'w1' } });
  put(pod('a', '500m'));
  rig.run(1_000);
  expect(nodeOf('a')).toBe('w2');
  expect(events()).toContain('Successfully assigned default/a to w2');
  const decision = rig.trace.find(({ record }) => record.type === 'decision')?.record;
  expect(decision).toMatchObject({
    pod: 'default/a',
    node: 'w2',
    table: { feasible: 2, ruledOut: 1 },
  });
});

it("says why not, in the real scheduler's words", () => {
  const {
    rig,
    put,
    nodeOf,
    events,
    pod: get,
  } = world([node('cp', tainted), node('w1'), node('w2')]);
  put(pod('a', '3'));
  put(pod('b', '1900m'));
  put(pod('c', '1900m'));
  put(pod('d', '1'));
  rig.run(1_000);
  expect(nodeOf('a')).toBeUndefined();
  const taint = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
  expect(events()).toContain(
    `0/3 nodes are available: ${taint}, 2 Insufficient cpu. ` +
      'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  );
  expect(events()).toContain(
    `0/3 nodes are available: ${taint}, 2 Insufficient cpu. ` +
      'preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, ' +
      '2 No preemption victims found for incoming pod.',
  );
  expect(get('d').status.conditions).toMatchObject([
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
  ]);
});

it('tries again when something changes that helps, and not before', () => {
  const { rig, put, nodeOf } = world([node('w1')]);
  put(pod('first', '2'));
  rig.run(500);
  put(pod('second', '2'));
  rig.run(30_000);
  const tries = () => rig.trace.filter(({ record }) => record.type === 'decision').length;
  expect(tries()).toBe(2);
  rig.server.drop('/api/v1/namespaces/default/pods/first');
  rig.run(2_000);
  expect(nodeOf('second')).toBe('w1');
});

it('a higher priority makes room', () => {
  const { rig, put, nodeOf, events } = world([node('w1')]);
  put(pod('low', '2', { priority: 0 }));
  rig.run(500);
  put(pod('high', '2', { priority: 1_000 }));
  rig.run(5_000);
  expect(nodeOf('low')).toBeUndefined();
  expect(nodeOf('high')).toBe('w1');
  expect(events().some((message) => /^Preempted by pod .* on node w1$/.test(message))).toBe(true);
});

it('spreads by constraint, and keeps apart by anti-affinity', () => {
  const { rig, put, nodeOf } = world([node('w1'), node('w2'), node('w3')]);
  const apart = {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    },
  };
  for (const name of ['a', 'b', 'c', 'd']) put(pod(name, undefined, apart));
  rig.run(2_000);
  expect(new Set(['a', 'b', 'c'].map(nodeOf)).size).toBe(3);
  expect(nodeOf('d')).toBeUndefined();
});

it('1,000 Pods spread over 100 nodes', () => {
  const { rig, put, nodeOf } = world(
    Array.from({ length: 100 }, (_, i) => node(`n${i}`, {}, '32')),
  );
  for (let i = 0; i < 1_000; i++) put(pod(`p${i}-x`, '100m'));
  rig.run(60_000);
  const counts = new Map<string, number>();
  for (let i = 0; i < 1_000; i++) {
    const name = nodeOf(`p${i}-x`) ?? 'none';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  expect(counts.has('none')).toBe(false);
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(14);
});
