/**
 * How programs of the cluster, and commands, ask the API server. What client-go's rest.Client does:
 * one connection, many requests at once, a brake of its own (QPS and burst), time limits, and
 * Retry-After obeyed. Simplified: no protobuf, no compression.
 * Upstream: client-go/rest/request.go, client-go/rest/with_retry.go.
 */
import { type Endpoint, Inbox, type Process, take } from '../../host/index.ts';
import type { Story, Ticket } from '../../kernel/index.ts';
import { deadlineFailure, type Failure } from './failure.ts';
import { Link, type LinkUser } from './link.ts';
import { TokenBucket } from './token-bucket.ts';
import type { ApiRequest, ApiResponse, Credential, ServerMessage, WatchEvent } from './wire.ts';

export interface ClientOptions {
  readonly server: Endpoint;
  readonly credential?: Credential | undefined;
  /** `kubelet/v1.33.1 (linux/amd64) kubernetes/8adc0f0`. */
  readonly userAgent: string;
  /** Requests a second, and how many at once; no brake when absent. */
  readonly qps?: number;
  readonly burst?: number;
  /** How long to wait for an answer, in ms; a stream's first answer likewise. Default 60 s. */
  readonly timeoutMs?: number;
}

/** What comes of a watch or another stream. All are called on the client's own machine. */
export interface StreamHandlers {
  /** The head: the stream is on. */
  opened?(response: ApiResponse): void;
  event?(event: WatchEvent): void;
  data?(channel: number, text: string): void;
  /**
   * Called once, unless cancelled. `undefined`: the server ended it in order. An answer: it never
   * began (403, 410…). A `Failure` (status 0): the connection broke.
   */
  ended(response: ApiResponse | Failure | undefined): void;
}

/** A stream that goes on until its end or `cancel`. */
export interface Stream {
  readonly id: number;
  send(channel: number, text: string, isEnd?: boolean): void;
  cancel(): void;
}

interface Call {
  readonly id: number;
  readonly request: ApiRequest;
  readonly timeoutMs: number;
  readonly answered: ((response: ApiResponse) => void) | undefined;
  readonly handlers: StreamHandlers | undefined;
  retries: number;
  isSent: boolean;
  sentAt: number;
  ticket: Ticket | undefined;
}

type ClientEvent =
  | { readonly type: 'send'; readonly id: number }
  | { readonly type: 'deadline'; readonly id: number };

/** Upstream's maxRetries for answers with Retry-After. */
const retriesMax = 10;

export class ApiClient {
  private readonly shared: Shared;
  private readonly options: ClientOptions;
  private credential: Credential | undefined;
  private readonly bucket: TokenBucket | undefined;

  constructor(process: Process, options: ClientOptions, shared = new Shared(process, options.server)) {
    this.shared = shared;
    this.options = options;
    this.credential = options.credential;
    const { qps, burst } = options;
    this.bucket = qps === undefined ? undefined : new TokenBucket(qps, burst ?? qps * 2);
  }

  get process(): Process {
    return this.shared.process;
  }

  /** From the next request on it is somebody else, or has a fresh token. */
  setCredential(credential: Credential): void {
    this.credential = credential;
  }

  /** Another client over the same connection, with a brake (and name) of its own. */
  with(options: Partial<Omit<ClientOptions, 'server'>>): ApiClient {
    return new ApiClient(this.process, { ...this.options, ...options }, this.shared);
  }

  /** Asks once; `answered` gets the answer, or a `Failure` (status 0). Returns the request's id. */
  request(
    request: ApiRequest, answered: (response: ApiResponse) => void, timeoutMs?: number,
  ): number {
    return this.begin(request, answered, undefined, timeoutMs);
  }

  /** Opens a stream: a watch, logs, exec. */
  stream(request: ApiRequest, handlers: StreamHandlers, timeoutMs?: number): Stream {
    const id = this.begin(request, undefined, handlers, timeoutMs);
    return {
      id,
      send: (channel, text, isEnd = false) =>
        this.shared.link.send({ type: 'data', id, channel, text, ...(isEnd ? { isEnd } : {}) }),
      cancel: () => this.shared.cancel(id),
    };
  }

  /** Forgets a request; whoever asked hears nothing more. */
  cancel(id: number): void {
    this.shared.cancel(id);
  }

  /** For stories: asks, and waits for the answer (or a `Failure`, status 0). */
  *call(request: ApiRequest, timeoutMs?: number): Story<ApiResponse> {
    const inbox = new Inbox<ApiResponse>();
    const id = this.request(request, (response) => inbox.push(response), timeoutMs);
    try {
      return (yield* take(inbox)) as ApiResponse;
    } finally {
      this.shared.cancel(id);
    }
  }

  /**
   * For stories: opens a stream and gives its messages as they come. `failed` is set and the inbox
   * closed when it ends without the server's `end`.
   */
  open(request: ApiRequest, timeoutMs?: number): OpenStream {
    const opened = new OpenStream();
    opened.stream = this.stream(request, opened, timeoutMs);
    return opened;
  }

  /** Closes the connection: for commands that go on without the API. */
  close(): void {
    this.shared.link.close();
  }

  private begin(
    request: ApiRequest,
    answered: ((response: ApiResponse) => void) | undefined,
    handlers: StreamHandlers | undefined,
    timeoutMs = this.options.timeoutMs ?? 60_000,
  ): number {
    const { credential } = this;
    const { userAgent } = this.options;
    const headers = request.headers?.['user-agent'] === undefined
      ? { 'user-agent': userAgent, ...request.headers }
      : request.headers;
    const complete: ApiRequest = credential === undefined || request.credential !== undefined
      ? { ...request, headers }
      : { ...request, headers, credential };
    const wait = this.bucket?.reserve(this.process.site.now) ?? 0;
    return this.shared.begin(complete, answered, handlers, timeoutMs, wait);
  }
}

