/**
 * The API server's client of etcd: one connection, many requests and watches at once. The real one
 * is etcd's client/v3 under apiserver pkg/storage/etcd3. Simplified: requests that wait for a
 * connection wait in one queue; those under way when it breaks fail at once.
 */
import type { Connection, ConnectionHandler, Endpoint, Process } from '../../host/index.ts';
import { Actor } from '../../kernel/index.ts';
import {
  type EtcdAnswer,
  type EtcdMessage,
  type EtcdRequest,
  type StoreEvent,
  etcdErrors,
} from '../etcd/index.ts';
import { etcdLinkChart } from './etcd-link-chart.ts';

/** A request without its number. */
export type Ask = EtcdRequest extends infer R
  ? R extends { readonly id: number }
    ? Omit<R, 'id'>
    : never
  : never;

/** @param revision the store's when it answered; 0 when no answer came. */
export type Answered = (answer: EtcdAnswer, revision: number) => void;

export interface EtcdWatch {
  /** Watching has begun, or cannot: an `error` then. */
  readonly begun: Answered;
  readonly events: (events: readonly StoreEvent[], revision: number) => void;
}

interface Outstanding {
  readonly request: EtcdRequest;
  readonly answered: Answered;
}

const lostAnswer: EtcdAnswer = { type: 'error', message: etcdErrors.timeout };

export class EtcdClient implements ConnectionHandler {
  private readonly process: Process;
  private readonly endpoint: Endpoint;
  private readonly changed: (isConnected: boolean) => void;
  private link: Actor<typeof etcdLinkChart.machine> | undefined;
  private connection: Connection | undefined;
  private readonly waiting = new Map<number, Outstanding>();
  private readonly underWay = new Map<number, Outstanding>();
  private readonly watches = new Map<number, EtcdWatch>();
  private lastId = 0;
  /** The store's, as of the last message: all watches' events up to it have come. */
  revision = 0;

  /** @param changed hears when the connection comes and goes; watches end with it. */
  constructor(process: Process, endpoint: Endpoint, changed: (isConnected: boolean) => void) {
    this.process = process;
    this.endpoint = endpoint;
    this.changed = changed;
  }

  /** Dials; from then on it keeps the connection up. */
  start(): void {
    const { process } = this;
    this.link = new Actor(
      process.site,
      etcdLinkChart,
      `${process.machine.name} apiserver`,
      undefined as never,
      ({ type }) => this.perform(type),
    );
  }

  get isConnected(): boolean {
    return this.link?.value === 'connected';
  }

  /** Asks; returns a number by which `forget` calls it off. */
  ask(ask: Ask, answered: Answered): number {
    const id = (this.lastId += 1);
    const outstanding = { request: { ...ask, id } as EtcdRequest, answered };
    if (this.isConnected) this.send(outstanding);
    else this.waiting.set(id, outstanding);
    return id;
  }

  /** Whoever asked is no longer interested. */
  forget(id: number): void {
    this.waiting.delete(id);
    this.underWay.delete(id);
  }

  /** Only while connected; ends with the connection. */
  watch(key: string, end: string, startRevision: number, watch: EtcdWatch): number {
    const id = (this.lastId += 1);
    this.watches.set(id, watch);
    this.send({ request: { type: 'watch', id, key, end, startRevision }, answered: watch.begun });
    return id;
  }

  /** Hears no more of it; etcd goes on telling, until the connection ends. */
  unwatch(id: number): void {
    this.watches.delete(id);
  }

  stop(): void {
    this.link?.stop();
    this.connection?.close();
  }

  opened(): void {
    this.link?.send({ type: 'opened' });
  }

  received(payload: unknown): void {
    const message = payload as EtcdMessage;
    this.revision = message.revision;
    if (message.type === 'events') {
      this.watches.get(message.id)?.events(message.events, message.revision);
      return;
    }
    const outstanding = this.underWay.get(message.id);
    this.underWay.delete(message.id);
    outstanding?.answered(message.answer, message.revision);
  }

  closed(): void {
    this.link?.send({ type: 'lost' });
  }

  private perform(effect: 'dial' | 'connected' | 'disconnected'): void {
    if (effect === 'dial') {
      this.connection = this.process.net.connect(this.process, this.endpoint, this, {
        detail: 'brief',
      });
    } else if (effect === 'connected') {
      const waiting = [...this.waiting.values()];
      this.waiting.clear();
      for (const outstanding of waiting) this.send(outstanding);
      this.changed(true);
    } else {
      const lost = [...this.underWay.values()];
      this.underWay.clear();
      this.watches.clear();
      this.changed(false);
      for (const { answered } of lost) answered(lostAnswer, 0);
    }
  }

  private send(outstanding: Outstanding): void {
    this.underWay.set(outstanding.request.id, outstanding);
    this.connection?.send(outstanding.request, outstanding.request.type);
  }
}
