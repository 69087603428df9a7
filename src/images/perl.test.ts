import { expect, it } from 'vitest';
import { piDigits } from './perl.ts';

it.each([
  [1, '3'],
  [2, '3.1'],
  [5, '3.1416'],
  [50, '3.1415926535897932384626433832795028841971693993751'],
])('%i digits of pi', (count, text) => expect(piDigits(count)).toBe(text));

it('the thousandth and the two thousandth digit', () => {
  // Decimals 991 to 1000 and 1990 to 1999 of the published tables; the last is rounded.
  expect(piDigits(1_001).slice(-10)).toBe('2164201989');
  expect(piDigits(2_000)).toHaveLength(2_001);
});
