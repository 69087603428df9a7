/** `kubarium run`: a script on the console of a fresh world, as fast as it will go. */
import { writeFile } from 'node:fs/promises';
import { grain, type TraceEntry } from '../../kernel/index.ts';
import type { TimedInput } from '../../world/index.ts';
import { type CliCommand, Mistake, textFlag, type Words } from '../command.ts';
import { crashed } from '../crash.ts';
import { openWorld, readText, sessionOf, usualEpoch, worldOf } from '../open-world.ts';
import { Scripts } from '../scripts.ts';

/** Simulated ms between two looks at whether the script has ended. */
const sliceMs = 100;

export const run: CliCommand = {
  name: 'run',
  usage: 'run [FILE|-] [--world W] [--seed N] [--save FILE]',
  about: 'Run a shell script on the console of a fresh world, in simulated time.',
  flags: { world: 'a world', seed: 'a whole number', save: 'a file' },
  run: runScript,
};

async function runScript(words: Words): Promise<number> {
  if (words.positional.length > 1) throw new Mistake(`usage: kubarium ${run.usage}`);
  const script = await readText(words.positional[0] ?? '-');
  const inputs: TimedInput[] = [];
  const sink = (entry: TraceEntry) => scripts.take(entry);
  const opening = { ...worldOf(words), epoch: usualEpoch, sink };
  const scripts: Scripts = new Scripts((input) => {
    const timed = { at: world.now + grain, input };
    inputs.push(timed);
    world.enter(timed);
  });
  const world = openWorld(opening);
  let code: number | undefined;
  let endedAt = 0;
  scripts.start(script, undefined, {
    printed: (stream, text) => void process[stream].write(text),
    ended: (result) => {
      code = result;
      endedAt = world.now;
    },
  });
  try {
    while (code === undefined) world.runUntil(world.now + sliceMs);
  } catch (problem) {
    return await crashed(problem, sessionOf(opening, inputs, world.now));
  }
  const file = textFlag(words, 'save');
  if (file !== undefined) {
    const session = sessionOf(opening, inputs, Math.max(endedAt, world.now));
    await writeFile(file, `${JSON.stringify(session)}\n`).catch((problem: Error) => {
      throw new Mistake(`cannot write ${file}: ${problem.message}`, 1);
    });
  }
  return code;
}
