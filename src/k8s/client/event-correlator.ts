/**
 * Keeps events from flooding the cluster: the same one again only counts up, many alike become
 * one, and an object may cause 25 and then one in five minutes.
 * Upstream: client-go/tools/record/events_cache.go. The cache is bounded as upstream's (4,096), by
 * age of the entry.
 */
import { TokenBucket } from './token-bucket.ts';

const entriesMax = 4_096;
const aggregateAt = 10;
const aggregateWithinMs = 600_000;
const spamBurst = 25;
const spamQps = 1 / 300;

/** What the correlator needs of an event. */
export interface EventFacts {
  /** Source, involved object and type: what spam is counted by. */
  readonly subject: string;
  readonly fieldPath: string;
  readonly reason: string;
  readonly message: string;
}

/** What is known of an event that was sent. */
export interface KnownEvent {
  readonly name: string;
  readonly firstTimestamp: string;
  count: number;
}

/** What to do with an event. */
export interface Correlation {
  readonly message: string;
  /** The one to count up; undefined makes a new one. */
  readonly known: KnownEvent | undefined;
  /** Where `remember` puts the new one. */
  readonly key: string;
}

export class EventCorrelator {
  private readonly similar = new Map<string, { messages: Set<string>; lastAt: number }>();
  private readonly observed = new Map<string, KnownEvent>();
  private readonly spam = new Map<string, TokenBucket>();

  /** @param nowMs any clock. Undefined: the event is spam, drop it. */
  correlate(facts: EventFacts, nowMs: number): Correlation | undefined {
    const aggregateKey = `${facts.subject}|${facts.reason}`;
    const isMany = this.countSimilar(aggregateKey, facts.message, nowMs) >= aggregateAt;
    const key = isMany ? aggregateKey : `${aggregateKey}|${facts.fieldPath}|${facts.message}`;
    const known = this.observed.get(key);
    if (known !== undefined) known.count += 1;
    if (!this.accepts(facts.subject, nowMs)) {
      if (known === undefined) this.observed.delete(key);
      return undefined;
    }
    const message = isMany ? `(combined from similar events): ${facts.message}` : facts.message;
    return { message, known, key };
  }

  remember(key: string, event: KnownEvent): void {
    put(this.observed, key, event);
  }

  /** The server knows it no more. */
  forget(key: string): void {
    this.observed.delete(key);
  }

  private countSimilar(key: string, message: string, nowMs: number): number {
    let record = this.similar.get(key);
    if (record === undefined || nowMs - record.lastAt > aggregateWithinMs) {
      record = { messages: new Set(), lastAt: nowMs };
      put(this.similar, key, record);
    }
    record.messages.add(message);
    record.lastAt = nowMs;
    const count = record.messages.size;
    if (count >= aggregateAt) record.messages.delete(message);
    return count;
  }

  private accepts(subject: string, nowMs: number): boolean {
    let bucket = this.spam.get(subject);
    if (bucket === undefined) {
      bucket = new TokenBucket(spamQps, spamBurst);
      put(this.spam, subject, bucket);
    }
    return bucket.tryAccept(nowMs);
  }
}

/** Puts an entry; the oldest one goes when there are too many. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= entriesMax && !map.has(key)) map.delete(map.keys().next().value as string);
  map.set(key, value);
}
