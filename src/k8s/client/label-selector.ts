/**
 * Label selectors as objects carry them, compiled once and remembered by reference: stored objects
 * are frozen and shared.
 * Follows apimachinery pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector).
 */
import type { LabelSelector, LabelSelectorRequirement } from '../../api/types.gen.ts';

export type Labels = Readonly<Record<string, string>>;
export type Matches = (labels: Labels | undefined) => boolean;

const nothing: Matches = () => false;
const everything: Matches = () => true;
const none: Labels = {};
const compiled = new WeakMap<object, Matches>();

/** An absent selector selects nothing, an empty one everything. */
export function selectorMatches(selector: LabelSelector | undefined | null): Matches {
  if (selector === undefined || selector === null) return nothing;
  let matches = compiled.get(selector);
  if (matches === undefined) {
    matches = compile(selector);
    compiled.set(selector, matches);
  }
  return matches;
}

/** A map selector (Services, ReplicationControllers, nodeSelector): all of its pairs. */
export function mapMatches(selector: Labels | undefined): Matches {
  return selector === undefined ? everything : selectorMatches(asSelector(selector));
}

const wrapped = new WeakMap<Labels, LabelSelector>();
function asSelector(matchLabels: Labels): LabelSelector {
  let selector = wrapped.get(matchLabels);
  if (selector === undefined) wrapped.set(matchLabels, (selector = { matchLabels }));
  return selector;
}

function compile({ matchLabels = none, matchExpressions = [] }: LabelSelector): Matches {
  const pairs = Object.entries(matchLabels);
  if (pairs.length === 0 && matchExpressions.length === 0) return everything;
  return (labels = none) =>
    pairs.every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((requirement) => meets(requirement, labels));
}

/** Whether labels meet one requirement: In, NotIn, Exists, DoesNotExist, Gt, Lt. */
export function meets(
  { key, operator, values = [] }: LabelSelectorRequirement,
  labels: Labels,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
