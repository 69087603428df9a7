/**
 * Creating an object: from a decoded body to a transaction that etcd took. Follows apiserver
 * pkg/registry/generic/registry/store.go (Create) and pkg/registry/rest/create.go.
 */
import { freeze } from '../../api/freeze.ts';
import { generateName } from '../../api/names.ts';
import type { ApiObject, ObjectMeta } from '../../api/object.ts';
import {
  type Status,
  StatusError,
  alreadyExists,
  generateNameConflict,
  invalidObject,
} from '../../api/status.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import { runAdmission, runValidation } from './admission/index.ts';
import { writeContext } from './changes.ts';
import { type Exchange, readRange, transact } from './exchange.ts';
import { FieldHistory } from './field-history.ts';
import type { Resource } from './resource.ts';
import { managedWrite, putOperation, readerOf, written } from './storage.ts';
import { type Entry, type Stored, withoutRevision } from './stored.ts';
import type { WriteOptions } from './write-options.ts';

/** How often a generated name may be taken before the client hears of it (upstream, since 1.32). */
const nameTries = 8;

/** Creates an object; returns it as etcd took it. */
export function* createObject(
  x: Exchange,
  resource: Resource,
  body: ApiObject,
  options: WriteOptions,
  known?: FieldHistory,
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
  x: Exchange,
  resource: Resource,
  body: ApiObject,
  options: WriteOptions,
): Story<ApiObject> {
  const { kind } = resource;
  const named = { ...body, metadata: newMetadata(x, resource, body.metadata) };
  const admitted = yield* runAdmission({
    x,
    resource,
    operation: 'CREATE',
    object: named,
    options,
  });
  const allocated =
    kind.kind === 'Service' && kind.group === ''
      ? yield* x.server.addresses.allocate(x, resource, admitted, undefined, options.isDryRun)
      : admitted;
  const context = writeContext(x);
  const prepared = kind.prepare?.(allocated, undefined, '', context) ?? allocated;
  const errors = kind.validate?.(prepared, undefined, '', context) ?? [];
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
  const { name, generateName: base } = given;
  const generated = !name && base ? generateName(base, (bound) => site.chance.below(bound)) : name;
  const metadata: Record<string, unknown> = { name: generated ?? '' };
  if (base) metadata['generateName'] = base;
  if (resource.kind.namespaced) metadata['namespace'] = x.route.namespace;
  metadata['uid'] = site.chance.uuid();
  metadata['creationTimestamp'] = formatTime(site.clock);
  for (const key in given) {
    if (!ownMetadata.has(key)) metadata[key] = given[key as keyof ObjectMeta];
  }
  return metadata as unknown as ObjectMeta;
}

const ownMetadata: ReadonlySet<string> = new Set([
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
]);

function* insert(
  x: Exchange,
  resource: Resource,
  next: ApiObject,
  options: WriteOptions,
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
  x: Exchange,
  resource: Resource,
  body: ApiObject,
  options: WriteOptions,
): FieldHistory =>
  FieldHistory.after(undefined, undefined, freeze(body), managedWrite(x, resource, options));

function* taken(x: Exchange, resource: Resource, next: ApiObject): Story<Status> {
  const { name, namespace = '' } = next.metadata;
  const status = alreadyExists(resource.kind, name);
  const { kvs } = yield* readRange({ key: resource.key(namespace, name) });
  const existing = kvs[0] === undefined ? undefined : readerOf(x, kvs[0].key).read(kvs[0]);
  return existing?.object.metadata.deletionTimestamp === undefined
    ? status
    : { ...status, message: `object is being deleted: ${status.message}` };
}
