import { describe, expect, it } from 'vitest';
import { ParseError } from './parse-error.ts';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityFormatMessage,
  quantityMillis,
  quantityOf,
  quantityOfMillis,
  quantityProblem,
  quantityValue,
  subtractQuantities,
} from './quantity.ts';

it.each([
  ['0', '0'],
  ['0Gi', '0'],
  ['1', '1'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1.5', '1500m'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['5.', '5'],
  ['0.1m', '100u'],
  ['1n', '1n'],
  ['0.1n', '1n'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Gi', '512Mi'],
  ['1025Ki', '1025Ki'],
  ['1000Ki', '1000Ki'],
  ['1000k', '1M'],
  ['100M', '100M'],
  ['1e3', '1e3'],
  ['1E3', '1e3'],
  ['12e5', '1200e3'],
  ['1E', '1E'],
  ['128974848', '128974848'],
  ['1000000', '1M'],
  ['-1Gi', '-1Gi'],
  ['+2', '2'],
  ['0.001Ki', '1024m'],
  ['1.1Ki', '1126400m'],
  ['64Mi', '64Mi'],
  ['9999999999Ei', '9223372036854775807'],
  ['2Ki', '2Ki'],
  ['0.5Ki', '512'],
])('%s is %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

it.each([
  ['', quantityFormatMessage],
  ['abc', quantityFormatMessage],
  ['1 Gi', quantityFormatMessage],
  ['1.2.3', quantityFormatMessage],
  ['1Gb', quantityFormatMessage],
  ['1Mii', "unable to parse quantity's suffix"],
  ['1KM', "unable to parse quantity's suffix"],
])('%j is refused', (text, message) => {
  expect(quantityProblem(text)).toBe(message);
  expect(() => parseQuantity(text)).toThrow(ParseError);
});

describe('arithmetic is exact and keeps the first format', () => {
  it.each([
    ['1Gi', '512Mi', '1536Mi', '512Mi'],
    ['100m', '1', '1100m', '-900m'],
    ['0', '1Ki', '1Ki', '-1Ki'],
    ['0.1', '0.2', '300m', '-100m'],
  ])('%s and %s', (a, b, sum, rest) => {
    const [x, y] = [parseQuantity(a), parseQuantity(b)];
    expect(formatQuantity(addQuantities(x, y))).toBe(sum);
    expect(formatQuantity(subtractQuantities(x, y))).toBe(rest);
  });
  it.each([
    ['1', '1000m', 0],
    ['1Gi', '1G', 1],
    ['1m', '1', -1],
  ])('%s against %s', (a, b, sign) => {
    expect(compareQuantities(parseQuantity(a), parseQuantity(b))).toBe(sign);
  });
});

it('whole units and thousandths are rounded up', () => {
  expect([quantityValue('1500m'), quantityValue('1Gi'), quantityValue('-1500m')]).toEqual([
    2, 1073741824, -2,
  ]);
  expect([quantityMillis('250m'), quantityMillis('2'), quantityMillis('100u')]).toEqual([
    250, 2000, 1,
  ]);
  expect(
    [quantityOf(3), quantityOfMillis(1500), quantityOf(1024, 'BinarySI')].map(formatQuantity),
  ).toEqual(['3', '1500m', '1Ki']);
});
