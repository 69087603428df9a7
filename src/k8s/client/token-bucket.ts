/**
 * The client's own brake: so many requests a second, and a burst to start with.
 * Follows client-go util/flowcontrol/throttle.go (golang.org/x/time/rate).
 */
export class TokenBucket {
  private readonly perMs: number;
  private readonly burst: number;
  private tokens: number;
  private at = 0;

  constructor(qps: number, burst: number) {
    this.perMs = qps / 1000;
    this.burst = burst;
    this.tokens = burst;
  }

  /** Takes a token, now or in the future. Returns how many ms to wait for it. */
  reserve(nowMs: number): number {
    this.refill(nowMs);
    this.tokens -= 1;
    return this.tokens >= 0 ? 0 : -this.tokens / this.perMs;
  }

  /** Takes a token if there is one now. */
  tryAccept(nowMs: number): boolean {
    this.refill(nowMs);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  private refill(nowMs: number): void {
    this.tokens = Math.min(this.burst, this.tokens + (nowMs - this.at) * this.perMs);
    this.at = nowMs;
  }
}
