/** One shard of a world in a worker: it runs windows as the conductor says. */
import type { TraceEntry } from '../kernel/index.ts';
import { World, type WorldOptions, worldByName } from '../world/index.ts';
import type { FromShard, Port, ShardOpening, ToShard } from './lockstep-protocol.ts';

/** Builds the shard and answers on the port; gives when its first event is due. */
export function hostShard(
  opening: ShardOpening,
  port: Port,
  descriptions: NonNullable<WorldOptions['descriptions']> = () => undefined,
): number {
  const { seed, epoch, machines, isTraced } = opening;
  const definition = worldByName(opening.world);
  if (definition === undefined) throw new Error(`there is no world named ${opening.world}`);
  let trace: TraceEntry[] = [];
  const world = new World({
    definition,
    seed,
    epoch,
    mine: (name) => machines.includes(name),
    descriptions,
    ...(isTraced ? { sink: (entry) => trace.push(entry) } : {}),
  });
  const { shard } = world;
  const answer = (message: ToShard): FromShard => {
    switch (message.type) {
      case 'window': {
        shard.accept(message.inbox);
        const sent = shard.run(message.limit);
        const told = trace;
        trace = [];
        return { type: 'window', nextAt: shard.queue.nextAt, sent, trace: told };
      }
      case 'input':
        world.enter(message.input);
        return { type: 'input', nextAt: shard.queue.nextAt };
      case 'hashes':
        return { type: 'hashes', hashes: shard.hashes };
    }
  };
  port.onmessage = ({ data }) => {
    try {
      port.postMessage(answer(data as ToShard));
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      port.postMessage({ type: 'crash', message } satisfies FromShard);
    }
  };
  return shard.queue.nextAt;
}
