import { expect, test } from 'vitest';
import { KubeletRig } from './testing.ts';

const nginx = (name: string) => ({
  metadata: { name }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.14.2' }] },
});

test('a Pod from the API reaches Ready', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(nginx('web'));
  rig.runUntil(() => rig.isReady('web'));
  console.log(rig.transcript());
  expect(rig.pod('web')?.status?.podIP).toBe('10.244.1.2');
});

test('a static Pod runs without an API server, and gets a mirror', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.machine.files.write('/etc/kubernetes/manifests/web.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: static\nspec:\n  containers:\n' +
    '  - name: nginx\n    image: nginx:1.25\n');
  rig.runUntil(() => rig.isReady('static-m1'));
  console.log(rig.transcript());
});
