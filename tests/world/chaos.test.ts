import { describe, expect, it } from 'vitest';
import { minute } from '../../src/kernel/index.ts';
import { runChaos } from '../../src/world/chaos/chaos.ts';
import { worldByName } from '../../src/world/index.ts';
import { breachText } from '../../src/world/invariants/index.ts';

const epoch = Date.UTC(2026, 0, 5, 8, 0, 0);

/** A seed of one's own: `SEED=7 npx vitest run tests/world/chaos`. */
const own = process.env['SEED'] === undefined ? undefined : [Number(process.env['SEED'])];

function chaos(seed: number, withFaults: boolean) {
  const definition = worldByName('three-nodes')!;
  const report = runChaos({ definition, seed, epoch, forMs: 5 * minute, withFaults });
  const replay = `SEED=${seed} npx vitest run --project unit tests/world/chaos.test.ts`;
  const { breaches, unsettled } = report;
  const first = breaches[0] === undefined ? '' : breachText(breaches[0]);
  const all = breaches.map(({ at, invariant, what }) => `${at} ${invariant}: ${what}`);
  expect(first + all.join('\n'), replay).toBe('');
  expect(unsettled, replay).toEqual([]);
}

describe('people at work', () => {
  it.each(own ?? [1, 2, 3, 4])('SEED=%i', (seed) => chaos(seed, false), 120_000);
});

describe('people at work while things break', () => {
  it.each(own ?? [11, 12, 13, 14])('SEED=%i', (seed) => chaos(seed, true), 120_000);
});
