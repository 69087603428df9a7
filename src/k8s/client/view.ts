/** What a reconciler sees of the cluster: the caches of its process, and the time. */
import type { ApiObject } from '../../api/object.ts';
import type { InformerFactory } from './informer.ts';
import type { KindName, ObjectsByKind } from './resources.ts';
import { type IndexFunction, type Lister, Store } from './store.ts';

export interface View {
  /** Simulated milliseconds since 1970-01-01 UTC. */
  readonly nowMs: number;
  /** A kind's cache. */
  of<K extends KindName>(kind: K): Lister<ObjectsByKind[K]>;
  get<K extends KindName>(kind: K, key: string): ObjectsByKind[K] | undefined;
  /** Objects of a kind whose ownerReferences name this owner (by uid), in its namespace. */
  ownedBy<K extends KindName>(owner: ApiObject, kind: K): readonly ObjectsByKind[K][];
}

abstract class BaseView implements View {
  abstract readonly nowMs: number;
  abstract of<K extends KindName>(kind: K): Lister<ObjectsByKind[K]>;

  get<K extends KindName>(kind: K, key: string): ObjectsByKind[K] | undefined {
    return this.of(kind).get(key);
  }

  ownedBy<K extends KindName>(owner: ApiObject, kind: K): readonly ObjectsByKind[K][] {
    return this.of(kind).ownedBy(owner.metadata.uid);
  }
}

/** A view of live caches. Only kinds that are watched are in it. */
export class CacheView extends BaseView {
  private readonly factory: InformerFactory;
  private readonly clock: () => number;

  constructor(factory: InformerFactory, clock: () => number) {
    super();
    this.factory = factory;
    this.clock = clock;
  }

  get nowMs(): number {
    return this.clock();
  }

  of<K extends KindName>(kind: K): Lister<ObjectsByKind[K]> {
    return this.factory.of(kind).store;
  }
}

/** A view of just these objects: for tests of reconcilers. */
export class FixedView extends BaseView {
  readonly nowMs: number;
  private readonly stores = new Map<string, Store<ApiObject>>();

  constructor(objects: readonly ApiObject[], nowMs = 0) {
    super();
    this.nowMs = nowMs;
    for (const object of objects) this.store(object.kind).put(object);
  }

  of<K extends KindName>(kind: K): Lister<ObjectsByKind[K]> {
    return this.store(kind) as unknown as Lister<ObjectsByKind[K]>;
  }

  addIndex(kind: KindName, name: string, valuesOf: IndexFunction<ApiObject>): void {
    this.store(kind).addIndex(name, valuesOf);
  }

  private store(kind: string): Store<ApiObject> {
    let store = this.stores.get(kind);
    if (store === undefined) this.stores.set(kind, (store = new Store<ApiObject>()));
    return store;
  }
}

