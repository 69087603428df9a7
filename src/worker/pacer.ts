/**
 * How fast time passes. At explain speed it slows down when something worth seeing happens, so
 * that each such step gets a quarter of a second, and hurries through silence. When very much
 * happens, each step gets less: a storm is seen as a storm. It changes pacing, never history.
 */
import type { Pace } from './protocol.ts';

/** Real ms that one step worth seeing gets. */
const holdMs = 280;
/** After so many steps in one go, each gets half of that. */
const patience = 20;
/** Simulated ms per real ms while a message flies. */
const slowest = 0.0008;
const fastest = 12;
const atRest = 1;
/** Per real ms in silence. */
const growth = 1.012;
/** Real ms without news that end a storm. */
const calmMs = 1_500;

export class Pacer {
  pace: Pace = 'explain';
  private explained = 1;
  private heldUntil = 0;
  /** Steps in this storm, and when the last one came. */
  private steps = 0;
  private lastStep = 0;

  /** Simulated ms per real ms now. */
  get factor(): number {
    return this.pace === 'explain' ? this.explained : this.pace;
  }

  get isExplaining(): boolean {
    return this.pace === 'explain';
  }

  /** Something worth seeing began: it lasts `lasts` simulated ms. `real` is the real clock in ms. */
  notice(lasts: number, real: number): void {
    if (real - this.lastStep > calmMs) this.steps = 0;
    this.lastStep = real;
    this.steps += 1;
    const haste = this.steps / patience;
    const hold = holdMs / (1 + haste ** 1.5);
    this.heldUntil = Math.max(this.heldUntil, real + hold);
    const wanted = lasts > 0 ? lasts / hold : slowest * 2;
    const least = slowest * (1 + haste ** 2);
    this.explained = Math.max(least, Math.min(this.explained, wanted));
  }

  /**
   * Real time has passed.
   * @param isAwaiting whether something is on its way: a cluster at rest is not hurried.
   */
  pass(realMs: number, real: number, isAwaiting = true): void {
    if (real < this.heldUntil) return;
    const top = isAwaiting ? fastest : atRest;
    const faster = Math.max(this.explained, slowest) * growth ** realMs;
    this.explained = faster <= top ? faster : Math.max(top, this.explained / growth ** realMs);
  }

  /** After an input or a seek: at ease, not in a hurry. */
  settle(): void {
    this.explained = 0.05;
    this.heldUntil = 0;
    this.steps = 0;
  }
}
