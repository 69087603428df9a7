import type { ChartPort, ChartState, Ticket } from '../../kernel/index.ts';
import type { Process } from '../process.ts';
import type {
  Connection,
  ConnectionHandler,
  ConnectOptions,
  Endpoint,
} from '../socket.ts';
import type { Namespace } from './namespace.ts';
import type { Packet, PacketKind } from './packet.ts';
import type { BriefPath } from './stack.ts';
import { type TcpBook, type TcpEffect, type TcpEvent, tcpChart } from './tcp-chart.ts';

/** Sent, and not yet known to have arrived. */
interface Sent {
  readonly seq: number;
  readonly kind: PacketKind;
  readonly payload: unknown;
  readonly note: string;
}

/** How long a brief connection lasts without a sign of life: Go's HTTP/2 pings, 30 s and 15 s. */
const briefLife = { keepAlive: 30_000, giveUp: 15_000, rtoFirst: 1_000 };
/** Linux: tcp_keepalive_time of two hours; tcp_retries2 gives up after some 924.6 s. */
const fullLife = { keepAlive: 7_200_000, giveUp: 924_600, rtoFirst: 200 };

/** One side of a TCP connection. Its life is `tcpChart`; its books are here. */
export class TcpConnection implements Connection, TcpBook {
  readonly id: number;
  readonly namespace: Namespace;
  readonly owner: Process;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly isBrief: boolean;
  /** The other side's number and site; 0 and -1 until it is heard of. */
  peer = 0;
  peerSite = -1;
  /** Kept for as long as the routes stay as they are. */
  path: BriefPath | undefined;
  readonly rtoFirst: number;
  readonly keepAlive: number;
  private handler: ConnectionHandler | undefined;
  private live!: ChartState<{ readonly book: TcpBook; readonly tries: number }>;
  private readonly timers = new Map<string, Ticket>();
  private readonly port: ChartPort<TcpEffect>;
  private effects: TcpEffect[] = [];
  private isPerforming = false;
  private waiting: Sent[] = [];
  private unacked: Sent[] = [];
  private sent = 0;
  private received = 0;
  private probedAt: number | undefined;
  private silentSince = 0;
  private heardAt: number;
  private readonly life: typeof briefLife;
  private deadline: Ticket | undefined;

  /** The stack's alone. @param id a number of its own on this machine, never used again. */
  constructor(namespace: Namespace, owner: Process, ends: Ends, isBrief: boolean) {
    this.namespace = namespace;
    this.owner = owner;
    this.id = namespace.stack.adopt(this);
    this.local = ends.local;
    this.remote = ends.remote;
    this.isBrief = isBrief;
    this.life = isBrief ? briefLife : fullLife;
    this.rtoFirst = this.life.rtoFirst;
    this.keepAlive = this.life.keepAlive;
    this.heardAt = namespace.stack.site.now;
    const { stack } = namespace;
    this.port = {
      arm: (id, ms) => this.timers.set(id, stack.timer(this.id, id, ms)),
      disarm: (id) => {
        const ticket = this.timers.get(id);
        if (ticket !== undefined) stack.site.cancel(ticket);
        this.timers.delete(id);
      },
      effect: (effect) => this.effects.push(effect),
    };
  }

  /** Begins as the side that connects. */
  dial(handler: ConnectionHandler, options: ConnectOptions): void {
    this.handler = handler;
    this.live = tcpChart.begin({ book: this, isServer: false }, this.port);
    if (options.timeoutMs !== undefined) {
      this.deadline = this.namespace.stack.timer(this.id, 'deadline', options.timeoutMs);
    }
    this.perform();
  }

  /** Begins as the side that listens, upon a SYN. */
  answer(syn: Packet, accept: (connection: Connection) => ConnectionHandler): void {
    this.peer = syn.from;
    this.peerSite = syn.site;
    this.live = tcpChart.begin({ book: this, isServer: true }, this.port);
    this.perform();
    // A brief handshake has no third packet.
    if (this.isBrief) this.step({ type: 'ack' });
    this.handler = accept(this);
  }

  get state(): string {
    return this.live.value;
  }

  get isOpen(): boolean {
    return this.live.value.startsWith('open');
  }

  get isAllAcked(): boolean {
    return this.unacked.length === 0 && this.probedAt === undefined;
  }

  get isGivenUp(): boolean {
    if (this.isAllAcked) return false;
    return this.namespace.stack.site.now - this.silentSince >= this.life.giveUp;
  }

  get isMoving(): boolean {
    return this.namespace.stack.site.now - this.silentSince < this.rtoFirst;
  }

  get isHeard(): boolean {
    return this.namespace.stack.site.now - this.heardAt < this.keepAlive;
  }

  send(payload: unknown, note = 'data'): void {
    const { value } = this.live;
    if (value === 'synSent' || value === 'synReceived') {
      this.waiting.push({ seq: 0, kind: 'DATA', payload, note });
    } else if (this.isOpen) {
      this.put('DATA', payload, note);
    }
  }

  close(): void {
    this.handler = undefined;
    this.step({ type: 'close' });
  }

  /** A timer of its own. */
  timeout(id: string): void {
    this.timers.delete(id);
    this.step({ type: id });
  }

  /** No answer will come: ICMP says so, or there is no route. */
  unreachable(isRefused: boolean): void {
    this.step({ type: isRefused ? 'reset' : 'unreachable' });
  }

