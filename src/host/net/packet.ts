import type { Endpoint } from '../socket.ts';

export type Protocol = 'tcp' | 'udp' | 'icmp';

/** What a packet does. PROBE is TCP's keep-alive: it asks for an ACK. */
export type PacketKind =
  | 'SYN'
  | 'SYN-ACK'
  | 'ACK'
  | 'DATA'
  | 'FIN'
  | 'RST'
  | 'PROBE'
  | 'DATAGRAM'
  | 'ECHO-REQUEST'
  | 'ECHO-REPLY'
  | 'UNREACHABLE'
  | 'TTL-EXCEEDED';

/**
 * An IP packet. It has one owner at a time, who may rewrite its addresses; its payload is shared
 * and never changed. Between machines it travels as plain data.
 */
export interface Packet {
  /** One number a packet in the whole world. */
  readonly id: number;
  readonly protocol: Protocol;
  readonly kind: PacketKind;
  src: string;
  /** For ICMP echo: the identifier. */
  sport: number;
  dst: string;
  dport: number;
  ttl: number;
  /** What the stage calls it. */
  readonly note: string;
  readonly payload: unknown;
  /** TCP: this packet's number, and the highest one received in order. ICMP: the sequence. */
  readonly seq: number;
  readonly ack: number;
  /** The sender's number for the connection, the receiver's (0: not known), the sender's site. */
  readonly from: number;
  readonly to: number;
  readonly site: number;
  /** Hops of brief packets are not traced. */
  readonly isBrief: boolean;
  /** The program that sent it, where that is known: for whoever watches. */
  readonly sender?: string;
  /** Hops traced so far. */
  hops: number;
  /** The firewall mark (`-j MARK`), of one machine only. */
  mark: number;
  /** ICMP errors: the packet that they are about, and why. */
  about?: About;
}

export interface About {
  readonly protocol: Protocol;
  src: string;
  sport: number;
  dst: string;
  dport: number;
  /** The connection that sent it. */
  readonly from: number;
  readonly reason: 'port' | 'host' | 'net' | 'ttl';
}

/** `10.244.1.2:80`; ICMP has no ports. */
export const endpointText = (protocol: Protocol, ip: string, port: number): string =>
  protocol === 'icmp' ? ip : `${ip}:${port}`;

export const text = ({ ip, port }: Endpoint): string => `${ip}:${port}`;
