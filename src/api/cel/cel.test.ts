import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../crd/json-schema.ts';
import type { Json } from '../object.ts';
import { CelScope, declareSchema, escapeName, toCel } from './index.ts';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    a: { type: 'integer' },
    list: { type: 'array', items: { type: 'integer' } },
    text: { type: 'string' },
    since: { type: 'string', format: 'date-time' },
    port: { 'x-kubernetes-int-or-string': true },
    'x-y': { type: 'object', additionalProperties: { type: 'string' } },
    sub: { type: 'object', properties: { namespace: { type: 'string' } } },
  },
};
const self: Json = {
  a: 1,
  list: [1, 2, 3],
  text: 'a12',
  since: '2026-01-01T00:00:00Z',
  port: '5%',
  'x-y': { k: 'v' },
  sub: { namespace: 'default' },
};
const scope = new CelScope((environment) => ({
  self: declareSchema(environment, 'selfType', schema),
}));

function evaluate(expression: string): unknown {
  const { program, problem } = scope.compile(expression);
  if (program === undefined) return problem;
  const outcome = program.run({ self: toCel(schema, self) });
  return outcome.problem ?? outcome.value;
}

describe('expressions and what they come to', () => {
  it.each([
    ['self.a + 1 == 2', true],
    ['self.list.all(x, x > 0) && self.list.exists(x, x == 3)', true],
    ['self.since > timestamp("2025-01-01T00:00:00Z")', true],
    ['type(self.port) == string && self.port == "5%"', true],
    ['self.x__dash__y["k"] == "v"', true],
    ['self.sub.__namespace__ == "default"', true],
    ['has(self.sub.__namespace__)', true],
    ['self.list.isSorted()', true],
    ['self.list.sum() == 6', true],
    ['self.list.min() + self.list.max()', 4n],
    ['self.list.indexOf(2)', 1n],
    ['sets.contains(self.list, [2, 3])', true],
    ['sets.intersects(self.list, [7])', false],
    ['self.text.find("[0-9]+")', '12'],
    ['"a1b2".findAll("[0-9]")', ['1', '2']],
    ['"a1b2".findAll("[0-9]", 1)', ['1']],
    ['self.text.replace("1", "x")', 'ax2'],
    ['"%s=%d".format(["n", 3])', 'n=3'],
    ['quantity("1Gi").isGreaterThan(quantity("500Mi"))', true],
    ['quantity("50k").add(1000).compareTo(quantity("51k"))', 0n],
    ['isQuantity("1x")', false],
    ['ip("192.168.0.1").family()', 4n],
    ['ip("::1").isLoopback()', true],
    ['string(ip("2001:db8:0:0::1"))', '2001:db8::1'],
    ['cidr("10.0.0.0/8").containsIP("10.1.2.3")', true],
    ['cidr("10.0.0.0/8").containsCIDR("11.0.0.0/24")', false],
    ['url("https://u@host:81/p?q=1").getHostname()', 'host'],
    ['url("https://host:81/p?q=1").getQuery()["q"]', ['1']],
    ['isURL("no url")', false],
    ['format.dns1123Label().validate("Bad_").hasValue()', true],
    ['format.named("uuid").hasValue()', true],
    ['cel.bind(n, size(self.list), n * 2)', 6n],
    ['self.list[5] == 1', 'index out of bounds: 5'],
    ['self.x__dash__y["no"] == ""', 'no such key: no'],
    ['self.a / 0 == 1', 'division by zero'],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe('what does not compile, in the words of cel-go', () => {
  it.each([
    ['self.b > 1', `1:5: undefined field 'b'\n | self.b > 1\n | ....^`],
    [
      'self.a == "x"',
      `1:8: found no matching overload for '_==_' applied to '(int, string)'\n | self.a == "x"\n | .......^`,
    ],
    ['nope(1)', `1:5: undeclared reference to 'nope' (in container '')\n | nope(1)\n | ....^`],
    ['other', `1:1: undeclared reference to 'other' (in container '')\n | other\n | ^`],
    [
      'self.text.startsWith(1)',
      `1:21: found no matching overload for 'startsWith' applied to 'string.(int)'\n` +
        ` | self.text.startsWith(1)\n | ....................^`,
    ],
  ])('%s', (expression, expected) => {
    expect(scope.compile(expression).problem).toBe(`ERROR: <input>:${expected}`);
  });

  it('says what it waited for at the end', () => {
    expect(scope.compile('self.a <').problem).toContain(
      `1:9: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!'`,
    );
  });
});

it('knows which variables an expression names', () => {
  const { program } = scope.compile('self.list.exists(x, x == self.a)');
  expect([program?.uses('self'), program?.uses('oldSelf'), program?.type]).toEqual([
    true,
    false,
    'bool',
  ]);
});

it('escapes names that are no identifiers', () => {
  expect(['a-b', 'a.b', 'a/b', 'a__b', 'for', 'plain'].map(escapeName)).toEqual([
    'a__dash__b',
    'a__dot__b',
    'a__slash__b',
    'a__underscores__b',
    '__for__',
    'plain',
  ]);
});
