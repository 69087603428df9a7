/** `kubarium replay`: a saved history once more; its hash proves that it is the same. */
import { replay as replaySession } from '../../world/index.ts';
import { type CliCommand, Mistake, numberFlag, type Words } from '../command.ts';
import { readSessionFile } from '../open-world.ts';

export const replay: CliCommand = {
  name: 'replay',
  usage: 'replay FILE [--workers N] [--until MS]',
  about: 'Run a saved session again; the last line is the hash of its history.',
  flags: { workers: 'how many', until: 'simulated ms' },
  run: runReplay,
};

async function runReplay(words: Words): Promise<number> {
  const [file, ...more] = words.positional;
  if (file === undefined || more.length > 0) throw new Mistake(`usage: kubarium ${replay.usage}`);
  const session = await readSessionFile(file);
  const until = numberFlag(words, 'until', session.until);
  const world = replaySession(session, until);
  if (world === undefined) throw new Mistake(`there is no world "${session.world}"`, 1);
  const seconds = (until / 1000).toFixed(1);
  console.log(`${session.world}, seed ${session.seed}: ${session.inputs.length} inputs, ${seconds} s`);
  console.log(world.hash);
  return 0;
}
