/** Follows pkg/apis/core/validation/validation.go (ValidateResourceQuota and its kin). */
import { at, invalid, required } from '../field.ts';
import { type GoText, goQuote, goText } from '../go-text.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import { parseQuantity, quantityProblem } from '../quantity.ts';
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../types.gen.ts';
import { type Errors, negativeMessage } from './checks.ts';
import { goQuantity } from './go-quantity.ts';
import { validateMetadata } from './metadata.ts';
import { checkQuotaName, isQuotaName, isWhole } from './resource-names.ts';

type Spec = NonNullable<ResourceQuota['spec']>;
type List = Readonly<Record<string, string>>;

const immutable = 'field is immutable';
const plain = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort'];
const scopes = [...plain, 'PriorityClass', 'CrossNamespacePodAffinity'];
const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];
const compute = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

export const validateQuota = validateMetadata<ResourceQuota>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ spec = {}, status = {} }, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === '') {
      checkAmounts(errors, 'spec.hard', spec.hard);
      checkScopes(errors, spec);
      checkSelector(errors, spec);
    }
    if (subresource === 'status' || previous === undefined) {
      checkAmounts(errors, 'status.hard', status.hard);
      checkAmounts(errors, 'status.used', status.used);
    } else if (setText(spec.scopes) !== setText(previous.spec?.scopes)) {
      errors.push(invalid('spec.scopes', goScopes(spec.scopes), immutable));
    }
    return errors;
  },
);

const setText = (values: readonly string[] = []): string => [...new Set(values)].sort().join(',');

const goScopes = (values: readonly string[] | undefined): GoText =>
  values === undefined
    ? goText('[]core.ResourceQuotaScope(nil)')
    : goText(`[]core.ResourceQuotaScope{${values.map(goQuote).join(', ')}}`);

function checkAmounts(errors: Errors, path: string, list: List = {}): void {
  for (const name of Object.keys(list).sort()) {
    const place = at(path, name);
    checkQuotaName(errors, place, name);
    const text = list[name] ?? '0';
    if (quantityProblem(text) !== undefined) continue;
    const { nanos } = parseQuantity(text);
    if (nanos < 0n) errors.push(invalid(place, text, negativeMessage));
    if (isWhole(name) && nanos % 1_000_000_000n !== 0n) {
      errors.push(invalid(place, goQuantity(text), 'must be an integer'));
    }
  }
}

/** Whether quotas with this scope can bound this resource at all. */
function isBounded(scope: string, name: string): boolean {
  if (!isQuotaName(name) || !scopes.includes(scope)) return true;
  return name === 'pods' || (scope !== 'BestEffort' && compute.includes(name));
}

function checkScopes(errors: Errors, { scopes: given = [], hard = {} }: Spec): void {
  const path = 'spec.scopes';
  const shown = goScopes(given);
  for (const scope of given) {
    if (!scopes.includes(scope)) errors.push(invalid(path, shown, 'unsupported scope'));
    for (const name of Object.keys(hard).sort()) {
      if (isBounded(scope, name)) continue;
      errors.push(invalid(path, shown, 'unsupported scope applied to resource'));
    }
  }
  checkConflicts(errors, path, given, shown);
}

function checkConflicts(
  errors: Errors,
  path: string,
  given: readonly string[],
  shown: GoText,
): void {
  for (const pair of conflicts) {
    if (pair.every((one) => given.includes(one))) {
      errors.push(invalid(path, shown, 'conflicting scopes'));
    }
  }
}

function checkSelector(errors: Errors, { scopeSelector, hard = {}, scopes: own }: Spec): void {
  if (scopeSelector === undefined) return;
  const path = 'spec.scopeSelector.matchExpressions';
  const expressions = scopeSelector.matchExpressions ?? [];
  for (const expression of expressions) {
    const { scopeName } = expression;
    if (!scopes.includes(scopeName)) {
      errors.push(invalid(`${path}.scopeName`, scopeName, 'unsupported scope'));
    }
    for (const name of Object.keys(hard).sort()) {
      if (isBounded(scopeName, name)) continue;
      errors.push(invalid(path, scopeSelector as never, 'unsupported scope applied to resource'));
    }
    checkExpression(errors, path, expression);
  }
  const names = expressions.map(({ scopeName }) => scopeName);
  checkConflicts(errors, path, names, goScopes(own));
}

function checkExpression(
  errors: Errors,
  path: string,
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
): void {
  if (scopeName !== 'PriorityClass' && scopes.includes(scopeName) && operator !== 'Exists') {
    errors.push(
      invalid(
        `${path}.operator`,
        operator,
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, " +
          'ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ' +
          'ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity',
      ),
    );
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return;
    errors.push(
      required(
        `${path}.values`,
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      ),
    );
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return;
    errors.push(
      invalid(
        `${path}.values`,
        values,
        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
      ),
    );
  } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
}
