import { expect, it } from 'vitest';
import { fieldErrorText } from '../field.ts';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../types.gen.ts';
import { validatePolicy, validatePolicyBinding } from './policy-validation.ts';

const policy = (spec: object): string[] =>
  validatePolicy(
    {
      metadata: { name: 'p' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [{ resources: ['pods'] }] },
        ...spec,
      },
    } as unknown as ValidatingAdmissionPolicy,
    undefined,
    '',
  ).map(fieldErrorText);

const binding = (spec: object): string[] =>
  validatePolicyBinding(
    { metadata: { name: 'b' }, spec } as unknown as ValidatingAdmissionPolicyBinding,
    undefined,
    '',
  ).map(fieldErrorText);

const expression = (text: string, more = {}) => ({ validations: [{ expression: text }], ...more });
const at = 'spec.validations[0].expression: Invalid value: ';

it.each([
  [expression('object.spec.x == 1'), []],
  [
    expression('params.x == 1'),
    [
      `${at}"params.x == 1": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' ` +
        `(in container '')\n | params.x == 1\n | ^`,
    ],
  ],
  [expression('params.x == 1', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }), []],
  [expression('"x"'), [`${at}"\\"x\\"": must evaluate to bool`]],
  [expression(' '), ['spec.validations[0].expression: Required value: expression is not specified']],
  [
    { matchConstraints: undefined, validations: [{ expression: 'true' }] },
    ['spec.matchConstraints: Required value'],
  ],
  [
    { failurePolicy: 'Never', validations: [{ expression: 'true', reason: 'X' }] },
    [
      'spec.failurePolicy: Unsupported value: "Never": supported values: "Fail", "Ignore"',
      'spec.validations[0].reason: Unsupported value: "X": supported values: "Forbidden", "Invalid", ' +
        '"RequestEntityTooLarge", "Unauthorized"',
    ],
  ],
])('policy %# ', (spec, expected) => {
  expect(policy(spec)).toEqual(expected);
});

it.each([
  [{ policyName: 'p', validationActions: ['Deny'] }, []],
  [
    {},
    ['spec.policyName: Required value', 'spec.validationActions: Required value'],
  ],
  [
    { policyName: 'p', validationActions: ['No'] },
    ['spec.validationActions[0]: Unsupported value: "No": supported values: "Audit", "Deny", "Warn"'],
  ],
  [
    { policyName: 'p', paramRef: { name: 'x' }, validationActions: ['Deny'] },
    ['spec.paramRef.parameterNotFoundAction: Required value'],
  ],
])('binding %#', (spec, expected) => {
  expect(binding(spec)).toEqual(expected);
});
