/**
 * etcd's multi-version store (server/storage/mvcc): a counter of revisions, every key's versions
 * since the last compaction, and the log of changes that watches replay. Pure: no clock, no host.
 * Simplified: values are kept by reference and never serialised; there is no B+tree file.
 */
import { assert } from '../../kernel/index.ts';
import {
  type Compare,
  type KeyValue,
  type Operation,
  type OperationResult,
  type RangeQuery,
  type RangeResult,
  type StoreEvent,
  type Txn,
  type TxnResult,
  etcdErrors,
} from './protocol.ts';
import { SortedKeys } from './sorted-keys.ts';

/** A key's versions, oldest first. A version without a value is a tombstone. */
interface Record {
  readonly key: string;
  versions: KeyValue[];
}

/** What a read of the past comes to when that past is gone, or not here yet. */
export class RevisionError extends Error {
  readonly compactRevision: number;
  constructor(message: string, compactRevision: number) {
    super(message);
    this.compactRevision = compactRevision;
  }
}

const tombstone: unique symbol = Symbol('tombstone');
const isDead = (kv: KeyValue): boolean => kv.value === tombstone;

export class Store {
  /** Counts changes; an empty store is at 1, as etcd's is. */
  revision = 1;
  /** Reads and watches below it are refused. */
  compacted = 0;
  private readonly records = new Map<string, Record>();
  private readonly keys = new SortedKeys();
  private log: StoreEvent[] = [];
  private readonly leases = new Map<number, Set<string>>();
  private changes: StoreEvent[] = [];

  get keyCount(): number {
    return this.keys.size;
  }

  get(key: string): KeyValue | undefined {
    const versions = this.records.get(key)?.versions;
    const last = versions?.[versions.length - 1];
    return last === undefined || isDead(last) ? undefined : last;
  }

  /** @throws RevisionError when the revision asked for is compacted or still to come. */
  range({ key, end, limit = 0, revision = 0, isCountOnly = false }: RangeQuery): RangeResult {
    if (revision > this.revision) throw new RevisionError(etcdErrors.future, 0);
    if (revision > 0 && revision < this.compacted) {
      throw new RevisionError(etcdErrors.compacted, this.compacted);
    }
    const at = revision === 0 || revision === this.revision ? 0 : revision;
    if (end === undefined) {
      const kv = at === 0 ? this.get(key) : this.getAt(key, at);
      const found = kv === undefined ? [] : [kv];
      return { kvs: isCountOnly ? [] : found, count: found.length, hasMore: false };
    }
    const kvs: KeyValue[] = [];
    let count = 0;
    this.keys.walk(key, end, (each) => {
      const kv = at === 0 ? this.get(each) : this.getAt(each, at);
      if (kv === undefined) return true;
      count += 1;
      if (!isCountOnly && (limit === 0 || kvs.length < limit)) kvs.push(kv);
      return true;
    });
    return { kvs, count, hasMore: kvs.length < count && !isCountOnly };
  }

  /** Applies a transaction: all of it at one revision. Returns what it came to, and its changes. */
  apply(txn: Txn): { readonly result: TxnResult; readonly events: readonly StoreEvent[] } {
    const succeeded = txn.compare.every((compare) => this.holds(compare));
    const operations = succeeded ? txn.success : txn.failure;
    const results = operations.map((operation) => this.perform(operation));
    return { result: { succeeded, results }, events: this.commit() };
  }

  /** Deletes all keys of a lease, at one revision. */
  revoke(lease: number): readonly StoreEvent[] {
    const keys = [...(this.leases.get(lease) ?? [])].sort();
    for (const key of keys) this.remove(key);
    this.leases.delete(lease);
    return this.commit();
  }

  /** Forgets all versions that were overwritten at or before `revision`. */
  compact(revision: number): void {
    if (revision > this.revision) throw new RevisionError(etcdErrors.future, 0);
    if (revision <= this.compacted) throw new RevisionError(etcdErrors.compacted, this.compacted);
    this.compacted = revision;
    const start = this.logIndex(revision + 1);
    const touched = new Set<string>();
    for (let i = 0; i < start; i++) touched.add((this.log[i] as StoreEvent).kv.key);
    this.log = this.log.slice(start);
    for (const key of touched) this.compactKey(key, revision);
  }

