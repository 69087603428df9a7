/**
 * The console's kubectl must print what the real one prints in the same world. By default against
 * its record; `PARITY=live` runs the real one (1.33; another with `PARITY_KUBECTL=1.31`) against a
 * served world, `REWRITE=1` records it anew, `PARITY_STATE=name` runs one state, and
 * `PARITY_REPORT=FILE` appends every difference there.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type State, states } from './cases.ts';
import { type Compared, compareLive, compareRecorded, writeRecord } from './compare.ts';
import { knownDifferences } from './known-differences.ts';
import { findKubectl } from './worlds.ts';

const { env } = process;
const version = env['PARITY_KUBECTL'] ?? '1.33';
const isRecording = env['REWRITE'] !== undefined;
const binary = isRecording || env['PARITY'] === 'live' ? findKubectl(version) : undefined;
const recordOf = ({ name }: State) => path.join(import.meta.dirname, 'golden', `${name}.txt`);

async function compare(state: State): Promise<readonly Compared[]> {
  if (binary === undefined) return compareRecorded(state, readFileSync(recordOf(state), 'utf8'));
  const compared = await compareLive(state, binary);
  if (isRecording) {
    mkdirSync(path.dirname(recordOf(state)), { recursive: true });
    writeFileSync(recordOf(state), writeRecord(version, compared));
  }
  return compared;
}

function report(state: State, compared: readonly Compared[]): void {
  const different = compared.filter(({ real, ours }) => real !== ours);
  console.log(`parity ${state.name}: ${compared.length - different.length}/${compared.length}`);
  const file = env['PARITY_REPORT'];
  if (file === undefined) return;
  const blocks = different.map(
    ({ line, real, ours }) =>
      `$ ${line}\n--- expected (real kubectl)\n${real}+++ got (console)\n${ours}\n`,
  );
  appendFileSync(file, `==== ${state.name}\n${blocks.join('\n')}`);
}

const isReady = binary !== undefined || states.some((state) => existsSync(recordOf(state)));

describe.skipIf(!isReady)(`kubectl ${version}`, () => {
  const only = env['PARITY_STATE'];
  for (const state of states.filter(({ name }) => only === undefined || only === name)) {
    test(state.name, { timeout: 300_000 }, async () => {
      const compared = await compare(state);
      report(state, compared);
      for (const { line, real, ours } of compared) {
        if (real !== ours && knownDifferences.has(line)) continue;
        expect(`$ ${line}\n${ours}`).toBe(`$ ${line}\n${real}`);
      }
    });
  }
});
