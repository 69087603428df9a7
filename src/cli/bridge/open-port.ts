/**
 * The API's port. It is open while the API server listens on its own in the world, so that real
 * clients are refused when they would be: by their own system, at once, in its own words.
 */
import type { Server } from 'node:http';
import type { ServerMessage } from '../../k8s/client/wire.ts';
import type { ApiLine, ApiLink } from './api-link.ts';
import { admin } from './door.ts';
import { backlogMost } from './listen.ts';

/** Real ms from one attempt to reach the API server to the next. */
const retryMs = 250;

export class OpenPort {
  private readonly server: Server;
  private readonly link: ApiLink;
  private readonly place: { readonly host: string; readonly port: number };
  private line: ApiLine | undefined;
  private retry: NodeJS.Timeout | undefined;
  private isStopped = false;

  /** @param server listens already, at this place. */
  constructor(server: Server, link: ApiLink, place: { host: string; port: number }) {
    this.server = server;
    this.link = link;
    this.place = place;
    // Somebody else has taken the port meanwhile: it may come back.
    server.on('error', () => this.later());
    this.ask();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.retry);
    this.line?.close();
  }

  /** One connection that is kept: when the API server goes, it breaks. */
  private ask(): void {
    const line = this.link.open((message) => this.hear(line, message));
    this.line = line;
    const request = { method: 'GET', path: '/livez', credential: admin } as const;
    line.send({ type: 'request', id: 1, request });
  }

  private hear(line: ApiLine, message: ServerMessage): void {
    if (this.line !== line || this.isStopped) return;
    if (message.id >= 0) return this.open();
    this.line = undefined;
    line.close();
    // Those that are open hear for themselves that the API server is gone.
    if (this.server.listening) this.server.close();
    this.later();
  }

  private open(): void {
    if (!this.server.listening) this.server.listen({ ...this.place, backlog: backlogMost });
  }

  private later(): void {
    if (this.isStopped) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => (this.line === undefined ? this.ask() : this.open()), retryMs);
  }
}
