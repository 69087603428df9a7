/**
 * Keeps a copy of one kind's objects: performs what the reflector's chart asks (list, watch) and
 * hands what comes to its target. Upstream: client-go/tools/cache/reflector.go.
 */
import type { ApiObject, JsonObject } from '../../api/object.ts';
import { Actor } from '../../kernel/index.ts';
import type { ApiClient, Stream } from './api-client.ts';
import { Backoff, reflectorBackoff } from './backoff.ts';
import type { StreamHandlers } from './calls.ts';
import { failureOf, isOk } from './failure.ts';
import { reflectorChart, type reflectorMachine } from './reflector-chart.ts';
import { collectionPath, type Resource } from './resources.ts';
import type { ApiResponse, WatchEvent } from './wire.ts';

/** Which objects: those of a kind, in a namespace or in all, that selectors select. */
export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Who keeps what a reflector brings. */
export interface ReflectorTarget {
  /** A list: exactly these exist. */
  replace(objects: readonly ApiObject[]): void;
  /** One change, never a BOOKMARK nor an ERROR. */
  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: ApiObject): void;
}

interface ListBody {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly apiVersion?: string;
  readonly items?: readonly ApiObject[] | null;
}

/** Watches end after 5 to 10 minutes (minWatchTimeout × 1 to 2), and go on at once. */
const watchTimeoutSeconds = 300;
const shortWatchMs = 1_000;

export class Reflector implements StreamHandlers {
  private readonly client: ApiClient;
  private readonly resource: Resource;
  private readonly selection: Selection;
  private readonly target: ReflectorTarget;
  private readonly backoff: Backoff;
  private readonly actor: Actor<typeof reflectorMachine>;
  private stream: Stream | undefined;
  private listId = 0;
  private isStopped = false;
  private watchedSince = 0;
  private hasHeard = false;
  /** Where the watch goes on from; '' asks for the newest, '0' for what the server has at hand. */
  resourceVersion = '0';

  constructor(
    client: ApiClient,
    resource: Resource,
    selection: Selection,
    target: ReflectorTarget,
  ) {
    this.client = client;
    this.resource = resource;
    this.selection = selection;
    this.target = target;
    const { process } = client;
    this.backoff = new Backoff(reflectorBackoff, process.site.chance);
    const subject = `${process.program.name} ${resource.plural}`;
    this.actor = new Actor(process.site, reflectorChart, subject, undefined, ({ type }) =>
      type === 'list' ? this.list() : this.watch(),
    );
    process.onExit(() => this.stop());
  }

  /** Where it stands: the chart's state. */
  get state(): string {
    return this.actor.value;
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.actor.stop();
    this.stream?.cancel();
    this.client.cancel(this.listId);
  }

  event(event: WatchEvent): void {
    const object = event.object as unknown as ApiObject;
    if (event.type === 'ERROR') return this.broken(event.object);
    this.hasHeard = true;
    this.resourceVersion = object.metadata.resourceVersion;
    if (event.type !== 'BOOKMARK') this.target.apply(event.type, object);
  }

  ended(response: ApiResponse | undefined): void {
    this.stream = undefined;
    if (this.isStopped) return;
    if (response === undefined) return this.endedInOrder();
    const reason = failureOf(response)?.reason;
    // A connection that ends in order is an end of the watch like any other; see watch() upstream.
    if (reason === 'closed') return this.endedInOrder();
    if (response.status === 410) this.resourceVersion = '';
    const canGoOn = reason === 'refused' || response.status === 429;
    this.actor.send({ type: canGoOn ? 'refused' : 'expired', delayMs: this.delay() });
  }

  private list(): void {
    this.listId = this.client.request(
      {
        method: 'GET',
        path: this.path,
        query: this.query({ resourceVersion: this.resourceVersion }),
      },
      (response) => this.listed(response),
    );
  }

  private listed(response: ApiResponse): void {
    if (this.isStopped) return;
    if (!isOk(response)) {
      if (response.status === 410 || response.status === 504) this.resourceVersion = '';
      this.actor.send({ type: 'failed', delayMs: this.delay() });
      return;
    }
    const body = response.body as unknown as ListBody;
    this.resourceVersion = body.metadata?.resourceVersion ?? '0';
    this.target.replace((body.items ?? []).map((item) => this.complete(item, body.apiVersion)));
    this.actor.send({ type: 'listed' });
  }

  /** Items of a list come without kind and apiVersion, as Go's typed lists have them. */
  private complete(item: ApiObject, apiVersion = 'v1'): ApiObject {
    if (item.kind !== undefined) return item;
    return Object.freeze({ ...item, apiVersion, kind: this.resource.kind });
  }

  private watch(): void {
    const { chance } = this.client.process.site;
    const query = this.query({
      allowWatchBookmarks: 'true',
      resourceVersion: this.resourceVersion,
      timeoutSeconds: String(Math.floor(chance.jitter(watchTimeoutSeconds, 1))),
      watch: 'true',
    });
    this.watchedSince = this.client.process.site.now;
    this.hasHeard = false;
    this.stream = this.client.stream({ method: 'GET', path: this.path, query }, this);
  }

  /** A watch that ends at once, without an event, is as good as broken (VeryShortWatchError). */
  private endedInOrder(): void {
    const { now } = this.client.process.site;
    const isTooShort = now - this.watchedSince < shortWatchMs && !this.hasHeard;
    if (isTooShort) this.actor.send({ type: 'expired', delayMs: this.delay() });
    else this.actor.send({ type: 'ended' });
  }

  private broken(status: JsonObject): void {
    this.stream?.cancel();
    this.stream = undefined;
    if (status['code'] === 410) this.resourceVersion = '';
    this.actor.send({ type: 'expired', delayMs: this.delay() });
  }

  private delay(): number {
    return this.backoff.next(this.client.process.site.now);
  }

  private get path(): string {
    return collectionPath(this.resource, this.selection.namespace);
  }

  private query(query: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { labelSelector, fieldSelector } = this.selection;
    return {
      ...query,
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  }
}
