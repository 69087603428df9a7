/**
 * How fast time passes. At explain speed it slows down when something worth seeing happens, so
 * that each such step gets at least a quarter of a second, and hurries through silence. It changes
 * pacing, never history.
 */
import type { Pace } from './protocol.ts';

/** Real ms that one step worth seeing gets. */
const holdMs = 280;
/** Simulated ms per real ms while a message flies. */
const slowest = 0.0008;
const fastest = 12;
/** Per real ms in silence. */
const growth = 1.012;

export class Pacer {
  pace: Pace = 'explain';
  private explained = 1;
  private heldUntil = 0;
  /** Steps seen lately, fading: in a storm each gets less. */
  private storm = 0;

  /** Simulated ms per real ms now. */
  get factor(): number {
    return this.pace === 'explain' ? this.explained : this.pace;
  }

  get isExplaining(): boolean {
    return this.pace === 'explain';
  }

  /** Something worth seeing began: it lasts `lasts` simulated ms. `real` is the real clock in ms. */
  notice(lasts: number, real: number): void {
    this.storm += 1;
    const patience = Math.max(0, Math.min(1, 14 / Math.max(1, this.storm - 6)));
    const hold = holdMs * patience;
    if (hold < 4) return;
    this.heldUntil = Math.max(this.heldUntil, real + hold);
    const wanted = lasts > 0 ? lasts / hold : slowest * 2;
    this.explained = Math.max(slowest, Math.min(this.explained, wanted));
  }

  /** Real time has passed. */
  pass(realMs: number, real: number): void {
    this.storm *= 0.99965 ** realMs;
    if (real < this.heldUntil) return;
    this.explained = Math.min(fastest, Math.max(this.explained, slowest) * growth ** realMs);
  }

  /** After an input or a seek: at ease, not in a hurry. */
  settle(): void {
    this.explained = 0.05;
    this.heldUntil = 0;
  }
}
