import { loopbackMs, nicAddress } from './fabric.ts';
import type { Namespace } from './namespace.ts';
import type { About, Packet } from './packet.ts';
import { type BriefPath, endsOf, type NetEvent, type NetStack } from './stack.ts';

/** The way of a packet through one machine, step by step, as Linux would take it. */
export class Path {
  private readonly stack: NetStack;

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** A packet leaves a socket. */
  output(namespace: Namespace, packet: Packet): void {
    if (!this.stack.machine.isOn) return;
    this.transmit(namespace, packet);
  }

  /** A frame has come from the wire. */
  fromWire(packet: Packet, _isEncapsulated: boolean): void {
    const { host } = this.stack;
    if (host.isLocal(packet.dst)) return host.deliver(packet);
    this.stack.nic.drop(packet.id, 'not for us');
  }

  /** The way of a connection's later packets. */
  briefPath(namespace: Namespace, packet: Packet): BriefPath {
    const to = namespace.isLocal(packet.dst)
      ? this.stack.self
      : this.stack.machineAt(packet.dst);
    return { version: namespace.version, to, isEncapsulated: false, ...endsOf(packet) };
  }

  neighbourFailed(packet: Packet): void {
    this.error(this.stack.host, packet, 'host');
  }

  /** Tells the sender of a packet why it went no further. */
  error(namespace: Namespace, packet: Packet, reason: About['reason']): void {
    if (packet.about !== undefined || packet.kind === 'RST') return;
    this.output(namespace, {
      ...packet,
      id: this.stack.packetId(),
      protocol: 'icmp',
      kind: reason === 'ttl' ? 'TTL-EXCEEDED' : 'UNREACHABLE',
      src: namespace.ip ?? packet.dst,
      sport: 0,
      dst: packet.src,
      dport: 0,
      ttl: 64,
      note: `ICMP ${reason} unreachable`,
      payload: undefined,
      mark: 0,
      about: {
        protocol: packet.protocol, src: packet.src, sport: packet.sport, dst: packet.dst,
        dport: packet.dport, from: packet.from, reason,
      },
    });
  }

  clear(): void {
    // No state of its own yet.
  }

  private transmit(namespace: Namespace, packet: Packet): void {
    if (namespace.isLocal(packet.dst)) return this.loop(namespace, packet);
    const route = namespace.route(packet.dst);
    if (route === undefined) return this.error(namespace, packet, 'net');
    const to = this.stack.machineAt(route.via ?? packet.dst);
    if (to === undefined) {
      this.stack.nic.drop(packet.id, `nobody is ${route.via ?? packet.dst}`);
      return;
    }
    const event: NetEvent = { type: 'frame', hop: this.stack.site.index, packet };
    this.stack.nic.send(to, event, this.flight(packet, false));
  }

  private loop(namespace: Namespace, packet: Packet): void {
    const event: NetEvent = { type: 'local', namespace: namespace.name, packet };
    this.stack.site.after(loopbackMs, nicAddress, event);
    const due = this.stack.site.now + loopbackMs;
    this.stack.nic.traceFlight(this.flight(packet, false), this.stack.self.name, due);
  }

  private flight(packet: Packet, isEncapsulated: boolean) {
    const { id, protocol, note } = packet;
    return { id, what: note, protocol, isEncapsulated, ...endsOf(packet) };
  }
}
