/** Quotas from end to end: the real API server and its controllers. */
import { describe, expect, it } from 'vitest';
import type { ApiObject, JsonObject } from '../../../api/object.ts';
import type { ResourceQuota } from '../../../api/types.gen.ts';
import { type Rig, startRig } from '../../apiserver/testing.ts';
import { writeKubeconfig } from '../../client/kubeconfig.ts';
import { kubeControllerManager } from '../index.ts';
import { isReleased } from './replenishment.ts';

function startControllers(): Rig {
  const rig = startRig({ apiserverArgs: ['--authorization-mode=Node,RBAC'] });
  const user = 'system:kube-controller-manager';
  const path = '/etc/kubernetes/controller-manager.conf';
  rig.machine.files.makeDirectory('/etc/kubernetes');
  const server = `https://${rig.server.ip}:${rig.server.port}`;
  const subject = { commonName: user, organizations: [] };
  rig.machine.files.write(
    path,
    writeKubeconfig({ clusterName: 'kubernetes', server, userName: user, subject }),
  );
  rig.machine.spawn({
    program: kubeControllerManager,
    args: [
      'kube-controller-manager',
      `--kubeconfig=${path}`,
      '--use-service-account-credentials=true',
    ],
  });
  rig.run(5_000);
  return rig;
}

const path = (kind: string) => `/api/v1/namespaces/default/${kind}`;
const pod = (name: string) => ({
  metadata: { name },
  spec: {
    containers: [{ name: 'c', image: 'c', resources: { requests: { cpu: '100m' } } }],
  },
});
const addQuota = (rig: Rig, hard: object, more: object = {}) => {
  rig.create(path('resourcequotas'), { metadata: { name: 'q' }, spec: { hard, ...more } });
  rig.run(1_000);
};
const statusOf = (rig: Rig) => rig.get<ResourceQuota>(`${path('resourcequotas')}/q`).status;
const remove = (rig: Rig, name: string) =>
  rig.delete(`${path('pods')}/${name}`, { gracePeriodSeconds: 0 });

describe('the quota controller', () => {
  const rig = startControllers();
  it('counts what is there when a quota comes', () => {
    rig.create(path('pods'), pod('a'));
    rig.create(path('pods'), pod('b'));
    addQuota(rig, { pods: '5', 'requests.cpu': '1', 'count/deployments.apps': '1' });
    const used = { 'count/deployments.apps': '0', pods: '2', 'requests.cpu': '200m' };
    expect(statusOf(rig)).toEqual({
      hard: { 'count/deployments.apps': '1', pods: '5', 'requests.cpu': '1' },
      used,
    });
  });

  it('gives back what is deleted, or has ended', () => {
    remove(rig, 'a');
    rig.run(1_000);
    expect(statusOf(rig)?.used).toMatchObject({ pods: '1', 'requests.cpu': '100m' });
    rig.patch(`${path('pods')}/b/status`, { status: { phase: 'Succeeded' } });
    rig.run(1_000);
    expect(statusOf(rig)?.used).toMatchObject({ pods: '0', 'requests.cpu': '0' });
  });

  it('takes new bounds', () => {
    rig.patch(`${path('resourcequotas')}/q`, { spec: { hard: { pods: '9', secrets: '3' } } });
    rig.run(1_000);
    expect(statusOf(rig)).toMatchObject({ hard: { pods: '9' }, used: { pods: '0', secrets: '0' } });
  });

  it('counts custom resources', () => {
    rig.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    });
    rig.run(2_000);
    const hard = { 'count/things.example.com': '1' };
    rig.patch(`${path('resourcequotas')}/q`, { spec: { hard } });
    rig.run(1_000);
    const things = '/apis/example.com/v1/namespaces/default/things';
    const make = (name: string) =>
      rig.request({
        method: 'POST',
        path: things,
        body: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name } },
      }).status;
    expect([make('a'), make('b')]).toEqual([201, 403]);
    rig.delete(`${things}/a`);
    rig.run(1_000);
    expect(make('b')).toBe(201);
  });

  it('has more with time: a request that failed behind the charge is forgotten', () => {
    const body = pod('b') as JsonObject;
    expect(rig.request({ method: 'POST', path: path('pods'), body }).status).toBe(409);
    expect(statusOf(rig)?.used).toMatchObject({ pods: '1' });
    rig.run(301_000);
    expect(statusOf(rig)?.used).toMatchObject({ pods: '0' });
  });
});

it('no flood of creations and deletions oversteps a quota', () => {
  const rig = startControllers();
  addQuota(rig, { pods: '10' });
  let made = 0;
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 6; i++) {
      const body = pod(`p${(made += 1)}`) as JsonObject;
      rig.send({ method: 'POST', path: path('pods'), body });
    }
    rig.run(7);
    const [first] = rig.list<ApiObject>(path('pods'));
    if (first !== undefined) remove(rig, first.metadata.name);
    rig.run(round % 5 === 0 ? 150 : 1);
    expect(rig.list(path('pods')).length).toBeLessThanOrEqual(10);
  }
  rig.run(2_000);
  expect(statusOf(rig)?.used).toEqual({ pods: String(rig.list(path('pods')).length) });
});

it.each([
  ['a Pod ends', 'Pod', { status: { phase: 'Failed' } }, { status: { phase: 'Running' } }, true],
  ['a Pod runs', 'Pod', { status: { phase: 'Running' } }, { status: {} }, false],
  [
    'a type changes',
    'Service',
    { spec: { type: 'ClusterIP' } },
    { spec: { type: 'NodePort' } },
    true,
  ],
  ['a type stays', 'Service', { spec: { type: 'ClusterIP' } }, { spec: {} }, false],
  ['anything else', 'Secret', { a: 1 }, {}, false],
])('when %s', (_, kind, object, old, expected) => {
  const whole = (part: object) => ({ metadata: {}, spec: {}, ...part }) as unknown as ApiObject;
  expect(isReleased(kind, whole(object), whole(old), 0)).toBe(expected);
});
