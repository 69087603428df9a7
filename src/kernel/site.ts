import { assert } from './assert.ts';
import { Chance } from './chance.ts';
import { RunningHash } from './hash.ts';
import { type Pending, cancelled } from './queue.ts';
import type { Shard } from './shard.ts';
import { type Ms, toGrain } from './time.ts';
import type { TraceRecord, TraceSink } from './trace.ts';

/** Whoever takes events on a site. Events are plain data. */
export interface Receiver {
  receive(event: never): void;
}

/** Names an event that is to come, so that it can be called off. */
export type Ticket = Pending;

/**
 * A place where things happen one after another: one simulated computer. Sites share nothing;
 * what passes between them is a message, and takes at least the plan's lookahead.
 */
export class Site {
  readonly index: number;
  readonly name: string;
  readonly chance: Chance;
  private readonly shard: Shard;
  private readonly sink: TraceSink;
  private readonly receivers = new Map<number, Receiver>();
  private readonly running = new RunningHash();
  private count = 0;
  private lastReceiver = 0;

  constructor(shard: Shard, index: number, name: string, sink: TraceSink) {
    this.shard = shard;
    this.index = index;
    this.name = name;
    this.sink = sink;
    this.chance = new Chance(shard.plan.seed, name);
  }

  get now(): Ms {
    return this.shard.now;
  }

  /** Simulated milliseconds since 1970-01-01 UTC: for timestamps. */
  get clock(): number {
    return this.shard.plan.epoch + Math.floor(this.shard.now);
  }

  /** Gives a receiver its number on this site. Numbers are never used again. */
  register(receiver: Receiver): number {
    this.lastReceiver += 1;
    this.receivers.set(this.lastReceiver, receiver);
    return this.lastReceiver;
  }

  /** Events still due for it are dropped when their time comes. */
  unregister(address: number): void {
    this.receivers.delete(address);
  }

  /** Everything that takes events here, oldest first: for the stage to look at. */
  get live(): Iterable<Receiver> {
    return this.receivers.values();
  }

  /** Schedules an event on this site, `delay` ms from now. */
  after(delay: Ms, to: number, event: unknown): Ticket {
    return this.put(this.index, delay, to, event);
  }

  cancel(ticket: Ticket): void {
    ticket.to = cancelled;
  }

  /** Sends plain data to a receiver on another site (or on this one). */
  send(site: number, delay: Ms, to: number, event: unknown): void {
    assert(
      site === this.index || delay >= this.shard.plan.lookahead,
      `a message to another site takes ${this.shard.plan.lookahead} ms or more, not ${delay}`,
    );
    this.put(site, delay, to, event);
  }

  /** The shard's alone: an event's time has come. */
  deliver(item: Pending): void {
    this.receivers.get(item.to)?.receive(item.event as never);
  }

  /** Writes history. */
  trace(record: TraceRecord): void {
    const { running } = this;
    running.number(this.shard.now);
    for (const field in record) {
      const value = record[field];
      if (typeof value === 'string') running.text(value);
      else if (typeof value === 'number') running.number(value);
      else if (typeof value === 'boolean') running.mix(value ? 1 : 2);
    }
    this.sink({ at: this.shard.now, site: this.index, record });
  }

  get hash(): string {
    return this.running.digest;
  }

  private put(site: number, delay: Ms, to: number, event: unknown): Ticket {
    assert(delay >= 0, `a delay is not negative: ${delay}`);
    this.count += 1;
    const at = this.shard.now + toGrain(delay);
    const item: Pending = { at, origin: this.index, seq: this.count, site, to, event };
    this.shard.post(item);
    return item;
  }
}
