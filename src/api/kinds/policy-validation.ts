/**
 * Validation of admission policies and their bindings, with their expressions compiled.
 * Follows pkg/apis/admissionregistration/validation/validation.go.
 */
import { CelScope } from '../cel/index.ts';
import { type FieldError, at, child, invalid, notSupported, required } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from '../types.gen.ts';
import { validateMetadata } from './metadata.ts';

const rules = { namespaced: false, name: nameIsDnsSubdomain };

const failurePolicies = ['Fail', 'Ignore'];

const names = ['object', 'oldObject', 'request', 'namespaceObject', 'variables'];
const declared = (all: readonly string[]): CelScope =>
  new CelScope(() => Object.fromEntries(all.map((name) => [name, 'dyn'])));

let plain: CelScope | undefined;
let parametrized: CelScope | undefined;

/** Only a policy with parameters knows their name. */
const scopeOf = (hasParams: boolean): CelScope =>
  hasParams ? (parametrized ??= declared([...names, 'params'])) : (plain ??= declared(names));

export const validatePolicy = validateMetadata<ValidatingAdmissionPolicy>(
  rules,
  ({ spec = {} }, _, part) => {
    if (part === 'status') return [];
    const { failurePolicy, matchConstraints, paramKind, validations = [] } = spec;
    const { auditAnnotations = [], variables = [], matchConditions = [] } = spec;
    const scope = scopeOf(paramKind !== undefined);
    const errors: FieldError[] = [];
    if (!failurePolicy) errors.push(required('spec.failurePolicy'));
    else if (!failurePolicies.includes(failurePolicy)) {
      errors.push(notSupported('spec.failurePolicy', failurePolicy, failurePolicies));
    }
    if (matchConstraints === undefined) errors.push(required('spec.matchConstraints'));
    else if ((matchConstraints.resourceRules ?? []).length === 0) {
      errors.push(required('spec.matchConstraints.resourceRules'));
    }
    variables.forEach(({ expression }, i) => {
      errors.push(...expressionErrors(scope, expression, at('spec.variables', i)));
    });
    if (validations.length === 0 && auditAnnotations.length === 0) {
      const words = 'validations or auditAnnotations must contain at least one item';
      errors.push(required('spec.validations', words), required('spec.auditAnnotations', words));
    }
    validations.forEach((validation, i) => {
      errors.push(...validationErrors(scope, validation, at('spec.validations', i)));
    });
    matchConditions.forEach(({ expression }, i) => {
      errors.push(...expressionErrors(scope, expression, at('spec.matchConditions', i), 'bool'));
    });
    return errors;
  },
);

/** @param type what it has to come to */
function expressionErrors(
  scope: CelScope,
  expression: string,
  path: string,
  type?: 'bool' | 'string',
  field = 'expression',
): FieldError[] {
  const where = child(path, field);
  const text = (expression ?? '').trim();
  if (text === '') return [required(where, `${field} is not specified`)];
  const { program, problem } = scope.compile(text);
  if (program === undefined) return [invalid(where, expression, `compilation failed: ${problem}`)];
  if (type === undefined || program.type === type || program.type === 'dyn') return [];
  return [invalid(where, expression, `must evaluate to ${type}`)];
}

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];

function validationErrors(scope: CelScope, validation: Validation, path: string): FieldError[] {
  const { expression, message = '', messageExpression, reason } = validation;
  const errors = expressionErrors(scope, expression, path, 'bool');
  if (messageExpression !== undefined) {
    errors.push(...expressionErrors(scope, messageExpression, path, 'string', 'messageExpression'));
  }
  if (message !== '' && message.trim() === '') {
    errors.push(invalid(child(path, 'message'), message, 'message must be non-empty if specified'));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalid(child(path, 'message'), message, 'message must not contain line breaks'));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    errors.push(notSupported(child(path, 'reason'), reason, reasons));
  }
  return errors;
}

const actions = ['Audit', 'Deny', 'Warn'];

export const validatePolicyBinding = validateMetadata<ValidatingAdmissionPolicyBinding>(
  rules,
  ({ spec = {} }) => {
    const { policyName = '', paramRef, validationActions = [] } = spec;
    const errors: FieldError[] = [];
    if (policyName === '') errors.push(required('spec.policyName'));
    else {
      const problems = nameIsDnsSubdomain(policyName, false);
      errors.push(...problems.map((words) => invalid('spec.policyName', policyName, words)));
    }
    if (paramRef !== undefined) errors.push(...referenceErrors(paramRef));
    return [...errors, ...actionErrors(validationActions)];
  },
);

type Reference = NonNullable<NonNullable<ValidatingAdmissionPolicyBinding['spec']>['paramRef']>;

function referenceErrors({ name, selector, parameterNotFoundAction }: Reference): FieldError[] {
  const errors: FieldError[] = [];
  if ((name ?? '') === '' && selector === undefined) {
    const words = 'one of name or selector must be specified';
    errors.push(required('spec.paramRef', words));
  }
  if (parameterNotFoundAction === undefined) {
    errors.push(required('spec.paramRef.parameterNotFoundAction'));
  }
  return errors;
}

function actionErrors(given: readonly string[]): FieldError[] {
  const path = 'spec.validationActions';
  if (given.length === 0) return [required(path)];
  const errors = given.flatMap((action, i) =>
    actions.includes(action) ? [] : [notSupported(at(path, i), action, actions)],
  );
  if (given.includes('Deny') && given.includes('Warn')) {
    const words =
      'must not contain both Deny and Warn (repeating the same validation failure information ' +
      'in the API response and headers serves no purpose)';
    errors.push(invalid(path, given as string[], words));
  }
  return errors;
}
