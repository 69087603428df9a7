/**
 * Watching: the changes after a revision, or the state as ADDED events first.
 * Follows apiserver pkg/endpoints/handlers/{get,watch}.go and pkg/storage/cacher.
 */
import type { JsonObject } from '../../../api/object.ts';
import {
  type Status,
  StatusError,
  tooManyRequests,
  tooOldResourceVersion,
} from '../../../api/status.ts';
import { partialObject } from '../../../api/table.ts';
import type { ApiResponse, WatchEvent } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { type Exchange, answer, param } from '../exchange.ts';
import { isTrue } from '../paths.ts';
import { formOf, shown, tableOf } from '../present.ts';
import type { Resource } from '../resource.ts';
import { interestOf, isInitialSent, versionsOf } from '../selection.ts';
import type { Entry } from '../stored.ts';
import { type Watcher, offer } from '../watchers.ts';
import { currentRevision, listCached } from './list.ts';

/** A watch ends by itself after 30 to 60 minutes, so that clients spread over servers. */
const bookmarkMs = 60_000;
const initialEventsEnd = 'k8s.io/initial-events-end';

export function* watch(x: Exchange): Story<ApiResponse | undefined> {
  const resource = x.route.resource as Resource;
  const interest = interestOf(x, resource);
  const { resourceVersion } = versionsOf(x, true);
  const { cache } = resource;
  if (!cache.isReady) {
    throw new StatusError(tooManyRequests('storage is (re)initializing', 1));
  }
  const isInitial = resourceVersion === '' || resourceVersion === '0' || isInitialSent(x);
  if (isInitial && resourceVersion === '') yield* currentRevision(x);
  const past = isInitial ? [] : cache.since(Number(resourceVersion));
  if (typeof past === 'number')
    return gone(x, tooOldResourceVersion(resourceVersion, String(past)));
  const session = new WatchSession(x, resource);
  const watcher: Watcher = {
    interest,
    notify: (type, entry) => session.send(type, entry),
    end: () => x.stream.end(),
  };
  x.stream.begin(answer(x, 200, ''));
  if (isInitial) {
    const { entries, metadata } = listCached(resource, interest);
    for (const entry of entries) session.send('ADDED', entry);
    if (isInitialSent(x)) session.bookmark(Number(metadata.resourceVersion), true);
  }
  for (const event of past) offer(resource.store.kind, watcher, event);
  cache.watchers.add(watcher);
  session.start(() => cache.watchers.remove(watcher));
  return undefined;
}

/** A watch of a past that is gone opens, says so in its only event, and ends. */
function gone(x: Exchange, status: Status): undefined {
  x.stream.begin(answer(x, 200, ''));
  x.stream.event({ type: 'ERROR', object: status as unknown as JsonObject });
  x.stream.end();
  return undefined;
}

/** One open watch: its form, its bookmarks, its end. */
class WatchSession {
  private readonly x: Exchange;
  private readonly resource: Resource;
  private readonly form: ReturnType<typeof formOf>;
  private isFirst = true;
  private address = 0;

  constructor(x: Exchange, resource: Resource) {
    this.x = x;
    this.resource = resource;
    this.form = formOf(x);
  }

  /** @param leave called once, when the stream is over. */
  start(leave: () => void): void {
    const { site, options } = this.x.server;
    const asked = Number(param(this.x, 'timeoutSeconds') || 0);
    const timeoutMs =
      asked > 0 ? asked * 1000 : options.minRequestTimeoutMs * (1 + site.chance.fraction());
    this.address = site.register(this);
    this.x.stream.ended = () => {
      site.unregister(this.address);
      leave();
    };
    this.x.stream.endAfter(timeoutMs);
    if (isTrue(this.x.request.query?.['allowWatchBookmarks'])) this.schedule(timeoutMs);
  }

  /** The kernel's alone: time for a bookmark. */
  receive(event: { readonly leftMs: number }): void {
    this.bookmark(this.resource.cache.revision, false);
    this.schedule(event.leftMs);
  }

  send(type: WatchEvent['type'], entry: Entry): void {
    this.x.stream.event({ type, object: this.shape(entry) });
  }

  bookmark(revision: number, isInitialEnd: boolean): void {
    const { kind, apiVersion } = this.resource;
    const object = {
      kind: kind.kind,
      apiVersion,
      metadata: {
        resourceVersion: String(revision),
        creationTimestamp: null,
        ...(isInitialEnd ? { annotations: { [initialEventsEnd]: 'true' } } : {}),
      },
    };
    this.x.stream.event({ type: 'BOOKMARK', object: this.bookmarkShape(object) });
  }

  /** Every minute, and two seconds before the end. */
  private schedule(leftMs: number): void {
    const wait = leftMs - 2_000 < bookmarkMs ? leftMs - 2_000 : bookmarkMs;
    if (wait <= 0) return;
    this.x.server.site.after(wait, this.address, { leftMs: leftMs - wait });
  }

  private bookmarkShape(object: JsonObject & { metadata: object }): JsonObject {
    if (this.form !== 'table') return object;
    const { resourceVersion } = object.metadata as { resourceVersion: string };
    const empty = tableOf(this.x, this.resource, [], { resourceVersion }, !this.takeFirst());
    return {
      ...(empty as JsonObject),
      rows: [{ cells: this.resource.kind.columns.map(() => ''), object }],
    };
  }

  private shape(entry: Entry): JsonObject {
    const object = shown(this.x, this.resource, entry);
    if (this.form === 'object') return object as unknown as JsonObject;
    if (this.form === 'metadata') return partialObject(object.metadata);
    const { resourceVersion } = object.metadata;
    return tableOf(
      this.x,
      this.resource,
      [entry],
      { resourceVersion },
      !this.takeFirst(),
    ) as JsonObject;
  }

  private takeFirst(): boolean {
    const { isFirst } = this;
    this.isFirst = false;
    return isFirst;
  }
}
