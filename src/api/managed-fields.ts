/**
 * metadata.managedFields: who set which fields. Server-side apply with its conflicts, and the
 * bookkeeping of ordinary writes.
 * Follows apimachinery pkg/util/managedfields and structured-merge-diff merge/update.go.
 *
 * Left out: an object of one version only is known (no conversion).
 */
import {
  difference,
  intersection,
  isEmptySet,
  leaf,
  noFields,
  union,
  type FieldSet,
} from './field-sets.ts';
import { compareObjects, fieldSetOf, mergeApplied, removeDropped } from './field-walk.ts';
import { compactJson } from './go-json.ts';
import { conflictStatus, type Conflict } from './apply-conflict.ts';
import type { ApiObject, Json, JsonObject, ManagedFieldsEntry } from './object.ts';
import { toSchema, type Schema } from './schema.ts';
import { badRequest, StatusError } from './status.ts';
import { zeroOf } from './zero-values.ts';

/** A write, as far as managedFields care. */
export interface ManagedWrite {
  /** A schema or the name of a definition. */
  readonly schema: Schema | string;
  /** `kubectl-client-side-apply`, `kube-controller-manager`, … `''` becomes `unknown`. */
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  /** RFC 3339, to the second. */
  readonly time: string;
  /** Top-level fields that this write does not set: `['status']`, or `['spec', 'metadata']`. */
  readonly ignored?: readonly string[];
}

export interface ApplyWrite extends ManagedWrite {
  /** Takes what others own. */
  readonly force: boolean;
}

const stripped: FieldSet = Object.freeze({
  'f:apiVersion': leaf,
  'f:kind': leaf,
  'f:metadata': Object.freeze({
    '.': leaf,
    'f:clusterName': leaf,
    'f:creationTimestamp': leaf,
    'f:generation': leaf,
    'f:managedFields': leaf,
    'f:name': leaf,
    'f:namespace': leaf,
    'f:resourceVersion': leaf,
    'f:selfLink': leaf,
    'f:uid': leaf,
  }),
});

/** Update entries beyond this number are folded into one. */
const updateManagersMax = 10;

/**
 * `next` with its managedFields brought up to date after an ordinary write (create: `previous` is
 * undefined). Costs what differs between the two by reference. A client that sends no
 * managedFields keeps the old ones; one that sends an empty list resets them, after which nothing
 * is tracked until the next apply.
 */
export function updateManagedFields<T extends ApiObject>(
  previous: T | undefined,
  next: T,
  write: ManagedWrite,
): T {
  const given = next.metadata.managedFields;
  const old = previous?.metadata.managedFields ?? [];
  if (previous !== undefined && (given?.length === 0 || old.length === 0)) {
    return withManagedFields(next, given ?? old);
  }
  const entries = given === undefined || given.length === 0 ? old : given;
  const empty = emptyObject(write);
  const before = previous === undefined ? empty : withoutManagedFields(previous);
  const { set, removed } = changes(write, before, withoutManagedFields(next));
  if (isEmptySet(set) && isEmptySet(removed)) return withManagedFields(next, entries);
  return withManagedFields(next, recordUpdate(entries, write, set, removed));
}

function changes(
  write: ManagedWrite,
  before: JsonObject,
  after: JsonObject,
): { readonly set: FieldSet; readonly removed: FieldSet } {
  const { added, modified, removed } = compareObjects(toSchema(write.schema), before, after);
  return { set: ignore(union(added, modified), write), removed };
}

function ignore(set: FieldSet, { ignored }: ManagedWrite): FieldSet {
  if (ignored === undefined || ignored.length === 0) return set;
  return Object.fromEntries(
    Object.entries(set).filter(([key]) => !ignored.includes(key.slice(2))),
  ) as FieldSet;
}

function recordUpdate(
  entries: readonly ManagedFieldsEntry[],
  write: ManagedWrite,
  set: FieldSet,
  removed: FieldSet,
): readonly ManagedFieldsEntry[] {
  const own = entryOf(write, 'Update', difference(set, stripped));
  const lost = union(set, removed);
  const others: ManagedFieldsEntry[] = [];
  let mine = own;
  for (const entry of entries) {
    const left = difference(setOf(entry), lost);
    if (isSameManager(entry, own)) {
      mine = { ...own, fieldsV1: union(left, setOf(own)) };
      // Only taking fields away from others leaves one's own time as it was.
      if (isEmptySet(setOf(own)) && entry.time !== undefined) mine = { ...mine, time: entry.time };
    } else if (!isEmptySet(left)) others.push({ ...entry, fieldsV1: left });
  }
  return sortEntries(capped(isEmptySet(setOf(mine)) ? others : [...others, mine]));
}

