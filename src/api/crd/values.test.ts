import { describe, expect, it } from 'vitest';
import { fieldErrorText } from '../field.ts';
import type { Json, JsonObject } from '../object.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { JsonSchema } from './json-schema.ts';
import { prune } from './prune.ts';
import { ruleTree, runRules } from './rules.ts';
import { findAll } from './simple-path.ts';
import { validateLists } from './validate-lists.ts';
import { validateValue } from './validate-value.ts';
import { compareVersions } from './versions.ts';

const object = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
});

describe('pruning', () => {
  const keeping: JsonSchema = {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { known: object({ a: { type: 'string' } }) },
  };
  const cases: readonly (readonly [string, JsonSchema, JsonObject, JsonObject, string[]])[] = [
    ['drops what is unknown', object({ a: {} }), { a: 1, b: 2 }, { a: 1 }, ['b']],
    ['leaves apiVersion, kind and metadata', object({}), { kind: 'A', x: 1 }, { kind: 'A' }, ['x']],
    [
      'in lists',
      object({ l: { type: 'array', items: object({ a: {} }) } }),
      { l: [{ a: 1, z: 1 }] },
      { l: [{ a: 1 }] },
      ['l[0].z'],
    ],
    [
      'in maps',
      object({ m: { type: 'object', additionalProperties: object({ a: {} }) } }),
      { m: { k: { a: 1, z: 1 } } },
      { m: { k: { a: 1 } } },
      ['m.k.z'],
    ],
    [
      'not where unknown fields are kept, but below what is known there',
      object({ s: keeping }),
      { s: { x: { y: 1 }, known: { a: 'a', z: 1 } } },
      { s: { x: { y: 1 }, known: { a: 'a' } } },
      ['s.known.z'],
    ],
    [
      'leaves the metadata of whole resources',
      object({ r: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: {} } }),
      { r: { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, z: 1 } },
      { r: { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } } },
      ['r.z'],
    ],
  ];
  it.each(cases)('%s', (_, schema, given, left, unknown) => {
    expect(prune(schema, given)).toEqual({ object: left, unknown });
  });

  it('gives back the very object where nothing is unknown', () => {
    const given = { a: { b: 1 } };
    expect(prune(object({ a: object({ b: {} }) }), given).object).toBe(given);
  });
});

describe('defaults', () => {
  const cases: readonly (readonly [string, JsonSchema, Json, Json])[] = [
    ['for what is absent', object({ a: { default: 1 } }), {}, { a: 1 }],
    ['not for what is there', object({ a: { default: 1 } }), { a: 0 }, { a: 0 }],
    [
      'within a default',
      object({ s: object({ a: { default: 1 } }, { default: {} }) }),
      {},
      { s: { a: 1 } },
    ],
    ['not within what is absent', object({ s: object({ a: { default: 1 } }) }), {}, {}],
    [
      'for a null that may not be',
      object({ a: { type: 'string', default: 'x' } }),
      { a: null },
      { a: 'x' },
    ],
    ['a null that may not be goes', object({ a: { type: 'string' } }), { a: null }, {}],
    [
      'a null that may be stays',
      object({ a: { nullable: true, default: 'x' } }),
      { a: null },
      { a: null },
    ],
    [
      'in lists and maps',
      object({
        l: { type: 'array', items: object({ a: { default: 1 } }) },
        m: { type: 'object', additionalProperties: object({ b: { default: 2 } }) },
      }),
      { l: [{}], m: { k: {} } },
      { l: [{ a: 1 }], m: { k: { b: 2 } } },
    ],
  ];
  it.each(cases)('%s', (_, schema, given, filled) => {
    expect(fillDefaults(schema, given)).toEqual(filled);
  });
});

