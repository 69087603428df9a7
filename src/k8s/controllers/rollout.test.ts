import { expect, it } from 'vitest';
import type { Deployment, Pod, ReplicaSet } from '../../api/types.gen.ts';
import { Rig } from '../client/testing.ts';
import { kubeControllerManager } from './kube-controller-manager.ts';

const deployments = '/apis/apps/v1/namespaces/default/deployments';

function deployment(image: string, replicas = 3): object {
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', generation: 1 },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
    },
    status: {},
  };
}

function world() {
  const rig = new Rig();
  const path = rig.kubeconfig('system:kube-controller-manager');
  rig.machine.spawn({
    program: kubeControllerManager,
    args: ['kube-controller-manager', `--kubeconfig=${path}`],
  });
  rig.run(1_000);
  const ready = (pod: Pod) => {
    const path = `/api/v1/namespaces/default/pods/${pod.metadata.name}`;
    rig.server.put(path, {
      ...pod,
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2025-01-02T12:00:00Z' }],
      },
    });
  };
  const pods = () => rig.server.of('/pods/') as Pod[];
  return {
    rig,
    pods,
    apply: (object: object) => rig.server.put(`${deployments}/web`, object),
    get: () => rig.server.of('/deployments/')[0] as Deployment,
    sets: () => rig.server.of('/replicasets/') as ReplicaSet[],
    readyAll: () =>
      pods()
        .filter((pod) => pod.status?.phase !== 'Running')
        .forEach(ready),
    messages: () =>
      rig.server
        .of('/events/')
        .map((event) =>
          (event as unknown as { message: string }).message.replaceAll(/web-\w+(-\w+)?/g, 'web-*'),
        ),
  };
}

it('three replicas: a ReplicaSet, three Pods, a complete rollout', () => {
  const { rig, apply, pods, get, sets, readyAll, messages } = world();
  apply(deployment('nginx:1.14.2'));
  rig.run(5_000);
  expect(pods().map(({ metadata }) => metadata.name.replace(/\w+$/, ''))).toHaveLength(3);
  expect(sets()[0]?.metadata.labels?.['pod-template-hash']).toMatch(
    /^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/,
  );
  expect(get().status).toMatchObject({ replicas: 3, updatedReplicas: 3, unavailableReplicas: 3 });
  readyAll();
  rig.run(5_000);
  expect(get().status).toMatchObject({ availableReplicas: 3, readyReplicas: 3 });
  expect(
    get().status.conditions?.map(({ type, status, reason }) => [type, status, reason]),
  ).toEqual([
    ['Available', 'True', 'MinimumReplicasAvailable'],
    ['Progressing', 'True', 'NewReplicaSetAvailable'],
  ]);
  expect(get().metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
  expect(messages()).toContain('Scaled up replica set web-* from 0 to 3');
  expect(messages().filter((message) => message === 'Created pod: web-*')).toHaveLength(3);
  rig.server.writes();
  rig.run(60_000);
  expect(rig.server.writes().filter((write) => !write.includes('lease'))).toEqual([]);
});

it('rolls to a new image within surge and unavailability, and keeps the old set', () => {
  const { rig, apply, pods, get, sets, readyAll } = world();
  apply(deployment('nginx:1.14.2'));
  rig.run(2_000);
  readyAll();
  rig.run(2_000);
  apply({
    ...get(),
    ...deployment('nginx:1.16.1'),
    status: get().status,
    metadata: { ...get().metadata, generation: 2 },
  });
  let most = 0;
  let least = Infinity;
  for (let round = 0; round < 40; round++) {
    rig.run(250);
    most = Math.max(most, pods().length);
    least = Math.min(least, pods().filter(({ status }) => status?.phase === 'Running').length);
    if (round % 2 === 1) readyAll();
  }
  expect([most, least]).toEqual([4, 3]);
  expect(
    sets().map(({ spec, metadata }) => [
      spec.replicas,
      metadata.annotations?.['deployment.kubernetes.io/revision'],
    ]),
  ).toEqual([
    [0, '1'],
    [3, '2'],
  ]);
  expect(pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(
    Array(3).fill('nginx:1.16.1'),
  );
  expect(get().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
});

it('a relabelled Pod is let go and replaced', () => {
  const { rig, apply, pods, readyAll } = world();
  apply(deployment('nginx'));
  rig.run(2_000);
  readyAll();
  rig.run(1_000);
  const [pod] = pods();
  rig.server.put(`/api/v1/namespaces/default/pods/${pod?.metadata.name}`, {
    ...pod,
    metadata: { ...pod?.metadata, labels: { ...pod?.metadata.labels, app: 'debug' } },
  });
  rig.run(2_000);
  expect(pods()).toHaveLength(4);
  const patches = rig.server.requests.filter(({ method, body }) =>
    method === 'PATCH' && JSON.stringify(body).includes('"$patch":"delete"'));
  expect(patches.map(({ path }) => path)).toEqual([
    `/api/v1/namespaces/default/pods/${pod?.metadata.name}`,
  ]);
  expect(
    rig.server.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body),
  ).toContainEqual(
    expect.objectContaining({
      metadata: expect.objectContaining({
        ownerReferences: [expect.objectContaining({ $patch: 'delete' })],
      }),
    }),
  );
});

it('scales down by deleting the youngest of the least useful', () => {
  const { rig, apply, pods, get, readyAll } = world();
  apply(deployment('nginx'));
  rig.run(2_000);
  readyAll();
  rig.run(2_000);
  const pending = pods()[1];
  rig.server.put(`/api/v1/namespaces/default/pods/${pending?.metadata.name}`, {
    ...pending,
    status: { phase: 'Pending' },
  });
  apply({
    ...get(),
    spec: { ...get().spec, replicas: 2 },
    metadata: { ...get().metadata, generation: 2 },
  });
  rig.run(3_000);
  expect(pods().map(({ metadata }) => metadata.name)).not.toContain(pending?.metadata.name);
  expect(pods()).toHaveLength(2);
});
