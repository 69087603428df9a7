import { describe, expect, it } from 'vitest';
import {
  fnv32,
  fnv32a,
  generateName,
  isConfigMapKey,
  isDns1035Label,
  isDnsLabel,
  isDnsSubdomain,
  isEnvName,
  isLabelValue,
  isPercent,
  isPortName,
  isPortNumber,
  isQualifiedName,
  isRelaxedEnvName,
  isWildcardDnsSubdomain,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  nameIsPathSegment,
  randomSuffix,
  safeEncodeString,
  suffixAlphabet,
  utf8,
  utf8Length,
  type Rule,
} from './names.ts';

const rules: Record<string, Rule> = {
  isQualifiedName,
  isLabelValue,
  isDnsLabel,
  isDnsSubdomain,
  isDns1035Label,
  isPortName,
  isConfigMapKey,
  isEnvName,
  isRelaxedEnvName,
  isPercent,
  isWildcardDnsSubdomain,
};

it.each([
  ['isQualifiedName', 'app', 'app.kubernetes.io/name', 'a_b.c-D', 'a'.repeat(63)],
  ['isLabelValue', '', 'a', 'A_b-c.9'],
  ['isDnsLabel', 'a', 'a-1'],
  ['isDnsSubdomain', 'a.b-c.d', 'a'.repeat(253)],
  ['isDns1035Label', 'a-1'],
  ['isPortName', 'http', 'a-1'],
  ['isConfigMapKey', 'a.b_C-1', '.a'],
  ['isEnvName', '_A.b-c'],
  ['isRelaxedEnvName', 'a b!'],
  ['isPercent', '25%'],
  ['isWildcardDnsSubdomain', '*.a.b'],
])('%s takes what is right', (rule, ...values) => {
  for (const value of values) expect(rules[rule]?.(value)).toEqual([]);
});

const subdomain =
  'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, ' +
  "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex " +
  "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const namePart =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must " +
  "start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', " +
  "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

it.each<[string, string, readonly string[]]>([
  ['isDnsSubdomain', 'Bad_Name', [subdomain]],
  ['isDnsSubdomain', 'a'.repeat(254), ['must be no more than 253 characters']],
  ['isDnsLabel', 'a.b', ['must not contain dots']],
  [
    'isDnsLabel',
    'A',
    [
      'a lowercase RFC 1123 label must consist of lower case alphanumeric ' +
        "characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  " +
        "or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  ['isQualifiedName', '', ['name part must be non-empty', namePart]],
  ['isQualifiedName', '/a', ['prefix part must be non-empty']],
  ['isQualifiedName', 'A_/b', [`prefix part ${subdomain}`]],
  ['isQualifiedName', `${'a'.repeat(64)}`, ['name part must be no more than 63 characters']],
  [
    'isDns1035Label',
    '1a',
    [
      'a DNS-1035 label must consist of lower case alphanumeric characters ' +
        "or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. " +
        "'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    'isPortName',
    'A--',
    [
      'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'must contain at least one letter (a-z)',
      'must not contain consecutive hyphens',
      'must not begin or end with a hyphen',
    ],
  ],
  ['isConfigMapKey', '..', ["must not be '..'"]],
  ['isConfigMapKey', '..a', ["must not start with '..'"]],
  [
    'isRelaxedEnvName',
    'a=b',
    [
      'a valid environment variable name must consist only of printable ' +
        "ASCII characters other than '='",
    ],
  ],
])('%s(%j)', (rule, value, messages) => {
  expect(rules[rule]?.(value)).toEqual(messages);
});

it('ports are in range', () => {
  expect(isPortNumber(80)).toEqual([]);
  expect(isPortNumber(0)).toEqual(['must be between 1 and 65535, inclusive']);
});

describe('names to be generated', () => {
  it('may end in a dash', () => {
    expect(nameIsDnsSubdomain('web-', true)).toEqual([]);
    expect(nameIsDnsLabel('web-', false)).not.toEqual([]);
  });
  it('are cut, and end in five letters', () => {
    expect(generateName('web-', () => 0)).toBe('web-bbbbb');
    expect(generateName('x'.repeat(80), (bound) => bound - 1)).toBe(`${'x'.repeat(58)}99999`);
    expect(randomSuffix(() => 1, 3)).toBe('ccc');
    expect(suffixAlphabet).toBe('bcdfghjklmnpqrstvwxz2456789');
  });
  it.each([
    ['.', "may not be '.'"],
    ['a/b', "may not contain '/'"],
    ['a%', "may not contain '%'"],
  ])('path segment %s', (name, message) => {
    expect(nameIsPathSegment(name, false)).toEqual([message]);
  });
});

describe('hashes', () => {
  // The published vectors of FNV.
  it.each([
    ['', 0x811c9dc5, 0x811c9dc5],
    ['a', 0xe40c292c, 0x050c5d7e],
    ['foobar', 0xbf9cf968, 0x31f0b262],
  ])('%j', (text, a, plain) => {
    expect(fnv32a(text)).toBe(a);
    expect(fnv32(text)).toBe(plain);
  });
  it('become letters', () => {
    expect(safeEncodeString('0123456789')).toBe('456789bcdf');
    expect(safeEncodeString('3482')).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{4}$/);
  });
});

it.each(['', 'abc', 'é', '中文', '😀a', 'é中😀'])('bytes of %j', (text) => {
  expect(utf8(text)).toEqual([...new TextEncoder().encode(text)]);
  expect(utf8Length(text)).toBe(utf8(text).length);
});
