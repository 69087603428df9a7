import { describe, expect, it } from 'vitest';
import {
  exactValue,
  fieldSelectorProblem,
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
} from './field-selectors.ts';
import { ParseError } from './parse-error.ts';
import {
  formatLabelSelector,
  formatSelector,
  matches,
  matchesPairs,
  parseSelector,
  parseToLabelSelector,
  toSelector,
  validateLabelSelector,
  type LabelSelectorObject,
} from './selectors.ts';

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (problem) {
    if (problem instanceof ParseError) return problem.message;
    throw problem;
  }
  return expect.unreachable('it was understood');
};

it.each([
  ['x=a,y=b,z=c', 'x=a,y=b,z=c'],
  ['', ''],
  ['x!=a,y=b', 'x!=a,y=b'],
  ['x=', 'x='],
  ['x= ', 'x='],
  ['x=,z= ', 'x=,z='],
  ['!x', '!x'],
  ['x>1,z<5', 'x>1,z<5'],
  ['z=1,a=2', 'a=2,z=1'],
  ['x in (b,a,b)', 'x in (a,b)'],
  ['x notin (a)', 'x notin (a)'],
  ['x in ()', 'x in ()'],
  ['x in (,a)', 'x in (,a)'],
  ['x in (a,,b)', 'x in (,a,b)'],
  ['x==a', 'x==a'],
  ['in=in', 'in=in'],
])('%s is read and written as %s', (text, expected) => {
  expect(formatSelector(parseSelector(text))).toBe(expected);
});

it.each<[string, Record<string, string>, boolean]>([
  ['', { x: 'y' }, true],
  ['x=y,z=w', { x: 'y', z: 'w' }, true],
  ['x!=y,z!=w', { x: 'z' }, true],
  ['notin=in', { notin: 'in' }, true],
  ['x', { x: 'z' }, true],
  ['!x', { y: 'z' }, true],
  ['x>1', { x: '2' }, true],
  ['x<1', { x: '0' }, true],
  ['x=z', {}, false],
  ['x=y', { x: 'z' }, false],
  ['x!=y,z!=w', { x: 'z', z: 'w' }, false],
  ['x', { y: 'z' }, false],
  ['!x', { x: 'z' }, false],
  ['x>1', { x: '0' }, false],
  ['x>1', { x: 'a' }, false],
  ['x in (a,b)', { x: 'b' }, true],
  ['x notin (a)', {}, true],
  ['x notin (a)', { x: 'a' }, false],
])('%s against %j: %s', (text, labels, expected) => {
  expect(matches(parseSelector(text), labels)).toBe(expected);
});

it.each([
  ['x=a||y=b', "found '=', expected: ',' or 'end of string'"],
  ['x==a==b', "found '==', expected: ',' or 'end of string'"],
  ['!x=a', "found '=', expected: ',' or 'end of string'"],
  [
    'x<a',
    'unable to parse requirement: values[0]: Invalid value: "a": ' +
      "for 'Gt', 'Lt' operators, the value must be an integer",
  ],
  ['x,', "found '', expected: identifier after ','"],
  ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a=(', "unable to parse requirement: found '(', expected: identifier"],
  [
    '-a=b',
    'unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of ' +
      "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
      "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
      "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'a=b_',
    'unable to parse requirement: values[0][a]: Invalid value: "b_": a valid label must be ' +
      "an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
      "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used " +
      "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
])('%s is refused', (text, message) => {
  expect(messageOf(() => parseSelector(text))).toBe(message);
});

describe('LabelSelector objects', () => {
  const object: LabelSelectorObject = {
    matchLabels: { b: '1' },
    matchExpressions: [
      { key: 'a', operator: 'In', values: ['y', 'x'] },
      { key: 'c', operator: 'DoesNotExist' },
    ],
  };
  it('select', () => {
    expect(matches(toSelector(object), { a: 'x', b: '1' })).toBe(true);
    expect(matches(toSelector(object), { a: 'x', b: '1', c: '' })).toBe(false);
  });
  it('none at all selects nothing, an empty one everything', () => {
    expect(matches(toSelector(undefined), {})).toBe(false);
    expect(matches(toSelector({}), undefined)).toBe(true);
  });
  it.each<[LabelSelectorObject | undefined, string]>([
    [object, 'a in (x,y),b=1,!c'],
    [{}, '<none>'],
    [undefined, '<none>'],
    [{ matchExpressions: [{ key: 'a', operator: 'Nope' }] }, '<error>'],
  ])('%j is shown as %s', (selector, text) => {
    expect(formatLabelSelector(selector)).toBe(text);
  });
  it('come out of text', () => {
    expect(parseToLabelSelector('b=1,a in (x,y),!c')).toEqual({
      matchLabels: { b: '1' },
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['x', 'y'] },
        { key: 'c', operator: 'DoesNotExist', values: [] },
      ],
    });
    expect(messageOf(() => parseToLabelSelector('a>1'))).toBe(
      '"gt" isn\'t supported in label selectors',
    );
  });
  it('are validated', () => {
    const errors = validateLabelSelector(
      {
        matchExpressions: [
          { key: 'a', operator: 'In' },
          { key: 'a', operator: 'Exists', values: ['x'] },
          { key: 'a', operator: 'Is' },
        ],
      },
      'spec.selector',
    );
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.selector.matchExpressions[0].values: Required value: must be specified when ' +
        "`operator` is 'In' or 'NotIn'",
      'spec.selector.matchExpressions[1].values: Forbidden: may not be specified when ' +
        "`operator` is 'Exists' or 'DoesNotExist'",
      'spec.selector.matchExpressions[2].operator: Invalid value: "Is": not a valid selector ' +
        'operator',
    ]);
  });
  it('plain pairs', () => {
    expect(matchesPairs({ a: '1' }, { a: '1', b: '2' })).toBe(true);
    expect(matchesPairs({ a: '1' }, undefined)).toBe(false);
  });
});

describe('field selectors', () => {
  it.each([
    ['a=b,c!=d', 'a=b,c!=d'],
    ['c==d,a=b', 'a=b,c=d'],
    ['', ''],
    ['a=x\\,y\\=z', 'a=x\\,y\\=z'],
    ['spec.nodeName=', 'spec.nodeName='],
  ])('%s is read and written as %s', (text, expected) => {
    expect(formatFieldSelector(parseFieldSelector(text))).toBe(expected);
  });
  it.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b\\c', 'invalid field selector: invalid escape sequence: \\c'],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  ])('%s is refused', (text, message) => {
    expect(messageOf(() => parseFieldSelector(text))).toBe(message);
  });
  it('match', () => {
    const selector = parseFieldSelector('status.phase!=Running,spec.nodeName=');
    expect(matchesFields(selector, { 'status.phase': 'Pending' })).toBe(true);
    expect(matchesFields(selector, { 'status.phase': 'Running' })).toBe(false);
    expect(exactValue(parseFieldSelector('metadata.name=x'), 'metadata.name')).toBe('x');
  });
  it.each([
    ['spec.foo=a', ['spec.nodeName'], 'field label not supported: spec.foo'],
    [
      'spec.foo=a',
      undefined,
      '"spec.foo" is not a known field selector: ' + 'only "metadata.name", "metadata.namespace"',
    ],
    ['metadata.name=a', undefined, undefined],
    ['spec.nodeName=a', ['spec.nodeName'], undefined],
  ])('%s on a kind that knows %j', (text, known, problem) => {
    expect(fieldSelectorProblem(parseFieldSelector(text), known)).toBe(problem);
  });
});
