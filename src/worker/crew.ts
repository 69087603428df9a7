/** The workers that can take nodes over, and how a running world is handed to them. */
import type { Ms } from '../kernel/index.ts';
import { placement } from './conductor.ts';
import type { InlineEngine } from './engine.ts';
import type { ShardHandle } from './lockstep-protocol.ts';
import { ParallelEngine } from './parallel-engine.ts';
import type { TimedInput } from './protocol.ts';

/** Starts a worker for a shard. */
export type StartShard = () => Promise<ShardHandle>;

/** What a handover asks of whoever plays meanwhile. */
export interface Stage {
  /** Whether it is still wanted: the same engine is played. */
  isWanted(): boolean;
  /** The world stands still from now on, until the handover is over. */
  hold(): void;
  /** Real ms. */
  now(): number;
  readonly inputs: () => readonly TimedInput[];
}

/** Shards that are this little behind, in real ms, can be waited for. */
const shortMs = 80;
/** How often they try to come that close. */
const mostTries = 6;

const whole = { stopsAtInterest: false, isOver: () => false };

export class Crew {
  private readonly start: StartShard | undefined;
  private readonly most: number;
  private handles: ShardHandle[] = [];
  /** Why workers cannot be had here: then everything stays in one thread. */
  trouble: unknown;

  /** @param cores of the computer: one is left to the director. */
  constructor(cores: number, start: StartShard | undefined, most = 3) {
    this.start = start;
    this.most = start === undefined ? 0 : Math.min(most, Math.max(1, cores - 1));
  }

  /** How many shards a world with so many workers gets; 0: it stays in one thread. */
  sizeFor(workers: number): number {
    return this.trouble !== undefined ? 0 : Math.min(this.most, workers);
  }

  /** Ends all workers: what one has thrown may have left them in any state. */
  dismiss(): void {
    for (const handle of this.handles.splice(0)) handle.stop();
  }

  /**
   * Lets the shards play the past, which goes on meanwhile, until they have come as far as the
   * engine; then each keeps its machines. Undefined when it is not wanted any more, or when
   * workers cannot be had here: then they are not asked again.
   */
  async takeOver(engine: InlineEngine, stage: Stage): Promise<ParallelEngine | undefined> {
    const { machines } = engine.definition;
    const size = this.sizeFor(machines.filter(({ role }) => role === 'worker').length);
    try {
      while (this.handles.length < size && this.start !== undefined) {
        this.handles.push(await this.start());
      }
      const handles = this.handles.slice(0, size);
      const catchUp = (until: Ms) =>
        Promise.all(handles.map((handle) => handle.replay(pastOf(engine, stage, until), until)));
      for (let i = 0; i < mostTries; i++) {
        const began = stage.now();
        await catchUp(engine.now);
        if (!stage.isWanted()) return undefined;
        if (stage.now() - began < shortMs) break;
      }
      stage.hold();
      // All of this moment, or none of it.
      while (!engine.advance(engine.now, whole));
      await catchUp(engine.now);
      if (!stage.isWanted()) return undefined;
      const homes = placement(machines, size + 1);
      const opened = await Promise.all(
        handles.map(async (handle, i) => {
          const mine = machines.filter((_, site) => homes[site] === i + 1);
          return { handle, ...(await handle.narrow(mine.map(({ name }) => name))) };
        }),
      );
      if (!stage.isWanted()) return undefined;
      return new ParallelEngine(engine, stage.inputs(), opened, homes);
    } catch (error) {
      this.trouble = error;
      this.dismiss();
      return undefined;
    }
  }
}

function pastOf({ definition, epoch, seed }: InlineEngine, { inputs }: Stage, until: Ms) {
  const given = inputs().filter(({ at }) => at <= until);
  return { world: definition.name, seed, epoch, inputs: given };
}
