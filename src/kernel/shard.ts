import { assert } from './assert.ts';
import { type Pending, Queue, cancelled } from './queue.ts';
import { Site } from './site.ts';
import type { Ms } from './time.ts';
import type { TraceSink } from './trace.ts';

/** What all shards of a world agree on. */
export interface ShardPlan {
  readonly seed: number;
  /** All sites of the world, in the order that gives them their index. */
  readonly sites: readonly string[];
  /** The least time that a message between two sites takes, in ms. */
  readonly lookahead: Ms;
  /** Milliseconds between 1970-01-01 UTC and the world's moment 0. */
  readonly epoch: number;
}

/** A message to another site, on its way between shards: plain data. */
export type Message = Readonly<Pending>;

/**
 * The kernel: one queue, one `now`, and the sites it runs. Shards meet only by messages, so the
 * same sites give the same history in one shard or in many.
 */
export class Shard {
  now: Ms = 0;
  /** Events taken so far. */
  steps = 0;
  readonly plan: ShardPlan;
  readonly sites = new Map<number, Site>();
  readonly queue = new Queue();
  private outbox: Pending[] = [];
  private outboxDue = Infinity;

  /** @param mine says which of the plan's sites this shard runs. */
  constructor(plan: ShardPlan, mine: (name: string) => boolean, sink: TraceSink) {
    this.plan = plan;
    plan.sites.forEach((name, index) => {
      if (mine(name)) this.sites.set(index, new Site(this, index, name, sink));
    });
  }

  site(name: string): Site {
    const site = this.sites.get(this.plan.sites.indexOf(name));
    assert(site, `site ${name} is not of this shard`);
    return site;
  }

  /** Puts an event where it will happen: in this queue, or in the outbox. */
  post(item: Pending): void {
    assert(item.at >= this.now, `an event for ${item.at} is due before ${this.now}`);
    if (this.sites.has(item.site)) {
      this.queue.push(item);
    } else {
      this.outbox.push(item);
      if (item.at < this.outboxDue) this.outboxDue = item.at;
    }
  }

  /** Takes the earliest event, if it is before `limit`. */
  step(limit: Ms): boolean {
    for (;;) {
      if (this.queue.nextAt >= limit) return false;
      const item = this.queue.pop() as Pending;
      if (item.to === cancelled) continue;
      this.now = item.at;
      this.steps += 1;
      this.sites.get(item.site)?.deliver(item);
      return true;
    }
  }

  /**
   * Runs all events before `limit`; stops sooner when an answer to one of its own messages could
   * arrive before that, or when `stop` says so after an event. Returns what it sent to sites of
   * other shards.
   */
  run(limit: Ms, stop?: () => boolean): readonly Message[] {
    const { lookahead } = this.plan;
    while (this.step(Math.min(limit, this.outboxDue + lookahead))) if (stop?.() === true) break;
    const sent = this.outbox;
    this.outbox = [];
    this.outboxDue = Infinity;
    return sent;
  }

  /** Runs a world that is wholly here up to and including `until`, and sets the clock to it. */
  runUntil(until: Ms): void {
    while (this.queue.nextAt <= until) this.step(Infinity);
    this.now = Math.max(this.now, until);
  }

  /**
   * Gives sites up: other shards, which have come just as far, go on with them. Messages on their
   * way to them are dropped, as those shards have them too.
   */
  narrow(isMine: (name: string) => boolean): void {
    for (const [index, { name }] of this.sites) if (!isMine(name)) this.sites.delete(index);
    this.queue.retain(({ site }) => this.sites.has(site));
  }

  /** Messages of other shards; none may be due before what was already run. */
  accept(messages: readonly Message[]): void {
    for (const message of messages) {
      if (this.sites.has(message.site)) this.queue.push({ ...message });
    }
  }

  /** Hash of the history of each site here, by name. */
  get hashes(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.sites.values()].map((site) => [site.name, site.hash]));
  }
}
