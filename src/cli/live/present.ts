/** The present of a served world: one clock for all who look at it. */
import type { Input, Playback } from '../../worker/protocol.ts';
import type { PacedWorld } from '../paced-world.ts';
import type { SharedWorld } from './shared-world.ts';

/** Nobody takes it back, and it has no branches. */
export const oneHistory = {
  branch: 'b1',
  branches: [],
  canUndo: false,
  isServed: true,
} as const;

/** Real ms between two pictures. */
const frameMs = 33;

export class Present {
  readonly world: SharedWorld;
  private readonly paced: PacedWorld;
  private pace: number;
  private isPlaying = true;
  private readonly timer: NodeJS.Timeout;

  constructor(world: SharedWorld, paced: PacedWorld, pace: number) {
    this.world = world;
    this.paced = paced;
    this.pace = pace;
    this.timer = setInterval(() => world.tell(this.playback), frameMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  act(input: Input): void {
    this.paced.enter(input);
    this.play();
  }

  play(): void {
    this.isPlaying = true;
    this.follow();
  }

  pause(): void {
    this.isPlaying = false;
    this.follow();
  }

  /** @param pace simulated ms per real ms. */
  setPace(pace: number): void {
    if (!(pace > 0 && pace <= 1000)) throw new Error(`a speed is from 0 to 1000, not ${pace}`);
    this.pace = pace;
    this.follow();
  }

  get playback(): Playback {
    const { isPlaying, pace, world } = this;
    return {
      isPlaying,
      pace,
      factor: isPlaying ? pace : 0,
      openAt: world.engine.definition.openAt,
      until: world.now,
      isSeeking: false,
      ...oneHistory,
    };
  }

  private follow(): void {
    this.paced.speed = this.isPlaying ? this.pace : 0;
    this.world.touch();
  }
}
