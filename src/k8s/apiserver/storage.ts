/**
 * The last step of every write and of many a read: etcd, and a record of it in history.
 * Follows apiserver pkg/storage/etcd3/store.go.
 */
import type { ApiObject } from '../../api/object.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import type { KeyValue, Operation } from '../etcd/index.ts';
import { type Exchange, readRange, transact } from './exchange.ts';
import type { Resource } from './resource.ts';
import { type Entry, type EntryReader, type Stored, asStored } from './stored.ts';
import type { WriteOptions } from './write-options.ts';

/** Takes an object out of etcd, if it is still the one that we know. */
export function* removeEntry(x: Exchange, resource: Resource, entry: Entry): Story<boolean> {
  const { key, modRevision } = entry;
  const { succeeded } = yield* transact({
    compare: [{ key, target: 'modRevision', equals: modRevision }],
    success: [{ op: 'delete', key }],
    failure: [],
  });
  if (!succeeded) return false;
  traceWrite(x, 'delete', key, x.server.etcd.revision, entry.object);
  if (resource.kind.kind === 'Service' && resource.kind.group === '') {
    yield* x.server.addresses.release(x, entry.object);
  }
  return true;
}

/** Custom resources have readers of their own. */
export function readerOf(x: Exchange, key: string): EntryReader {
  const { resource } = x.route;
  if (resource?.reader === undefined || !key.startsWith(resource.prefix)) return x.server.reader;
  return resource.reader;
}

/** An object as etcd has it now. */
export function* readEntry(x: Exchange, key: string): Story<Entry | undefined> {
  const { kvs } = yield* readRange({ key });
  return kvs[0] === undefined ? undefined : readerOf(x, key).read(kvs[0]);
}

/** Events are put with a lease, all else for good. */
export function* putOperation(
  x: Exchange,
  resource: Resource,
  key: string,
  value: Stored,
): Story<Operation> {
  const { custom } = resource.kind;
  if (custom !== undefined) {
    return { op: 'put', key, value: asStored(value, custom.storageVersion) };
  }
  if (resource.kind.kind !== 'Event') return { op: 'put', key, value };
  return { op: 'put', key, value, lease: yield* x.server.eventLeases.take() };
}

/** What etcd took, as an entry, and in the trace. */
export function written(x: Exchange, verb: string, kv: KeyValue): Entry {
  const entry = readerOf(x, kv.key).read(kv);
  traceWrite(x, verb, kv.key, kv.modRevision, entry.object);
  return entry;
}

/** History's record of a change: what the stage shows, and the answer to "why?". */
function traceWrite(
  x: Exchange,
  verb: string,
  key: string,
  revision: number,
  object: ApiObject,
): void {
  x.server.site.trace({
    type: 'write',
    key,
    verb,
    revision,
    user: x.user.name,
    because: x.request.because ?? '',
    request: x.id,
    object,
  });
}

/** A write, as far as managedFields care. */
export function managedWrite(
  x: Exchange,
  resource: Resource,
  options: WriteOptions,
  subresource = '',
) {
  return {
    schema: resource.schema,
    manager: options.manager,
    apiVersion: resource.apiVersion,
    subresource,
    time: formatTime(x.server.site.clock),
    ignored: subresource === 'status' ? notOfStatus : hasStatus(resource) ? notOfSpec : nothing,
  };
}

/** What a write through one door leaves as it is (the strategies' GetResetFields). */
const notOfStatus = ['spec'];
const notOfSpec = ['status'];
const nothing: readonly string[] = [];
const hasStatus = ({ kind }: Resource): boolean => kind.subresources.includes('status');
