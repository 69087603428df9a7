/** Plays a session with its shards in several workers. */
import type { TraceSink } from '../kernel/index.ts';
import { worldByName } from '../world/bare.ts';
import { Conductor, RemoteMember, placement } from './conductor.ts';
import type { Port, ShardOpening } from './lockstep-protocol.ts';
import type { SessionFile } from './protocol.ts';

/** Starts a worker on a shard: gives its end of the port, and when its first event is due. */
export type StartShard = (opening: ShardOpening) => Promise<{ port: Port; nextAt: number }>;

/** Runs a session up to a moment, with one worker a shard; gives the history's hash. */
export async function playParallel(
  session: SessionFile,
  until: number,
  shards: number,
  start: StartShard,
  sink?: TraceSink,
): Promise<string> {
  const definition = worldByName(session.world);
  if (definition === undefined) throw new Error(`there is no world named ${session.world}`);
  const { world, seed, epoch } = session;
  const homes = placement(definition.machines, shards);
  const members = await Promise.all(
    Array.from({ length: shards }, async (_, shard) => {
      const machines = definition.machines.filter((_m, i) => homes[i] === shard);
      const names = machines.map(({ name }) => name);
      const isTraced = sink !== undefined;
      const { port, nextAt } = await start({ world, seed, epoch, machines: names, isTraced });
      return new RemoteMember(port, nextAt, sink ?? (() => undefined));
    }),
  );
  const conductor = new Conductor(members, homes, definition.latencyMs);
  for (const input of session.inputs) if (input.at <= until) await conductor.enter(input);
  await conductor.runUntil(until);
  return conductor.hash();
}
