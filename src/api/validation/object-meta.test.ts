import { describe, expect, it } from 'vitest';
import { fieldErrorText } from '../field.ts';
import { freeze } from '../freeze.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { ObjectMeta } from '../object.ts';
import {
  validateDryRun,
  validateFieldManager,
  validateFieldValidation,
  validateImmutable,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta.ts';

const good: ObjectMeta = freeze({
  name: 'web',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  generation: 2,
  creationTimestamp: '2025-01-01T00:00:00Z',
  labels: { app: 'web' },
  annotations: { 'A.b/C': 'x' },
});
const rules = { namespaced: true, name: nameIsDnsSubdomain };
const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };

describe('of a new object', () => {
  it('takes what is right', () => expect(validateObjectMeta(good, rules)).toEqual([]));
  it.each<[string, Partial<ObjectMeta>, readonly string[]]>([
    ['no name', { name: '' }, ['metadata.name: Required value: name or generateName is required']],
    ['no namespace', { namespace: '' }, ['metadata.namespace: Required value']],
    [
      'a bad name',
      { name: 'Web' },
      [
        expect.stringMatching(
          /^metadata\.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must/,
        ) as string,
      ],
    ],
    [
      'a bad generateName',
      { generateName: 'Wx-' },
      [
        expect.stringMatching(
          /^metadata\.generateName: Invalid value: "Wx-": a lowercase/,
        ) as string,
      ],
    ],
    [
      'a negative generation',
      { generation: -1 },
      ['metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a bad label',
      { labels: { 'a b': 'c d' } },
      [
        expect.stringMatching(/^metadata\.labels: Invalid value: "a b": name part must/) as string,
        expect.stringMatching(
          /^metadata\.labels: Invalid value: "c d": a valid label must/,
        ) as string,
      ],
    ],
    [
      'too many annotations',
      { annotations: { a: 'é'.repeat(131_072) } },
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    [
      'two controllers',
      {
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, name: 'q', controller: true },
        ],
      },
      [
        expect.stringContaining(
          'Only one reference can have Controller set to true. ' +
            'Found "true" in references for Pod/p and Pod/q',
        ) as string,
      ],
    ],
    [
      'an owner without a uid',
      { ownerReferences: [{ ...owner, uid: '' }] },
      ['metadata.ownerReferences.uid: Invalid value: "": uid must not be empty'],
    ],
    [
      'finalizers that exclude each other',
      { finalizers: ['orphan', 'foregroundDeletion'] },
      [
        'metadata.finalizers: Invalid value: []string{"orphan", "foregroundDeletion"}: ' +
          'finalizer orphan and foregroundDeletion cannot be both set',
      ],
    ],
    [
      'a bad managed field',
      { managedFields: [{ manager: 'm', fieldsType: 'FieldsV1' }] },
      ['metadata.managedFields[0].operation: Invalid value: "": must be `Apply` or `Update`'],
    ],
  ])('%s', (_, change, errors) => {
    expect(validateObjectMeta({ ...good, ...change }, rules).map(fieldErrorText)).toEqual(errors);
  });
  it('a namespace where there is none', () => {
    const errors = validateObjectMeta(good, { ...rules, namespaced: false });
    expect(errors.map(fieldErrorText)).toEqual([
      'metadata.namespace: Forbidden: not allowed on this type',
    ]);
  });
});

describe('of an update', () => {
  it('takes what is right', () => {
    expect(validateObjectMetaUpdate({ ...good, labels: {} }, good)).toEqual([]);
  });
  it.each<[string, Partial<ObjectMeta>, readonly string[]]>([
    ['another name', { name: 'x' }, ['metadata.name: Invalid value: "x": field is immutable']],
    ['another uid', { uid: 'x' }, ['metadata.uid: Invalid value: "x": field is immutable']],
    [
      'no resourceVersion',
      { resourceVersion: '' },
      ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
    ],
    [
      'a lower generation',
      { generation: 1 },
      ['metadata.generation: Invalid value: 1: must not be decremented'],
    ],
    [
      'a deletion time',
      { deletionTimestamp: '2025-01-01T00:00:00Z' },
      [
        'metadata.deletionTimestamp: Invalid value: 2025-01-01 00:00:00 +0000 UTC: ' +
          'field is immutable',
      ],
    ],
  ])('%s', (_, change, errors) => {
    expect(validateObjectMetaUpdate({ ...good, ...change }, good).map(fieldErrorText)).toEqual(
      errors,
    );
  });
  it('new finalizers on what is being deleted', () => {
    const dying = { ...good, deletionTimestamp: '2025-01-01T00:00:00Z', finalizers: ['a/b'] };
    const errors = validateObjectMetaUpdate({ ...dying, finalizers: ['a/b', 'c/d'] }, dying);
    expect(errors.map(fieldErrorText)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers ' +
        'can be added if the object is being deleted, found new finalizers []string{"c/d"}',
    ]);
  });
});

it('options of requests', () => {
  expect(validateFieldManager('a\nb', 'fieldManager').map(fieldErrorText)).toEqual([
    'fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
  ]);
  expect(validateFieldManager('x'.repeat(129), 'fieldManager').map(fieldErrorText)).toEqual([
    'fieldManager: Too long: may not be more than 128 bytes',
  ]);
  expect(validateDryRun(['All'])).toEqual([]);
  expect(validateDryRun(['x']).map(fieldErrorText)).toEqual([
    'dryRun: Unsupported value: []string{"x"}: supported values: "All"',
  ]);
  expect(validateFieldValidation('x').map(fieldErrorText)).toEqual([
    'fieldValidation: Unsupported ' +
      'value: "x": supported values: "", "Ignore", "Strict", "Warn"',
  ]);
});

it('immutable fields', () => {
  expect(validateImmutable({ a: 1 }, { a: 1 }, 'spec')).toEqual([]);
  expect(validateImmutable('b', 'a', 'spec.x').map(fieldErrorText)).toEqual([
    'spec.x: Invalid value: "b": field is immutable',
  ]);
});
