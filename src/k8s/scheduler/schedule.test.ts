import { expect, it } from 'vitest';
import type { Node, Pod } from '../../api/types.gen.ts';
import { FixedView } from '../client/index.ts';
import { Cache } from './cache.ts';
import { fitError } from './fit-error.ts';
import { podInfo } from './node-info.ts';
import { preempt } from './preemption.ts';
import { enoughNodes, schedule } from './schedule.ts';

const node = (name: string, spec: object = {}, more: { zone?: string; cpu?: string } = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        ...(more.zone === undefined ? {} : { 'topology.kubernetes.io/zone': more.zone }),
      },
    },
    spec,
    status: { allocatable: { cpu: more.cpu ?? '4', memory: '8Gi', pods: '3' } },
  }) as unknown as Node;

const pod = (name: string, spec: object = {}, cpu = '1') =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'x', uid: name, labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }], ...spec },
    status: {},
  }) as unknown as Pod;

/** The node for the Pod, or the sentence of why there is none. */
function place(
  nodes: readonly Node[], placed: readonly [Pod, string][], incoming: Pod,
  others: readonly object[] = [],
): string {
  const cache = new Cache();
  for (const each of nodes) cache.putNode(each);
  for (const [each, name] of placed) cache.addPod(each, name);
  const view = new FixedView(others as never);
  const info = podInfo(incoming);
  const { snapshot } = cache;
  const decision = schedule(info, snapshot, view, 0, () => 1);
  if (decision.node !== undefined) return decision.node.name;
  const result = preempt(info, snapshot, decision.rejected, view);
  if (result.eviction !== undefined) {
    const victims = result.eviction.victims.map(({ pod: { metadata } }) => metadata.name);
    return `${result.eviction.node.name} without ${victims.join(', ')}`;
  }
  return fitError(nodes.length, decision.rejected, result.message);
}

const noHelp = (count: number, total = count) =>
  `preemption: 0/${total} nodes are available: ` +
  `${count} Preemption is not helpful for scheduling.`;
const noVictims = (count: number) =>
  `preemption: 0/${count} nodes are available: ` +
  `${count} No preemption victims found for incoming pod.`;
const ports = { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] };
const spread = (whenUnsatisfiable: string) => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable,
      labelSelector: { matchLabels: { app: 'web' } },
    },
  ],
});
const near = {
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
};
const preferB = {
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          preference: {
            matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['b'] }],
          },
        },
      ],
    },
  },
};
const zones = [node('a', {}, { zone: 'z1' }), node('b', {}, { zone: 'z2' })];
const soft = { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] };