describe('validation, in the words of kube-openapi', () => {
  const replicas = object({ spec: object({ n: { type: 'integer', minimum: 1, maximum: 10 } }) });
  const either = object({
    spec: {
      ...object({ a: { type: 'string' }, b: { type: 'string' } }),
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
    },
  });
  const cases: readonly (readonly [JsonSchema, Json, string[]])[] = [
    [
      replicas,
      { spec: { n: 11 } },
      ['spec.n: Invalid value: 11: spec.n in body should be less than or equal to 10'],
    ],
    [
      replicas,
      { spec: { n: 'x' } },
      ['spec.n: Invalid value: "string": spec.n in body must be of type integer: "string"'],
    ],
    [
      replicas,
      { spec: { n: 1.5 } },
      ['spec.n: Invalid value: "number": spec.n in body must be of type integer: "number"'],
    ],
    [
      object({ s: { type: 'string' } }),
      { s: null },
      ['s: Invalid value: "null": s in body must be of type string: "null"'],
    ],
    [object({ s: { type: 'string', nullable: true } }), { s: null }, []],
    [
      object({ s: { 'x-kubernetes-int-or-string': true } }),
      { s: true },
      ['s: Invalid value: "boolean": s in body must be of type integer,string: "boolean"'],
    ],
    [
      object({ s: { enum: ['a', 'b'] } }),
      { s: 'c' },
      ['s: Unsupported value: "c": supported values: "a", "b"'],
    ],
    [object({ s: { maxLength: 2 } }), { s: 'abc' }, ['s: Too long: may not be more than 2 bytes']],
    [
      object({ s: { minLength: 2 } }),
      { s: 'a' },
      ['s: Invalid value: "a": s in body should be at least 2 chars long'],
    ],
    [
      object({ s: { pattern: '^a$' } }),
      { s: 'b' },
      [`s: Invalid value: "b": s in body should match '^a$'`],
    ],
    [
      object({ s: { type: 'string', format: 'date-time' } }),
      { s: 'no' },
      ['s: Invalid value: "no": s in body must be of type date-time: "no"'],
    ],
    [
      object({ l: { type: 'array', maxItems: 1 } }),
      { l: [1, 2] },
      ['l: Too many: 2: must have at most 1 items'],
    ],
    [
      object({ l: { type: 'array', minItems: 1 } }),
      { l: [] },
      ['l: Invalid value: 0: l in body should have at least 1 items'],
    ],
    [
      object({ l: { type: 'array', items: object({}, { required: ['a'] }) } }),
      { l: [{}] },
      ['l[0].a: Required value'],
    ],
    [
      object({ m: { type: 'object', maxProperties: 1 } }),
      { m: { a: 1, b: 2 } },
      ['m: Too many: 2: must have at most 1 items'],
    ],
    [
      object({ n: { multipleOf: 5 } }),
      { n: 7 },
      ['n: Invalid value: 7: n in body should be a multiple of 5'],
    ],
    [either, { spec: { a: 'x' } }, []],
    [
      either,
      { spec: {} },
      [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
        'spec.a: Required value',
      ],
    ],
    [
      either,
      { spec: { a: 'x', b: 'y' } },
      [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [
      object({ s: { not: { enum: ['x'] } } }),
      { s: 'x' },
      ['<nil>: Invalid value: "": "s" must not validate the schema (not)'],
    ],
  ];
  it.each(cases)('%# %j %j', (schema, value, expected) => {
    expect(validateValue(schema, value).map(fieldErrorText)).toEqual(expected);
  });

  it('lets faults be that were there before', () => {
    const was = { spec: { n: 20 } };
    expect(validateValue(replicas, { spec: { n: 20 }, x: 1 }, was)).toEqual([]);
    expect(validateValue(replicas, { spec: { n: 21 } }, was)).toHaveLength(1);
  });
});

describe('lists that hold nothing twice', () => {
  const set = object({ l: { type: 'array', 'x-kubernetes-list-type': 'set', items: {} } });
  const map = object({
    l: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object' },
    },
  });
  it.each([
    [set, { l: ['a', 'b', 'a'] }, ['l[2]: Duplicate value: "a"']],
    [map, { l: [{ name: 'a' }, { name: 'a', x: 1 }] }, ['l[1]: Duplicate value: {"name":"a"}']],
    [map, { l: [{ name: 'a' }, { name: 'b' }] }, []],
  ] as [JsonSchema, Json, string[]][])('%# ', (schema, value, expected) => {
    expect(validateLists(schema, value).map(fieldErrorText)).toEqual(expected);
  });
});

describe('rules', () => {
  const tree = ruleTree(
    object({
      spec: {
        ...object({ min: { type: 'integer' }, n: { type: 'integer' }, s: { type: 'string' } }),
        'x-kubernetes-validations': [
          { rule: 'self.min <= self.n', message: 'min is more than n' },
          { rule: 'self.n < 10', messageExpression: "'n is ' + string(self.n)", fieldPath: '.n' },
          { rule: '!has(self.s) || self.s == oldSelf.s', message: 's is fixed' },
          { rule: 'self.n != 7', reason: 'FieldValueForbidden' },
          { rule: 'oldSelf.hasValue() || self.n == 1', optionalOldSelf: true },
        ],
      },
    }),
    true,
  );
  const told = (value: Json, previous?: Json): string[] =>
    runRules(tree, value, previous).map(fieldErrorText);
  it.each([
    [{ spec: { min: 1, n: 1 } }, undefined, []],
    [{ spec: { min: 2, n: 1 } }, undefined, ['spec: Invalid value: "object": min is more than n']],
    [{ spec: { min: 0, n: 12 } }, { spec: { n: 1 } }, ['spec.n: Invalid value: "object": n is 12']],
    [
      { spec: { min: 0, n: 1, s: 'b' } },
      { spec: { min: 0, n: 1, s: 'a' } },
      ['spec: Invalid value: "object": s is fixed'],
    ],
    [{ spec: { min: 0, n: 7 } }, { spec: {} }, ['spec: Forbidden: failed rule: self.n != 7']],
    [
      { spec: { min: 0, n: 2 } },
      undefined,
      ['spec: Invalid value: "object": failed rule: oldSelf.hasValue() || self.n == 1'],
    ],
    [
      { spec: { n: 1 } },
      undefined,
      ['spec: Invalid value: "object": no such key: min evaluating rule: min is more than n'],
    ],
  ] as [Json, Json | undefined, string[]][])('%j after %j', (value, previous, expected) => {
    expect(told(value, previous)).toEqual(expected);
  });
});

it('follows simple paths', () => {
  const value = {
    spec: {
      l: [
        { t: 'A', s: 1 },
        { t: 'B', s: 2 },
      ],
    },
    metadata: { labels: { 'a.b/c': 'x' } },
  };
  expect([
    findAll('.spec.l[1].s', value),
    findAll('.spec.l[?(@.t=="B")].s', value),
    findAll('.metadata.labels.a\\.b/c', value),
    findAll(`.metadata.labels['a.b/c']`, value),
    findAll('.spec.l[*].t', value),
    findAll('.status.no', value),
  ]).toEqual([[2], [2], ['x'], ['x'], ['A', 'B'], []]);
});

it('orders versions by their maturity', () => {
  const mixed = ['foo', 'v1alpha1', 'v11', 'v1beta1', 'v2', 'v1', 'v1beta2', 'bar'];
  expect(mixed.sort(compareVersions)).toEqual([
    'v11',
    'v2',
    'v1',
    'v1beta2',
    'v1beta1',
    'v1alpha1',
    'bar',
    'foo',
  ]);
});
