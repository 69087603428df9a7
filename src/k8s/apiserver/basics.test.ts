import { expect, it } from 'vitest';
import { startRig } from './testing.ts';

it('creates, reads, watches, updates and deletes', () => {
  const rig = startRig();
  const path = '/api/v1/namespaces/default/configmaps';
  const watch = rig.watch(path);
  const made = rig.create(path, { metadata: { name: 'a' }, data: { k: 'v' } });
  expect(made.metadata).toMatchObject({ name: 'a', namespace: 'default', creationTimestamp: expect.any(String) });
  const read = rig.get(`${path}/a`);
  expect(read).toEqual(made);
  const next = rig.update(`${path}/a`, { ...read, data: { k: 'w' } });
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
  expect(rig.request({ method: 'PUT', path: `${path}/a`, body: { ...read, data: { k: 'x' } } as never }).body)
    .toMatchObject({ code: 409, reason: 'Conflict', message: 'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again' });
  expect(rig.delete(`${path}/a`)).toMatchObject({ kind: 'Status', status: 'Success' });
  rig.run(10);
  expect(watch.take()).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
});

it('creates a Pod', () => {
  const rig = startRig();
  const path = '/api/v1/namespaces/default/pods';
  const pod = rig.create(path, {
    metadata: { generateName: 'web-' }, spec: { containers: [{ name: 'c', image: 'nginx' }] },
  });
  expect(pod).toMatchSnapshot();
});
