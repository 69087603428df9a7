import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freeze } from '../freeze.ts';
import type { Json, JsonObject } from '../object.ts';
import { jsonPatch, mergePatch, PatchError, strategicMerge } from './index.ts';

interface Golden {
  readonly base: JsonObject;
  readonly cases: readonly {
    readonly name: string;
    readonly type: 'strategic' | 'merge' | 'json';
    readonly patch: Json;
    readonly result: JsonObject;
  }[];
}

// What kubectl 1.33 `patch --local` made of the same object and patch.
const golden = JSON.parse(
  readFileSync(new URL('kubectl-patch.golden.json', import.meta.url), 'utf8'),
) as Golden;

describe('patches do what the real kubectl does', () => {
  const base = freeze(golden.base);
  it.each(golden.cases)('$name', ({ type, patch, result }) => {
    const patched =
      type === 'json'
        ? jsonPatch(base, patch)
        : type === 'merge'
          ? mergePatch(base, patch)
          : strategicMerge('apps.v1.Deployment', base, patch as JsonObject);
    expect(patched).toEqual(result);
  });
});

describe('what a patch does not touch is shared', () => {
  const base = freeze(golden.base);
  const template = (object: Json): unknown =>
    ((object as JsonObject)['spec'] as JsonObject)['template'];
  it.each([
    ['strategic', strategicMerge('apps.v1.Deployment', base, { spec: { replicas: 9 } })],
    ['merge', mergePatch(base, { spec: { replicas: 9 } })],
    ['json', jsonPatch(base, [{ op: 'replace', path: '/spec/replicas', value: 9 }])],
  ])('%s', (_, patched) => {
    expect(template(patched)).toBe(template(base));
    expect(patched).not.toBe(base);
  });
  it('a merge patch that changes nothing gives back the object', () => {
    expect(mergePatch(base, { spec: { replicas: 3 } })).toBe(base);
  });
});

it('a JSON patch that replaces what is not there adds it, as the library of the API server does', () => {
  expect(jsonPatch({ a: 1 }, [{ op: 'replace', path: '/b', value: 2 }])).toEqual({ a: 1, b: 2 });
});

describe('patches that cannot be applied', () => {
  const base = golden.base;
  it.each<[string, 400 | 422 | 500, string, () => unknown]>([
    [
      'an unknown directive',
      422,
      'unknown patch type: nope in map: map[$patch:nope]',
      () => strategicMerge('core.v1.Pod', {}, { $patch: 'nope' }),
    ],
    [
      'an item without its key',
      500,
      'map: map[image:x] does not contain declared merge key: name',
      () =>
        strategicMerge(
          'core.v1.PodSpec',
          { containers: [{ name: 'a' }] },
          { containers: [{ image: 'x' }] },
        ),
    ],
    [
      'retainKeys that misses a key',
      400,
      'invalid patch format of retainKeys',
      () =>
        strategicMerge(
          'apps.v1.DeploymentSpec',
          {},
          { strategy: { $retainKeys: [], type: 'Recreate' }, $retainKeys: [] },
        ),
    ],
    [
      'a test that fails',
      422,
      'testing path /kind failed: test failed',
      () => jsonPatch(base, [{ op: 'test', path: '/kind', value: 'Pod' }]),
    ],
    [
      'a place in a list that is not there',
      422,
      'replace operation does not apply: doc is missing key: /list/1: missing value',
      () => jsonPatch({ list: [1] }, [{ op: 'replace', path: '/list/1', value: 1 }]),
    ],
    [
      'no list of operations',
      400,
      'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
      () => jsonPatch(base, {}),
    ],
  ])('%s', (_, code, message, apply) => {
    try {
      apply();
    } catch (problem) {
      expect(problem).toBeInstanceOf(PatchError);
      expect((problem as PatchError).code).toBe(code);
      expect((problem as PatchError).message).toBe(message);
      return;
    }
    expect.unreachable('it was applied');
  });
});

// The examples of RFC 7396, appendix A.
it.each<[Json, Json, Json]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merge %j with %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});
