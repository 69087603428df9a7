import type { Chance } from '../../kernel/index.ts';

/** How a back-off grows: client-go's wait.Backoff with jitter. All times in ms. */
export interface BackoffRule {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly factor: number;
  /** Up to so many times the duration is added by chance. */
  readonly jitter: number;
  /** After so long without a failure it starts anew. */
  readonly resetMs: number;
}

/** The reflector's (client-go/tools/cache/reflector.go, defaultBackoff…). */
export const reflectorBackoff: BackoffRule = {
  firstMs: 800, maxMs: 30_000, factor: 2, jitter: 1, resetMs: 120_000,
};

/** Growing delays between attempts. */
export class Backoff {
  private readonly rule: BackoffRule;
  private readonly chance: Chance;
  private duration = 0;
  private lastAt = -Infinity;

  constructor(rule: BackoffRule, chance: Chance) {
    this.rule = rule;
    this.chance = chance;
  }

  /** How long to wait before the next attempt, in ms. */
  next(nowMs: number): number {
    const { firstMs, maxMs, factor, jitter, resetMs } = this.rule;
    const isFresh = this.duration === 0 || nowMs - this.lastAt > resetMs;
    this.duration = isFresh ? firstMs : Math.min(maxMs, this.duration * factor);
    this.lastAt = nowMs;
    return jitter === 0 ? this.duration : this.chance.jitter(this.duration, jitter);
  }
}
