/**
 * One TCP connection to an API server, shared by all requests of a process as HTTP/2 does.
 * Dialled when first needed and again after it broke: Go's transport (net/http) does no more, and
 * whoever asks has a back-off of its own.
 */
import type {
  CloseReason,
  Connection,
  ConnectionHandler,
  Endpoint,
  Process,
} from '../../host/index.ts';
import { dialFailure, type Failure, lostFailure } from './failure.ts';
import type { ClientMessage, ServerMessage } from './wire.ts';

/** Who wants to know what comes over the connection. */
export interface LinkUser {
  message(message: ServerMessage): void;
  /** The connection is gone, or could not be made: nothing outstanding will be answered. */
  lost(failure: Failure): void;
}

const dialTimeoutMs = 30_000;

export class Link implements ConnectionHandler {
  private readonly process: Process;
  private readonly server: Endpoint;
  private readonly user: LinkUser;
  private connection: Connection | undefined;
  private isOpen = false;
  private outbox: { readonly message: ClientMessage; readonly note: string | undefined }[] = [];
  /** When something last came from the server, in simulated ms. */
  heardAt = -1;

  constructor(process: Process, server: Endpoint, user: LinkUser) {
    this.process = process;
    this.server = server;
    this.user = user;
  }

  send(message: ClientMessage, note?: string): void {
    if (this.isOpen && this.connection?.isOpen) {
      this.connection.send(message, note);
      return;
    }
    this.outbox.push({ message, note });
    if (this.connection === undefined) this.dial();
  }

  /** Gives the connection up: what is outstanding fails. */
  drop(reason: CloseReason): void {
    const { connection } = this;
    if (connection === undefined) return;
    connection.close();
    this.fail(lostFailure(reason, connection.local, connection.remote));
  }

  /** Closes without telling anyone. */
  close(): void {
    this.connection?.close();
    this.forget();
  }

  opened(connection: Connection): void {
    if (this.connection !== undefined && this.connection !== connection) return;
    this.isOpen = true;
    const { outbox } = this;
    this.outbox = [];
    for (const { message, note } of outbox) connection.send(message, note);
  }

  received(payload: unknown, connection: Connection): void {
    if (this.connection !== connection) return;
    this.heardAt = this.process.site.now;
    this.user.message(payload as ServerMessage);
  }

  closed(reason: CloseReason, connection: Connection): void {
    if (this.connection !== undefined && this.connection !== connection) return;
    this.fail(
      this.isOpen
        ? lostFailure(reason, connection.local, connection.remote)
        : dialFailure(reason, this.server),
    );
  }

  private dial(): void {
    const options = { timeoutMs: dialTimeoutMs, detail: 'brief' } as const;
    this.connection = this.process.net.connect(this.process, this.server, this, options);
  }

  private fail(failure: Failure): void {
    this.forget();
    this.user.lost(failure);
  }

  private forget(): void {
    this.connection = undefined;
    this.isOpen = false;
    this.outbox = [];
  }
}
