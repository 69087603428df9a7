/** Quotas at the API server alone: what `status.hard` says is set by hand. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../api/object.ts';
import type { ResourceQuota } from '../../../api/types.gen.ts';
import { type Rig, startRig } from '../testing.ts';

const path = (kind: string) => `/api/v1/namespaces/default/${kind}`;
const pod = (name: string, resources?: object, more: object = {}) => ({
  metadata: { name },
  spec: { ...more, containers: [{ name: 'c', image: 'nginx', ...(resources && { resources }) }] },
});

function setQuota(rig: Rig, name: string, hard: object, used: object, spec: object = {}) {
  const made = rig.create(path('resourcequotas'), {
    metadata: { name },
    spec: { hard, ...spec },
  });
  rig.update(`${path('resourcequotas')}/${name}/status`, { ...made, status: { hard, used } });
  rig.run(10);
}

const usedOf = (rig: Rig, name: string) =>
  rig.get<ResourceQuota>(`${path('resourcequotas')}/${name}`).status?.used;

const message = (rig: Rig, kind: string, body: object) => {
  const answer = rig.request({ method: 'POST', path: path(kind), body: body as JsonObject });
  return (answer.body as JsonObject)['message'] ?? answer.status;
};

describe('ResourceQuota', () => {
  it('says what the recorded server says, and charges what it admits', () => {
    const rig = startRig();
    setQuota(rig, 'q', { pods: '2', 'requests.cpu': '1' }, { pods: '0', 'requests.cpu': '0' });
    expect(message(rig, 'pods', pod('nolimits'))).toBe(
      'pods "nolimits" is forbidden: failed quota: q: must specify requests.cpu for: c',
    );
    const cpu = (amount: string) => ({ requests: { cpu: amount } });
    expect(message(rig, 'pods', pod('a', cpu('600m')))).toBe(201);
    expect(message(rig, 'pods', pod('b', cpu('600m')))).toBe(
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m, ' +
        'used: requests.cpu=600m, limited: requests.cpu=1',
    );
    expect(message(rig, 'pods', pod('c', cpu('400m')))).toBe(201);
    expect(usedOf(rig, 'q')).toEqual({ pods: '2', 'requests.cpu': '1' });
    expect(message(rig, 'pods', pod('d', cpu('1m')))).toBe(
      'pods "d" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1m, ' +
        'used: pods=2,requests.cpu=1, limited: pods=2,requests.cpu=1',
    );
  });

  it('is not overstepped by a flood', () => {
    const rig = startRig();
    setQuota(
      rig,
      'q',
      { pods: '37', 'count/configmaps': '5' },
      { pods: '0', 'count/configmaps': '0' },
    );
    const ids = Array.from({ length: 120 }, (_, i) =>
      rig.send({ method: 'POST', path: path('pods'), body: pod(`p${i}`) as unknown as JsonObject }),
    );
    rig.run(5_000);
    const statuses = ids.map((id) => rig.answerOf(id)?.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(37);
    expect(statuses.filter((status) => status === 403)).toHaveLength(120 - 37);
    expect(rig.list(path('pods'))).toHaveLength(37);
    expect(usedOf(rig, 'q')).toEqual({ 'count/configmaps': '0', pods: '37' });
    // Together, not one by one.
    expect(rig.writes.filter((write) => write.includes('resourcequotas')).length).toBeLessThan(20);
  });

  it('refuses while nobody has counted yet', () => {
    const rig = startRig();
    setQuota(rig, 'q', { configmaps: '5', secrets: '1' }, { secrets: '0' });
    expect(message(rig, 'configmaps', { metadata: { name: 'x' } })).toBe(
      'configmaps "x" is forbidden: status unknown for quota: q, resources: configmaps',
    );
    expect(message(rig, 'secrets', { metadata: { name: 'x' } })).toBe(201);
  });

  it('counts only what is in its scopes', () => {
    const rig = startRig();
    setQuota(rig, 'best', { pods: '1' }, { pods: '0' }, { scopes: ['BestEffort'] });
    setQuota(rig, 'timed', { pods: '1' }, { pods: '0' }, { scopes: ['Terminating'] });
    setQuota(
      rig,
      'high',
      { pods: '0' },
      { pods: '0' },
      {
        scopeSelector: {
          matchExpressions: [
            { scopeName: 'PriorityClass', operator: 'In', values: ['system-cluster-critical'] },
          ],
        },
      },
    );
    const cpu = { requests: { cpu: '1' } };
    expect(message(rig, 'pods', pod('a'))).toBe(201);
    expect(message(rig, 'pods', pod('b'))).toContain('exceeded quota: best, requested: pods=1');
    expect(message(rig, 'pods', pod('c', cpu))).toBe(201);
    expect(message(rig, 'pods', pod('d', cpu, { activeDeadlineSeconds: 5 }))).toBe(201);
    expect(message(rig, 'pods', pod('e', cpu, { activeDeadlineSeconds: 5 }))).toContain('timed');
    const critical = { priorityClassName: 'system-cluster-critical' };
    expect(message(rig, 'pods', pod('f', cpu, critical))).toContain('exceeded quota: high');
    expect(usedOf(rig, 'best')).toEqual({ pods: '1' });
  });

  it('charges the difference when a Service changes its type, and nothing for a dry run', () => {
    const rig = startRig();
    setQuota(
      rig,
      'q',
      { services: '2', 'services.nodeports': '1' },
      { services: '0', 'services.nodeports': '0' },
    );
    const service = (type: string, ports: number) => ({
      metadata: { name: 's' },
      spec: {
        type,
        ports: Array.from({ length: ports }, (_, i) => ({ name: `p${i}`, port: 80 + i })),
      },
    });
    rig.request({
      method: 'POST',
      path: path('services'),
      query: { dryRun: 'All' },
      body: service('NodePort', 1) as unknown as JsonObject,
    });
    expect(usedOf(rig, 'q')).toEqual({ services: '0', 'services.nodeports': '0' });
    expect(message(rig, 'services', service('ClusterIP', 2))).toBe(201);
    const change = rig.request({
      method: 'PUT',
      path: `${path('services')}/s`,
      body: service('NodePort', 2) as unknown as JsonObject,
    });
    expect((change.body as JsonObject)['message']).toBe(
      'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=2, ' +
        'used: services.nodeports=0, limited: services.nodeports=1',
    );
    rig.update(`${path('services')}/s`, service('NodePort', 1));
    expect(usedOf(rig, 'q')).toEqual({ services: '1', 'services.nodeports': '1' });
  });

  it('counts claims by storage class', () => {
    const rig = startRig();
    const gold = 'gold.storageclass.storage.k8s.io/requests.storage';
    setQuota(rig, 'q', { [gold]: '10Gi' }, { [gold]: '0' });
    const claim = (name: string, storage: string, storageClassName = 'gold') => ({
      metadata: { name },
      spec: {
        storageClassName,
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage } },
      },
    });
    expect(message(rig, 'persistentvolumeclaims', claim('a', '8Gi'))).toBe(201);
    expect(message(rig, 'persistentvolumeclaims', claim('b', '8Gi', 'bronze'))).toBe(201);
    expect(message(rig, 'persistentvolumeclaims', claim('c', '3Gi'))).toBe(
      `persistentvolumeclaims "c" is forbidden: exceeded quota: q, requested: ${gold}=3Gi, ` +
        `used: ${gold}=8Gi, limited: ${gold}=10Gi`,
    );
  });
});
