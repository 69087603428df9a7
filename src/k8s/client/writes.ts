/** Carries out a reconciler's writes, in order, and says how it went. */
import type { ApiObject, Json } from '../../api/object.ts';
import type { ApiClient } from './api-client.ts';
import { failureFrom, type Write, type WriteFailure } from './controller.ts';
import { isOk } from './failure.ts';
import { collectionPath, objectPath, type Resource, resources, splitKey } from './resources.ts';
import type { ApiRequest, ApiResponse } from './wire.ts';

/** Who hears of each write. */
export interface WriteListener {
  wrote(write: Write, result: ApiObject): void;
  failed(write: Write, failure: WriteFailure): void;
}

export const resourceOfWrite = ({ kind }: Write): Resource =>
  typeof kind === 'string' ? resources[kind] : kind;

const patchTypes = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
} as const;

/** The request that a write is. */
export function requestOf(write: Write): ApiRequest {
  const { verb, key, body, subresource, because } = write;
  const resource = resourceOfWrite(write);
  if (verb === 'create' && subresource === undefined) {
    const path = collectionPath(resource, splitKey(key).namespace);
    return { method: 'POST', path, body: body as Json, because };
  }
  const path = objectPath(resource, key, subresource);
  switch (verb) {
    case 'create': return { method: 'POST', path, body: body as Json, because };
    case 'update': return { method: 'PUT', path, body: body as Json, because };
    case 'patch': {
      const headers = { 'content-type': patchTypes[write.patch ?? 'strategic'] };
      return { method: 'PATCH', path, headers, body: body as Json, because };
    }
    case 'delete':
      return body === undefined
        ? { method: 'DELETE', path, because }
        : { method: 'DELETE', path, body: body as Json, because };
  }
}

/** Writes the list; `done` gets the first failure, after which nothing more is begun. */
export function performWrites(
  client: ApiClient,
  writes: readonly Write[],
  listener: WriteListener,
  done: (failure: WriteFailure | undefined) => void,
): void {
  new Performance(client, writes, listener, done).next();
}

class Performance {
  private readonly client: ApiClient;
  private readonly writes: readonly Write[];
  private readonly listener: WriteListener;
  private readonly done: (failure: WriteFailure | undefined) => void;
  private at = 0;
  private flying = 0;
  private batch = 1;
  private failure: WriteFailure | undefined;

  constructor(
    client: ApiClient,
    writes: readonly Write[],
    listener: WriteListener,
    done: (failure: WriteFailure | undefined) => void,
  ) {
    this.client = client;
    this.writes = writes;
    this.listener = listener;
    this.done = done;
  }

  /** Begins the next batch, or ends. */
  next(): void {
    const first = this.writes[this.at];
    if (first === undefined || this.failure !== undefined) return this.done(this.failure);
    const size = this.batchSize(first);
    const batch = this.writes.slice(this.at, this.at + size);
    this.at += size;
    this.flying = size;
    for (const write of batch) this.send(write);
  }

  /**
   * Upstream's slow start (pkg/controller/replicaset, slowStartBatch): if creating is forbidden by
   * a quota, one request finds out, not five hundred.
   */
  private batchSize(first: Write): number {
    if (!first.isBatched) {
      this.batch = 1;
      return 1;
    }
    let run = 1;
    while (isAlike(this.writes[this.at + run], first)) run += 1;
    if (first.verb === 'delete') return run;
    const size = Math.min(run, this.batch);
    this.batch = size * 2;
    return size;
  }

  private send(write: Write): void {
    this.client.request(requestOf(write), (response) => {
      this.answered(write, response);
      this.flying -= 1;
      if (this.flying === 0) this.next();
    });
  }

  private answered(write: Write, response: ApiResponse): void {
    if (isOk(response)) {
      this.listener.wrote(write, response.body as unknown as ApiObject);
    } else if (!write.accepts?.includes(response.status)) {
      const failure = failureFrom(response.status, response.body);
      this.failure ??= failure;
      this.listener.failed(write, failure);
    }
  }
}

const isAlike = (write: Write | undefined, first: Write): boolean =>
  write?.isBatched === true && write.verb === first.verb && write.kind === first.kind;
