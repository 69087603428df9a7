/**
 * A cache that tells of its changes, and a factory so that all parts of a process share one cache
 * a kind. Handlers run in the moment the change arrives; objects are frozen and shared.
 * Upstream: client-go/tools/cache/shared_informer.go, client-go/informers/factory.go.
 */
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { ApiClient } from './api-client.ts';
import { Reflector, type ReflectorTarget, type Selection } from './reflector.ts';
import { type KindName, type ObjectsByKind, type Resource, resources } from './resources.ts';
import { Store } from './store.ts';

/** What happens to a cache's objects. A name that was made anew is deleted and added. */
export interface InformerHandler<T> {
  added?(object: T): void;
  updated?(object: T, old: T): void;
  deleted?(object: T): void;
  /** A list has been taken in: after the first one, `hasSynced` holds. */
  replaced?(): void;
}

export class Informer<T extends ApiObject> implements ReflectorTarget {
  readonly store = new Store<T>();
  readonly resource: Resource;
  private readonly handlers: InformerHandler<T>[] = [];
  private readonly client: ApiClient;
  private readonly selection: Selection;
  private reflector: Reflector | undefined;
  private isSynced = false;

  constructor(client: ApiClient, resource: Resource, selection: Selection = {}) {
    this.client = client;
    this.resource = resource;
    this.selection = selection;
  }

  /** The first list has been taken in. */
  get hasSynced(): boolean {
    return this.isSynced;
  }

  /** What its reflector is doing: `listing`, `watching`, `resting`, `pausing`. */
  get state(): string {
    return this.reflector?.state ?? 'stopped';
  }

  /** Tells the handler of what is there, as additions, and of every change. */
  on(handler: InformerHandler<T>): void {
    this.handlers.push(handler);
    if (handler.added !== undefined) for (const object of this.store.list()) handler.added(object);
    if (this.isSynced) handler.replaced?.();
  }

  start(): void {
    this.reflector ??= new Reflector(this.client, this.resource, this.selection, this);
  }

  stop(): void {
    this.reflector?.stop();
    this.reflector = undefined;
  }

  replace(objects: readonly ApiObject[]): void {
    const keys = new Set(objects.map(keyOf));
    for (const key of this.store.keys()) if (!keys.has(key)) this.remove(key, undefined);
    for (const object of objects) this.put(object as T);
    this.isSynced = true;
    for (const handler of this.handlers) handler.replaced?.();
  }

  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: ApiObject): void {
    if (type === 'DELETED') this.remove(keyOf(object), object as T);
    else this.put(object as T);
  }

  private put(object: T): void {
    const old = this.store.get(keyOf(object));
    if (old !== undefined && old.metadata.uid !== object.metadata.uid)
      this.remove(keyOf(object), old);
    else if (old?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    const replaced = this.store.put(object);
    for (const handler of this.handlers) {
      if (replaced === undefined) handler.added?.(object);
      else handler.updated?.(object, replaced);
    }
  }

  private remove(key: string, last: T | undefined): void {
    const old = this.store.remove(key);
    if (old === undefined) return;
    for (const handler of this.handlers) handler.deleted?.(last ?? old);
  }
}

/** One cache a kind for a whole process. */
export class InformerFactory {
  private readonly client: ApiClient;
  private readonly informers = new Map<string, Informer<never>>();
  private isStarted = false;

  constructor(client: ApiClient) {
    this.client = client;
  }

  /** All objects of a kind; the same informer for whoever asks. */
  of<K extends KindName>(kind: K): Informer<ObjectsByKind[K]> {
    return this.select(resources[kind]) as unknown as Informer<ObjectsByKind[K]>;
  }

  /** A selection of a kind's objects: `spec.nodeName=worker-1`. */
  select(resource: Resource, selection: Selection = {}): Informer<ApiObject> {
    const { namespace = '', labelSelector = '', fieldSelector = '' } = selection;
    const id = [resource.group, resource.plural, namespace, labelSelector, fieldSelector].join('|');
    let informer = this.informers.get(id) as unknown as Informer<ApiObject> | undefined;
    if (informer === undefined) {
      informer = new Informer<ApiObject>(this.client, resource, selection);
      this.informers.set(id, informer as unknown as Informer<never>);
      if (this.isStarted) informer.start();
    }
    return informer;
  }

  /** Ends the informer of all objects of a resource that is no longer served. */
  drop(resource: Resource): void {
    const id = [resource.group, resource.plural, '', '', ''].join('|');
    this.informers.get(id)?.stop();
    this.informers.delete(id);
  }

  /** Starts all, those that are asked for later too. */
  start(): void {
    this.isStarted = true;
    for (const informer of this.informers.values()) informer.start();
  }

  get hasSynced(): boolean {
    return [...this.informers.values()].every((informer) => informer.hasSynced);
  }

  /** Calls once when all informers known now have taken in their first list. */
  whenSynced(then: () => void): void {
    let isDone = false;
    const check = () => {
      if (isDone || !this.hasSynced) return;
      isDone = true;
      then();
    };
    for (const informer of [...this.informers.values()]) informer.on({ replaced: check });
    check();
  }
}
