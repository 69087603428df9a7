import { expect, it } from 'vitest';
import { civilTime, daysSince1970, formatMicroTime, formatTime, parseTime } from './calendar.ts';

it.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_735_787_045_678, '2025-01-02T03:04:05Z'],
  [951_782_400_000, '2000-02-29T00:00:00Z'],
  [-1_000, '1969-12-31T23:59:59Z'],
  [4_107_542_400_000, '2100-03-01T00:00:00Z'],
  [253_402_300_799_000, '9999-12-31T23:59:59Z'],
])('%d is %s', (ms, text) => {
  expect(formatTime(ms)).toBe(text);
  expect(parseTime(text)).toBe(Math.floor(ms / 1000) * 1000);
});

it('agrees with the platform on many days', () => {
  for (let day = -200_000; day < 200_000; day += 97) {
    const ms = day * 86_400_000 + 12_345_000;
    expect(formatTime(ms)).toBe(new Date(ms).toISOString().replace('.000', ''));
    expect(civilTime(ms).weekday).toBe(new Date(ms).getUTCDay());
  }
});

it('writes micro-times', () => {
  expect(formatMicroTime(1_735_787_045_678.25)).toBe('2025-01-02T03:04:05.678250Z');
});

it.each([
  ['2025-01-02T03:04:05+02:00', Date.UTC(2025, 0, 2, 1, 4, 5)],
  ['2025-01-02T03:04:05.25Z', Date.UTC(2025, 0, 2, 3, 4, 5, 250)],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2023-02-29T00:00:00Z', undefined],
  ['2025-13-01T00:00:00Z', undefined],
  ['2025-01-01', undefined],
  ['now', undefined],
  ['2025-01-01T24:00:00Z', undefined],
])('%s is %s', (text, ms) => {
  expect(parseTime(text)).toBe(ms);
});

it('counts days', () => {
  expect(daysSince1970(2000, 3, 1) - daysSince1970(2000, 2, 28)).toBe(2);
});
