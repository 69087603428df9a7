/**
 * One resource's watch cache: the state as of a revision, the changes of late, and who watches.
 * Follows apiserver pkg/storage/cacher/{cacher,watch_cache}.go. Simplified: one connection carries
 * all of etcd's events and answers in order, so that any answer's revision is every cache's, too.
 */
import { Actor, type Site } from '../../kernel/index.ts';
import type { StoreEvent } from '../etcd/index.ts';
import { SortedKeys } from '../etcd/sorted-keys.ts';
import { cacherChart } from './cacher-chart.ts';
import type { EtcdClient } from './etcd-client.ts';
import type { Resource } from './resource.ts';
import { type Entry, type EntryReader, atRevision } from './stored.ts';
import { WatcherIndex } from './watchers.ts';

/** A change as watchers see it. For a DELETED, `entry` is the object as it was, at the deletion. */
export interface CacheEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly at: number;
  readonly entry: Entry;
  readonly previous: Entry | undefined;
}

/** Something that is worked out from the state, and kept as the state is. */
export interface CacheListener {
  kept(entry: Entry, previous: Entry | undefined): void;
  dropped(entry: Entry): void;
}

/** How long changes are kept for watches that begin in the past (upstream's eventFreshDuration). */
const freshMs = 75_000;
/** At least so many are kept, however old (upstream's defaultLowerBoundCapacity). */
const keptMin = 100;

export class Cacher {
  readonly watchers: WatcherIndex;
  private readonly site: Site;
  private readonly resource: Resource;
  private readonly etcd: EtcdClient;
  private readonly reader: EntryReader;
  private readonly reflector: Actor<typeof cacherChart.machine>;
  private readonly entries = new Map<string, Entry>();
  private readonly keys = new SortedKeys();
  private history: CacheEvent[] = [];
  /** Changes at or before it are not in the history. */
  private forgotten = 0;
  private ownRevision = 0;
  private watch = 0;
  /** Counts changes of the state: what is worked out from it holds until the count moves. */
  changes = 0;
  /** A controller of the server's own that wants every change. */
  listener: ((event: CacheEvent) => void) | undefined;
  index: CacheListener | undefined;

  constructor(site: Site, resource: Resource, etcd: EtcdClient, reader: EntryReader) {
    this.site = site;
    this.resource = resource;
    this.etcd = etcd;
    this.reader = reader;
    this.watchers = new WatcherIndex(resource.kind);
    this.reflector = new Actor(
      site,
      cacherChart,
      `watch-cache ${resource.plural}`,
      undefined as never,
      ({ type }) => (type === 'list' ? this.list() : this.follow()),
    );
  }

  /** Whether it has the state; it may be behind while etcd is away. */
  get isReady(): boolean {
    return this.reflector.context.hasListed;
  }

  get revision(): number {
    return this.isReady && this.reflector.value === 'watching'
      ? Math.max(this.ownRevision, this.etcd.revision)
      : this.ownRevision;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  /** Entries whose keys begin with `prefix`, in order. */
  under(prefix: string, end: string): Entry[] {
    const found: Entry[] = [];
    this.keys.walk(prefix, end, (key) => {
      found.push(this.entries.get(key) as Entry);
      return true;
    });
    return found;
  }

  /** Changes after `revision`; the oldest revision one may ask for when that is too long ago. */
  since(revision: number): readonly CacheEvent[] | number {
    if (revision < this.forgotten) return this.forgotten;
    let low = 0;
    let high = this.history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.history[middle] as CacheEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.history.slice(low);
  }

  connected(isConnected: boolean): void {
    this.reflector.send({ type: isConnected ? 'connected' : 'lost' });
  }

  stop(): void {
    this.reflector.stop();
    this.etcd.unwatch(this.watch);
  }

  private list(): void {
    const { prefix: key, prefixEnd: end } = this.resource;
    this.etcd.ask({ type: 'range', query: { key, end } }, (answer, revision) => {
      if (answer.type !== 'range') {
        this.reflector.send({ type: 'failed' });
        return;
      }
      this.watchers.endAll();
      for (const { key: each } of [...this.entries.values()]) this.drop(each);
      for (const kv of answer.result.kvs) this.keep(this.reader.read(kv));
      this.history = [];
      this.forgotten = revision;
      this.ownRevision = revision;
      this.reflector.send({ type: 'listed' });
    });
  }

  private follow(): void {
    const { prefix, prefixEnd } = this.resource;
    this.watch = this.etcd.watch(prefix, prefixEnd, this.ownRevision + 1, {
      begun: (answer) => {
        if (answer.type !== 'error') return;
        const type = answer.compactRevision === undefined ? 'failed' : 'expired';
        this.reflector.send({ type });
      },
      events: (events) => {
        for (const event of events) this.take(event);
      },
    });
  }

  private take({ type, kv, previous: before }: StoreEvent): void {
    this.ownRevision = kv.modRevision;
    const known = this.entries.get(kv.key);
    if (type === 'PUT') {
      const entry = this.reader.read(kv);
      this.keep(entry);
      this.tell(known === undefined ? 'ADDED' : 'MODIFIED', entry, known, kv.modRevision);
      return;
    }
    const last = known ?? (before === undefined ? undefined : this.reader.read(before));
    this.drop(kv.key);
    if (last === undefined) return;
    const object = atRevision(last.object, kv.modRevision);
    this.tell('DELETED', { ...last, object, modRevision: kv.modRevision }, last, kv.modRevision);
  }

  private tell(
    type: CacheEvent['type'],
    entry: Entry,
    previous: Entry | undefined,
    revision: number,
  ): void {
    const event: CacheEvent = { type, revision, at: this.site.now, entry, previous };
    this.history.push(event);
    if (this.history.length >= 2 * keptMin && this.isStale(this.history.length >> 1)) this.trim();
    this.watchers.publish(event);
    this.listener?.(event);
  }

  private isStale(index: number): boolean {
    return (this.history[index] as CacheEvent).at < this.site.now - freshMs;
  }

  private trim(): void {
    let count = 0;
    const limit = this.history.length - keptMin;
    while (count < limit && this.isStale(count)) count += 1;
    if (count === 0) return;
    this.forgotten = (this.history[count - 1] as CacheEvent).revision;
    this.history = this.history.slice(count);
  }

  private keep(entry: Entry): void {
    this.changes += 1;
    const previous = this.entries.get(entry.key);
    if (previous === undefined) this.keys.add(entry.key);
    this.entries.set(entry.key, entry);
    this.index?.kept(entry, previous);
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.changes += 1;
    this.entries.delete(key);
    this.index?.dropped(entry);
    this.keys.delete(key);
  }
}
