import { expect, it } from 'vitest';
import type { DaemonSet, Deployment, EndpointSlice, Node, Pod } from '../../api/types.gen.ts';
import { formatMicroTime } from '../../kernel/calendar.ts';
import { startRig } from '../apiserver/testing.ts';
import { writeKubeconfig } from '../client/kubeconfig.ts';
import { kubeScheduler } from '../scheduler/index.ts';
import { kubeControllerManager } from './index.ts';

/** The real API server, the real scheduler and controllers; nodes and kubelets are played. */
function world(apiserverArgs: readonly string[] = []) {
  const rig = startRig({ apiserverArgs, hasNoServiceAccount: true });
  const start = (user: string, program: typeof kubeScheduler, args: readonly string[]) => {
    rig.machine.files.makeDirectory('/etc/kubernetes');
    const path = `/etc/kubernetes/${user}.conf`;
    rig.machine.files.write(
      path,
      writeKubeconfig({
        clusterName: 'kubernetes',
        server: `https://${rig.server.ip}:${rig.server.port}`,
        userName: user,
        subject: { commonName: user, organizations: [] },
      }),
    );
    return rig.machine.spawn({ program, args: [program.name, `--kubeconfig=${path}`, ...args] });
  };
  start('system:kube-controller-manager', kubeControllerManager, [
    '--allocate-node-cidrs=true',
    '--cluster-cidr=10.244.0.0/16',
    '--use-service-account-credentials=true',
  ]);
  start('system:kube-scheduler', kubeScheduler, []);
  const list = <T>(path: string) =>
    (rig.request({ method: 'GET', path }).body as unknown as { items: T[] }).items;
  return { rig, list };
}

const addNode = (rig: ReturnType<typeof startRig>, name: string) => {
  rig.create('/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  });
  const time = '2025-06-15T15:06:40Z';
  rig.request({
    method: 'PATCH',
    path: `/api/v1/nodes/${name}/status`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: {
      status: {
        allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
        capacity: { cpu: '4', memory: '8Gi', pods: '110' },
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'KubeletReady',
            message: 'kubelet is posting ready status',
            lastHeartbeatTime: time,
            lastTransitionTime: time,
          },
        ],
      },
    },
  });
};

const labels = { app: 'web' };
const template = {
  metadata: { labels },
  spec: { containers: [{ name: 'web', image: 'nginx:1.14.2', ports: [{ containerPort: 80 }] }] },
};

it.each([[[]], [['--authorization-mode=Node,RBAC']]])(
  'a Deployment comes to scheduled Pods (%s)',
  (args) => {
    const { rig, list } = world(args);
    rig.run(5_000);
    expect(
      list<{ metadata: { name: string } }>('/api/v1/namespaces/default/serviceaccounts').map(
        ({ metadata }) => metadata.name,
      ),
    ).toEqual(['default']);
    expect(
      list<{ metadata: { name: string } }>('/api/v1/namespaces/default/configmaps').map(
        ({ metadata }) => metadata.name,
      ),
    ).toEqual(['kube-root-ca.crt']);
    addNode(rig, 'w1');
    addNode(rig, 'w2');
    rig.create('/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 3, selector: { matchLabels: labels }, template },
    });
    rig.create('/api/v1/namespaces/default/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: labels, ports: [{ port: 80 }] },
    });
    rig.create('/apis/apps/v1/namespaces/kube-system/daemonsets', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { ...template, metadata: { labels: { a: 'b' } } },
      },
    });
    rig.run(10_000);
    expect(list<Node>('/api/v1/nodes').map(({ spec }) => spec.podCIDR)).toEqual([
      '10.244.0.0/24',
      '10.244.1.0/24',
    ]);
    const pods = list<Pod>('/api/v1/namespaces/default/pods');
    expect(pods.map(({ spec }) => spec.nodeName).sort()).toHaveLength(3);
    expect(pods.every(({ spec }) => spec.nodeName)).toBe(true);
    const agents = list<Pod>('/api/v1/namespaces/kube-system/pods');
    expect(agents.map(({ spec }) => spec.nodeName).sort()).toEqual(['w1', 'w2']);
    const [set] = list<DaemonSet>('/apis/apps/v1/namespaces/kube-system/daemonsets');
    expect(set?.status).toMatchObject({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      updatedNumberScheduled: 2,
    });
    const [deployment] = list<Deployment>('/apis/apps/v1/namespaces/default/deployments');
    expect(deployment?.status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      unavailableReplicas: 3,
    });
    const slices = list<EndpointSlice>(
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    );
    expect(slices.filter(({ metadata }) => metadata.name.startsWith('web-'))).toHaveLength(1);
    const events = list<{ message: string; reason: string }>('/api/v1/namespaces/default/events');
    expect(events.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['ScalingReplicaSet', 'SuccessfulCreate', 'Scheduled']),
    );
  },
);

