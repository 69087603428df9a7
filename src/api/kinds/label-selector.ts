/**
 * What a label selector in an object must look like, and whom it selects.
 */
import { ParseError } from '../parse-error.ts';
import { matches, toSelector, validateLabelSelector } from '../selectors.ts';
import type { LabelSelector } from '../types.gen.ts';
import type { Errors } from './checks.ts';

export function checkLabelSelector(
  errors: Errors, selector: LabelSelector | undefined | null, path: string,
): void {
  if (selector) errors.push(...validateLabelSelector(selector, path));
}

type Labels = Readonly<Record<string, string>>;

/** Nothing asked for: such a selector takes all there is. */
export const isEmptySelector = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;

/** Whether labels satisfy the selector; a malformed one is told of elsewhere and takes all. */
export function selectsLabels(selector: LabelSelector, labels: Labels | undefined): boolean {
  try {
    return matches(toSelector(selector), labels);
  } catch (problem) {
    if (problem instanceof ParseError) return true;
    throw problem;
  }
}
