/**
 * Who watches which keys (server/storage/mvcc/watchable_store.go). Most watches are of a prefix
 * that ends with a slash; those are found by looking the key's own prefixes up, so that sixty
 * watches of sixty resources cost an event no more than one.
 */
import { type StoreEvent, prefixEnd } from './protocol.ts';
import { isWithin } from './store.ts';

export interface Watch {
  readonly id: number;
  readonly key: string;
  readonly end: string | undefined;
  /** Where its events go: one batch for each revision. */
  readonly notify: (watch: Watch, events: readonly StoreEvent[]) => void;
}

export class Watches {
  private readonly byPrefix = new Map<string, Set<Watch>>();
  private readonly others = new Set<Watch>();

  add(watch: Watch): void {
    const { key, end } = watch;
    if (!key.endsWith('/') || end !== prefixEnd(key)) {
      this.others.add(watch);
      return;
    }
    const same = this.byPrefix.get(key);
    if (same === undefined) this.byPrefix.set(key, new Set([watch]));
    else same.add(watch);
  }

  remove(watch: Watch): void {
    this.others.delete(watch);
    const same = this.byPrefix.get(watch.key);
    same?.delete(watch);
    if (same?.size === 0) this.byPrefix.delete(watch.key);
  }

  /** Tells of the changes of one revision. */
  publish(events: readonly StoreEvent[]): void {
    if (events.length === 1) {
      this.eachOf((events[0] as StoreEvent).kv.key, (watch) => watch.notify(watch, events));
      return;
    }
    const batches = new Map<Watch, StoreEvent[]>();
    for (const event of events) {
      this.eachOf(event.kv.key, (watch) => {
        const batch = batches.get(watch);
        if (batch === undefined) batches.set(watch, [event]);
        else batch.push(event);
      });
    }
    for (const [watch, batch] of batches) watch.notify(watch, batch);
  }

  private eachOf(key: string, visit: (watch: Watch) => void): void {
    for (let slash = key.indexOf('/', 1); slash > 0; slash = key.indexOf('/', slash + 1)) {
      const same = this.byPrefix.get(key.slice(0, slash + 1));
      if (same !== undefined) for (const watch of same) visit(watch);
    }
    for (const watch of this.others) if (isWithin(key, watch.key, watch.end)) visit(watch);
  }
}
