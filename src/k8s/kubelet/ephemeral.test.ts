/** Ephemeral containers: added to a running Pod, run once, seen in its status. */
import { expect, test } from 'vitest';
import { KubeletRig } from './testing.ts';

const pod = {
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'c', image: 'nginx:1.14.2' }] },
};

function debugged(container: object): KubeletRig {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(pod);
  rig.runUntil(() => rig.isReady('web'));
  const now = rig.pod('web');
  rig.server.put('/api/v1/namespaces/default/pods/web', {
    ...now, spec: { ...now?.spec, ephemeralContainers: [{ name: 'debugger', ...container }] },
  });
  rig.transcript();
  return rig;
}

const statusOf = (rig: KubeletRig) => rig.pod('web')?.status?.ephemeralContainerStatuses?.[0];

test('one that ends stays ended, and the Pod goes on', () => {
  const rig = debugged({ image: 'busybox:1.36', command: ['sh', '-c', 'echo hello; exit 3'] });
  rig.runUntil(() => statusOf(rig)?.state?.terminated !== undefined);
  expect(statusOf(rig)).toMatchObject({ name: 'debugger', ready: false, restartCount: 0 });
  expect(statusOf(rig)?.state?.terminated?.exitCode).toBe(3);
  rig.run(120_000);
  expect(statusOf(rig)?.restartCount).toBe(0);
  expect(statusOf(rig)?.state?.terminated?.exitCode).toBe(3);
  expect(rig.isReady('web')).toBe(true);
});

test('one with a target sees its processes', () => {
  const rig = debugged({
    image: 'busybox:1.36', command: ['sleep', '1000'], targetContainerName: 'c',
  });
  rig.runUntil(() => statusOf(rig)?.state?.running !== undefined);
  rig.run(1_000);
  const found = (name: string) =>
    [...rig.runtime.containers.values()].find(({ config }) => config.name === name);
  expect(found('debugger')?.process?.pidNamespace).toBe(found('c')?.id);
  expect(found('debugger')?.process?.visiblePid).toBeGreaterThan(1);
});

test('one whose image is not there waits, and says why', () => {
  const rig = debugged({ image: 'no-such-image:1' });
  rig.runUntil(() => statusOf(rig)?.state?.waiting?.reason === 'ErrImagePull');
  expect(rig.isReady('web')).toBe(true);
  expect(rig.transcript()).toContain('Failed');
});
