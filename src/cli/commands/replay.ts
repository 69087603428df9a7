/** `kubarium replay`: a saved history once more; its hash proves that it is the same. */
import { playParallel } from '../../worker/parallel.ts';
import { replay as replaySession, type SessionFile, worldByName } from '../../world/index.ts';
import { type CliCommand, Mistake, numberFlag, type Words } from '../command.ts';
import { descriptions } from '../descriptions.ts';
import { readSessionFile } from '../open-world.ts';
import { startThread } from '../threads.ts';

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
  const workers = numberFlag(words, 'workers', 0);
  const machines = worldByName(session.world)?.machines.length ?? 0;
  if (!Number.isInteger(workers) || workers > machines) {
    throw new Mistake(`--workers must be a whole number up to ${machines}, the world's machines`);
  }
  const hash =
    workers === 0 ? inline(session, until) : await playParallel(session, until, workers, startThread);
  const seconds = (until / 1000).toFixed(1);
  console.log(`${session.world}, seed ${session.seed}: ${session.inputs.length} inputs, ${seconds} s`);
  console.log(hash);
  return 0;
}

function inline(session: SessionFile, until: number): string {
  const world = replaySession(session, until, { descriptions });
  if (world === undefined) throw new Mistake(`there is no world "${session.world}"`, 1);
  return world.hash;
}
