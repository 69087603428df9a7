/**
 * Writing an object: from a decoded body to a transaction that etcd took. What the registry's store
 * does for every kind (apiserver pkg/registry/generic/registry/store.go, pkg/registry/rest).
 */
import { freeze } from '../../api/freeze.ts';
import { generateName } from '../../api/names.ts';
import { isDeepEqual } from '../../api/equal.ts';
import type { ApiObject, ObjectMeta } from '../../api/object.ts';
import {
  type Status, StatusError, alreadyExists, generateNameConflict, invalidObject, notFound,
} from '../../api/status.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import type { KeyValue, Operation } from '../etcd/index.ts';
import { runAdmission, runValidation } from './admission/index.ts';
import { type Exchange, readRange, transact } from './exchange.ts';
import { FieldHistory } from './field-history.ts';
import type { Resource } from './resource.ts';
import { type Entry, type Stored, atRevision, withoutRevision } from './stored.ts';
import type { WriteOptions } from './write-options.ts';

/** How often a generated name may be taken before the client hears of it (upstream, since 1.32). */
const nameTries = 8;

/** Creates an object; returns it as etcd took it. */
export function* createObject(
  x: Exchange, resource: Resource, body: ApiObject, options: WriteOptions, known?: FieldHistory,
): Story<Entry> {
  for (let turn = 1; ; turn++) {
    const next = yield* prepareNew(x, resource, body, options);
    const history = known ?? firstHistory(x, resource, body, options);
    const entry = yield* insert(x, resource, next, options, history);
    if (entry !== undefined) return entry;
    const { name } = next.metadata;
    const isGenerated = !body.metadata.name;
    if (!isGenerated) throw new StatusError(yield* taken(x, resource, next));
    if (turn === nameTries) throw new StatusError(generateNameConflict(resource.kind, name));
  }
}

function* prepareNew(
  x: Exchange, resource: Resource, body: ApiObject, options: WriteOptions,
): Story<ApiObject> {
  const { kind } = resource;
  const named = { ...body, metadata: newMetadata(x, resource, body.metadata) };
  const admitted = yield* runAdmission({ x, resource, operation: 'CREATE', object: named, options });
  const allocated = x.server.addresses.allocate(x, resource, admitted, undefined, options.isDryRun);
  const prepared = kind.prepare === undefined ? allocated : kind.prepare(allocated, undefined, '');
  const errors = kind.validate?.(prepared, undefined, '') ?? [];
  if (errors.length > 0) {
    throw new StatusError(invalidObject(kind, prepared.metadata.name, errors));
  }
  if (kind.warnings !== undefined) x.warnings.push(...kind.warnings(prepared));
  yield* runValidation({ x, resource, operation: 'CREATE', object: prepared, options });
  return prepared;
}

/** What only the server sets, in the order in which Go's struct has it. */
function newMetadata(x: Exchange, resource: Resource, given: ObjectMeta): ObjectMeta {
  const { site } = x.server;
  const {
    name, generateName: base, namespace: _, uid: __, resourceVersion: ___, creationTimestamp: ____,
    deletionTimestamp: _____, deletionGracePeriodSeconds: ______, managedFields: _______, ...rest
  } = given;
  const generated = !name && base ? generateName(base, (bound) => site.chance.below(bound)) : name;
  return {
    name: generated ?? '',
    ...(base ? { generateName: base } : {}),
    ...(resource.kind.namespaced ? { namespace: x.route.namespace } : {}),
    uid: site.chance.uuid(),
    creationTimestamp: formatTime(site.clock),
    ...rest,
  } as ObjectMeta;
}

function* insert(
  x: Exchange, resource: Resource, next: ApiObject, options: WriteOptions,
  history: FieldHistory,
): Story<Entry | undefined> {
  const key = resource.key(next.metadata.namespace ?? '', next.metadata.name);
  const object = freeze(withoutRevision(next));
  if (options.isDryRun) {
    if ((yield* readRange({ key })).kvs.length > 0) return undefined;
    return { key, object, modRevision: 0, history };
  }
  const value: Stored = { object, history };
  const { succeeded, results } = yield* transact({
    compare: [{ key, target: 'modRevision', equals: 0 }],
    success: [yield* putOperation(x, resource, key, value)],
    failure: [],
  });
  if (!succeeded || results[0]?.op !== 'put') return undefined;
  return written(x, 'create', results[0].kv);
}

/** What the client sent is the client's; what admission and strategy add is nobody's. */
const firstHistory = (
  x: Exchange, resource: Resource, body: ApiObject, options: WriteOptions,
): FieldHistory =>
  FieldHistory.after(undefined, undefined, freeze(body), managedWrite(x, resource, options));

