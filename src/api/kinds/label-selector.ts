/**
 * What a label selector in an object must look like, and whom it selects.
 * Follows apimachinery pkg/apis/meta/v1/validation/validation.go and meta/v1/helpers.go.
 */
import { at, child, forbidden, invalid, required } from '../field.ts';
import { isLabelValue, isQualifiedName } from '../names.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../types.gen.ts';
import { validateLabels } from '../validation/object-meta.ts';
import { checkRule, type Errors } from './checks.ts';

export function checkLabelSelector(
  errors: Errors, selector: LabelSelector | undefined | null, path: string,
): void {
  if (!selector) return;
  errors.push(...validateLabels(selector.matchLabels, child(path, 'matchLabels')));
  for (const [index, expression] of (selector.matchExpressions ?? []).entries()) {
    checkRequirement(errors, expression, at(child(path, 'matchExpressions'), index));
  }
}

function checkRequirement(
  errors: Errors, { key, operator, values = [] }: LabelSelectorRequirement, path: string,
): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(child(path, 'values'),
        "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(forbidden(child(path, 'values'),
        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else {
    errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  }
  checkRule(errors, child(path, 'key'), key, isQualifiedName);
  for (const [index, value] of values.entries()) {
    checkRule(errors, at(child(path, 'values'), index), value, isLabelValue);
  }
}

type Labels = Readonly<Record<string, string>>;

/** Nothing asked for: such a selector takes all there is. */
export const isEmptySelector = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;

/** Whether labels satisfy every requirement; an empty selector takes all. */
export function selectsLabels(selector: LabelSelector, labels: Labels | undefined): boolean {
  for (const key in selector.matchLabels) {
    if (labels?.[key] !== selector.matchLabels[key]) return false;
  }
  return (selector.matchExpressions ?? []).every((expression) => satisfies(expression, labels));
}

function satisfies(
  { key, operator, values = [] }: LabelSelectorRequirement, labels: Labels | undefined,
): boolean {
  const value = labels?.[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  return value === undefined || !values.includes(value);
}
