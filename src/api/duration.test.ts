import { expect, it } from 'vitest';
import {
  formatGoDuration,
  humanDuration,
  parseGoDuration,
  shortHumanDuration,
} from './duration.ts';

const [s, m, h, d] = [1_000, 60_000, 3_600_000, 86_400_000];
const y = 365 * d;

it.each([
  [0, '0s', '0s'],
  [-1 * s, '0s', '0s'],
  [-2 * s, '<invalid>', '<invalid>'],
  [59 * s, '59s', '59s'],
  [70 * s, '70s', '1m'],
  [119 * s, '119s', '1m'],
  [120 * s, '2m', '2m'],
  [2 * m + 5 * s, '2m5s', '2m'],
  [10 * m, '10m', '10m'],
  [10 * m + s, '10m', '10m'],
  [179 * m, '179m', '2h'],
  [180 * m, '3h', '3h'],
  [3 * h + m, '3h1m', '3h'],
  [8 * h, '8h', '8h'],
  [8 * h + m, '8h', '8h'],
  [47 * h, '47h', '1d'],
  [48 * h, '2d', '2d'],
  [49 * h, '2d1h', '2d'],
  [8 * d, '8d', '8d'],
  [8 * d + h, '8d', '8d'],
  [729 * d, '729d', '1y'],
  [2 * y, '2y', '2y'],
  [2 * y + d, '2y1d', '2y'],
  [8 * y - 1, '7y364d', '7y'],
  [8 * y, '8y', '8y'],
  [999, '0s', '0s'],
])('%i ms is %s, shortly %s', (ms, human, short) => {
  expect(humanDuration(ms)).toBe(human);
  expect(shortHumanDuration(ms)).toBe(short);
});

it.each([
  [0, '0s'],
  [1_500, '1.5s'],
  [3_723_500, '1h2m3.5s'],
  [250, '250ms'],
  [0.5, '500µs'],
  [0.000_001, '1ns'],
  [60_000, '1m0s'],
  [3_600_000, '1h0m0s'],
  [-1_000, '-1s'],
  [1_234.567, '1.234567s'],
  [90 * m, '1h30m0s'],
])('%d ms is %s to Go, and back', (ms, text) => {
  expect(formatGoDuration(ms)).toBe(text);
  expect(parseGoDuration(text)).toBeCloseTo(ms, 6);
});

it.each([
  ['1h30m', 5_400_000],
  ['.5s', 500],
  ['1us', 0.001],
  ['0', 0],
  ['-2m', -120_000],
  ['', undefined],
  ['5', undefined],
  ['1d', undefined],
  ['s', undefined],
  ['1h 2m', undefined],
])('%j is %s ms', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});
