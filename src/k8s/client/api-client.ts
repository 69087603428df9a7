/**
 * How programs of the cluster, and commands, ask the API server. What client-go's rest.Client does:
 * one connection, many requests at once, a brake of its own (QPS and burst), time limits, and
 * Retry-After obeyed. Simplified: no protobuf, no compression.
 * Upstream: client-go/rest/request.go, client-go/rest/with_retry.go.
 */
import { type Endpoint, Inbox, type Process, take } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import { Calls, type StreamHandlers } from './calls.ts';
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

/** A stream that goes on until its end or `cancel`. */
export interface Stream {
  readonly id: number;
  send(channel: number, text: string, isEnd?: boolean): void;
  cancel(): void;
}

export class ApiClient {
  private readonly shared: Calls;
  private readonly options: ClientOptions;
  private credential: Credential | undefined;
  private readonly bucket: TokenBucket | undefined;

  constructor(
    process: Process,
    options: ClientOptions,
    shared = new Calls(process, options.server),
  ) {
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
    request: ApiRequest,
    answered: (response: ApiResponse) => void,
    timeoutMs?: number,
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
    const headers =
      request.headers?.['user-agent'] === undefined
        ? { 'user-agent': userAgent, ...request.headers }
        : request.headers;
    const complete: ApiRequest =
      credential === undefined || request.credential !== undefined
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

  data(channel: number, text: string, isEnd: boolean): void {
    const end = isEnd ? { isEnd } : {};
    this.inbox.push({ type: 'data', id: this.stream.id, channel, text, ...end });
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

/** For stories that ask once: a client of its own, closed after the answer. */
export function* call(
  process: Process,
  options: ClientOptions,
  request: ApiRequest,
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
  process: Process,
  options: ClientOptions,
  request: ApiRequest,
): OpenStream => new ApiClient(process, options).open(request);