function* taken(x: Exchange, resource: Resource, next: ApiObject): Story<Status> {
  const { name, namespace = '' } = next.metadata;
  const status = alreadyExists(resource.kind, name);
  const { kvs } = yield* readRange({ key: resource.key(namespace, name) });
  const existing = kvs[0] === undefined ? undefined : x.server.reader.read(kvs[0]);
  return existing?.object.metadata.deletionTimestamp === undefined
    ? status : { ...status, message: `object is being deleted: ${status.message}` };
}

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
  x: Exchange, update: Update, current: Entry, isCached: boolean,
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
  if (!isClaim && isSame(changed.object, current.object)) return current;
  if (isEmptied(changed.object, current.object)) {
    return yield* dropFinalized(x, update, changed, current);
  }
  return yield* replace(x, update, changed, current);
}

function* isBehind(x: Exchange, { key, modRevision }: Entry): Story<boolean> {
  const { kvs } = yield* readRange({ key });
  return kvs[0]?.modRevision !== modRevision;
}

function isSame(next: ApiObject, previous: ApiObject): boolean {
  if (next === previous) return true;
  if (next.metadata === previous.metadata) return isDeepEqual(next, previous);
  return isDeepEqual(
    { ...next, metadata: withoutManaged(next.metadata) },
    { ...previous, metadata: withoutManaged(previous.metadata) },
  );
}

function withoutManaged(metadata: ObjectMeta): object {
  const { managedFields: _, resourceVersion: __, ...rest } = metadata;
  return rest;
}

/** Being deleted, nobody to wait for any more, and no time to wait. */
export const isEmptied = ({ metadata: next }: ApiObject, { metadata: previous }: ApiObject): boolean =>
  (next.finalizers?.length ?? 0) === 0 && previous.deletionTimestamp !== undefined &&
  (previous.deletionGracePeriodSeconds ?? 0) === 0 && (next.deletionGracePeriodSeconds ?? 0) === 0;

function* dropFinalized(
  x: Exchange, update: Update, changed: Changed, current: Entry,
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
  x: Exchange, update: Update, changed: Changed, current: Entry,
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
  return written(x, 'update', put.kv);
}

/** A client may send managedFields of its own: then those are the base. */
function nextHistory(
  x: Exchange, { resource, options, subresource }: Update, { tracked }: Changed, current: Entry,
): FieldHistory | undefined {
  if (tracked === undefined) return current.history;
  if (tracked instanceof FieldHistory) return tracked;
  const given = tracked.metadata.managedFields;
  if (given?.length === 0) return FieldHistory.of([]);
  const base = given === undefined ? current.history : FieldHistory.of(given);
  const write = managedWrite(x, resource, options, subresource);
  return FieldHistory.after(base, current.object, freeze(tracked), write);
}

/** Takes an object out of etcd, if it is still the one that we know. */
export function* removeEntry(x: Exchange, resource: Resource, entry: Entry): Story<boolean> {
  const { key, modRevision } = entry;
  const { succeeded } = yield* transact({
    compare: [{ key, target: 'modRevision', equals: modRevision }],
    success: [{ op: 'delete', key }],
    failure: [],
  });
  if (!succeeded) return false;
  x.server.addresses.release(resource, entry.object);
  traceWrite(x, 'delete', key, x.server.etcd.revision, entry.object);
  return true;
}

/** An object as etcd has it now. */
export function* readEntry(x: Exchange, key: string): Story<Entry | undefined> {
  const { kvs } = yield* readRange({ key });
  return kvs[0] === undefined ? undefined : x.server.reader.read(kvs[0]);
}

function* putOperation(
  x: Exchange, resource: Resource, key: string, value: Stored,
): Story<Operation> {
  if (resource.kind.kind !== 'Event') return { op: 'put', key, value };
  return { op: 'put', key, value, lease: yield* x.server.eventLeases.take() };
}

function written(x: Exchange, verb: string, kv: KeyValue): Entry {
  const entry = x.server.reader.read(kv);
  traceWrite(x, verb, kv.key, kv.modRevision, entry.object);
  return entry;
}

/** History's record of a change: what the stage shows, and the answer to "why?". */
function traceWrite(
  x: Exchange, verb: string, key: string, revision: number, object: ApiObject,
): void {
  x.server.site.trace({
    type: 'write', key, verb, revision, user: x.user.name,
    because: x.request.because ?? '', request: x.id, object,
  });
}

export function managedWrite(
  x: Exchange, resource: Resource, options: WriteOptions, subresource = '',
) {
  return {
    schema: resource.kind.schema, manager: options.manager, apiVersion: resource.apiVersion,
    subresource, time: formatTime(x.server.site.clock),
    ignored: subresource === 'status' ? notOfStatus : hasStatus(resource) ? notOfSpec : nothing,
  };
}

/** What a write through one door leaves as it is (the strategies' GetResetFields). */
const notOfStatus = ['spec'];
const notOfSpec = ['status'];
const nothing: readonly string[] = [];
const hasStatus = ({ kind }: Resource): boolean => kind.subresources.includes('status');
