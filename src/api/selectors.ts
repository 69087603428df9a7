/**
 * Label selectors: as text (`app=web,tier in (a,b),!old`) and as objects (matchLabels,
 * matchExpressions). Follows apimachinery pkg/labels/selector.go and pkg/apis/meta/v1/helpers.go.
 */
import {
  aggregateText,
  fieldErrorText,
  invalid,
  notSupported,
  required,
  forbidden,
  type FieldError,
} from './field.ts';
import { goQuote, goText } from './go-text.ts';
import { isLabelValue, isQualifiedName } from './name-rules.ts';
import { ParseError } from './parse-error.ts';
import { parseRequirements } from './selector-parser.ts';
import { validateLabelName, validateLabels } from './validation/object-meta.ts';

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** All requirements must hold; none at all selects everything; undefined selects nothing. */
export type Selector = readonly Requirement[] | undefined;

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** meta/v1 LabelSelector. */
export interface LabelSelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export type Labels = Readonly<Record<string, string>> | undefined;

/** Reads a selector's text. Throws a ParseError with upstream's words. */
export function parseSelector(text: string): readonly Requirement[] {
  const requirements = parseRequirements(text);
  for (const requirement of requirements) {
    const problem = requirementProblem(requirement);
    if (problem !== '') throw new ParseError(`unable to parse requirement: ${problem}`);
  }
  return sorted(requirements);
}

/** Do these labels satisfy the selector? */
export function matches(selector: Selector, labels: Labels): boolean {
  if (selector === undefined) return false;
  for (const requirement of selector)
    if (!holds(requirement, labels?.[requirement.key])) return false;
  return true;
}

/** The plain case (Services, ReplicationControllers): every pair is there. */
export function matchesPairs(pairs: Readonly<Record<string, string>>, labels: Labels): boolean {
  for (const key in pairs) if (labels?.[key] !== pairs[key]) return false;
  return true;
}

function holds({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt':
      return compares(operator, value, values[0]);
  }
}

const integer = /^[+-]?\d+$/;

function compares(
  operator: 'gt' | 'lt',
  value: string | undefined,
  bound: string | undefined,
): boolean {
  if (value === undefined || bound === undefined) return false;
  if (!integer.test(value) || !integer.test(bound)) return false;
  return operator === 'gt' ? Number(value) > Number(bound) : Number(value) < Number(bound);
}

// LabelSelectors are frozen and shared, so each is read once.
const compiled = new WeakMap<LabelSelectorObject, readonly Requirement[]>();

/**
 * A LabelSelector as a Selector; absent selects nothing, empty everything. Throws a ParseError
 * where an operator, key or value is wrong.
 */
export function toSelector(object: LabelSelectorObject | undefined): Selector {
  if (object === undefined) return undefined;
  const kept = compiled.get(object);
  if (kept !== undefined) return kept;
  const requirements = Object.entries(object.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: '=', values: [value] }),
  );
  for (const { key, operator, values = [] } of object.matchExpressions ?? []) {
    const known = objectOperators[operator];
    if (known === undefined) {
      throw new ParseError(`${goQuote(operator)} is not a valid label selector operator`);
    }
    requirements.push({ key, operator: known, values });
  }
  for (const requirement of requirements) {
    const problem = requirementProblem(requirement);
    if (problem !== '') throw new ParseError(problem);
  }
  const selector = sorted(requirements);
  if (Object.isFrozen(object)) compiled.set(object, selector);
  return selector;
}

