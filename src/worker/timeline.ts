/** The branches of a session: every history that was played, none forgotten. */
import type { Branch, SessionFile, TimedInput } from './protocol.ts';

export interface BranchState {
  readonly id: string;
  readonly parent: string | undefined;
  readonly forkedAt: number;
  readonly inputs: TimedInput[];
  /** How far it has been played. */
  until: number;
}

export class Timeline {
  readonly world: string;
  readonly seed: number;
  readonly epoch: number;
  readonly branches = new Map<string, BranchState>();
  current: BranchState;

  constructor(world: string, seed: number, epoch: number, openAt: number) {
    this.world = world;
    this.seed = seed;
    this.epoch = epoch;
    this.current = this.add(undefined, 0, [], openAt);
  }

  /** A saved session with all its branches. */
  static of(session: SessionFile): Timeline {
    const { world, seed, epoch, inputs, until, branches = [] } = session;
    const timeline = new Timeline(world, seed, epoch, until);
    timeline.current.inputs.push(...inputs);
    for (const saved of branches) {
      timeline.add(timeline.current.id, saved.forkedAt, [...saved.inputs], saved.until);
    }
    return timeline;
  }

  /** Leaves the present branch at `now` with the inputs up to then. */
  fork(now: number, inputs = this.current.inputs.filter(({ at }) => at <= now)): void {
    this.current = this.add(this.current.id, now, [...inputs], now);
  }

  /** The history of the present branch up to a moment, as a file. */
  session(until = this.current.until): SessionFile {
    const { world, seed, epoch, current } = this;
    const others = [...this.branches.values()].filter((branch) => branch !== current);
    return {
      format: 'kubarium-session',
      version: 1,
      world,
      seed,
      epoch,
      inputs: current.inputs,
      until,
      ...(others.length === 0
        ? {}
        : {
            branches: others.map(({ id, forkedAt, inputs, until: end }) => ({
              id,
              forkedAt,
              inputs,
              until: end,
            })),
          }),
    };
  }

  get views(): readonly Branch[] {
    return [...this.branches.values()].map(({ id, parent, forkedAt, inputs, until }) => ({
      id,
      ...(parent === undefined ? {} : { parent }),
      forkedAt,
      until,
      inputs: inputs.length,
    }));
  }

  private add(
    parent: string | undefined,
    forkedAt: number,
    inputs: TimedInput[],
    until: number,
  ): BranchState {
    const id = `b${this.branches.size + 1}`;
    const branch = { id, parent, forkedAt, inputs, until };
    this.branches.set(id, branch);
    return branch;
  }
}
