/**
 * The socket layer, as programs see it. `net/` implements it: each packet walks the path that
 * Linux would take, each hop is in the trace.
 */
import type { Process } from './process.ts';

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

/** Why a connection is no more. `timeout`: nobody answered; `unreachable`: no route to host. */
export type CloseReason = 'closed' | 'refused' | 'timeout' | 'reset' | 'unreachable';

/** One side of a TCP connection that carries messages (plain data, never changed once sent). */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly isOpen: boolean;
  /** @param note what the packet is, for the stage: `GET /api/v1/pods`. */
  send(payload: unknown, note?: string): void;
  close(): void;
}

export interface ConnectionHandler {
  /** The handshake is done (on the side that connects). */
  opened?(connection: Connection): void;
  received(payload: unknown, connection: Connection): void;
  /** Called once; not called on the side that closes. */
  closed?(reason: CloseReason, connection: Connection): void;
}

export interface Listener {
  readonly port: number;
  close(): void;
}

/** A UDP datagram, and who sent it. */
export interface Datagram {
  readonly from: Endpoint;
  readonly payload: unknown;
}

export interface UdpSocket {
  readonly local: Endpoint;
  send(to: Endpoint, payload: unknown, note?: string): void;
  close(): void;
}

/** What an echo request came to. */
export interface EchoReply {
  readonly from: string;
  readonly ttl: number;
  /** Round-trip time in ms. */
  readonly ms: number;
}

export interface ConnectOptions {
  /** Gives up when the handshake takes longer; Linux' own end is 127 s. */
  readonly timeoutMs?: number;
  /** `brief`: hops of single packets are not traced (control-plane chatter). */
  readonly detail?: 'full' | 'brief';
}

/** A network namespace: the host's own, or a Pod's (owned by its pause process). */
export interface NetNamespace {
  /** `host`, or the sandbox's id. */
  readonly name: string;
  /** Its first address that is not the loopback's; undefined before it has one. */
  readonly ip: string | undefined;
  /** Undefined when the port is taken (EADDRINUSE). Closed when `owner` ends. */
  listen(
    owner: Process,
    port: number,
    accept: (connection: Connection) => ConnectionHandler,
    options?: { readonly ip?: string },
  ): Listener | undefined;
  connect(
    owner: Process,
    remote: Endpoint,
    handler: ConnectionHandler,
    options?: ConnectOptions,
  ): Connection;
  /** Port 0 takes a free one. Undefined when the port is taken. */
  openUdp(
    owner: Process,
    port: number,
    received: (datagram: Datagram) => void,
  ): UdpSocket | undefined;
  /** Sends one ICMP echo request; `answered` is never called when nothing comes back. */
  echo(owner: Process, ip: string, answered: (reply: EchoReply) => void): void;
  /** Closes all sockets of a process; the host calls it when the process ends. */
  release(owner: Process): void;
}