const objectOperators: Readonly<Record<string, Operator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};
const operatorNames: Readonly<Partial<Record<Operator, string>>> = {
  in: 'In',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

/** A selector's text as a LabelSelector object (kubectl's `--selector`). Throws a ParseError. */
export function parseToLabelSelector(text: string): LabelSelectorObject {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: LabelSelectorRequirement[] = [];
  for (const { key, operator, values } of parseSelector(text)) {
    const name = operatorNames[operator];
    if (operator === '=' || operator === '==') matchLabels[key] = values[0] ?? '';
    else if (name !== undefined) matchExpressions.push({ key, operator: name, values });
    else throw new ParseError(`${goQuote(operator)} isn't supported in label selectors`);
  }
  return {
    ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
}

/** Back to text: `app=web,tier in (a,b),!old`. */
export const formatSelector = (selector: Selector): string =>
  (selector ?? []).map(formatRequirement).join(',');

const signs: Readonly<Record<Operator, string>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  in: ' in ',
  notin: ' notin ',
  gt: '>',
  lt: '<',
  exists: '',
  '!': '',
};

function formatRequirement({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  const text = [...values].sort().join(',');
  const isSet = operator === 'in' || operator === 'notin';
  return `${key}${signs[operator]}${isSet ? `(${text})` : text}`;
}

/** How tables and `describe` show a LabelSelector: `<none>` if it is empty or absent. */
export function formatLabelSelector(object: LabelSelectorObject | undefined): string {
  try {
    const text = formatSelector(toSelector(object));
    return text === '' ? '<none>' : text;
  } catch (problem) {
    if (problem instanceof ParseError) return '<error>';
    throw problem;
  }
}

/** `a=b,c=d` of plain pairs, sorted by key (labels.Set's text). */
export const formatLabels = (labels: Labels): string =>
  Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key] ?? ''}`)
    .join(',');

/** Pairs as a selector: `{app: 'web'}` → `app=web`. */
export const selectorOfPairs = (pairs: Readonly<Record<string, string>>): readonly Requirement[] =>
  sorted(Object.entries(pairs).map(([key, value]) => ({ key, operator: '=', values: [value] })));

/** What is wrong with a LabelSelector, in the words of apis/meta/v1/validation. */
export function validateLabelSelector(
  selector: LabelSelectorObject | undefined,
  path: string,
): readonly FieldError[] {
  if (selector === undefined) return [];
  const errors = [...validateLabels(selector.matchLabels, `${path}.matchLabels`)];
  selector.matchExpressions?.forEach((expression, index) => {
    errors.push(...validateExpression(expression, `${path}.matchExpressions[${index}]`));
  });
  return errors;
}

function validateExpression(
  { key, operator, values = [] }: LabelSelectorRequirement,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const isSet = operator === 'In' || operator === 'NotIn';
  if (isSet && values.length === 0) {
    errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (objectOperators[operator] === undefined) {
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  } else if (!isSet && values.length > 0) {
    errors.push(
      forbidden(
        `${path}.values`,
        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      ),
    );
  }
  errors.push(...validateLabelName(key, `${path}.key`));
  values.forEach((value, index) => {
    for (const message of isLabelValue(value)) {
      errors.push(invalid(`${path}.values[${index}]`, value, message));
    }
  });
  return errors;
}

/** Upstream's NewRequirement: what keeps a requirement from making sense, or `''`. */
function requirementProblem({ key, operator, values }: Requirement): string {
  const errors: FieldError[] = [];
  const wrongKey = isQualifiedName(key);
  if (wrongKey.length > 0) errors.push(invalid('key', key, wrongKey.join('; ')));
  errors.push(...countProblems(operator, values));
  values.forEach((value, index) => {
    const wrong = isLabelValue(value);
    if (wrong.length > 0) errors.push(invalid(`values[${index}][${key}]`, value, wrong.join('; ')));
  });
  return errors.length === 0 ? '' : aggregateText(errors.map(fieldErrorText));
}

function countProblems(operator: Operator, values: readonly string[]): readonly FieldError[] {
  const shown = values.length === 0 ? goText('[]string{}') : values;
  const wrong = (detail: string): FieldError[] => [invalid('values', shown, detail)];
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0
        ? []
        : wrong("for 'in', 'notin' operators, values set can't be empty");
    case 'exists':
    case '!':
      return values.length === 0
        ? []
        : wrong('values set must be empty for exists and does not exist');
    case 'gt':
    case 'lt':
      return values.every((value) => integer.test(value))
        ? []
        : [
            invalid(
              'values[0]',
              values[0],
              "for 'Gt', 'Lt' operators, the value must be an integer",
            ),
          ];
    case '=':
    case '==':
    case '!=':
      return values.length === 1
        ? []
        : wrong('exact-match compatibility requires one single value');
    default:
      return [notSupported('operator', operator, Object.keys(signs))];
  }
}

const sorted = (requirements: readonly Requirement[]): readonly Requirement[] =>
  [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
