/**
 * Runs a controller: caches, queue, retries, expectations, events. What sample-controller and
 * pkg/controller's controllers each write out by hand.
 */
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { ApiClient } from './api-client.ts';
import type { AboutEvent, Controller, KeysOf, Outcome, Write, WriteFailure } from './controller.ts';
import { EventRecorder } from './event-recorder.ts';
import { Expectations } from './expectations.ts';
import type { Informer, InformerFactory } from './informer.ts';
import type { KindName } from './resources.ts';
import type { IndexFunction } from './store.ts';
import { CacheView } from './view.ts';
import { WorkQueue } from './work-queue.ts';
import { performWrites, resourceOfWrite, type WriteListener } from './writes.ts';

/** What the parts of one process share. */
export interface ControllerContext {
  /** Each controller has a brake of its own over the same connection. */
  readonly client: ApiClient;
  readonly informers: InformerFactory;
}

export class Harness {
  readonly controller: Controller;
  readonly queue: WorkQueue;
  readonly recorder: EventRecorder;
  readonly view: CacheView;
  private readonly client: ApiClient;
  private readonly informers: InformerFactory;
  private readonly expectations: Expectations;
  private readonly parked = new Set<string>();

  constructor({ client, informers }: ControllerContext, controller: Controller) {
    const { site } = client.process;
    this.controller = controller;
    this.client = client;
    this.informers = informers;
    this.view = new CacheView(informers, () => site.clock);
    this.recorder = new EventRecorder(client, { component: controller.name });
    this.expectations = new Expectations((key) => this.unpark(key));
    this.queue = new WorkQueue(site, controller.workers ?? 5, (key) => this.work(key));
    client.process.onExit(() => this.queue.shutDown());
  }

  /** Begins once the caches that it looks at have taken in their first list. */
  start(): void {
    const { indexes = {}, reads = [], watches } = this.controller;
    for (const kind of reads) this.informers.of(kind).on({ replaced: () => this.synced() });
    for (const [kind, functions] of Object.entries(indexes)) {
      const { store } = this.informers.of(kind as KindName) as unknown as Informer<ApiObject>;
      for (const name in functions) {
        store.addIndex(name, functions[name as keyof typeof functions] as IndexFunction<ApiObject>);
      }
    }
    for (const kind in watches) this.watch(kind as KindName);
  }

  private watch<K extends KindName>(kind: K): void {
    const keysOf = this.controller.watches[kind] as KeysOf<ApiObject>;
    const informer = this.informers.of(kind) as unknown as Informer<ApiObject>;
    informer.on({
      added: (object) => {
        this.expectations.seen(object);
        this.enqueue(keysOf, object);
      },
      updated: (object, old) => {
        this.expectations.seen(object);
        this.enqueue(keysOf, old);
        this.enqueue(keysOf, object);
      },
      deleted: (object) => {
        this.expectations.gone(object);
        this.enqueue(keysOf, object);
      },
      replaced: () => {
        const has = (key: string) => informer.store.get(key) !== undefined;
        this.expectations.replaced(kind, has, this.client.process.site.now);
        this.synced();
      },
    });
  }

  private enqueue(keysOf: KeysOf<ApiObject>, object: ApiObject): void {
    for (const key of keysOf(object, this.view)) this.queue.add(key);
  }

  private work(key: string): void {
    if (!this.hasSynced || !this.expectations.areMet(key)) {
      this.parked.add(key);
      this.queue.done(key);
      return;
    }
    const outcome = this.controller.reconcile(this.view, key);
    this.tell(outcome.events);
    const listener = this.listen(key);
    performWrites(this.client, outcome.writes, listener, (failure) => {
      const last = outcome.finish?.(failure) ?? [];
      if (last.length === 0) return this.finished(key, outcome, failure);
      performWrites(this.client, last, listener, (lastFailure) =>
        this.finished(key, outcome, failure ?? lastFailure));
    });
  }

  private finished(key: string, outcome: Outcome, failure: WriteFailure | undefined): void {
    if (failure === undefined) {
      this.queue.forget(key);
      if (outcome.requeueAfterMs !== undefined) this.queue.addAfter(key, outcome.requeueAfterMs);
    } else if (!failure.causes.includes('NamespaceTerminating')) {
      this.queue.addRateLimited(key);
    }
    this.queue.done(key);
  }

  private listen(key: string): WriteListener {
    return {
      wrote: (write, result) => {
        this.expect(key, write, result);
        const event = write.done?.(result);
        if (event !== undefined) this.tell([event]);
      },
      failed: (write, failure) => {
        if (failure.causes.includes('NamespaceTerminating')) return;
        const event = write.failed?.(failure);
        if (event !== undefined) this.tell([event]);
      },
    };
  }

  /** Only what is watched can be seen. */
  private expect(key: string, write: Write, result: ApiObject): void {
    const { kind } = resourceOfWrite(write);
    if (this.controller.watches[kind as KindName] === undefined) return;
    const { now } = this.client.process.site;
    const { store } = this.informers.of(kind as KindName) as unknown as Informer<ApiObject>;
    if (result.kind === kind) {
      const isGone = write.verb === 'delete' && result.metadata.deletionTimestamp === undefined;
      const cached = store.get(keyOf(result));
      if (isGone) this.expectations.expectGone(key, cached, result.metadata.uid, now);
      else this.expectations.expect(key, result, cached, now);
    } else if (write.verb === 'delete') {
      const { details } = result as unknown as { details?: { uid?: string } };
      this.expectations.expectGone(key, store.get(write.key), details?.uid, now);
    }
  }

  /** All caches that it looks at have taken in their first list. */
  private get hasSynced(): boolean {
    const { reads = [], watches } = this.controller;
    return reads.every((kind) => this.informers.of(kind).hasSynced) &&
      Object.keys(watches).every((kind) => this.informers.of(kind as KindName).hasSynced);
  }

  private synced(): void {
    if (!this.hasSynced) return;
    for (const key of [...this.parked]) if (this.expectations.areMet(key)) this.unpark(key);
  }

  private unpark(key: string): void {
    if (this.parked.delete(key)) this.queue.add(key);
  }

  private tell(events: readonly AboutEvent[] = []): void {
    for (const { about, draft } of events) this.recorder.record(about, draft);
  }
}

