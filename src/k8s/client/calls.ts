/**
 * Who waits for what on one connection: requests in flight, their time limits, their retries.
 * Upstream: client-go/rest/request.go, client-go/rest/with_retry.go.
 */
import type { Endpoint, Process } from '../../host/index.ts';
import type { Ticket } from '../../kernel/index.ts';
import { deadlineFailure, type Failure } from './failure.ts';
import { Link, type LinkUser } from './link.ts';
import type { ApiRequest, ApiResponse, ServerMessage, WatchEvent } from './wire.ts';

export type Answered = (response: ApiResponse) => void;

/** What comes of a watch or another stream. All are called on the client's own machine. */
export interface StreamHandlers {
  /** The head: the stream is on. */
  opened?(response: ApiResponse): void;
  event?(event: WatchEvent): void;
  data?(channel: number, text: string, isEnd: boolean): void;
  /**
   * Called once, unless cancelled. `undefined`: the server ended it in order. An answer: it never
   * began (403, 410…). A `Failure` (status 0): the connection broke.
   */
  ended(response: ApiResponse | Failure | undefined): void;
}

interface Call {
  readonly id: number;
  readonly request: ApiRequest;
  readonly timeoutMs: number;
  readonly answered: Answered | undefined;
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

/** What the clients of one process share: the connection, and who waits for what. */
export class Calls implements LinkUser {
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
      id: this.lastId,
      request,
      timeoutMs,
      answered,
      handlers,
      retries: 0,
      isSent: false,
      sentAt: 0,
      ticket: undefined,
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
        call.handlers?.data?.(message.channel, message.text, message.isEnd ?? false);
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

