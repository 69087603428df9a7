import { expect, it } from 'vitest';
import type { ApiObject } from '../../api/object.ts';
import { NodePods } from './node-pods.ts';
import type { Entry } from './stored.ts';

const entry = (name: string, nodeName?: string): Entry => ({
  key: `/registry/pods/default/${name}`,
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [], ...(nodeName === undefined ? {} : { nodeName }) },
  } as unknown as ApiObject,
  modRevision: 1,
  history: undefined,
});

const namesOn = (pods: NodePods, node: string) =>
  [...pods.on(node).values()].map(({ metadata }) => metadata.name);

it('finds the Pods of a node, as they are bound, changed, moved and deleted', () => {
  const pods = new NodePods();
  const waiting = entry('web');
  pods.kept(waiting, undefined);
  expect(namesOn(pods, '')).toEqual([]);
  const bound = entry('web', 'worker-1');
  pods.kept(bound, waiting);
  pods.kept(entry('api', 'worker-1'), undefined);
  expect(namesOn(pods, 'worker-1')).toEqual(['web', 'api']);
  expect(namesOn(pods, 'worker-2')).toEqual([]);
  const again = entry('web', 'worker-1');
  pods.kept(again, bound);
  expect(pods.on('worker-1').get(again.key)).toBe(again.object);
  const moved = entry('web', 'worker-2');
  pods.kept(moved, again);
  expect(namesOn(pods, 'worker-1')).toEqual(['api']);
  pods.dropped(moved);
  expect(namesOn(pods, 'worker-2')).toEqual([]);
});
