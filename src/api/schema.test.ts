import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schemaFromOpenApi } from './crd-schema.ts';
import { decode } from './decode.ts';
import { isDeepEqual, isZero } from './equal.ts';
import { freeze } from './freeze.ts';
import { goTypeOf } from './go-types.ts';
import {
  definitionOf,
  fieldsOf,
  hasDefinition,
  longName,
  schemaAt,
  schemaOf,
  shortName,
} from './schema.ts';

describe('schemas out of Kubernetes own OpenAPI', () => {
  it.each<[string, readonly string[], object]>([
    ['apps.v1.Deployment', ['spec', 'replicas'], { type: 'integer', bits: 32 }],
    [
      'apps.v1.Deployment',
      ['spec', 'strategy'],
      { type: 'object', retainKeys: true, presence: 'struct' },
    ],
    [
      'core.v1.Pod',
      ['spec', 'containers'],
      {
        type: 'list',
        listType: 'map',
        listKeys: ['name'],
        mergeKey: 'name',
        strategy: 'merge',
        required: true,
      },
    ],
    [
      'core.v1.Pod',
      ['spec', 'containers', 'ports'],
      {
        listKeys: ['containerPort', 'protocol'],
        mergeKey: 'containerPort',
      },
    ],
    ['core.v1.Pod', ['spec', 'containers', '[]', 'ports', '[]', 'protocol'], { preset: 'TCP' }],
    ['core.v1.Pod', ['spec', 'volumes'], { strategy: 'merge', retainKeys: true }],
    ['core.v1.Pod', ['spec', 'tolerations'], { listType: 'atomic' }],
    ['core.v1.Pod', ['spec', 'nodeSelector'], { type: 'map', atomic: true }],
    ['core.v1.Service', ['spec', 'selector', 'anything'], { type: 'string' }],
    ['core.v1.Service', ['spec', 'ports', 'targetPort'], { type: 'int-or-string' }],
    ['apps.v1.ReplicaSet', ['spec', 'selector'], { atomic: true }],
    ['meta.v1.ObjectMeta', ['finalizers'], { listType: 'set', strategy: 'merge' }],
    ['core.v1.Secret', ['data', 'x'], { type: 'bytes' }],
    ['coordination.v1.Lease', ['spec', 'renewTime'], { type: 'micro-time' }],
    ['apiextensions.v1.CustomResourceDefinition', ['spec', 'versions'], { type: 'list' }],
  ])('%s %j', (name, path, expected) => {
    expect(schemaAt(schemaOf(name), path)).toMatchObject(expected);
  });
  it('go by long and short names', () => {
    expect(schemaOf('io.k8s.api.apps.v1.ReplicaSet').definition?.()).toBe(
      definitionOf('apps.v1.ReplicaSet'),
    );
    expect(definitionOf('apps.v1.ReplicaSet')).toMatchObject({
      group: 'apps',
      version: 'v1',
      kind: 'ReplicaSet',
    });
    for (const name of [
      'io.k8s.api.core.v1.Pod',
      'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
    ]) {
      expect(longName(shortName(name))).toBe(name);
    }
    expect(hasDefinition('core.v1.Nope')).toBe(false);
    expect(() => schemaOf('core.v1.Nope')).toThrow('no definition core.v1.Nope');
  });
  it('refer only to what is there', () => {
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const field of definitionOf(name).fields.values()) {
        let inner: typeof field | undefined = field;
        while (inner?.item !== undefined) inner = inner.item;
        const definition = inner?.definition?.();
        if (definition !== undefined) visit(definition.name);
      }
    };
    for (const file of ['structure.json', 'structure-more.json']) {
      const all = JSON.parse(
        readFileSync(new URL(`schema/${file}`, import.meta.url), 'utf8'),
      ) as object;
      for (const name of Object.keys(all)) visit(name);
    }
    expect(seen.size).toBeGreaterThan(400);
  });
  it.each([
    ['core.v1.Pod', ['spec'], 'v1.PodSpec'],
    ['core.v1.Pod', ['spec', 'containers'], '[]v1.Container'],
    ['core.v1.Pod', ['metadata', 'labels'], 'map[string]string'],
    ['core.v1.ContainerPort', ['protocol'], 'v1.Protocol'],
    ['core.v1.ResourceRequirements', ['limits'], 'v1.ResourceList'],
  ])('Go calls %s %j %s', (name, path, type) => {
    const found = schemaAt(schemaOf(name), path);
    expect(found && goTypeOf(found)).toBe(type);
  });
});

it('a CustomResourceDefinition brings its own', () => {
  const schema = schemaFromOpenApi(
    {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: {
            size: { type: 'integer', format: 'int32' },
            port: { 'x-kubernetes-int-or-string': true },
            tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
            free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
      },
    },
    { group: 'g.io', version: 'v1', kind: 'Widget' },
  );
  expect(schemaAt(schema, ['spec', 'tags'])).toMatchObject({ listType: 'set' });
  expect([...fieldsOf(schema).keys()].sort()).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  const { object, problems } = decode(schema, {
    apiVersion: 'g.io/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { size: 1, port: 'http', free: { a: 1 }, nope: true },
  });
  expect(problems).toEqual(['unknown field "spec.nope"']);
  expect(object['spec']).toEqual({ size: 1, port: 'http', free: { a: 1 } });
});

it.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [1, '1', false],
  [{ a: 1 }, { a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [{ a: 1 }, { a: 1, b: null }, false],
  [[1, 2], [1, 2], true],
  [[1], [1, 2], false],
  [{}, [], false],
  [null, {}, false],
  [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, false],
  [undefined, null, false],
])('%j equals %j: %s', (a, b, equal) => {
  expect(isDeepEqual(a, b)).toBe(equal);
  expect(isDeepEqual(b, a)).toBe(equal);
});

it('zero values', () => {
  expect([undefined, null, '', 0, false, [], {}].every(isZero)).toBe(true);
  expect([' ', 1, true, [0], { a: 0 }].some(isZero)).toBe(false);
});

it('freezing goes to the leaves and stops at what is frozen', () => {
  const open = { inner: [1] };
  const shut = Object.freeze({ open });
  const all = freeze({ deep: [{ a: {} }], shut });
  expect(Object.isFrozen(all.deep[0]?.a)).toBe(true);
  expect(Object.isFrozen(open)).toBe(false);
});