const setOf = (entry: ManagedFieldsEntry): FieldSet => entry.fieldsV1 ?? noFields;

function entryOf(
  { manager, apiVersion, subresource = '', time }: ManagedWrite,
  operation: 'Apply' | 'Update',
  fieldsV1: FieldSet,
): ManagedFieldsEntry {
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource === '' ? {} : { subresource }),
  };
}

/** Appliers are one whatever the version they apply with. */
const isSameManager = (a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  (a.subresource ?? '') === (b.subresource ?? '') &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

/** The oldest updates of each version are folded into `ancient-changes`. */
function capped(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  const updates = entries.filter(({ operation }) => operation === 'Update');
  if (updates.length <= updateManagersMax) return entries;
  const [first, second] = sortEntries(updates);
  if (first === undefined || second === undefined || first.apiVersion !== second.apiVersion) {
    return entries;
  }
  const { subresource: _, ...rest } = second;
  const bucket: ManagedFieldsEntry = {
    ...rest,
    manager: 'ancient-changes',
    fieldsV1: union(setOf(first), setOf(second)),
  };
  return [...entries.filter((entry) => entry !== first && entry !== second), bucket];
}

function sortEntries(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  if (entries.length < 2) return entries;
  return [...entries].sort(
    (a, b) =>
      compareText(a.operation, b.operation) ||
      compareText(a.time, b.time) ||
      compareText(a.manager, b.manager) ||
      compareText(a.apiVersion, b.apiVersion) ||
      compareText(a.subresource, b.subresource),
  );
}

const compareText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Server-side apply: the live object (undefined: there is none yet) with the configuration merged
 * in, what the applier dropped taken out, and managedFields up to date. Returns the live object
 * itself if nothing changes. Throws a StatusError with the conflicts, unless forced.
 */
export function applyManaged(
  live: JsonObject | undefined,
  config: JsonObject,
  write: ApplyWrite,
): JsonObject {
  if (metadataOf(config)['managedFields'] !== undefined) {
    throw new StatusError(badRequest('metadata.managedFields must be nil'));
  }
  const schema = toSchema(write.schema);
  const before = live === undefined ? emptyObject(write) : withoutManaged(live);
  const entries = live === undefined ? [] : entriesOf(live, write);
  const own = entryOf(write, 'Apply', ignore(fieldSetOf(schema, config), write));
  const last = entries.find((entry) => isSameManager(entry, own));
  const others = entries.filter((entry) => entry !== last);
  const merged = mergeApplied(schema, before, config);
  const owned = [own, ...others].map(setOf).reduce(union, noFields);
  const next = (
    last === undefined ? merged : removeDropped(schema, merged, setOf(last), owned)
  ) as JsonObject;
  const { added, modified, removed } = compareObjects(schema, before, next);
  const remaining = settleConflicts(others, union(added, modified), removed, {
    isForced: write.force,
    allowed: () => allowedByLastApplied(live, write),
  });
  const claim = { ...own, fieldsV1: difference(setOf(own), stripped) };
  return withLastApplied(finishApply(live, before, next, last, claim, remaining), config, write);
}

function finishApply(
  live: JsonObject | undefined,
  before: JsonObject,
  next: JsonObject,
  last: ManagedFieldsEntry | undefined,
  claim: ManagedFieldsEntry,
  others: readonly ManagedFieldsEntry[],
): JsonObject {
  // Applying the same again changes nothing, not even the time.
  const isNoop = next === before && last?.time !== undefined;
  const mine = isNoop ? { ...claim, time: last.time } : claim;
  const all = sortEntries(isEmptySet(setOf(claim)) ? others : [...others, mine]);
  const isSame =
    isNoop &&
    live !== undefined &&
    JSON.stringify(metadataOf(live)['managedFields']) === JSON.stringify(all);
  if (isSame) return live;
  const metadata = { ...metadataOf(next), managedFields: all as unknown as JsonObject[] };
  return { ...next, metadata };
}

/** An object that nobody has applied to yet: what it has was there before. */
function entriesOf(live: JsonObject, write: ManagedWrite): readonly ManagedFieldsEntry[] {
  const entries = metadataOf(live)['managedFields'] as unknown as
    readonly ManagedFieldsEntry[] | undefined;
  if (entries !== undefined && entries.length > 0) return entries;
  const first = { ...write, manager: 'before-first-apply', subresource: '', ignored: [] };
  const { set } = changes(first, emptyObject(write), withoutManaged(live));
  return [entryOf(first, 'Update', difference(set, stripped))];
}

/** Which conflicts do not count. */
interface Leniency {
  readonly isForced: boolean;
  readonly allowed: () => FieldSet;
}

function settleConflicts(
  entries: readonly ManagedFieldsEntry[],
  set: FieldSet,
  removed: FieldSet,
  { isForced, allowed }: Leniency,
): readonly ManagedFieldsEntry[] {
  if (!isForced) {
    let conflicts = conflictsOf(entries, set);
    if (conflicts.length > 0) conflicts = conflictsOf(entries, difference(set, allowed()));
    if (conflicts.length > 0) throw new StatusError(conflictStatus(conflicts));
  }
  const lost = union(set, removed);
  return entries
    .map((entry) => ({ ...entry, fieldsV1: difference(setOf(entry), lost) }))
    .filter((entry) => !isEmptySet(setOf(entry)));
}

const conflictsOf = (entries: readonly ManagedFieldsEntry[], set: FieldSet): readonly Conflict[] =>
  entries
    .map((entry) => ({ entry, set: intersection(setOf(entry), set) }))
    .filter((conflict) => !isEmptySet(conflict.set));

const lastAppliedName = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * kubectl's own apply takes over what its client-side apply had set and nobody changed since:
 * that is what the annotation and the live object agree on (internal/lastappliedmanager.go).
 */
function allowedByLastApplied(live: JsonObject | undefined, write: ApplyWrite): FieldSet {
  if (write.manager !== 'kubectl' || live === undefined) return noFields;
  const annotations = (metadataOf(live)['annotations'] ?? {}) as JsonObject;
  const text = annotations[lastAppliedName];
  if (typeof text !== 'string' || text === '') return noFields;
  const last = parsed(text);
  if (last === undefined || last['apiVersion'] !== write.apiVersion) return noFields;
  const schema = toSchema(write.schema);
  const { added, modified, removed } = compareObjects(schema, last, withoutManaged(live));
  return difference(fieldSetOf(schema, last), union(union(added, modified), removed));
}

/**
 * Where kubectl's client-side apply has left its annotation, its server-side apply keeps it true:
 * the two can be used in turn (internal/lastappliedupdater.go).
 */
function withLastApplied(object: JsonObject, config: JsonObject, write: ApplyWrite): JsonObject {
  if (write.manager !== 'kubectl') return object;
  const metadata = metadataOf(object);
  const annotations = (metadata['annotations'] ?? {}) as JsonObject;
  if (!annotations[lastAppliedName]) return object;
  const { [lastAppliedName]: _, ...own } = (metadataOf(config)['annotations'] ?? {}) as JsonObject;
  const { annotations: given, ...rest } = metadataOf(config);
  const applied = given === undefined ? rest : { ...rest, annotations: own };
  const text = `${compactJson({ ...config, metadata: applied as JsonObject })}\n`;
  if (annotations[lastAppliedName] === text) return object;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, [lastAppliedName]: text } },
  };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

