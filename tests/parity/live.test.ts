/**
 * The real kubectl against the console's, live: each on a world of its own, of one history.
 * `PARITY_REPORT=FILE` writes every difference there; `REWRITE=1` records the real answers.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Line, type State, states } from './cases.ts';
import { knownDifferences } from './known-differences.ts';
import { asText } from './normal.ts';
import { BridgedWorld, ConsoleWorld, findKubectl } from './worlds.ts';

const kubectl = findKubectl(process.env['PARITY_KUBECTL'] ?? '1.33');
const report = process.env['PARITY_REPORT'];
const golden = path.join(import.meta.dirname, 'golden');
const only = process.env['PARITY_STATE'];

interface Compared {
  readonly line: string;
  readonly real: string;
  readonly ours: string;
}

const shape = (line: Line) => (typeof line === 'string' ? { line, speed: 1 } : line);

async function compareAll(state: State, binary: string): Promise<Compared[]> {
  const real = await BridgedWorld.start(binary);
  const ours = new ConsoleWorld();
  for (const world of [real, ours]) {
    for (const [name, text] of Object.entries(state.files ?? {})) world.file(name, text);
    world.script(state.setup);
    for (const fault of state.faults ?? []) world.enter({ type: 'fault', fault });
    world.run(state.settleMs);
  }
  const compared: Compared[] = [];
  for (const each of state.commands) {
    const { line, speed, mostMs } = { mostMs: 30_000, ...shape(each) };
    // Both begin at one moment, so that ages agree.
    const now = Math.max(real.world.now, ours.world.now) + 2_000;
    real.world.runUntil(now);
    ours.world.runUntil(now);
    let pair = await both(real, ours, line, speed, mostMs);
    // Reading costs the two worlds different time: near a change, only one may have seen it.
    if (pair.real !== pair.ours && isReading.test(line)) {
      for (const world of [real, ours]) world.world.runUntil(now + 7_000);
      pair = await both(real, ours, line, speed, mostMs);
    }
    compared.push(pair);
  }
  await real.stop();
  return compared;
}

const isReading = /^kubectl (get|describe|logs|events|top)/;

async function both(
  real: BridgedWorld,
  ours: ConsoleWorld,
  line: string,
  speed: number,
  mostMs: number,
): Promise<Compared> {
  const printed = await real.real(line, speed, mostMs);
  return { line, real: asText(printed), ours: asText(ours.script(line, mostMs * speed)) };
}

function note(state: State, compared: readonly Compared[]): void {
  const different = compared.filter(({ real, ours }) => real !== ours);
  console.log(`parity ${state.name}: ${compared.length - different.length}/${compared.length}`);
  if (report !== undefined) {
    const blocks = different.map(
      ({ line, real, ours }) => `$ ${line}\n--- expected (real kubectl)\n${real}+++ got (console)\n${ours}\n`,
    );
    appendFileSync(report, `==== ${state.name}\n${blocks.join('\n')}`);
  }
  if (process.env['REWRITE'] === undefined) return;
  mkdirSync(golden, { recursive: true });
  const text = compared.map(({ line, real }) => `$ ${line}\n${real}`).join('\n');
  writeFileSync(path.join(golden, `${state.name}.txt`), text);
}

describe.skipIf(kubectl === undefined)('real kubectl (skipped: not on this machine)', () => {
  for (const state of states.filter(({ name }) => only === undefined || only === name)) {
    test(state.name, { timeout: 300_000 }, async () => {
      const compared = await compareAll(state, kubectl as string);
      note(state, compared);
      const surprising = compared.filter(
        ({ line, real, ours }) => real !== ours && !knownDifferences.has(line),
      );
      expect(surprising.map(({ line }) => line)).toEqual([]);
    });
  }
});
