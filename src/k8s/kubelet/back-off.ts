/**
 * Growing delays by key: for restarts of containers and for pulls of images.
 * Follows client-go util/flowcontrol/backoff.go. All times in ms.
 */
import { timing } from './config.ts';

interface Entry {
  readonly delay: number;
  readonly updatedAt: number;
}

export class BackOff {
  private readonly entries = new Map<string, Entry>();

  /** The delay that rules now; 0 when none does. */
  get(key: string): number {
    return this.entries.get(key)?.delay ?? 0;
  }

  /** Starts the next delay, counted from now: twice the last one, or afresh after a long quiet. */
  next(key: string, eventAt: number, now: number): void {
    const entry = this.entries.get(key);
    const delay =
      entry === undefined || eventAt - entry.updatedAt > timing.backOffReset
        ? timing.backOffPeriod
        : Math.min(entry.delay * 2, timing.maxContainerBackOff);
    this.entries.set(key, { delay, updatedAt: now });
  }

  /** Whether the delay, counted from `eventAt` (a container's end), is not over. */
  isInBackOffSince(key: string, eventAt: number, now: number): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined || eventAt - entry.updatedAt > timing.backOffReset) return false;
    return now - eventAt < entry.delay;
  }

  /** Whether the delay, counted from its own start, is not over. */
  isInBackOffSinceUpdate(key: string, now: number): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined || now - entry.updatedAt > timing.backOffReset) return false;
    return now - entry.updatedAt < entry.delay;
  }

  /** Forgets a Pod's. */
  drop(prefix: string): void {
    for (const key of this.entries.keys()) if (key.startsWith(prefix)) this.entries.delete(key);
  }
}
