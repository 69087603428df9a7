/**
 * One client's connection to etcd, with its watches and with what waits for a leader.
 * The real one is a gRPC stream (server/etcdserver/api/v3rpc).
 */
import type { Connection, ConnectionHandler } from '../../host/index.ts';
import type { EtcdAnswer, EtcdMessage, EtcdRequest, StoreEvent } from './protocol.ts';
import type { Store } from './store.ts';
import type { Watch, Watches } from './watches.ts';

/** The server, as its connections know it. */
export interface Member {
  readonly revision: number;
  readonly watches: Watches;
  take(request: EtcdRequest, client: ClientConnection): void;
  meet(client: ClientConnection, isHere: boolean): void;
}

export class ClientConnection implements ConnectionHandler {
  private readonly server: Member;
  private readonly connection: Connection;
  private readonly watching = new Map<number, Watch>();
  private readonly held = new Map<number, EtcdRequest>();

  constructor(server: Member, connection: Connection) {
    this.server = server;
    this.connection = connection;
    server.meet(this, true);
  }

  received(payload: unknown): void {
    this.server.take(payload as EtcdRequest, this);
  }

  closed(): void {
    this.server.meet(this, false);
    for (const id of [...this.watching.keys()]) this.unwatch(id);
  }

  answer(id: number, answer: EtcdAnswer): void {
    this.send({ type: 'answer', id, revision: this.server.revision, answer });
  }

  refuse(id: number, message: string, compactRevision = 0): void {
    const error: EtcdAnswer = { type: 'error', message };
    this.answer(id, compactRevision === 0 ? error : { ...error, compactRevision });
  }

  /** Keeps a request until there is a leader. */
  hold(request: EtcdRequest): void {
    this.held.set(request.id, request);
  }

  /** There is a leader now. */
  goOn(): void {
    const held = [...this.held.values()];
    this.held.clear();
    for (const request of held) this.server.take(request, this);
  }

  /** No leader has come in time. */
  giveUp(id: number, message: string): void {
    if (this.held.delete(id)) this.refuse(id, message);
  }

  watch(request: Extract<EtcdRequest, { type: 'watch' }>, store: Store): EtcdAnswer {
    const { id, key, end, startRevision } = request;
    const past =
      startRevision === 0 || startRevision > store.revision
        ? []
        : store.eventsFrom(startRevision, key, end);
    const watch: Watch = { id, key, end, notify: this.notify };
    this.watching.set(id, watch);
    this.server.watches.add(watch);
    if (past.length > 0) this.notify(watch, past);
    return { type: 'watch' };
  }

  unwatch(id: number): void {
    const watch = this.watching.get(id);
    if (watch === undefined) return;
    this.watching.delete(id);
    this.server.watches.remove(watch);
  }

  private readonly notify = (watch: Watch, events: readonly StoreEvent[]): void => {
    this.send({ type: 'events', id: watch.id, revision: this.server.revision, events });
  };

  private send(message: EtcdMessage): void {
    if (this.connection.isOpen) this.connection.send(message, message.type);
  }
}
