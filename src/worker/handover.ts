/** When play is steady and not fast, the nodes go to other workers. */
import type { Crew, Stage } from './crew.ts';
import type { InlineEngine } from './engine.ts';
import type { ParallelEngine } from './parallel-engine.ts';
import type { Pace } from './protocol.ts';

/** Real ms of steady play, no faster than the pace, before it is worth it. */
const steadyMs = 1_000;
const fastest = 10;

export const isSteadyPace = (pace: Pace): boolean => pace === 'explain' || pace <= fastest;
/** One thread is the better place for all: there is more to pass on than to do. */
export const isHaste = (pace: Pace): boolean => pace !== 'explain' && pace > 5 * fastest;

export class Handover {
  /** The world stands still for the last steps. */
  isHolding = false;
  private isOnItsWay = false;
  private steady = 0;

  /** @param engine what is being played steadily; undefined: it is not. */
  async consider(
    passedMs: number,
    crew: Crew,
    engine: InlineEngine | undefined,
    stage: Omit<Stage, 'hold'>,
  ): Promise<ParallelEngine | undefined> {
    this.steady = engine === undefined ? 0 : this.steady + passedMs;
    if (engine === undefined || this.isOnItsWay || this.steady < steadyMs) return undefined;
    this.steady = 0;
    const workers = engine.definition.machines.filter(({ role }) => role === 'worker');
    if (crew.sizeFor(workers.length) === 0) return undefined;
    this.isOnItsWay = true;
    const hold = () => {
      this.isHolding = true;
    };
    const taken = await crew.takeOver(engine, { ...stage, hold });
    this.isOnItsWay = false;
    this.isHolding = false;
    return taken;
  }
}
