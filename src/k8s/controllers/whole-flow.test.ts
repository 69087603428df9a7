import { expect, it } from 'vitest';
import type { DaemonSet, Deployment, EndpointSlice, Node, Pod } from '../../api/types.gen.ts';
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
    rig.machine.files.write(path, writeKubeconfig({
      clusterName: 'kubernetes', server: `https://${rig.server.ip}:${rig.server.port}`,
      userName: user, subject: { commonName: user, organizations: [] },
    }));
    return rig.machine.spawn({ program, args: [program.name, `--kubeconfig=${path}`, ...args] });
  };
  start('system:kube-controller-manager', kubeControllerManager, [
    '--allocate-node-cidrs=true', '--cluster-cidr=10.244.0.0/16', '--use-service-account-credentials=true',
  ]);
  start('system:kube-scheduler', kubeScheduler, []);
  const list = <T>(path: string) =>
    (rig.request({ method: 'GET', path }).body as unknown as { items: T[] }).items;
  return { rig, list };
}

const addNode = (rig: ReturnType<typeof startRig>, name: string) => {
  rig.create('/api/v1/nodes', {
    apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  });
  const time = '2025-06-15T15:06:40Z';
  rig.request({
    method: 'PATCH', path: `/api/v1/nodes/${name}/status`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: {
      status: {
        allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, capacity: { cpu: '4', memory: '8Gi', pods: '110' },
        conditions: [{
          type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status',
          lastHeartbeatTime: time, lastTransitionTime: time,
        }],
      },
    },
  });
};

const labels = { app: 'web' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1.14.2', ports: [{ containerPort: 80 }] }] } };

it.each([[[]], [['--authorization-mode=Node,RBAC']]])('a Deployment comes to scheduled Pods (%s)', (args) => {
  const { rig, list } = world(args);
  rig.run(5_000);
  expect(list<{ metadata: { name: string } }>('/api/v1/namespaces/default/serviceaccounts')
    .map(({ metadata }) => metadata.name)).toEqual(['default']);
  expect(list<{ metadata: { name: string } }>('/api/v1/namespaces/default/configmaps')
    .map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt']);
  addNode(rig, 'w1');
  addNode(rig, 'w2');
  rig.create('/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  });
  rig.create('/api/v1/namespaces/default/services', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  });
  rig.create('/apis/apps/v1/namespaces/kube-system/daemonsets', {
    apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' },
    spec: { selector: { matchLabels: { a: 'b' } }, template: { ...template, metadata: { labels: { a: 'b' } } } },
  });
  rig.run(10_000);
  expect(list<Node>('/api/v1/nodes').map(({ spec }) => spec.podCIDR)).toEqual(['10.244.0.0/24', '10.244.1.0/24']);
  const pods = list<Pod>('/api/v1/namespaces/default/pods');
  expect(pods.map(({ spec }) => spec.nodeName).sort()).toHaveLength(3);
  expect(pods.every(({ spec }) => spec.nodeName)).toBe(true);
  const agents = list<Pod>('/api/v1/namespaces/kube-system/pods');
  expect(agents.map(({ spec }) => spec.nodeName).sort()).toEqual(['w1', 'w2']);
  const [set] = list<DaemonSet>('/apis/apps/v1/namespaces/kube-system/daemonsets');
  expect(set?.status).toMatchObject({ desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2 });
  const [deployment] = list<Deployment>('/apis/apps/v1/namespaces/default/deployments');
  expect(deployment?.status).toMatchObject({ replicas: 3, updatedReplicas: 3, unavailableReplicas: 3 });
  const slices = list<EndpointSlice>('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices');
  expect(slices.filter(({ metadata }) => metadata.name.startsWith('web-'))).toHaveLength(1);
  const events = list<{ message: string; reason: string }>('/api/v1/namespaces/default/events');
  expect(events.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['ScalingReplicaSet', 'SuccessfulCreate', 'Scheduled']));
});