  /** A packet of the other side. */
  receive(packet: Segment): void {
    this.heardAt = this.namespace.stack.site.now;
    this.probedAt = undefined;
    if (packet.kind === 'RST') return this.step({ type: 'reset' });
    if (packet.kind === 'SYN-ACK') return this.established(packet);
    if (packet.kind === 'SYN') return this.perform([{ type: 'sendSynAck' }]);
    if (this.live.value === 'synReceived') {
      this.step({ type: 'ack' });
      this.flush();
    }
    this.acknowledge(packet.ack);
    switch (packet.kind) {
      case 'DATA':
      case 'FIN':
        this.take(packet);
        return;
      case 'PROBE':
        // The number comes back: what was sent before it and is not here yet is lost.
        this.emit('ACK', packet.seq, undefined, 'ACK');
        return;
      case 'ACK':
        this.repeat(packet.seq);
        this.step({ type: 'ack' });
    }
  }

  /** The machine has lost its power: nothing is said, nothing is left. */
  forget(): void {
    this.handler = undefined;
    this.cancelTimers();
  }

  private established(packet: Segment): void {
    if (this.live.value !== 'synSent') {
      if (!this.isBrief) this.emit('ACK', 0, undefined, 'ACK');
      return;
    }
    this.peer = packet.from;
    this.peerSite = packet.site;
    if (!this.isBrief) this.emit('ACK', 0, undefined, 'ACK');
    this.step({ type: 'synAck' });
  }

  private take(packet: Segment): void {
    // What is out of order is dropped; the sender's probe finds out, and it comes again.
    if (packet.seq !== this.received + 1) return;
    this.received = packet.seq;
    if (packet.kind === 'FIN') return this.step({ type: 'fin' });
    this.handler?.received(packet.payload, this);
  }

  private acknowledge(ack: number): void {
    const { unacked } = this;
    let done = 0;
    while (done < unacked.length && (unacked[done] as Sent).seq <= ack) done += 1;
    if (done === 0) return;
    this.silentSince = this.namespace.stack.site.now;
    if (done === unacked.length) this.unacked = [];
    else unacked.splice(0, done);
  }

  /** Sends again what the answer to a probe has shown to be missing. */
  private repeat(sentBefore: number): void {
    for (const { kind, seq, payload, note } of [...this.unacked]) {
      if (seq <= sentBefore) this.emit(kind, seq, payload, note);
    }
  }

  private flush(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { payload, note } of waiting) this.put('DATA', payload, note);
  }

  private put(kind: PacketKind, payload: unknown, note: string): void {
    this.sent += 1;
    const seq = this.sent;
    // Nothing gets lost between two sockets of one namespace.
    if (!this.isLoopback) {
      if (this.isAllAcked) this.silentSince = this.namespace.stack.site.now;
      this.unacked.push({ kind, seq, payload, note });
      if (this.live.value === 'open.quiet') this.step({ type: 'sent' });
    }
    this.emit(kind, seq, payload, note);
  }

  private get isLoopback(): boolean {
    return this.isBrief && this.peerSite === this.namespace.stack.site.index;
  }

  private emit(kind: PacketKind, seq: number, payload: unknown, note: string): void {
    this.namespace.stack.sendSegment(this, { kind, seq, ack: this.received, payload, note });
  }

  private step(event: { readonly type: string }): void {
    tcpChart.send(this.live, event as TcpEvent, this.port);
    if (this.effects.length > 0) this.perform();
    else if (this.live.value === 'closed') this.finish();
  }

  private perform(more: readonly TcpEffect[] = []): void {
    this.effects.push(...more);
    if (this.isPerforming) return;
    this.isPerforming = true;
    for (let effect = this.effects.shift(); effect; effect = this.effects.shift()) this.act(effect);
    this.isPerforming = false;
    if (this.live.value === 'closed') this.finish();
  }

  private act(effect: TcpEffect): void {
    switch (effect.type) {
      case 'sendSyn':
        return this.emit('SYN', 0, undefined, 'SYN');
      case 'sendSynAck':
        return this.emit('SYN-ACK', 0, undefined, 'SYN-ACK');
      case 'opened':
        if (this.deadline !== undefined) this.namespace.stack.site.cancel(this.deadline);
        this.handler?.opened?.(this);
        return this.flush();
      case 'probe':
        if (this.isAllAcked) this.silentSince = this.namespace.stack.site.now;
        this.probedAt = this.namespace.stack.site.now;
        return this.emit('PROBE', this.sent, undefined, 'keep-alive');
      case 'sendFin':
        this.flush();
        return this.put('FIN', undefined, 'FIN');
      case 'ackFin':
        return this.emit('ACK', 0, undefined, 'ACK');
      case 'closed': {
        const { handler } = this;
        this.handler = undefined;
        this.finish();
        handler?.closed?.(effect.reason, this);
      }
    }
  }

  private finish(): void {
    this.cancelTimers();
    this.namespace.disown(this.owner, this);
    this.namespace.stack.dismiss(this);
  }

  private cancelTimers(): void {
    const { site } = this.namespace.stack;
    for (const ticket of this.timers.values()) site.cancel(ticket);
    this.timers.clear();
    if (this.deadline !== undefined) site.cancel(this.deadline);
  }
}

export interface Ends {
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/** What a connection sees of a packet. */
export type Segment = Pick<Packet, 'kind' | 'seq' | 'ack' | 'payload' | 'from' | 'site'>;
