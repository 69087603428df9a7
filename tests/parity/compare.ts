/** Runs a state's commands on the console, and beside it by the real kubectl or from its record. */
import type { Line, State } from './cases.ts';
import { asText } from './normal.ts';
import { BridgedWorld, ConsoleWorld } from './worlds.ts';

export interface Compared {
  readonly line: string;
  /** When it began, in simulated ms. */
  readonly at: number;
  readonly real: string;
  readonly ours: string;
}

interface Shape {
  readonly line: string;
  readonly speed: number;
  readonly mostMs: number;
}

const shape = (line: Line): Shape =>
  typeof line === 'string' ? { line, speed: 1, mostMs: 30_000 } : { mostMs: 30_000, ...line };

function bring(world: ConsoleWorld, state: State): void {
  for (const [name, text] of Object.entries(state.files ?? {})) world.file(name, text);
  world.script(state.setup);
  for (const fault of state.faults ?? []) world.enter({ type: 'fault', fault });
  world.run(state.settleMs);
}

const isReading = /^kubectl (get|describe|logs|events|top)/;

/** Both live, each on a world of its own, of one history. */
export async function compareLive(state: State, binary: string): Promise<readonly Compared[]> {
  const real = await BridgedWorld.start(binary);
  const ours = new ConsoleWorld();
  bring(real, state);
  bring(ours, state);
  const compared: Compared[] = [];
  const both = async (each: Shape, at: number): Promise<Compared> => {
    real.world.runUntil(at);
    ours.world.runUntil(at);
    const { line, speed, mostMs } = each;
    const printed = asText(await real.real(line, speed, mostMs * speed));
    return { line, at, real: printed, ours: asText(ours.script(line, mostMs * speed)) };
  };
  for (const line of state.commands) {
    const each = shape(line);
    // Both begin at one moment, so that ages agree.
    const now = Math.ceil(Math.max(real.world.now, ours.world.now)) + 2_000;
    const first = await both(each, now);
    // The two worlds spend time differently: near a change, only one may have seen it.
    const isNear = first.real !== first.ours && isReading.test(each.line);
    compared.push(isNear ? await both(each, now + 7_000) : first);
  }
  await real.stop();
  return compared;
}

/** Against the record of a real kubectl: runs anywhere. */
export function compareRecorded(state: State, record: string): readonly Compared[] {
  const ours = new ConsoleWorld();
  bring(ours, state);
  const recorded = readRecord(record);
  let next = 0;
  return state.commands.map((line) => {
    const each = shape(line);
    // The same line may come again: each answer is read once.
    const found = recorded.findIndex((one, i) => i >= next && one.line === each.line);
    if (found >= 0) next = found + 1;
    const { at, text } = recorded[found] ?? missing;
    if (at > ours.world.now) ours.world.runUntil(at);
    const printed = asText(ours.script(each.line, each.mostMs * each.speed));
    return { line: each.line, at, real: text, ours: printed };
  });
}

interface Recorded {
  readonly line: string;
  readonly at: number;
  readonly text: string;
}

const missing: Recorded = { line: '', at: 0, text: 'not recorded: run with REWRITE=1\n' };

export const writeRecord = (version: string, compared: readonly Compared[]): string =>
  `# What kubectl ${version} printed. Rewrite: REWRITE=1 npx vitest run tests/parity\n` +
  compared.map(({ line, at, real }) => `@ ${at}\n$ ${line}\n${real}`).join('');

function readRecord(record: string): readonly Recorded[] {
  const parts = record.split(/^@ (\d+)\n\$ (.*)\n/m).slice(1);
  const recorded: Recorded[] = [];
  for (let i = 0; i + 2 < parts.length; i += 3) {
    const [at, line = '', text = ''] = parts.slice(i, i + 3);
    recorded.push({ line, at: Number(at), text });
  }
  return recorded;
}
