import { expect, it } from 'vitest';
import type { Node, Pod } from '../../api/types.gen.ts';
import { FixedView } from '../client/index.ts';
import { Cache } from './cache.ts';
import { fitError } from './fit-error.ts';
import { podInfo } from './node-info.ts';
import { matchesFor } from './plugins/volume-binding.ts';
import { schedule } from './schedule.ts';

const node = (name: string): Node => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  spec: {}, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
}) as unknown as Node;
const nodes = [node('a'), node('b')];
const pod = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'x', uid: 'p' },
  spec: { containers: [], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] },
} as unknown as Pod;
const done = { 'pv.kubernetes.io/bind-completed': 'yes' };
const claim = (spec: object = {}, annotations?: object, status: object = {}) => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim',
  metadata: { name: 'c', namespace: 'x', uid: 'c', annotations },
  spec: { storageClassName: 'local', accessModes: [], ...spec }, status,
});
const storageClass = (volumeBindingMode: string) =>
  ({ apiVersion: 'v1', kind: 'StorageClass', metadata: { name: 'local' }, volumeBindingMode });
const volume = (name: string, onNode?: string) => ({
  apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name },
  spec: {
    storageClassName: 'local', capacity: { storage: '1Gi' }, accessModes: [],
    ...(onNode === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [
      { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [onNode] }] },
    ] } } }),
  },
  status: { phase: 'Available' },
});
const late = storageClass('WaitForFirstConsumer');
const all = (reason: string) => `0/2 nodes are available: ${reason}.`;

it.each<[string, object[], string]>([
  ['no such claim', [], all('persistentvolumeclaim "c" not found')],
  ['an unbound claim', [claim(), storageClass('Immediate')],
    all('pod has unbound immediate PersistentVolumeClaims')],
  ['a lost claim', [claim({ volumeName: 'v' }, done, { phase: 'Lost' })],
    all('persistentvolumeclaim "c" bound to non-existent persistentvolume "v"')],
  ['bound to a volume on b', [claim({ volumeName: 'v' }, done), volume('v', 'b')], 'b'],
  ['bound to a volume that is gone', [claim({ volumeName: 'v' }, done)],
    all('2 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)')],
  ['bound to a volume elsewhere', [claim({ volumeName: 'v' }, done), volume('v', 'z')],
    all('2 node(s) had volume node affinity conflict')],
  ['a claim that waited, a free volume on b', [claim(), late, volume('v', 'b')], 'b'],
  ['a claim that waited, no volume', [claim(), late],
    all("2 node(s) didn't find available persistent volumes to bind")],
])('%s', (_, objects, expected) => {
  const cache = new Cache();
  for (const each of nodes) cache.putNode(each);
  const view = new FixedView(objects as never);
  const decision = schedule(podInfo(pod), cache.snapshot, view, 0, () => 1);
  expect(decision.node?.name ?? fitError(2, decision.rejected, undefined)).toBe(expected);
});

it('binds the volume that the node has before the Pod', () => {
  const view = new FixedView([claim(), late, volume('far', 'a'), volume('near', 'b')] as never);
  const [match] = matchesFor(pod, nodes[1] as Node, view);
  expect(match?.volume?.metadata.name).toBe('near');
  expect(matchesFor(pod, node('c'), view)).toEqual([]);
});