const metadataOf = (object: JsonObject): JsonObject => (object['metadata'] ?? {}) as JsonObject;

function withoutManaged(object: JsonObject): JsonObject {
  const { managedFields, ...metadata } = metadataOf(object);
  return managedFields === undefined ? object : { ...object, metadata: metadata as JsonObject };
}

const withoutManagedFields = (object: ApiObject): JsonObject =>
  withoutManaged(object as unknown as JsonObject);

function withManagedFields<T extends ApiObject>(
  object: T,
  managedFields: readonly ManagedFieldsEntry[],
): T {
  if (object.metadata.managedFields === managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  if (managedFields.length === 0) return { ...object, metadata };
  return { ...object, metadata: { ...metadata, managedFields } };
}

/** What Go's zero struct of the kind shows: against it a new object's fields count as added. */
function emptyObject({ schema }: ManagedWrite): JsonObject {
  return zeroStruct(toSchema(schema));
}

const zeroStructs = new WeakMap<object, JsonObject>();

function zeroStruct(schema: Schema): JsonObject {
  const definition = schema.definition?.();
  if (definition === undefined) return {};
  const kept = zeroStructs.get(definition);
  if (kept !== undefined) return kept;
  const zero: Record<string, Json> = {};
  for (const [key, field] of definition.fields) {
    const isList = field.type === 'list' || field.type === 'map';
    if (field.presence === 'struct' && field.type === 'object') zero[key] = zeroStruct(field);
    else if (field.presence === 'always' && isList) zero[key] = null;
    else if (field.presence === 'always' || field.presence === 'struct') {
      const value = zeroOf(field);
      if (value !== undefined) zero[key] = value;
    }
  }
  const frozen = Object.freeze(zero);
  zeroStructs.set(definition, frozen);
  return frozen;
}
