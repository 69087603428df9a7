import { loopbackMs, nicAddress } from './fabric.ts';
import type { Device, Route } from './device.ts';
import type { Namespace } from './namespace.ts';
import { type Passage, translate } from './netfilter.ts';
import type { About, Packet } from './packet.ts';
import { type BriefPath, endsOf, type NetEvent, type NetStack } from './stack.ts';

/** The port of VXLAN datagrams that Linux, and so flannel, uses. */
export const vxlanPort = 8472;
/** Linux asks three times for a neighbour, a second apart, before it gives up. */
const neighbourMs = 3_000;

/** The way of a packet through one machine, step by step, as Linux would take it. */
export class Path {
  private readonly stack: NetStack;

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** A packet leaves a socket. */
  output(namespace: Namespace, packet: Packet): void {
    if (!this.stack.machine.isOn) return;
    this.hop(packet, 'socket', namespace.name, packet.note);
    if (namespace.isHost) this.outputHost(packet);
    else this.outputPod(namespace, packet);
  }

  /** A frame has come from the wire. */
  fromWire(packet: Packet, isEncapsulated: boolean): void {
    if (!isEncapsulated) return this.input(packet, 'eth0');
    const device = this.vxlanDevice();
    this.hop(packet, 'eth0', 'eth0', `UDP ${vxlanPort} from the wire`);
    if (device === undefined) return this.drop(packet, `nobody listens on UDP ${vxlanPort}`);
    this.hop(packet, 'decapsulate', device.name, `VXLAN ${device.vxlan?.id ?? 0}`);
    this.input(packet, device.name);
  }

  /** A packet of this machine has come to its last namespace. */
  arrived(namespace: Namespace | undefined, packet: Packet): void {
    if (namespace === undefined) return this.drop(packet, 'the namespace is gone');
    this.hop(packet, 'socket', namespace.name, packet.note);
    namespace.deliver(packet);
  }

  /** The way of a connection's later packets, without walking it: a copy of the first one's. */
  briefPath(namespace: Namespace, packet: Packet): BriefPath {
    const { host, filter } = this.stack;
    const isOut = namespace.isHost || namespace.route(packet.dst) !== undefined;
    const found = namespace.isLocal(packet.dst) ? undefined : filter.conntrack.find(packet);
    if (found !== undefined) translate(packet, found.flow, found.isReply);
    const ends = endsOf(packet);
    const way = { version: this.stack.version, isEncapsulated: false, ...ends };
    if (!isOut) return { ...way, to: undefined };
    if (
      namespace.isLocal(packet.dst) ||
      host.isLocal(packet.dst) ||
      this.stack.podAt(packet.dst) !== undefined
    ) {
      return { ...way, to: this.stack.self };
    }
    const route = host.route(packet.dst);
    if (route === undefined) return { ...way, to: undefined };
    const nextHop = route.via ?? packet.dst;
    if (host.devices.get(route.device)?.kind !== 'vxlan') {
      return { ...way, to: this.stack.machineAt(nextHop) };
    }
    return { ...way, to: this.vtep(route.device, nextHop), isEncapsulated: true };
  }

  /** Nobody answered ARP's questions. */
  neighbourFailed(packet: Packet): void {
    this.error(this.stack.host, packet, 'host');
  }

  /** Tells the sender of a packet why it went no further. */
  error(namespace: Namespace, packet: Packet, reason: About['reason']): void {
    if (packet.about !== undefined || packet.kind === 'RST') return;
    const { src, sport, dst, dport, protocol, from } = packet;
    this.output(namespace, {
      ...packet,
      id: this.stack.packetId(),
      site: this.stack.site.index,
      protocol: 'icmp',
      kind: reason === 'ttl' ? 'TTL-EXCEEDED' : 'UNREACHABLE',
      src: namespace.isLocal(dst) ? dst : (namespace.sourceFor(src) ?? dst),
      sport: 0,
      dst: src,
      dport: 0,
      ttl: 64,
      hops: 0,
      note: errorNotes[reason],
      payload: undefined,
      mark: 0,
      about: { protocol, src, sport, dst, dport, from, reason },
    });
  }

