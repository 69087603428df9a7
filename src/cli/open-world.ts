/** Worlds for the command line: by name, with refusals in plain words. */
import { readFile } from 'node:fs/promises';
import type { TraceSink } from '../kernel/index.ts';
import {
  type Answer,
  defaultWorld,
  isRefusal,
  parseSession,
  type SessionFile,
  type TimedInput,
  World,
  type WorldDefinition,
  worldByName,
  worldNames,
} from '../world/index.ts';
import { descriptions } from './descriptions.ts';
import { Mistake, numberFlag, textFlag, type Words } from './command.ts';

/** The moment at which the clock of a world that nobody dates begins: its page opens at noon. */
export const usualEpoch = 1_767_268_680_000;

/** The world that the flags `--world`, `--rig` and `--seed` ask for. */
export function worldOf(words: Words): { definition: WorldDefinition; seed: number } {
  const isRig = words.flags['rig'] === true;
  const asked = textFlag(words, 'world');
  if (isRig && asked !== undefined && asked !== 'rig') {
    throw new Mistake(`--rig is a world of its own: leave --world ${asked} out`);
  }
  const name = isRig ? 'rig' : (asked ?? defaultWorld);
  const definition = worldByName(name);
  if (definition === undefined) {
    throw new Mistake(`there is no world "${name}": there are ${worldNames.join(', ')}`);
  }
  const seed = numberFlag(words, 'seed', 1);
  if (!Number.isInteger(seed)) throw new Mistake(`--seed must be a whole number, not ${seed}`);
  return { definition, seed };
}

export interface Opening {
  readonly definition: WorldDefinition;
  readonly seed: number;
  readonly epoch: number;
  readonly sink?: TraceSink;
  readonly answer?: Answer;
}

/** A world at the moment at which its page would open. */
export function openWorld(opening: Opening): World {
  const world = new World({ ...opening, descriptions });
  world.runUntil(opening.definition.openAt);
  return world;
}

/** A history as a file. */
export function sessionOf(
  { definition, seed, epoch }: Opening,
  inputs: readonly TimedInput[],
  until: number,
): SessionFile {
  const world = definition.name;
  return { format: 'kubarium-session', version: 1, world, seed, epoch, inputs, until };
}

/** Reads a session file; mistakes say what is wrong with it. */
export async function readSessionFile(file: string): Promise<SessionFile> {
  const session = parseSession(await readText(file));
  if (isRefusal(session)) {
    const { error, detail } = session;
    const what = {
      damaged: 'is damaged',
      'other-version': 'is of another version',
      'unknown-world': 'is of an unknown world',
      'too-large': 'is too large',
    };
    throw new Mistake(`${file} ${what[error]}: ${detail}`, 1);
  }
  if (worldByName(session.world) === undefined) {
    const known = worldNames.join(', ');
    throw new Mistake(`${file} is of the world "${session.world}": there are ${known}`, 1);
  }
  return session;
}

/** A file's text, or standard input's for `-`. */
export async function readText(file: string): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return await readFile(file, 'utf8');
  } catch (problem) {
    throw new Mistake(`cannot read ${file}: ${reasonOf(problem)}`, 1);
  }
}

/** The system's word for a failure, in plain words where it is a usual one. */
export function reasonOf(problem: unknown): string {
  const { code, message } = problem as NodeJS.ErrnoException;
  const usual: Record<string, string> = {
    ENOENT: 'no such file',
    EISDIR: 'it is a folder',
    EACCES: 'not allowed',
    EADDRINUSE: 'in use',
    ECONNREFUSED: 'nothing listens there',
  };
  return usual[code ?? ''] ?? message;
}
