/** One shard of a world in a worker: it runs windows as the conductor says. */
import type { Descriptions } from '../api/open-api.ts';
import type { TraceEntry } from '../kernel/index.ts';
import { World, worldByName } from '../world/bare.ts';
import { InlineEngine } from './engine.ts';
import { interestOf } from './interest.ts';
import type {
  FromShard,
  Port,
  ShardDoor,
  ShardOpening,
  ShardPast,
  ToShard,
} from './lockstep-protocol.ts';
import { type LookRequest, type Looked, lookAt } from './look-at.ts';

/** Nothing stops it. */
const whole = { stopsAtInterest: false, isOver: () => false };

export class ShardHost implements ShardDoor {
  private readonly loadLate: () => Promise<Descriptions | undefined>;
  /** A whole world, before it is narrowed. */
  private engine: InlineEngine | undefined;
  private world: World | undefined;

  /** @param loadLate fetches kubectl and its prose: a history may have commands. */
  constructor(loadLate: () => Promise<Descriptions | undefined> = async () => undefined) {
    this.loadLate = loadLate;
  }

  async open(opening: ShardOpening, port: Port): Promise<number> {
    const descriptions = await this.loadLate();
    return hostShard(opening, port, () => descriptions);
  }

  async replay(past: ShardPast, until: number): Promise<void> {
    const { inputs } = past;
    const descriptions = await this.loadLate();
    const { engine } = this;
    const isSame = engine !== undefined && isOf(engine, past) && engine.now <= until;
    const chosen = isSame && engine.isOf(inputs) ? engine : begin(past, descriptions);
    chosen.follow(inputs);
    this.engine = chosen;
    chosen.advance(until, whole);
  }

  async narrow(machines: readonly string[], port: Port): Promise<number> {
    const { engine } = this;
    if (engine === undefined) throw new Error('there is no world to narrow');
    this.engine = undefined;
    const { world } = engine;
    this.world = world;
    world.narrow((name) => machines.includes(name));
    return answerOn(port, world, (sink) => {
      engine.sink = sink;
    });
  }

  async lookAt(machine: string, request: LookRequest): Promise<Looked | undefined> {
    const found = this.world?.machines.get(machine);
    return found === undefined ? undefined : lookAt(found, request);
  }

  async close(): Promise<void> {
    this.engine = undefined;
    this.world = undefined;
  }
}

/** Builds the shard and answers on the port; gives when its first event is due. */
export function hostShard(
  opening: ShardOpening,
  port: Port,
  descriptions: () => Descriptions | undefined = () => undefined,
): number {
  const { world: name, seed, epoch, machines, isTraced } = opening;
  let sink: (entry: TraceEntry) => void = () => undefined;
  const world = new World({
    definition: definitionOf(name),
    seed,
    epoch,
    mine: (machine) => machines.includes(machine),
    descriptions,
    ...(isTraced ? { sink: (entry: TraceEntry) => sink(entry) } : {}),
  });
  return answerOn(port, world, (take) => {
    sink = take;
  });
}

/** @param redirect is told where the trace shall go. */
function answerOn(
  port: Port,
  world: World,
  redirect: (sink: (entry: TraceEntry) => void) => void,
): number {
  const { shard } = world;
  let trace: TraceEntry[] = [];
  let isNoticed = false;
  redirect((entry) => {
    trace.push(entry);
    isNoticed ||= interestOf(entry) !== undefined;
  });
  const window = ({ inbox, limit, stops }: ToShard & { type: 'window' }): FromShard => {
    shard.accept(inbox);
    isNoticed = false;
    const sent = shard.run(limit, stops ? () => isNoticed : undefined);
    const told = trace;
    trace = [];
    const { now, queue } = shard;
    const isStopped = stops && isNoticed;
    return { type: 'window', nextAt: queue.nextAt, now, isStopped, sent, trace: told };
  };
  const answer = (message: ToShard): FromShard => {
    switch (message.type) {
      case 'window':
        return window(message);
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

function definitionOf(name: string) {
  const definition = worldByName(name);
  if (definition === undefined) throw new Error(`there is no world named ${name}`);
  return definition;
}

function begin({ world, seed, epoch, inputs }: ShardPast, prose: Descriptions | undefined) {
  const definition = definitionOf(world);
  const engine = new InlineEngine({ definition, seed, epoch, inputs, descriptions: () => prose });
  // Nobody watches while the past is played again.
  engine.sink = () => undefined;
  return engine;
}

const isOf = ({ definition, epoch, seed }: InlineEngine, past: ShardPast): boolean =>
  definition.name === past.world && epoch === past.epoch && seed === past.seed;