it.each<[string, Node[], [Pod, string][], Pod, string]>([
  ['no nodes', [], [], pod('p'), 'no nodes available to schedule pods'],
  [
    'cordoned', [node('a', { unschedulable: true })], [], pod('p'),
    `0/1 nodes are available: 1 node(s) were unschedulable. ${noHelp(1)}`,
  ],
  [
    'no label', [node('a'), node('b')], [], pod('p', { nodeSelector: { disk: 'ssd' } }),
    "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. " + noHelp(2),
  ],
  [
    'a taint with a value', [node('a', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] })],
    [], pod('p'),
    `0/1 nodes are available: 1 node(s) had untolerated taint {k: v}. ${noHelp(1)}`,
  ],
  [
    'the port is taken', [node('a')], [[pod('o', ports), 'a']], pod('p', ports),
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. " +
      noVictims(1),
  ],
  [
    'full of Pods', [node('a')], [[pod('1'), 'a'], [pod('2'), 'a'], [pod('3'), 'a']], pod('p'),
    `0/1 nodes are available: 1 Too many pods. ${noVictims(1)}`,
  ],
  [
    'nobody to be near', [node('a')], [], pod('p', near),
    "0/1 nodes are available: 1 node(s) didn't match pod affinity rules. " + noHelp(1),
  ],
  ['spread over zones', zones, [[pod('1'), 'a']], pod('p', spread('DoNotSchedule')), 'b'],
  [
    'the other zone is closed', [zones[0] as Node, node('b', { unschedulable: true }, { zone: 'z2' })],
    [[pod('1'), 'a']], pod('p', spread('DoNotSchedule')),
    "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, " +
      '1 node(s) were unschedulable. preemption: 0/2 nodes are available: ' +
      '1 No preemption victims found for incoming pod, ' +
      '1 Preemption is not helpful for scheduling.',
  ],
  ['the emptier one', [node('a'), node('b')], [[pod('1'), 'a']], pod('p'), 'b'],
  ['the preferred one', [node('a'), node('b')], [[pod('1', {}, '100m'), 'b']], pod('p', preferB), 'b'],
  ['not the one with a soft taint', [node('a', soft), node('b')], [], pod('p'), 'b'],
  [
    'the least important go first', [node('a')],
    [[pod('low', { priority: 1 }, '2'), 'a'], [pod('mid', { priority: 2 }, '2'), 'a']],
    pod('p', { priority: 9 }, '2'), 'a without low',
  ],
  [
    'never preempts', [node('a')], [[pod('low', { priority: 1 }, '4'), 'a']],
    pod('p', { priority: 9, preemptionPolicy: 'Never' }, '2'),
    '0/1 nodes are available: 1 Insufficient cpu. ' +
      'preemption: not eligible due to preemptionPolicy=Never.',
  ],
])('%s', (_, nodes, placed, incoming, outcome) => {
  expect(place(nodes, placed, incoming)).toBe(outcome);
});

const budget = (name: string, disruptionsAllowed: number) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace: 'x' },
  spec: { selector: { matchLabels: { name } } },
  status: { disruptionsAllowed },
});
const named = (name: string, priority: number, cpu: string) => {
  const { metadata, ...rest } = pod(name, { priority }, cpu);
  return { ...rest, metadata: { ...metadata, labels: { name } } } as Pod;
};

it.each<[string, Node[], [Pod, string][], object[], string]>([
  [
    'a budget keeps the less important Pod', [node('a')],
    [[named('low', 1, '2'), 'a'], [named('mid', 2, '2'), 'a']], [budget('low', 0)], 'a without mid',
  ],
  [
    'a budget that allows it keeps nobody', [node('a')],
    [[named('low', 1, '2'), 'a'], [named('mid', 2, '2'), 'a']], [budget('low', 1)], 'a without low',
  ],
  [
    'a node whose budgets stay whole is better', [node('a'), node('b')],
    [[named('low', 1, '4'), 'a'], [named('mid', 2, '4'), 'b']], [budget('low', 0)], 'b without mid',
  ],
  [
    'a budget is broken where nothing else helps', [node('a')],
    [[named('low', 1, '4'), 'a']], [budget('low', 0)], 'a without low',
  ],
])('%s', (_, nodes, placed, budgets, outcome) => {
  expect(place(nodes, placed, pod('p', { priority: 9 }, '2'), budgets)).toBe(outcome);
});

it.each([
  [3, 3], [99, 99], [100, 100], [400, 188], [1_000, 420], [5_000, 500], [10_000, 500],
])('of %i nodes %i are enough', (total, enough) => expect(enoughNodes(total)).toBe(enough));

it('sums come out as if counted anew', () => {
  const cache = new Cache();
  cache.putNode(node('a'));
  const pods = Array.from({ length: 5 }, (_, i) => pod(`p${i}`, {}, `${i + 1}00m`));
  for (const each of pods) cache.addPod(each, 'a');
  for (const each of pods.slice(0, 3)) cache.removePod(`x/${each.metadata.name}`);
  expect(cache.node('a')).toMatchObject({ milliCpu: 900, assumedMilliCpu: 900 });
  expect([...(cache.node('a')?.groups.values() ?? [])].map(({ count }) => count)).toEqual([2]);
});