const podPath = '/api/v1/namespaces/default/pods';
const deployWeb = (rig: ReturnType<typeof startRig>, replicas: number, namespace = 'default') =>
  rig.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  });
const unbound = { propagationPolicy: 'Background' };

/** Nodes that nobody serves: Pods that are deleted there stay until somebody ends them. */
function settled(replicas: number) {
  const { rig, list } = world(['--authorization-mode=Node,RBAC']);
  rig.run(5_000);
  deployWeb(rig, replicas);
  rig.run(5_000);
  return { rig, list };
}

it('what a Deployment owned goes with it, in the background', () => {
  const { rig, list } = settled(3);
  expect(list(podPath)).toHaveLength(3);
  rig.delete('/apis/apps/v1/namespaces/default/deployments/web', unbound);
  rig.run(5_000);
  expect(list('/apis/apps/v1/namespaces/default/replicasets')).toHaveLength(0);
  expect(list(podPath)).toHaveLength(0);
});

it('in the foreground, the Deployment goes last', () => {
  const { rig, list } = settled(2);
  rig.writes.length = 0;
  rig.delete('/apis/apps/v1/namespaces/default/deployments/web', {
    propagationPolicy: 'Foreground',
  });
  rig.run(5_000);
  expect(list('/apis/apps/v1/namespaces/default/deployments')).toHaveLength(0);
  expect(list(podPath)).toHaveLength(0);
  const deletes = rig.writes.filter(
    (write) => write.startsWith('delete') && !write.includes('event'),
  );
  expect(deletes.at(-1)).toContain('/deployments/');
});

it('orphans stay, without their owner', () => {
  const { rig, list } = settled(2);
  rig.delete('/apis/apps/v1/namespaces/default/deployments/web', { propagationPolicy: 'Orphan' });
  rig.run(5_000);
  expect(list('/apis/apps/v1/namespaces/default/deployments')).toHaveLength(0);
  const [set] = list<{ metadata: { ownerReferences?: unknown } }>(
    '/apis/apps/v1/namespaces/default/replicasets',
  );
  expect(set).toBeDefined();
  expect(set?.metadata.ownerReferences).toBeUndefined();
  expect(list(podPath)).toHaveLength(2);
});

it('a namespace goes with all that is in it', () => {
  const { rig, list } = world(['--authorization-mode=Node,RBAC']);
  rig.run(5_000);
  rig.create('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'team' },
  });
  rig.run(2_000);
  deployWeb(rig, 2, 'team');
  rig.run(3_000);
  expect(list('/api/v1/namespaces/team/pods')).toHaveLength(2);
  rig.delete('/api/v1/namespaces/team');
  rig.run(60_000);
  const names = list<{ metadata: { name: string } }>('/api/v1/namespaces').map(
    ({ metadata }) => metadata.name,
  );
  expect(names).not.toContain('team');
  expect(list('/api/v1/pods')).toHaveLength(0);
});

