/**
 * A cache of one kind's objects, by key and by indexes. Objects are the server's own, frozen and
 * shared: never change them. Follows client-go/tools/cache/thread_safe_store.go.
 */
import { type ApiObject, keyOf } from '../../api/object.ts';

/** The values under which an object is found. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** What can be read of a cache. */
export interface Lister<T extends ApiObject> {
  readonly size: number;
  get(key: string): T | undefined;
  /** All objects, in the order in which they were first seen. */
  list(): readonly T[];
  inNamespace(namespace: string): readonly T[];
  ownedBy(uid: string): readonly T[];
  /** What an index (`onNode`, or one added with `addIndex`) holds under a value. */
  byIndex(index: string, value: string): readonly T[];
}

type Index<T> = Map<string, Map<string, T>>;

const none: readonly never[] = [];

export class Store<T extends ApiObject> implements Lister<T> {
  private readonly objects = new Map<string, T>();
  private readonly functions = new Map<string, IndexFunction<T>>();
  private readonly indexes = new Map<string, Index<T>>();

  constructor(indexes: Readonly<Record<string, IndexFunction<T>>> = standardIndexes) {
    for (const name in indexes) this.addIndex(name, indexes[name] as IndexFunction<T>);
  }

  get size(): number {
    return this.objects.size;
  }

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  list(): readonly T[] {
    return [...this.objects.values()];
  }

  keys(): readonly string[] {
    return [...this.objects.keys()];
  }

  inNamespace(namespace: string): readonly T[] {
    return this.byIndex('namespace', namespace);
  }

  ownedBy(uid: string): readonly T[] {
    return this.byIndex('owner', uid);
  }

  byIndex(index: string, value: string): readonly T[] {
    const found = this.indexes.get(index)?.get(value);
    return found === undefined ? none : [...found.values()];
  }

  /** Indexes what is there and what will come. */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    if (this.functions.has(name)) return;
    this.functions.set(name, valuesOf);
    const index: Index<T> = new Map();
    this.indexes.set(name, index);
    for (const [key, object] of this.objects) enter(index, valuesOf(object), key, object);
  }

  /** Puts an object; returns the one that it replaces. */
  put(object: T): T | undefined {
    const key = keyOf(object);
    const old = this.objects.get(key);
    this.objects.set(key, object);
    for (const [name, index] of this.indexes) {
      const valuesOf = this.functions.get(name) as IndexFunction<T>;
      const after = valuesOf(object);
      if (old !== undefined) {
        for (const value of valuesOf(old)) {
          if (!after.includes(value)) leave(index, value, key);
        }
      }
      enter(index, after, key, object);
    }
    return old;
  }

  /** Takes an object out; returns it. */
  remove(key: string): T | undefined {
    const old = this.objects.get(key);
    if (old === undefined) return undefined;
    this.objects.delete(key);
    for (const [name, index] of this.indexes) {
      const valuesOf = this.functions.get(name) as IndexFunction<T>;
      for (const value of valuesOf(old)) leave(index, value, key);
    }
    return old;
  }
}

function enter<T>(index: Index<T>, values: readonly string[], key: string, object: T): void {
  for (const value of values) {
    const objects = index.get(value);
    if (objects === undefined) index.set(value, new Map([[key, object]]));
    else objects.set(key, object);
  }
}

function leave<T>(index: Index<T>, value: string, key: string): void {
  const objects = index.get(value);
  objects?.delete(key);
  if (objects?.size === 0) index.delete(value);
}

/** By namespace, by the uid of each owner, and (Pods) by the node they are bound to. */
const standardIndexes: Readonly<Record<string, IndexFunction<ApiObject>>> = {
  namespace: ({ metadata: { namespace } }) => (namespace === undefined ? none : [namespace]),
  owner: ({ metadata: { ownerReferences } }) => ownerReferences?.map(({ uid }) => uid) ?? none,
  onNode: (object) => {
    if (object.kind !== 'Pod') return none;
    const { nodeName } = (object as { spec?: { nodeName?: string } }).spec ?? {};
    return nodeName ? [nodeName] : none;
  },
};
