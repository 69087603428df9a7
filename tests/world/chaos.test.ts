import { describe, expect, it } from 'vitest';
import { minute } from '../../src/kernel/index.ts';
import { runChaos } from '../../src/world/chaos/chaos.ts';
import { worldByName } from '../../src/world/index.ts';
import { breachText } from '../../src/world/invariants/index.ts';

const epoch = Date.UTC(2026, 0, 5, 8, 0, 0);
const timeout = 180_000;

/** A seed of one's own: `SEED=7 npx vitest run --project unit tests/world/chaos.test.ts`. */
const own = process.env['SEED'] === undefined ? undefined : [Number(process.env['SEED'])];
const minutes = Number(process.env['MINUTES'] ?? 3);

function chaos(seed: number, withFaults: boolean, forMs = minutes * minute) {
  const definition = worldByName('three-nodes')!;
  const { breaches, unsettled } = runChaos({ definition, seed, epoch, forMs, withFaults });
  const replay =
    `SEED=${seed} MINUTES=${forMs / minute} ` +
    'npx vitest run --project unit tests/world/chaos.test.ts';
  const first = breaches[0] === undefined ? '' : breachText(breaches[0]);
  const all = breaches.map(({ at, invariant, what }) => `${at} ${invariant}: ${what}`);
  expect(first + all.join('\n'), replay).toBe('');
  expect(unsettled, replay).toEqual([]);
}

describe('people at work', () => {
  it.each(own ?? [2, 3])('SEED=%i', (seed) => chaos(seed, false), timeout);
});

describe('people at work while things break', () => {
  it.each(own ?? [11, 12, 13])('SEED=%i', (seed) => chaos(seed, true), timeout);
});

/** Each of these found something once. */
describe.skipIf(own !== undefined)('regressions', () => {
  it.each([
    [1, 3, 'a second, more urgent deletion kept a Pod that was all but gone'],
    [4, 3, 'systemctl ran on a machine without power, and its kubelet never came back'],
    [6, 3, 'the kubelet missed what died while its runtime was away'],
    [7, 3, 'a mended node stayed NotReady until its five-minute report'],
    [106, 4, 'Pods of a node that had been given up stayed unready for ever'],
    [202, 6, 'so did they when the kubelet had just been started again'],
  ])(
    'SEED=%i (%i min): %s',
    (seed, forMinutes) => chaos(seed, seed !== 1, forMinutes * minute),
    timeout,
  );
});
