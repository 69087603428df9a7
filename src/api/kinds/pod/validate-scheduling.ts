/**
 * Where a Pod may run: affinity, tolerations, spreading.
 * Follows pkg/apis/core/validation/validation.go (validateAffinity, ValidateTolerations,
 * validateTopologySpreadConstraints).
 */
import { at, child, duplicate, forbidden, invalid, notSupported, required } from '../../field.ts';
import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from '../../names.ts';
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../../types.gen.ts';
import { checkOneOf, checkRule, notPositiveMessage, type Errors } from '../checks.ts';
import { checkLabelSelector } from '../label-selector.ts';

const mandatory = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

export function checkAffinity(errors: Errors, affinity: Affinity | undefined, path: string): void {
  if (!affinity) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) {
    const nodePath = child(path, 'nodeAffinity');
    const selector = nodeAffinity[mandatory];
    if (selector) checkNodeSelector(errors, selector, child(nodePath, mandatory));
    for (const [index, { weight, preference }] of (nodeAffinity[preferred] ?? []).entries()) {
      const termPath = at(child(nodePath, preferred), index);
      checkWeight(errors, weight, termPath);
      checkNodeTerm(errors, preference, child(termPath, 'preference'));
    }
  }
  if (podAffinity) checkPodAffinity(errors, podAffinity, child(path, 'podAffinity'));
  if (podAntiAffinity) checkPodAffinity(errors, podAntiAffinity, child(path, 'podAntiAffinity'));
}

function checkWeight(errors: Errors, weight: number, path: string): void {
  if (weight > 0 && weight <= 100) return;
  errors.push(invalid(child(path, 'weight'), weight, 'must be in the range 1-100'));
}

export function checkNodeSelector(errors: Errors, selector: NodeSelector, path: string): void {
  const termsPath = child(path, 'nodeSelectorTerms');
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) {
    errors.push(required(termsPath, 'must have at least one node selector term'));
  }
  for (const [index, term] of terms.entries()) checkNodeTerm(errors, term, at(termsPath, index));
}

function checkNodeTerm(errors: Errors, term: NodeSelectorTerm, path: string): void {
  for (const [index, requirement] of (term.matchExpressions ?? []).entries()) {
    checkNodeRequirement(errors, requirement, at(child(path, 'matchExpressions'), index));
  }
  for (const [index, requirement] of (term.matchFields ?? []).entries()) {
    checkNodeField(errors, requirement, at(child(path, 'matchFields'), index));
  }
}

const badOperator = 'not a valid selector operator';

function checkNodeRequirement(
  errors: Errors,
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
): void {
  const valuesPath = child(path, 'values');
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(
        forbidden(valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
    }
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) {
      errors.push(
        required(valuesPath, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
      );
    }
  } else errors.push(invalid(child(path, 'operator'), operator, badOperator));
  checkRule(errors, child(path, 'key'), key, isQualifiedName);
}

function checkNodeField(
  errors: Errors,
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
): void {
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(child(path, 'operator'), operator, badOperator));
  } else if (values.length !== 1) {
    errors.push(
      required(
        child(path, 'values'),
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    );
  }
  if (key !== 'metadata.name') {
    errors.push(invalid(child(path, 'key'), key, 'not a valid field selector key'));
    return;
  }
  for (const [index, value] of values.entries()) {
    checkRule(errors, at(child(path, 'values'), index), value, isDnsSubdomain);
  }
}

function checkPodAffinity(errors: Errors, affinity: PodAffinity, path: string): void {
  for (const [index, term] of (affinity[mandatory] ?? []).entries()) {
    checkPodTerm(errors, term, at(child(path, mandatory), index));
  }
  for (const [index, { weight, podAffinityTerm }] of (affinity[preferred] ?? []).entries()) {
    const termPath = at(child(path, preferred), index);
    checkWeight(errors, weight, termPath);
    checkPodTerm(errors, podAffinityTerm, child(termPath, 'podAffinityTerm'));
  }
}

function checkPodTerm(errors: Errors, term: PodAffinityTerm, path: string): void {
  checkLabelSelector(errors, term.labelSelector, child(path, 'labelSelector'));
  checkLabelSelector(errors, term.namespaceSelector, child(path, 'namespaceSelector'));
  for (const name of term.namespaces ?? []) {
    checkRule(errors, child(path, 'namespace'), name, isDnsLabel);
  }
  if (!term.topologyKey) errors.push(required(child(path, 'topologyKey'), 'can not be empty'));
  checkRule(errors, child(path, 'topologyKey'), term.topologyKey, isQualifiedName);
}

