/**
 * Changing an object, again and again until etcd takes it. Follows apiserver
 * pkg/registry/generic/registry/store.go (Update) and pkg/storage/etcd3/store.go (GuaranteedUpdate).
 */
import { isDeepEqual } from '../../api/equal.ts';
import { freeze } from '../../api/freeze.ts';
import type { ApiObject, JsonObject, ObjectMeta } from '../../api/object.ts';
import { StatusError, notFound } from '../../api/status.ts';
import type { Story } from '../../kernel/index.ts';
import { type Exchange, readRange, transact } from './exchange.ts';
import { FieldHistory, withHistory } from './field-history.ts';
import type { Resource } from './resource.ts';
import { managedWrite, putOperation, readEntry, removeEntry, written } from './storage.ts';
import { type Entry, type Stored, atRevision, withoutRevision } from './stored.ts';
import type { WriteOptions } from './write-options.ts';

/** What is to become of an object. */
export interface Changed {
  /** The previous object itself where nothing is to change. */
  readonly object: ApiObject;
  /**
   * Whose fields they are: as the client sent the object (for managedFields), or known already;
   * absent: a write that nobody's fields come of, as upstream's own ones.
   */
  readonly tracked?: ApiObject | FieldHistory;
}

/** Given what is there, what a client wants. Throws a StatusError to refuse. */
export type Change = (previous: Entry) => Story<Changed>;

export interface Update {
  readonly resource: Resource;
  readonly key: string;
  readonly name: string;
  readonly subresource: string;
  readonly options: WriteOptions;
  readonly change: Change;
}

/**
 * Changes an object: from the cache first, and again from what etcd holds when the cache was
 * behind (upstream's GuaranteedUpdate). The object goes for good when its last finalizer does.
 */
export function* updateObject(x: Exchange, update: Update): Story<Entry> {
  const { resource, key } = update;
  let current = resource.cache.get(key);
  let isCached = current !== undefined;
  for (;;) {
    if (current === undefined) {
      current = yield* readEntry(x, key);
      isCached = false;
      if (current === undefined) throw new StatusError(notFound(resource.kind, update.name));
    }
    const outcome = yield* tryUpdate(x, update, current, isCached);
    if (outcome === 'stale') current = undefined;
    else return outcome;
  }
}

function* tryUpdate(
  x: Exchange,
  update: Update,
  current: Entry,
  isCached: boolean,
): Story<Entry | 'stale'> {
  let changed: Changed;
  try {
    changed = yield* update.change(current);
  } catch (problem) {
    // A refusal that rests on a cache behind its time would be unjust: look again.
    if (isCached && problem instanceof StatusError && (yield* isBehind(x, current))) return 'stale';
    throw problem;
  }
  const isClaim = changed.tracked instanceof FieldHistory && changed.tracked !== current.history;
  if (!isClaim && isSame(changed.object, current.object) && !disowns(changed, current)) {
    return current;
  }
  if (isEmptied(changed.object, current.object)) {
    return yield* dropFinalized(x, update, changed, current);
  }
  return yield* replace(x, update, changed, current);
}

function* isBehind(x: Exchange, { key, modRevision }: Entry): Story<boolean> {
  const { kvs } = yield* readRange({ key });
  return kvs[0]?.modRevision !== modRevision;
}

/** Whether the client sent other managedFields than there are: a change, though of nothing else. */
function disowns({ tracked }: Changed, { object, history }: Entry): boolean {
  if (tracked === undefined || tracked instanceof FieldHistory) return false;
  const given = tracked.metadata.managedFields;
  if (given === undefined) return false;
  return !isDeepEqual(given, withHistory(object, history).metadata.managedFields ?? []);
}

function isSame(next: ApiObject, previous: ApiObject): boolean {
  if (next === previous) return true;
  if (!isSameBesides(next, previous)) return false;
  return (
    next.metadata === previous.metadata ||
    isDeepEqual(withoutManaged(next.metadata), withoutManaged(previous.metadata))
  );
}

/** Whether all but the metadata is the same. */
function isSameBesides(next: ApiObject, previous: ApiObject): boolean {
  const a = next as unknown as JsonObject;
  const b = previous as unknown as JsonObject;
  for (const key in a) if (key !== 'metadata' && !isDeepEqual(a[key], b[key])) return false;
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false;
  return true;
}

function withoutManaged(metadata: ObjectMeta): object {
  const { managedFields: _, resourceVersion: __, ...rest } = metadata;
  return rest;
}

/** Being deleted, nobody to wait for any more, and no time to wait. */
export const isEmptied = (
  { metadata: next }: ApiObject,
  { metadata: previous }: ApiObject,
): boolean =>
  (next.finalizers?.length ?? 0) === 0 &&
  previous.deletionTimestamp !== undefined &&
  (previous.deletionGracePeriodSeconds ?? 0) === 0 &&
  (next.deletionGracePeriodSeconds ?? 0) === 0;

function* dropFinalized(
  x: Exchange,
  update: Update,
  changed: Changed,
  current: Entry,
): Story<Entry | 'stale'> {
  const { resource, options, key } = update;
  const next = changed.object;
  if (options.isDryRun) return { ...current, object: next };
  if (resource.kind.kind === 'Namespace' && hasNamespaceFinalizers(next)) {
    return yield* replace(x, update, changed, current);
  }
  const isGone = yield* removeEntry(x, resource, current);
  return isGone ? { ...current, key, object: next } : 'stale';
}

const hasNamespaceFinalizers = (object: ApiObject): boolean =>
  ((object as { spec?: { finalizers?: readonly string[] } }).spec?.finalizers?.length ?? 0) > 0;

function* replace(
  x: Exchange,
  update: Update,
  changed: Changed,
  current: Entry,
): Story<Entry | 'stale'> {
  const { resource, key, options } = update;
  const object = freeze(withoutRevision(changed.object));
  const history = nextHistory(x, update, changed, current);
  if (options.isDryRun) {
    return { ...current, object: atRevision(object, current.modRevision), history };
  }
  const value: Stored = { object, history };
  const { succeeded, results } = yield* transact({
    compare: [{ key, target: 'modRevision', equals: current.modRevision }],
    success: [yield* putOperation(x, resource, key, value)],
    failure: [],
  });
  const put = results[0];
  if (!succeeded || put?.op !== 'put') return 'stale';
  const entry = written(x, 'update', put.kv);
  if (resource.kind.kind === 'Service' && resource.kind.group === '') {
    yield* x.server.addresses.updated(x, current.object, object);
  }
  return entry;
}

/** A client may send managedFields of its own: then those are the base. */
function nextHistory(
  x: Exchange,
  { resource, options, subresource }: Update,
  { tracked }: Changed,
  current: Entry,
): FieldHistory | undefined {
  if (tracked === undefined) return current.history;
  if (tracked instanceof FieldHistory) return tracked;
  const given = tracked.metadata.managedFields;
  if (given?.length === 0) return FieldHistory.of([]);
  const base = given === undefined ? current.history : FieldHistory.of(given);
  const write = managedWrite(x, resource, options, subresource);
  return FieldHistory.after(base, current.object, freeze(tracked), write);
}