it('a dozen namespaces go five seconds after they were told to, all at once', () => {
  const { rig, list } = world(['--authorization-mode=Node,RBAC']);
  rig.run(5_000);
  const names = Array.from({ length: 12 }, (_, i) => `team-${i}`);
  for (const name of names) {
    rig.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  rig.run(2_000);
  for (const name of names) rig.delete(`/api/v1/namespaces/${name}`);
  const left = () =>
    list<{ metadata: { name: string } }>('/api/v1/namespaces').filter(({ metadata }) =>
      names.includes(metadata.name),
    ).length;
  rig.run(4_800);
  expect(left()).toBe(12);
  rig.run(2_000);
  expect(left()).toBe(0);
});

it('a silent node is Unknown after 50 s, and its Pods are driven off 300 s later', () => {
  const { rig, list } = world(['--authorization-mode=Node,RBAC']);
  rig.run(5_000);
  addNode(rig, 'w1');
  addNode(rig, 'w2');
  const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
  rig.create(lease, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'w2' },
    spec: { holderIdentity: 'w2', leaseDurationSeconds: 40 },
  });
  rig.run(2_000);
  deployWeb(rig, 4);
  rig.run(5_000);
  for (const { metadata } of list<Pod>(podPath)) {
    rig.request({
      method: 'PATCH',
      path: `${podPath}/${metadata.name}/status`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: {
        status: {
          phase: 'Running',
          conditions: [
            { type: 'Ready', status: 'True', lastTransitionTime: '2025-06-15T15:07:00Z' },
          ],
        },
      },
    });
  }
  const timeline: string[] = [];
  const from = rig.shard.now;
  const look = () => {
    const node = list<Node>('/api/v1/nodes')[0];
    const ready = node?.status.conditions?.find(({ type }) => type === 'Ready')?.status;
    const effects = (node?.spec.taints ?? []).map(
      ({ key, effect }) => `${key.split('/')[1]}:${effect}`,
    );
    const going =
      list<Pod>(podPath).filter(
        ({ spec, metadata }) => spec.nodeName === 'w1' && metadata.deletionTimestamp !== undefined,
      ).length > 0;
    const line = `${ready} ${effects.join(' ')}${going ? ' evicted' : ''}`;
    if (timeline.at(-1)?.replace(/^\d+ /, '') !== line)
      timeline.push(`${Math.round((rig.shard.now - from) / 1000)} ${line}`);
  };
  for (let i = 0; i < 75; i++) {
    const renewTime = formatMicroTime(Date.UTC(2025, 5, 15, 15, 10) + i * 5_000);
    rig.request({
      method: 'PATCH',
      path: `${lease}/w2`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { spec: { renewTime } },
    });
    rig.run(5_000);
    look();
  }
  expect(timeline.map((line) => line.replace(/^\d+ /, ''))).toEqual([
    'True ',
    'Unknown unreachable:NoSchedule',
    'Unknown unreachable:NoSchedule unreachable:NoExecute',
    'Unknown unreachable:NoSchedule unreachable:NoExecute evicted',
  ]);
  const seconds = timeline.map((line) => Number(line.split(' ')[0]));
  expect(seconds[1]).toBeGreaterThanOrEqual(40);
  expect(seconds[1]).toBeLessThanOrEqual(60);
  expect((seconds[2] ?? 0) - (seconds[1] ?? 0)).toBe(5);
  expect((seconds[3] ?? 0) - (seconds[2] ?? 0)).toBe(300);
  const events = list<{ reason: string; message: string }>('/api/v1/namespaces/default/events').map(
    ({ message }) => message,
  );
  expect(events).toEqual(
    expect.arrayContaining([
      'Node w1 status is now: NodeNotReady',
      'Node is not ready',
      expect.stringMatching(/^Marking for deletion Pod default\/web-/),
    ]),
  );
});

it('a relabelled Pod is released, replaced, and taken in again', () => {
  const { rig, list } = settled(2);
  const [pod] = list<Pod>(podPath);
  const path = `${podPath}/${pod?.metadata.name}`;
  const label = (app: string) =>
    rig.request({
      method: 'PATCH',
      path,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { metadata: { labels: { app } } },
    });
  label('debug');
  rig.run(3_000);
  expect(list(podPath)).toHaveLength(3);
  expect(rig.get<Pod>(path).metadata.ownerReferences).toBeUndefined();
  label('web');
  rig.run(3_000);
  expect(list(podPath)).toHaveLength(2);
});
