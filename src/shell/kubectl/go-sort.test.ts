import { expect, it } from 'vitest';
import { goSort } from './go-sort.ts';

const numbers = (length: number, step: number): readonly number[] =>
  Array.from({ length }, (_, i) => (i * step) % 101);

it.each([0, 1, 12, 13, 49, 50, 51, 200, 1_000])('sorts %i elements', (length) => {
  for (const step of [0, 1, 7, 50, 100]) {
    const items = numbers(length, step);
    expect(goSort(items, (a, b) => a < b)).toEqual(items.toSorted((a, b) => a - b));
  }
});

it('leaves twelve equals as they are, and mixes fourteen', () => {
  const equals = (length: number) => Array.from({ length }, (_, i) => ({ key: 0, i }));
  const order = (length: number) => goSort(equals(length), (a, b) => a.key < b.key).map(({ i }) => i);
  expect(order(12)).toEqual(numbers(12, 1));
  const mixed = Array.from({ length: 30 }, (_, i) => ({ key: i % 2, i }));
  expect(goSort(mixed, (a, b) => a.key < b.key).map(({ i }) => i))
    .not.toEqual(mixed.toSorted((a, b) => a.key - b.key).map(({ i }) => i));
});