  private outputHost(packet: Packet): void {
    const { filter, host } = this.stack;
    const passage = filter.enter('OUTPUT', packet, undefined);
    this.hopNat('OUTPUT', packet, passage);
    if (!this.passes('OUTPUT', packet, passage)) return;
    if (host.isLocal(packet.dst)) {
      filter.leave(packet, passage, 'lo');
      this.hop(packet, 'lo', 'lo', '');
      return this.deliver(host, packet);
    }
    this.transmit(packet, passage);
  }

  private outputPod(pod: Namespace, packet: Packet): void {
    if (pod.isLocal(packet.dst)) return this.deliver(pod, packet);
    const route = pod.route(packet.dst);
    if (route === undefined) return this.refuse(pod, packet, 'net');
    const { peer } = pod.devices.get(route.device) as Device;
    this.hop(packet, 'route', route.device, routeText(route));
    if (peer === undefined) return this.drop(packet, 'the veth has no other end');
    this.hop(packet, 'veth', peer.device, '');
    this.fromPod(packet, route.via ?? packet.dst);
  }

  /** At the bridge: to the gateway's own address, or across to another port. */
  private fromPod(packet: Packet, nextHop: string): void {
    const { host } = this.stack;
    const isBridged = !host.isLocal(nextHop);
    this.hop(packet, 'bridge', 'cni0', isBridged ? 'to a port (br_netfilter)' : 'to the host');
    this.input(packet, 'cni0', isBridged);
  }

  /** A packet comes in by a device of the host. */
  private input(packet: Packet, device: string, isBridged = false): void {
    const { filter, host } = this.stack;
    this.hop(packet, device, device, packet.note);
    const passage = filter.enter('PREROUTING', packet, device);
    this.hopNat('PREROUTING', packet, passage);
    if (host.isLocal(packet.dst)) {
      if (!this.passes('INPUT', packet, passage)) return;
      filter.confirm(packet, passage);
      return this.deliver(host, packet);
    }
    if (!isBridged) {
      packet.ttl -= 1;
      if (packet.ttl <= 0) return this.refuse(host, packet, 'ttl');
    }
    const route = host.route(packet.dst);
    if (!this.passes('FORWARD', packet, passage, route?.device)) return;
    this.transmit(packet, passage);
  }

  /** Routing, POSTROUTING, and out by a device of the host. */
  private transmit(packet: Packet, passage: Passage): void {
    const { filter, host } = this.stack;
    const route = host.route(packet.dst);
    if (route === undefined) return this.refuse(host, packet, 'net');
    this.hop(packet, 'route', route.device, routeText(route));
    const { src } = packet;
    filter.leave(packet, passage, route.device);
    if (packet.src !== src) {
      this.hop(packet, 'nat POSTROUTING', route.device, `MASQUERADE ${src} to ${packet.src}`);
    }
    packet.mark = 0;
    const nextHop = route.via ?? packet.dst;
    switch (host.devices.get(route.device)?.kind) {
      case 'bridge':
        return this.toPod(packet, route.device);
      case 'vxlan':
        return this.toTunnel(packet, route.device, nextHop);
      default:
        return this.toWire(packet, nextHop, false);
    }
  }

  private toPod(packet: Packet, bridge: string): void {
    const pod = this.stack.podAt(packet.dst);
    const device = pod?.devices.get('eth0');
    if (pod === undefined || device?.peer === undefined) return this.awaitNeighbour(packet, bridge);
    this.stack.host.learn(packet.dst, device.mac, bridge);
    this.hop(packet, 'bridge', bridge, device.mac);
    this.hop(packet, 'veth', device.peer.device, '');
    this.deliver(pod, packet);
  }

  private toTunnel(packet: Packet, device: string, nextHop: string): void {
    const to = this.vtep(device, nextHop);
    if (to === undefined) return this.awaitNeighbour(packet, device);
    this.hop(packet, 'encapsulate', device, `VXLAN to ${to.ip}:${vxlanPort}`);
    this.hop(packet, 'route', 'eth0', `${to.ip} dev eth0`);
    this.toWire(packet, to.ip, true);
  }

  private toWire(packet: Packet, nextHop: string, vxlan: boolean): void {
    const to = this.stack.machineAt(nextHop);
    if (to === undefined) return this.drop(packet, `nobody is ${nextHop}`);
    this.stack.host.learn(nextHop, to.mac, 'eth0');
    this.hop(packet, 'wire', 'eth0', to.name);
    const event: NetEvent = { type: 'frame', hop: this.stack.site.index, vxlan, packet };
    this.stack.nic.send(to, event, this.flight(packet, vxlan));
  }