  /** All changes of [key, end) from `revision` on. */
  eventsFrom(revision: number, key: string, end: string | undefined): readonly StoreEvent[] {
    if (revision <= this.compacted) throw new RevisionError(etcdErrors.compacted, this.compacted);
    const events: StoreEvent[] = [];
    for (let i = this.logIndex(revision); i < this.log.length; i++) {
      const event = this.log[i] as StoreEvent;
      if (isWithin(event.kv.key, key, end)) events.push(event);
    }
    return events;
  }

  private holds({ key, target, equals }: Compare): boolean {
    return (this.get(key)?.[target] ?? 0) === equals;
  }

  private perform(operation: Operation): OperationResult {
    switch (operation.op) {
      case 'put':
        return this.put(operation.key, operation.value, operation.lease ?? 0);
      case 'delete':
        return { op: 'delete', deleted: this.removeRange(operation.key, operation.end) };
      case 'range':
        return { op: 'range', ...this.range(operation) };
    }
  }

  private put(key: string, value: unknown, lease: number): OperationResult {
    const previous = this.get(key);
    const modRevision = this.revision + 1;
    const kv: KeyValue = {
      key,
      value,
      createRevision: previous?.createRevision ?? modRevision,
      modRevision,
      version: (previous?.version ?? 0) + 1,
      lease,
    };
    if (previous !== undefined && previous.lease !== lease) this.detach(previous);
    if (lease !== 0) this.attach(kv);
    this.write(kv);
    this.changes.push({ type: 'PUT', kv, previous });
    return { op: 'put', kv, previous };
  }

  private removeRange(key: string, end: string | undefined): readonly KeyValue[] {
    const deleted: KeyValue[] = [];
    for (const { key: each } of this.range(end === undefined ? { key } : { key, end }).kvs) {
      deleted.push(this.remove(each));
    }
    return deleted;
  }

  private remove(key: string): KeyValue {
    const previous = this.get(key);
    assert(previous, `${key} is there to be deleted`);
    const modRevision = this.revision + 1;
    const base = { key, createRevision: 0, modRevision, version: 0, lease: 0 };
    this.detach(previous);
    this.write({ ...base, value: tombstone });
    this.changes.push({ type: 'DELETE', kv: { ...base, value: undefined }, previous });
    return previous;
  }

  private write(kv: KeyValue): void {
    const record = this.records.get(kv.key);
    if (record !== undefined) record.versions.push(kv);
    else {
      this.records.set(kv.key, { key: kv.key, versions: [kv] });
      this.keys.add(kv.key);
    }
  }

  private commit(): readonly StoreEvent[] {
    const events = this.changes;
    if (events.length === 0) return events;
    this.changes = [];
    this.revision += 1;
    for (const event of events) this.log.push(event);
    return events;
  }

  private getAt(key: string, revision: number): KeyValue | undefined {
    const versions = this.records.get(key)?.versions ?? [];
    for (let i = versions.length - 1; i >= 0; i--) {
      const kv = versions[i] as KeyValue;
      if (kv.modRevision <= revision) return isDead(kv) ? undefined : kv;
    }
    return undefined;
  }

  private compactKey(key: string, revision: number): void {
    const record = this.records.get(key);
    if (record === undefined) return;
    let first = 0;
    while (
      first + 1 < record.versions.length &&
      (record.versions[first + 1] as KeyValue).modRevision <= revision
    )
      first += 1;
    const oldest = record.versions[first] as KeyValue;
    if (isDead(oldest) && oldest.modRevision <= revision) first += 1;
    if (first > 0) record.versions = record.versions.slice(first);
    if (record.versions.length > 0) return;
    this.records.delete(key);
    this.keys.delete(key);
  }

  /** Index in the log of the first change at or after a revision. */
  private logIndex(revision: number): number {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.log[middle] as StoreEvent).kv.modRevision < revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private attach({ key, lease }: KeyValue): void {
    const keys = this.leases.get(lease);
    if (keys === undefined) this.leases.set(lease, new Set([key]));
    else keys.add(key);
  }

  private detach({ key, lease }: KeyValue): void {
    this.leases.get(lease)?.delete(key);
  }
}

/** Whether a key is in [key, end), or is the one key. */
export const isWithin = (key: string, from: string, end: string | undefined): boolean =>
  end === undefined ? key === from : key >= from && key < end;
