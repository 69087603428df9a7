import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freeze } from '../freeze.ts';
import type { JsonObject } from '../object.ts';
import {
  createMergePatch,
  createThreeWayMergePatch,
  createTwoWayPatch,
  mergePatch,
  strategicDiff,
  strategicMerge,
} from './index.ts';

interface Apply {
  readonly name: string;
  readonly original: JsonObject | null;
  readonly modified: JsonObject;
  readonly current: JsonObject;
  readonly patch: JsonObject;
}

// What kubectl 1.33 `apply` sent to a server that had `current`, the annotation left out.
const golden = freeze(
  JSON.parse(
    readFileSync(new URL('kubectl-apply.golden.json', import.meta.url), 'utf8'),
  ) as readonly Apply[],
);
const deployment = 'apps.v1.Deployment';

describe('three-way patches are those of the real kubectl', () => {
  it.each(golden)('$name', ({ original, modified, current, patch }) => {
    expect(strategicDiff(deployment, original ?? {}, modified, current)).toEqual(patch);
  });
});

describe('a patch that was made brings about what it was made for', () => {
  it.each(golden)('$name', ({ current, modified }) => {
    const patch = createTwoWayPatch(deployment, current, modified);
    expect(strategicMerge(deployment, current, patch)).toEqual(modified);
    expect(mergePatch(current, createMergePatch(current, modified))).toEqual(modified);
  });
});

it('a second apply of the same changes nothing', () => {
  for (const { original, modified, current } of golden) {
    const patch = strategicDiff(deployment, original ?? {}, modified, current);
    const next = strategicMerge(deployment, current, patch);
    const again = strategicDiff(deployment, modified, modified, next);
    expect(strategicMerge(deployment, next, again)).toEqual(next);
  }
});

describe('two-way patches', () => {
  const pod = 'core.v1.Pod';
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['nothing changed', { spec: { nodeName: 'a' } }, { spec: { nodeName: 'a' } }, {}],
    [
      'finalizers are a set',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['b', 'c'] } },
      {
        metadata: {
          '$setElementOrder/finalizers': ['b', 'c'],
          '$deleteFromPrimitiveList/finalizers': ['a'],
          finalizers: ['c'],
        },
      },
    ],
    [
      'a field goes',
      { spec: { nodeName: 'a', hostname: 'h' } },
      { spec: { hostname: 'h' } },
      { spec: { nodeName: null } },
    ],
    [
      'conditions merge by type',
      { status: { conditions: [{ type: 'Ready', status: 'False' }] } },
      { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
      {
        status: {
          '$setElementOrder/conditions': [{ type: 'Ready' }],
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      },
    ],
  ])('%s', (_, before, after, patch) => {
    expect(createTwoWayPatch(pod, before, after)).toEqual(patch);
  });
});

it('three-way merge patches delete what the last apply had', () => {
  expect(
    createThreeWayMergePatch(
      { spec: { a: 1, b: 2, list: [1] } },
      { spec: { a: 3, list: [1, 2] } },
      { spec: { a: 1, b: 2, c: 9, list: [1] }, status: {} },
    ),
  ).toEqual({ spec: { a: 3, b: null, list: [1, 2] } });
});
