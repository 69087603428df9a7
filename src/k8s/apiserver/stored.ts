/**
 * What the API server keeps in etcd, and how it reads it back. The real one keeps protobuf bytes
 * (apiserver pkg/storage/etcd3); here the object itself is kept, by reference. As there, the stored
 * object has no resourceVersion: it is the revision at which etcd took it.
 */
import type { ApiObject, ObjectMeta } from '../../api/object.ts';
import type { KeyValue } from '../etcd/index.ts';
import type { FieldHistory } from './field-history.ts';

/** The value of a key. */
export interface Stored {
  /** Without `resourceVersion` and `managedFields`. */
  readonly object: ApiObject;
  /** Who set which fields: worked out when somebody asks. */
  readonly history: FieldHistory | undefined;
}

/** A stored object as clients see it, with what is needed to write it again. */
export interface Entry {
  readonly key: string;
  readonly object: ApiObject;
  readonly modRevision: number;
  readonly history: FieldHistory | undefined;
}

const remembered = 1024;

/**
 * Turns what etcd holds into entries. An answer and the watch event of the same write give the same
 * entry, so that everyone shares one object: a short memory by revision sees to that.
 */
export class EntryReader {
  private readonly memory: (Entry | undefined)[] = [];
  private readonly shown: ((object: ApiObject) => ApiObject) | undefined;

  /** @param shown what becomes of an object on its way out of etcd (custom resources) */
  constructor(shown?: (object: ApiObject) => ApiObject) {
    this.shown = shown;
  }

  read(kv: KeyValue): Entry {
    const slot = kv.modRevision % remembered;
    const known = this.memory[slot];
    if (known !== undefined && known.modRevision === kv.modRevision && known.key === kv.key) {
      return known;
    }
    const { object, history } = kv.value as Stored;
    const entry: Entry = {
      key: kv.key,
      object: atRevision(this.shown === undefined ? object : this.shown(object), kv.modRevision),
      modRevision: kv.modRevision,
      history,
    };
    this.memory[slot] = entry;
    return entry;
  }
}

/** Of custom resources: in the version that etcd keeps. */
export const asStored = (stored: Stored, apiVersion: string): Stored =>
  stored.object.apiVersion === apiVersion
    ? stored
    : { ...stored, object: Object.freeze({ ...stored.object, apiVersion }) };

/** The object with its resourceVersion. */
export function atRevision(object: ApiObject, revision: number): ApiObject {
  const metadata: ObjectMeta = { ...object.metadata, resourceVersion: String(revision) };
  Object.freeze(metadata);
  return Object.freeze({ ...object, metadata });
}

/** The object as it goes into etcd: without what etcd and the history know. */
export function withoutRevision(object: ApiObject): ApiObject {
  if (!('resourceVersion' in object.metadata) && !('managedFields' in object.metadata)) {
    return object;
  }
  const { resourceVersion: _, managedFields: __, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ObjectMeta };
}
