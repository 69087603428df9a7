import type { Site } from '../../kernel/index.ts';
import type { Endpoint } from '../socket.ts';
import type { About, Packet, Protocol } from './packet.ts';

/** One direction of a flow. */
export interface Tuple {
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
}

/** A flow that the machine has seen: how it began, and what its answers look like. */
export interface Flow {
  readonly protocol: Protocol;
  readonly original: Tuple;
  reply: Tuple;
  /** An answer has been seen. */
  isAnswered: boolean;
  expiresAt: number;
}

/** Linux' timeouts, in ms (net.netfilter.nf_conntrack_*_timeout). */
const lifetime = {
  tcpNew: 120_000,
  tcp: 432_000_000,
  tcpClosing: 10_000,
  udpNew: 30_000,
  udp: 120_000,
  icmp: 30_000,
};

/** How many flows are kept before the stale ones are swept out. */
const sweepAt = 4_096;

/** A machine's connection tracking: it gives later packets of a flow the first one's addresses. */
export class Conntrack {
  private readonly site: Site;
  private readonly byTuple = new Map<string, { readonly flow: Flow; readonly isReply: boolean }>();
  private sweepSize = sweepAt;

  constructor(site: Site) {
    this.site = site;
  }

  /** The live flow that a packet belongs to. */
  find(packet: Packet): { readonly flow: Flow; readonly isReply: boolean } | undefined {
    const key = keyOf(packet.protocol, tupleOf(packet));
    const found = this.byTuple.get(key);
    if (found === undefined) return undefined;
    if (found.flow.expiresAt >= this.site.now) return found;
    this.remove(found.flow);
    return undefined;
  }

  /** Begins a flow; the source port is changed when another flow's answers look the same. */
  add(packet: Packet, original: Tuple): Flow {
    while (this.isTaken(packet)) packet.sport = packet.sport >= 65_535 ? 1_024 : packet.sport + 1;
    const flow: Flow = {
      protocol: packet.protocol,
      original,
      reply: reversed(packet),
      isAnswered: false,
      expiresAt: 0,
    };
    const { protocol } = flow;
    this.byTuple.set(keyOf(protocol, original), { flow, isReply: false });
    this.byTuple.set(keyOf(protocol, flow.reply), { flow, isReply: true });
    if (this.byTuple.size > this.sweepSize) this.sweep();
    return flow;
  }

  /** Keeps a flow alive for as long as Linux would after this packet. */
  touch(flow: Flow, packet: Packet, isReply: boolean): void {
    if (isReply) flow.isAnswered = true;
    flow.expiresAt = this.site.now + lifetimeOf(flow, packet);
  }

  /** Gives an ICMP error about a translated packet the addresses that its sender knows. */
  translateError(packet: Packet, about: About): void {
    const found = this.byTuple.get(keyOf(about.protocol, reversed(about)));
    if (found === undefined || !found.isReply) return;
    const { original } = found.flow;
    packet.dst = original.src;
    about.src = original.src;
    about.sport = original.sport;
    about.dst = original.dst;
    about.dport = original.dport;
  }

  /** One side of a TCP flow is over. */
  finish(local: Endpoint, remote: Endpoint): void {
    const found = this.byTuple.get(
      keyOf('tcp', {
        src: local.ip,
        sport: local.port,
        dst: remote.ip,
        dport: remote.port,
      }),
    );
    if (found !== undefined) found.flow.expiresAt = this.site.now + lifetime.tcpClosing;
  }

  /** Deletes flows, as `conntrack -D` does. */
  delete(isGone: (flow: Flow) => boolean): void {
    for (const { flow, isReply } of [...this.byTuple.values()]) {
      if (!isReply && isGone(flow)) this.remove(flow);
    }
  }

  /** Live flows, oldest first. */
  get flows(): readonly Flow[] {
    const { now } = this.site;
    return [...this.byTuple.values()]
      .filter(({ flow, isReply }) => !isReply && flow.expiresAt >= now)
      .map(({ flow }) => flow);
  }

  clear(): void {
    this.byTuple.clear();
    this.sweepSize = sweepAt;
  }

  private isTaken(packet: Packet): boolean {
    const other = this.byTuple.get(keyOf(packet.protocol, reversed(packet)));
    return other !== undefined && other.flow.expiresAt >= this.site.now;
  }

  private remove(flow: Flow): void {
    this.byTuple.delete(keyOf(flow.protocol, flow.original));
    this.byTuple.delete(keyOf(flow.protocol, flow.reply));
  }

  private sweep(): void {
    const { now } = this.site;
    this.delete((flow) => flow.expiresAt < now);
    this.sweepSize = Math.max(sweepAt, this.byTuple.size * 2);
  }
}

function lifetimeOf(flow: Flow, { kind }: Packet): number {
  if (flow.protocol === 'icmp') return lifetime.icmp;
  if (flow.protocol === 'udp') return flow.isAnswered ? lifetime.udp : lifetime.udpNew;
  if (kind === 'FIN' || kind === 'RST') return lifetime.tcpClosing;
  return flow.isAnswered ? lifetime.tcp : lifetime.tcpNew;
}

const keyOf = (protocol: Protocol, { src, sport, dst, dport }: Tuple): string =>
  `${protocol} ${src}:${sport} ${dst}:${dport}`;

export const tupleOf = ({ src, sport, dst, dport }: Packet): Tuple => ({ src, sport, dst, dport });

const reversed = ({ src, sport, dst, dport }: Tuple): Tuple => ({
  src: dst,
  sport: dport,
  dst: src,
  dport: sport,
});