const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const checkTaintEffect = (errors: Errors, effect: string | undefined, path: string): void =>
  checkOneOf(errors, path, effect, taintEffects);

export function checkTolerations(
  errors: Errors,
  tolerations: readonly Toleration[] | undefined,
  path: string,
): void {
  if (tolerations === undefined) return;
  for (const [index, toleration] of tolerations.entries()) {
    checkToleration(errors, toleration, at(path, index));
  }
}

function checkToleration(errors: Errors, toleration: Toleration, path: string): void {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const operatorPath = child(path, 'operator');
  if (key !== '') checkRule(errors, child(path, 'key'), key, isQualifiedName);
  if (key === '' && operator !== 'Exists') {
    errors.push(
      invalid(
        operatorPath,
        operator,
        'operator must be Exists when `key` is empty, ' +
          'which means "match all values and all keys"',
      ),
    );
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(
      invalid(
        child(path, 'effect'),
        effect,
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      ),
    );
  }
  if (operator === 'Equal' || operator === '') {
    const wrong = isLabelValue(value);
    if (wrong.length > 0) errors.push(invalid(operatorPath, value, wrong.join(';')));
  } else if (operator !== 'Exists') {
    errors.push(notSupported(operatorPath, operator, ['Equal', 'Exists']));
  } else if (value !== '') {
    errors.push(
      invalid(operatorPath, { ...toleration }, "value must be empty when `operator` is 'Exists'"),
    );
  }
  if (effect !== '') checkTaintEffect(errors, effect, child(path, 'effect'));
}

export function checkSpread(
  errors: Errors,
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
): void {
  if (constraints === undefined) return;
  for (const [index, constraint] of constraints.entries()) {
    checkConstraint(errors, constraint, constraints.slice(index + 1), at(path, index));
  }
}

function checkConstraint(
  errors: Errors,
  constraint: TopologySpreadConstraint,
  later: readonly TopologySpreadConstraint[],
  path: string,
): void {
  const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
  if (maxSkew <= 0) errors.push(invalid(child(path, 'maxSkew'), maxSkew, notPositiveMessage));
  if (!topologyKey) errors.push(required(child(path, 'topologyKey'), 'can not be empty'));
  if (whenUnsatisfiable !== 'DoNotSchedule' && whenUnsatisfiable !== 'ScheduleAnyway') {
    errors.push(
      notSupported(child(path, 'whenUnsatisfiable'), whenUnsatisfiable, [
        'DoNotSchedule',
        'ScheduleAnyway',
      ]),
    );
  }
  if (
    later.some(
      (other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable,
    )
  ) {
    errors.push(
      duplicate(
        child(path, '{topologyKey, whenUnsatisfiable}'),
        `{${topologyKey}, ${whenUnsatisfiable}}`,
      ),
    );
  }
  if (minDomains !== undefined) checkMinDomains(errors, minDomains, whenUnsatisfiable, path);
  for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = constraint[name];
    if (policy !== undefined && policy !== 'Honor' && policy !== 'Ignore') {
      errors.push(notSupported(child(path, name), policy, ['Honor', 'Ignore']));
    }
  }
  checkMatchLabelKeys(errors, constraint, child(path, 'matchLabelKeys'));
  checkLabelSelector(errors, constraint.labelSelector, child(path, 'labelSelector'));
}

function checkMinDomains(errors: Errors, count: number, action: string, path: string): void {
  if (count <= 0) errors.push(invalid(child(path, 'minDomains'), count, notPositiveMessage));
  if (action === 'DoNotSchedule') return;
  errors.push(
    invalid(
      child(path, 'minDomains'),
      count,
      `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`,
    ),
  );
}

function checkMatchLabelKeys(
  errors: Errors,
  { matchLabelKeys, labelSelector }: TopologySpreadConstraint,
  path: string,
): void {
  for (const [index, key] of (matchLabelKeys ?? []).entries()) {
    checkRule(errors, at(path, index), key, isQualifiedName);
    const isUsed =
      labelSelector?.matchLabels?.[key] !== undefined ||
      labelSelector?.matchExpressions?.some((expression) => expression.key === key);
    if (isUsed) {
      errors.push(invalid(at(path, index), key, 'exists in both matchLabelKeys and labelSelector'));
    }
  }
}
