/**
 * The queue between a cache and a controller. It holds keys, each at most once; a key that is added
 * while in work runs again afterwards; failures come back later and later.
 * Upstream: client-go/util/workqueue (queue.go, delaying_queue.go, default_rate_limiters.go).
 */
import type { Site, Ticket } from '../../kernel/index.ts';
import { TokenBucket } from './token-bucket.ts';

/** DefaultControllerRateLimiter: each key's own back-off, and one bucket for all. */
const firstBackoffMs = 5;
const maxBackoffMs = 1_000_000;
const overallQps = 10;
const overallBurst = 100;

type QueueEvent = { readonly type: 'work' } | { readonly type: 'due'; readonly key: string };

export class WorkQueue {
  private readonly site: Site;
  private readonly address: number;
  private readonly workers: number;
  private readonly work: (key: string) => void;
  private readonly waiting: string[] = [];
  private readonly dirty = new Set<string>();
  private readonly processing = new Set<string>();
  private readonly due = new Map<string, Ticket>();
  private readonly failures = new Map<string, number>();
  private readonly bucket = new TokenBucket(overallQps, overallBurst);
  private isPumping = false;
  private isShutDown = false;

  /**
   * @param workers how many keys may be in work at once.
   * @param work begins to work on a key; whoever does calls `done(key)` at the end.
   */
  constructor(site: Site, workers: number, work: (key: string) => void) {
    this.site = site;
    this.workers = workers;
    this.work = work;
    this.address = site.register(this);
  }

  /** Keys that wait for a worker (not those that wait for their time). */
  get size(): number {
    return this.waiting.length;
  }

  add(key: string): void {
    if (this.isShutDown || this.dirty.has(key)) return;
    this.dirty.add(key);
    if (this.processing.has(key)) return;
    this.waiting.push(key);
    this.pump();
  }

  /** Adds the key `ms` from now; the sooner of two times counts. */
  addAfter(key: string, ms: number): void {
    if (this.isShutDown) return;
    if (ms <= 0) return this.add(key);
    const known = this.due.get(key);
    if (known !== undefined) {
      if (known.at <= this.site.now + ms) return;
      this.site.cancel(known);
    }
    this.due.set(key, this.site.after(ms, this.address, { type: 'due', key }));
  }

  /** Adds the key after its back-off: 5 ms, 10 ms, 20 ms… 1,000 s. */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    const own = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(failures, 30));
    this.addAfter(key, Math.max(own, this.bucket.reserve(this.site.now)));
  }

  /** All is well with this key: its back-off starts anew. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /** How often in a row this key has failed. */
  retries(key: string): number {
    return this.failures.get(key) ?? 0;
  }

  /** The work on a key is over; if it was added meanwhile, it runs again. */
  done(key: string): void {
    this.processing.delete(key);
    if (this.dirty.has(key)) this.waiting.push(key);
    this.pump();
  }

  shutDown(): void {
    this.isShutDown = true;
    this.waiting.length = 0;
    this.site.unregister(this.address);
  }

  /** The kernel's alone. */
  receive(event: QueueEvent): void {
    if (event.type === 'due') {
      this.due.delete(event.key);
      this.add(event.key);
      return;
    }
    this.isPumping = false;
    while (this.processing.size < this.workers) {
      const key = this.waiting.shift();
      if (key === undefined) return;
      this.dirty.delete(key);
      this.processing.add(key);
      this.work(key);
    }
  }

  private pump(): void {
    if (this.isPumping || this.isShutDown || this.waiting.length === 0) return;
    if (this.processing.size >= this.workers) return;
    this.isPumping = true;
    this.site.after(0, this.address, { type: 'work' });
  }
}
