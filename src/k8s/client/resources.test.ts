import { expect, it } from 'vitest';
import { kinds } from '../../api/kinds/index.ts';
import { collectionPath, objectPath, resources } from './resources.ts';

it.each(Object.entries(resources))('%s is as its kind says', (name, resource) => {
  const kind = kinds.find((each) =>
    each.kind === name && each.group === resource.group && each.version === resource.version);
  expect(kind).toMatchObject({ ...resource });
});

it.each([
  [collectionPath(resources.Pod), '/api/v1/pods'],
  [collectionPath(resources.Deployment, 'x'), '/apis/apps/v1/namespaces/x/deployments'],
  [collectionPath(resources.Node, 'ignored'), '/api/v1/nodes'],
  [objectPath(resources.Pod, 'x/a', 'binding'), '/api/v1/namespaces/x/pods/a/binding'],
  [objectPath(resources.Namespace, 'x'), '/api/v1/namespaces/x'],
])('%s', (path, expected) => expect(path).toBe(expected));