  /** What began here arrives in an event of its own; what came by wire is in one already. */
  private deliver(namespace: Namespace, packet: Packet): void {
    if (packet.site !== this.stack.site.index) return this.arrived(namespace, packet);
    const event: NetEvent = { type: 'local', namespace: namespace.name, packet };
    this.stack.site.after(loopbackMs, nicAddress, event);
    const due = this.stack.site.now + loopbackMs;
    this.stack.nic.traceFlight(this.flight(packet, false), this.stack.self.name, due);
  }

  private passes(
    hook: 'INPUT' | 'FORWARD' | 'OUTPUT',
    packet: Packet,
    passage: Passage,
    outDevice?: string,
  ): boolean {
    const verdict = this.stack.filter.filter(hook, packet, passage, outDevice);
    if (verdict === 'ACCEPT') return true;
    this.hop(packet, `filter ${hook}`, passage.inDevice ?? '', verdict);
    if (verdict === 'REJECT') this.refuse(this.stack.host, packet, 'port');
    else this.drop(packet, `filter ${hook}`);
    return false;
  }

  private refuse(namespace: Namespace, packet: Packet, reason: About['reason']): void {
    this.drop(packet, errorNotes[reason]);
    this.error(namespace, packet, reason);
  }

  private awaitNeighbour(packet: Packet, device: string): void {
    this.hop(packet, 'arp', device, `who has ${packet.dst}? nobody answers`);
    this.drop(packet, `no neighbour ${packet.dst} on ${device}`);
    this.stack.site.after(neighbourMs, nicAddress, { type: 'neighbourFailed', packet });
  }

  private vtep(device: string, nextHop: string) {
    const { host } = this.stack;
    const mac = host.neighbour(nextHop, device)?.mac;
    const remote = mac === undefined ? undefined : host.fdbEntry(mac, device)?.remote;
    return remote === undefined ? undefined : this.stack.machineAt(remote);
  }

  private vxlanDevice(): Device | undefined {
    for (const device of this.stack.host.devices.values())
      if (device.kind === 'vxlan') return device;
    return undefined;
  }

  private hopNat(hook: string, packet: Packet, passage: Passage): void {
    const { original, chains } = passage;
    if (packet.dst === original.dst && packet.src === original.src) return;
    const last = chains.at(-1) ?? 'conntrack';
    const way = chains.length > 0 ? ` by ${chains.join(', ')}` : '';
    const changed =
      packet.dst === original.dst
        ? `source ${original.src}:${original.sport} is ${packet.src}:${packet.sport} again`
        : `${original.dst}:${original.dport} becomes ${packet.dst}:${packet.dport}${way}`;
    this.hop(packet, `nat ${hook} ${last}`, passage.inDevice ?? '', changed);
  }

  /** One step of a packet's way, for the stage and for tcpdump. */
  private hop(packet: Packet, where: string, device: string, note: string): void {
    if (packet.isBrief) return;
    packet.hops += 1;
    const { id, hops: seq, protocol } = packet;
    const machine = this.stack.self.name;
    this.stack.site.trace({
      type: 'hop',
      id,
      seq,
      machine,
      where,
      device,
      note,
      protocol,
      ...endsOf(packet),
    });
  }

  private drop(packet: Packet, reason: string): void {
    this.stack.nic.drop(packet.id, reason);
  }

  private flight(packet: Packet, isEncapsulated: boolean) {
    const { id, protocol, note, sender = '', isBrief } = packet;
    return {
      id, what: note, protocol, isEncapsulated, program: sender, isBrief, ...endsOf(packet),
    };
  }
}

const errorNotes: Readonly<Record<About['reason'], string>> = {
  port: 'ICMP port unreachable',
  host: 'ICMP host unreachable',
  net: 'ICMP network unreachable',
  ttl: 'ICMP time exceeded',
};

const routeText = ({ destination, via, device }: Route): string => {
  const to = destination === '0.0.0.0/0' ? 'default' : destination;
  return `${to}${via === undefined ? '' : ` via ${via}`} dev ${device}`;
};