/** A stream as a story sees it. */
export class OpenStream implements StreamHandlers {
  readonly inbox = new Inbox<ServerMessage>();
  stream!: Stream;
  /** Why it is over, when the server did not end it in order. */
  failure: ApiResponse | undefined;

  opened(response: ApiResponse): void {
    this.inbox.push({ type: 'response', id: this.stream.id, response, isStream: true });
  }

  event(event: WatchEvent): void {
    this.inbox.push({ type: 'event', id: this.stream.id, event });
  }

  data(channel: number, text: string): void {
    this.inbox.push({ type: 'data', id: this.stream.id, channel, text });
  }

  ended(response: ApiResponse | undefined): void {
    this.failure = response;
    this.inbox.close();
  }

  cancel(): void {
    this.stream.cancel();
    this.inbox.close();
  }
}

/** What the clients of one process share: the connection, and who waits for what. */
class Shared implements LinkUser {
  readonly process: Process;
  readonly link: Link;
  private readonly calls = new Map<number, Call>();
  private readonly address: number;
  private lastId = 0;

  constructor(process: Process, server: Endpoint) {
    this.process = process;
    this.link = new Link(process, server, this);
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  begin(
    request: ApiRequest,
    answered: Call['answered'],
    handlers: Call['handlers'],
    timeoutMs: number,
    waitMs: number,
  ): number {
    this.lastId += 1;
    const call: Call = {
      id: this.lastId, request, timeoutMs, answered, handlers,
      retries: 0, isSent: false, sentAt: 0, ticket: undefined,
    };
    this.calls.set(call.id, call);
    if (waitMs === 0) this.send(call);
    else this.later(call, waitMs);
    return call.id;
  }

  cancel(id: number): void {
    const call = this.calls.get(id);
    if (call === undefined) return;
    this.forget(call);
    if (call.isSent && this.process.isRunning) this.link.send({ type: 'cancel', id });
  }

  message(message: ServerMessage): void {
    const call = this.calls.get(message.id);
    if (call === undefined) return;
    switch (message.type) {
      case 'response':
        this.answered(call, message.response, message.isStream ?? false);
        return;
      case 'event':
        call.handlers?.event?.(message.event);
        return;
      case 'data':
        call.handlers?.data?.(message.channel, message.text);
        return;
      case 'end':
        this.forget(call);
        call.handlers?.ended(undefined);
    }
  }

  lost(failure: Failure): void {
    for (const call of [...this.calls.values()]) {
      if (call.isSent) this.finish(call, failure);
    }
  }

  /** The kernel's alone. */
  receive(event: ClientEvent): void {
    const call = this.calls.get(event.id);
    if (call === undefined) return;
    call.ticket = undefined;
    if (event.type === 'send') this.send(call);
    else this.deadline(call);
  }

  /** Nothing at all came while we waited: then the connection is dead, not only slow. */
  private deadline(call: Call): void {
    const isDead = this.link.heardAt <= call.sentAt;
    this.forget(call);
    if (!isDead) this.link.send({ type: 'cancel', id: call.id });
    (call.answered ?? call.handlers?.ended.bind(call.handlers))?.(deadlineFailure);
    if (isDead) this.link.drop('timeout');
  }

  private send(call: Call): void {
    const { site } = this.process;
    call.isSent = true;
    call.sentAt = site.now;
    call.ticket = site.after(call.timeoutMs, this.address, { type: 'deadline', id: call.id });
    const { method, path } = call.request;
    this.link.send({ type: 'request', id: call.id, request: call.request }, `${method} ${path}`);
  }

  private later(call: Call, waitMs: number): void {
    call.isSent = false;
    call.ticket = this.process.site.after(waitMs, this.address, { type: 'send', id: call.id });
  }

  private answered(call: Call, response: ApiResponse, isStream: boolean): void {
    this.disarm(call);
    const seconds = retryAfter(response);
    if (seconds !== undefined && call.retries < retriesMax) {
      call.retries += 1;
      this.later(call, seconds * 1000);
      return;
    }
    if (isStream && call.handlers !== undefined) call.handlers.opened?.(response);
    else this.finish(call, response);
  }

  private finish(call: Call, response: ApiResponse): void {
    this.forget(call);
    if (call.answered !== undefined) call.answered(response);
    else call.handlers?.ended(response);
  }

  private forget(call: Call): void {
    this.disarm(call);
    this.calls.delete(call.id);
  }

  private disarm(call: Call): void {
    if (call.ticket !== undefined) this.process.site.cancel(call.ticket);
    call.ticket = undefined;
  }
}

/** Seconds to wait before asking again, when the server says so. */
function retryAfter({ status, headers }: ApiResponse): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const text = headers?.['retry-after'];
  return text === undefined ? undefined : Number(text);
}

/** For stories that ask once: a client of its own, closed after the answer. */
export function* call(
  process: Process, options: ClientOptions, request: ApiRequest,
): Story<ApiResponse> {
  const client = new ApiClient(process, options);
  try {
    return yield* client.call(request);
  } finally {
    client.close();
  }
}

/** For stories that want one stream: a client of its own. Cancel the stream to end it. */
export const openStream = (
  process: Process, options: ClientOptions, request: ApiRequest,
): OpenStream => new ApiClient(process, options).open(request);
