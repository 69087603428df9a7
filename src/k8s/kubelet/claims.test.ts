import { expect, test } from 'vitest';
import { KubeletRig } from './testing.ts';

const pod = (name: string, spec: object, container: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'nginx:1.14.2', ...container }], ...spec },
});
const root = '/api/v1';
const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }];

function withVolume(source: object, phase = 'Bound'): KubeletRig {
  const rig = new KubeletRig();
  rig.server.put(`${root}/namespaces/default/persistentvolumeclaims/c`, {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim',
    metadata: { name: 'c', namespace: 'default', uid: 'uid-c' },
    spec: { volumeName: 'pv' }, status: { phase },
  });
  rig.server.put(`${root}/persistentvolumes/pv`, {
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' },
    spec: { claimRef: { uid: 'uid-c' }, capacity: {}, ...source },
  });
  rig.run(2_000);
  return rig;
}

test('a claim is the directory that its volume names', () => {
  const rig = withVolume({ hostPath: { path: '/mnt/data' } });
  rig.create(pod('web', { volumes }, { volumeMounts: [{ name: 'v', mountPath: '/data' }] }));
  rig.runUntil(() => rig.isReady('web'));
  rig.machine.files.write('/mnt/data/greeting', 'hello');
  const [container] = rig.runtime.recordsOf(rig.pod('web')?.metadata.uid ?? '').containers;
  expect(container?.files.read('/data/greeting')).toBe('hello');
});

test.each([
  ['a claim that is not bound', { hostPath: { path: '/mnt/data' } }, 'Pending',
    'error processing PVC default/c: PVC is not bound'],
  ['a local path that is not there', { local: { path: '/mnt/none' } }, 'Bound',
    'MountVolume.NewMounter initialization failed for volume "pv" : path "/mnt/none" does not exist'],
  ['a kind of storage that is not here', { nfs: { server: 'x', path: '/' } }, 'Bound',
    'MountVolume.SetUp failed for volume "pv" : kubarium has no volumes of this kind (nfs)'],
])('%s', (_, source, phase, message) => {
  const rig = withVolume(source, phase);
  rig.create(pod('web', { volumes }));
  rig.run(4_000);
  expect(rig.transcript()).toContain(`Warning FailedMount ${message}`);
});

test('a Pod past its activeDeadlineSeconds fails, and says why', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(pod('web', { activeDeadlineSeconds: 20 }));
  rig.run(30_000);
  const { phase, reason, message } = rig.pod('web')?.status ?? {};
  expect([phase, reason, message]).toEqual([
    'Failed', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline',
  ]);
  expect(rig.transcript()).toContain('Normal DeadlineExceeded Pod was active on the node');
  expect(rig.runtime.sandboxes.size + [...rig.runtime.containers.values()]
    .filter(({ state }) => state === 'running').length).toBeLessThanOrEqual(1);
});
