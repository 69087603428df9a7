/**
 * A request on its way through the server: what it is about, who asks, what it has come to so far.
 * And how its story asks etcd. The real server keeps the same in a Go context
 * (apiserver pkg/endpoints/request).
 */
import type { Json, JsonObject } from '../../api/object.ts';
import type { Descriptions } from '../../api/open-api.ts';
import { type Status, StatusError, badRequest, internalError } from '../../api/status.ts';
import type { Process } from '../../host/index.ts';
import type { Request, Site, Story } from '../../kernel/index.ts';
import type { ApiRequest, ApiResponse, WatchEvent } from '../client/wire.ts';
import type { EtcdAnswer, RangeQuery, RangeResult, Txn, TxnResult } from '../etcd/index.ts';
import type { Ask, EtcdClient } from './etcd-client.ts';
import type { ServerOptions } from './options.ts';
import { type Route, first } from './paths.ts';
import type { Registry } from './resource.ts';
import type { ServiceAddresses } from './service-addresses.ts';
import type { EntryReader } from './stored.ts';
import type { EventLeases } from './event-leases.ts';

/** Who asks, once the server believes it (authentication.k8s.io UserInfo). */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The server, as the requests' stories know it. */
export interface Server {
  readonly site: Site;
  readonly process: Process;
  readonly options: ServerOptions;
  readonly registry: Registry;
  readonly etcd: EtcdClient;
  readonly reader: EntryReader;
  readonly addresses: ServiceAddresses;
  readonly eventLeases: EventLeases;
  /** Prose of the OpenAPI documents, if it is loaded. */
  readonly descriptions: Descriptions | undefined;
  /** Whether all caches hold their state. */
  readonly isReady: boolean;
}

/** The stream below a request that goes on: a watch, logs, exec. */
export interface StreamPort {
  /** An answer after all, where a stream was to be. */
  respond(response: ApiResponse): void;
  begin(response: ApiResponse): void;
  event(event: WatchEvent): void;
  data(channel: number, text: string, isEnd?: boolean): void;
  end(): void;
  /** Called once when the client goes away or the server ends the stream. */
  ended: (() => void) | undefined;
  /** What the client sends down an upgraded stream. */
  received: ((channel: number, text: string, isEnd: boolean) => void) | undefined;
  /** Ends the stream when so much time has passed. */
  endAfter(ms: number): void;
}

export interface Exchange {
  readonly server: Server;
  readonly id: number;
  readonly request: ApiRequest;
  readonly route: Route;
  readonly stream: StreamPort;
  user: User;
  /** For the Warning header. */
  readonly warnings: string[];
  /** What to undo should the request fail. */
  readonly reverts: (() => Story | void)[];
}

/** A handler comes to an answer; `undefined` when a stream has been begun instead. */
export type Handler = (x: Exchange) => Story<ApiResponse | undefined>;

/** What a request's story asks for. */
export type ServerRequest =
  { readonly op: 'etcd'; readonly ask: Ask } | { readonly op: 'sleep'; readonly ms: number };

export interface EtcdReply {
  readonly answer: EtcdAnswer;
  readonly revision: number;
}

const asked = (request: ServerRequest): Request => request;

export function* ask(ask: Ask): Story<EtcdReply> {
  const reply = (yield asked({ op: 'etcd', ask })) as EtcdReply;
  if (reply.answer.type === 'error')
    throw new EtcdError(reply.answer.message, reply.answer.compactRevision);
  return reply;
}

/** What etcd refused; unless caught, the client reads etcd's own words. */
export class EtcdError extends StatusError {
  readonly compactRevision: number | undefined;
  constructor(message: string, compactRevision: number | undefined) {
    super(plainFailure(500, message));
    this.compactRevision = compactRevision;
  }
}

export function* readRange(query: RangeQuery): Story<RangeResult & { readonly revision: number }> {
  const { answer, revision } = yield* ask({ type: 'range', query });
  if (answer.type !== 'range') throw new StatusError(internalError('not a range'));
  return { ...answer.result, revision };
}

export function* transact(txn: Txn): Story<TxnResult> {
  const { answer } = yield* ask({ type: 'txn', txn });
  if (answer.type !== 'txn') throw new StatusError(internalError('not a transaction'));
  return answer.result;
}

/** Lets simulated time pass in a request's story. */
export function* pause(ms: number): Story {
  yield asked({ op: 'sleep', ms });
}

/** A failure that has a code and words, but no reason. */
export const plainFailure = (code: number, message: string): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  code,
});

/** A query parameter, or `''`. */
export const param = (x: Exchange, name: string): string => first(x.request.query?.[name]);

/** An int64 among the query parameters, 0 when it is not given; refused as Go's conversion does. */
export function intParam(x: Exchange, name: string): number {
  const text = param(x, name);
  if (text === '' || /^[+-]?\d+$/.test(text)) return Number(text);
  const detail = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new StatusError(badRequest(detail));
}

export const header = (x: Exchange, name: string): string => x.request.headers?.[name] ?? '';

const jsonHeaders = Object.freeze({ 'content-type': 'application/json' });

/** An answer with its Warning headers, if there is something to warn of. */
export function answer(x: Exchange, status: number, body: Json | JsonObject | object): ApiResponse {
  const headers =
    x.warnings.length === 0
      ? jsonHeaders
      : { ...jsonHeaders, warning: x.warnings.map(warningText).join(', ') };
  return { status, headers, body: body as Json };
}

/** RFC 7234 with the code and agent that the API server uses. */
const warningText = (text: string): string =>
  `299 - "${text.replace(/["\\]/g, (char) => `\\${char}`)}"`;

/** What Go's mux says of a path that nobody serves (net/http NotFound): no Status, plain text. */
export const pageNotFound: ApiResponse = Object.freeze({
  status: 404,
  headers: Object.freeze({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  }),
  body: '404 page not found\n',
});

/** The answer that a Status is. */
export function statusAnswer(x: Exchange | undefined, status: Status): ApiResponse {
  const seconds = status.details?.retryAfterSeconds;
  const response =
    x === undefined
      ? { status: status.code ?? 200, headers: jsonHeaders, body: status as unknown as Json }
      : answer(x, status.code ?? 200, status);
  if (seconds === undefined) return response;
  return { ...response, headers: { ...response.headers, 'retry-after': String(seconds) } };
}
