/**
 * One request of one connection, from its arrival to its answer or the end of its stream.
 */
import { StatusError, serviceUnavailable, timeout } from '../../api/status.ts';
import { Teller, blocked } from '../../kernel/index.ts';
import type { ApiRequest, ApiResponse, ServerMessage, WatchEvent } from '../client/wire.ts';
import { anonymous, authenticate } from './authentication.ts';
import { handle } from './dispatch.ts';
import {
  type EtcdReply,
  type Exchange,
  type Server,
  type ServerRequest,
  type StreamPort,
  statusAnswer,
} from './exchange.ts';
import { routeOf } from './paths.ts';

/** Where a conversation's messages go, and who is told of its end. */
export interface Line {
  send(message: ServerMessage): void;
  done(conversation: Conversation): void;
}

export class Conversation implements StreamPort {
  readonly x: Exchange;
  readonly startedAt: number;
  ended: (() => void) | undefined;
  received: ((channel: number, text: string, isEnd: boolean) => void) | undefined;
  private readonly server: Server;
  private readonly wireId: number;
  private readonly line: Line;
  private teller: Teller | undefined;
  private address = 0;
  private asking = 0;
  private isAnswered = false;
  private isStream = false;
  private isOver = false;

  constructor(server: Server, id: number, wireId: number, request: ApiRequest, line: Line) {
    this.server = server;
    this.wireId = wireId;
    this.line = line;
    this.startedAt = server.site.now;
    const route = routeOf(request, server.registry);
    this.x = {
      server,
      id,
      request,
      route,
      stream: this,
      user: anonymous,
      warnings: [],
      reverts: [],
    };
  }

  start(): void {
    const { x } = this;
    try {
      x.user = authenticate(this.server, x.request);
    } catch (problem) {
      if (!(problem instanceof StatusError)) throw problem;
      this.trace();
      this.respond(statusAnswer(x, problem.status));
      return;
    }
    this.trace();
    this.teller = new Teller(
      handle(x),
      (request, teller) => this.serve(request as ServerRequest, teller),
      (result) => {
        if (result !== undefined) this.respond(result as ApiResponse);
      },
    );
    this.teller.start();
  }

  /** It has not come to its end. */
  get isLive(): boolean {
    return !this.isOver;
  }

  /** Waits for its answer, so that it can come too late. */
  get isWaiting(): boolean {
    return !this.isAnswered && !this.isOver;
  }

  /** It has taken too long. */
  expire(): void {
    this.stop();
    this.respond(
      statusAnswer(
        this.x,
        timeout('request did not complete within requested timeout - context deadline exceeded'),
      ),
    );
  }

  /** The server goes down. */
  refuse(): void {
    this.stop();
    this.respond(statusAnswer(this.x, serviceUnavailable('apiserver is shutting down')));
  }

  /** The client has gone, or wants no more. */
  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stop();
    this.leave();
  }

  respond(response: ApiResponse): void {
    if (this.isAnswered || this.isOver) return;
    this.isAnswered = true;
    const { x } = this;
    this.server.site.trace({ type: 'response', id: x.id, status: response.status });
    this.line.send({ type: 'response', id: this.wireId, response });
    this.isOver = true;
    this.leave();
  }

  begin(response: ApiResponse): void {
    if (this.isAnswered || this.isOver) return;
    this.isAnswered = true;
    this.isStream = true;
    this.line.send({ type: 'response', id: this.wireId, response, isStream: true });
  }

  event(event: WatchEvent): void {
    if (!this.isOver) this.line.send({ type: 'event', id: this.wireId, event });
  }

  data(channel: number, text: string, isEnd = false): void {
    if (this.isOver) return;
    const end = isEnd ? { isEnd } : {};
    this.line.send({ type: 'data', id: this.wireId, channel, text, ...end });
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.server.site.trace({ type: 'response', id: this.x.id, status: 200 });
    if (this.isStream) this.line.send({ type: 'end', id: this.wireId });
    this.leave();
  }

  endAfter(ms: number): void {
    this.server.site.after(ms, this.receiver(), { type: 'end' });
  }

  /** The kernel's alone. */
  receive(event: { readonly type: 'end' | 'wake' }): void {
    if (event.type === 'end') this.end();
    else this.teller?.resume(undefined);
  }

  private serve(request: ServerRequest, teller: Teller): unknown {
    if (request.op === 'sleep') {
      this.server.site.after(request.ms, this.receiver(), { type: 'wake' });
      return blocked;
    }
    this.asking = this.server.etcd.ask(request.ask, (answer, revision) => {
      this.asking = 0;
      teller.resume({ answer, revision } satisfies EtcdReply);
    });
    return blocked;
  }

  private receiver(): number {
    if (this.address === 0) this.address = this.server.site.register(this);
    return this.address;
  }

  private stop(): void {
    if (this.asking !== 0) this.server.etcd.forget(this.asking);
    this.teller?.cancel();
  }

  private leave(): void {
    if (this.address !== 0) this.server.site.unregister(this.address);
    const { ended } = this;
    this.ended = undefined;
    ended?.();
    this.line.done(this);
  }

  private trace(): void {
    const { id, request, route, user } = this.x;
    this.server.site.trace({
      type: 'request',
      id,
      verb: route.verb,
      path: request.path,
      user: user.name,
      because: request.because ?? '',
    });
  }
}
