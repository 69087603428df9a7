/**
 * Who set which fields of an object. The real server works managedFields out on every write
 * (apimachinery pkg/util/managedfields); here a write only records who came, when and with what,
 * and the entries are worked out when somebody asks for them: most never are. They come out the
 * same.
 */
import { type ManagedWrite, updateManagedFields } from '../../api/managed-fields.ts';
import type { ApiObject, ManagedFieldsEntry } from '../../api/object.ts';

export type Entries = readonly ManagedFieldsEntry[];

/** So many writes may wait for their working out; then it is done, to let old objects go. */
const pendingMax = 16;

interface Pending {
  readonly before: FieldHistory | undefined;
  readonly previous: ApiObject | undefined;
  readonly next: ApiObject;
  readonly write: ManagedWrite;
}

/** The facts of one object's writes, up to one of them. */
export class FieldHistory {
  private known: Entries | undefined;
  private pending: Pending | undefined;
  private readonly depth: number;

  private constructor(known: Entries | undefined, pending: Pending | undefined) {
    this.known = known;
    this.pending = pending;
    this.depth = (pending?.before?.waiting ?? 0) + 1;
  }

  /** Entries that are known already: after an apply, or as a client gave them. */
  static of(entries: Entries): FieldHistory {
    return new FieldHistory(entries, undefined);
  }

  /** After one more ordinary write; `previous` is undefined for a create. */
  static after(
    before: FieldHistory | undefined,
    previous: ApiObject | undefined,
    next: ApiObject,
    write: ManagedWrite,
  ): FieldHistory {
    const history = new FieldHistory(undefined, { before, previous, next, write });
    if (history.depth > pendingMax) void history.entries;
    return history;
  }

  private get waiting(): number {
    return this.known === undefined ? this.depth : 0;
  }

  get entries(): Entries {
    if (this.known !== undefined) return this.known;
    const { before, previous, next, write } = this.pending as Pending;
    const base =
      previous === undefined ? undefined : withManagedFields(previous, before?.entries ?? []);
    this.known = updateManagedFields(base, next, write).metadata.managedFields ?? [];
    this.pending = undefined;
    return this.known;
  }
}

/** The object with these managedFields; none are shown when there are none. */
export function withManagedFields(object: ApiObject, entries: Entries): ApiObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries },
  };
}

const complete = new WeakMap<ApiObject, ApiObject>();

/** The object with all that is known of its fields, for clients that want to know. */
export function withHistory(object: ApiObject, history: FieldHistory | undefined): ApiObject {
  if (history === undefined) return object;
  const known = complete.get(object);
  if (known !== undefined) return known;
  const full = withManagedFields(object, history.entries);
  Object.freeze(full.metadata);
  Object.freeze(full);
  complete.set(object, full);
  return full;
}
