import { assert, type Site, type Ticket } from '../../kernel/index.ts';
import type { Machine } from '../machine.ts';
import type { Process } from '../process.ts';
import { type Attachment, attach, detach } from './bridge.ts';
import { type Fabric, type FabricMachine, loopbackMs, nicAddress } from './fabric.ts';
import { Namespace } from './namespace.ts';
import { Netfilter } from './netfilter.ts';
import { type Flight, Nic } from './nic.ts';
import { type Packet, type PacketKind, text } from './packet.ts';
import { Path } from './path.ts';
import type { Segment, TcpConnection } from './tcp.ts';

/** What a brief connection remembers of its way. */
export interface BriefPath {
  /** The stack's when it was found. */
  readonly version: number;
  /** Undefined: there is no way any more. */
  readonly to: FabricMachine | undefined;
  readonly isEncapsulated: boolean;
  readonly src: string;
  readonly dst: string;
}

/** One packet of a brief connection: straight from one side's books to the other's. */
interface BriefSegment extends Segment {
  readonly type: 'segment';
  readonly to: number;
}

export type NetEvent =
  | BriefSegment
  /** A frame from the wire; `vxlan` when it is wrapped into a datagram for port 8472. */
  | {
      readonly type: 'frame';
      readonly hop: number;
      readonly vxlan?: boolean;
      readonly packet: Packet;
    }
  /** A packet that stays on this machine. */
  | { readonly type: 'local'; readonly namespace: string; readonly packet: Packet }
  | { readonly type: 'timer'; readonly connection: number; readonly id: string }
  | { readonly type: 'neighbourFailed'; readonly packet: Packet };

/** A machine's network: its card, its namespaces, and the paths of packets between them. */
export class NetStack {
  readonly machine: Machine;
  readonly site: Site;
  readonly fabric: Fabric;
  readonly self: FabricMachine;
  readonly nic: Nic;
  readonly host: Namespace;
  readonly namespaces = new Map<string, Namespace>();
  readonly path: Path;
  readonly filter: Netfilter;
  /** Grows whenever a packet could take another way than before. */
  version = 1;
  private readonly connections = new Map<number, TcpConnection>();
  private readonly bySite = new Map<number, FabricMachine>();
  private readonly pods = new Map<string, Namespace>();
  private readonly byIp = new Map<string, FabricMachine>();
  private lastConnection = 0;
  private lastPacket = 0;

  constructor(machine: Machine, fabric: Fabric) {
    this.machine = machine;
    this.site = machine.site;
    this.fabric = fabric;
    for (const other of fabric.machines) {
      this.bySite.set(other.site, other);
      this.byIp.set(other.ip, other);
    }
    const self = this.bySite.get(this.site.index);
    assert(self, `the fabric knows ${machine.name}`);
    this.self = self;
    this.nic = new Nic(this.site, fabric, machine.name);
    this.host = new Namespace(this, 'host');
    this.namespaces.set('host', this.host);
    this.filter = new Netfilter(this.site, this.host, () => this.changed());
    this.path = new Path(this);
    this.host.setUpHost(self, fabric);
    machine.onHalt(() => this.halt());
  }

  /** A namespace with a loopback device and nothing else, as a new sandbox has it. */
  addPodNamespace(sandboxId: string): Namespace {
    const namespace = new Namespace(this, sandboxId);
    this.namespaces.set(sandboxId, namespace);
    return namespace;
  }

  /** Joins a Pod's namespace to the bridge. */
  attach(pod: Namespace, attachment: Attachment): void {
    attach(this, pod, attachment);
  }

  /** Takes a Pod's namespace away, with its devices and sockets; nothing if it is not there. */
  removeNamespace(sandboxId: string): void {
    const namespace = this.namespaces.get(sandboxId);
    if (namespace === undefined || namespace === this.host) return;
    detach(this, namespace);
    this.namespaces.delete(sandboxId);
    for (const connection of [...this.connections.values()]) {
      if (connection.namespace !== namespace) continue;
      connection.forget();
      this.connections.delete(connection.id);
    }
    namespace.clear();
  }

  /** The Pod that has an address on this machine's bridge. */
  podAt(ip: string): Namespace | undefined {
    return this.pods.get(ip);
  }

  bindPod(ip: string, pod: Namespace): void {
    this.pods.set(ip, pod);
    this.changed();
  }

  unbindPod(ip: string): void {
    this.pods.delete(ip);
    this.changed();
  }

  /** Routes, addresses or rules are other than before. */
  changed(): void {
    this.version += 1;
  }

  /** A number that no other packet in the world has. */
  packetId(): number {
    this.lastPacket += 1;
    return this.lastPacket * this.fabric.machines.length + this.site.index;
  }

  machineOf(site: number): FabricMachine | undefined {
    return this.bySite.get(site);
  }

  machineAt(ip: string): FabricMachine | undefined {
    return this.byIp.get(ip);
  }

  /** A connection's own: its number. */
  adopt(connection: TcpConnection): number {
    this.lastConnection += 1;
    this.connections.set(this.lastConnection, connection);
    return this.lastConnection;
  }

  dismiss(connection: TcpConnection): void {
    this.connections.delete(connection.id);
    // The packets that would have told conntrack went the short way.
    if (connection.isBrief) this.filter.conntrack.finish(connection.local, connection.remote);
  }

  connection(id: number): TcpConnection | undefined {
    return this.connections.get(id);
  }

  /** All live connections, for `ss`. */
  get allConnections(): Iterable<TcpConnection> {
    return this.connections.values();
  }

  timer(connection: number, id: string, ms: number): Ticket {
    return this.site.after(ms, nicAddress, { type: 'timer', connection, id } satisfies NetEvent);
  }

  /** The kernel's alone. */
  receive(event: NetEvent): void {
    if (!this.machine.isOn) {
      if ('packet' in event) this.nic.drop(event.packet.id, 'powered off');
      return;
    }
    switch (event.type) {
      case 'segment':
        return this.receiveBrief(event);
      case 'frame':
        return this.receiveFrame(event);
      case 'local':
        return this.path.arrived(this.namespaces.get(event.namespace), event.packet);
      case 'timer':
        return this.connections.get(event.connection)?.timeout(event.id);
      case 'neighbourFailed':
        this.path.neighbourFailed(event.packet);
    }
  }

  /** A connection's packet leaves: the short way once that is known, else hop by hop. */
  sendSegment(connection: TcpConnection, segment: Outgoing): void {
    if (!this.machine.isOn) return;
    if (connection.isBrief && connection.peer !== 0 && segment.kind !== 'SYN-ACK') {
      this.sendBrief(connection, segment);
    } else {
      this.path.output(connection.namespace, this.packetOf(connection, segment));
    }
  }

  private packetOf(connection: TcpConnection, segment: Outgoing): Packet {
    const { local, remote, isBrief, id, peer } = connection;
    const { kind, seq, ack, payload, note } = segment;
    // Field by field, as `blank` has them: a spread costs ten times as much here.
    return {
      id: this.packetId(),
      protocol: 'tcp',
      kind,
      src: local.ip,
      sport: local.port,
      dst: remote.ip,
      dport: remote.port,
      ttl: 64,
      note,
      payload,
      seq,
      ack,
      from: id,
      to: peer,
      site: this.site.index,
      isBrief,
      sender: connection.owner.program.name,
      hops: 0,
      mark: 0,
    };
  }

  private sendBrief(connection: TcpConnection, segment: Outgoing): void {
    const { namespace } = connection;
    let { path } = connection;
    if (path === undefined || path.version !== this.version) {
      path = this.path.briefPath(namespace, this.packetOf(connection, segment));
      connection.path = path;
    }
    const id = this.packetId();
    if (path.to === undefined) {
      this.nic.drop(id, 'no route');
      return;
    }
    const { kind, seq, ack, payload, note } = segment;
    const { index } = this.site;
    const from = connection.id;
    const event: BriefSegment = {
      type: 'segment',
      kind,
      seq,
      ack,
      payload,
      from,
      site: index,
      to: connection.peer,
    };
    const { src, dst, isEncapsulated } = path;
    const program = connection.owner.program.name;
    const flight: Flight = {
      id, what: note, protocol: 'tcp', src, dst, isEncapsulated, program, isBrief: true,
    };
    this.deliverBrief(event, flight, connection.peerSite);
  }

  private deliverBrief(event: BriefSegment, flight: Flight, site: number): void {
    if (site === this.site.index) {
      this.site.after(loopbackMs, nicAddress, event);
      this.nic.traceFlight(flight, this.self.name, this.site.now + loopbackMs);
      return;
    }
    const to = this.bySite.get(site);
    if (to !== undefined) this.nic.send(to, event, flight);
  }

  private receiveBrief(event: BriefSegment): void {
    const from = this.bySite.get(event.site);
    if (event.site !== this.site.index && !this.nic.accepts(from, 0)) return;
    const connection = this.connections.get(event.to);
    if (connection !== undefined && connection.peerSite === event.site) {
      connection.receive(event);
    } else if (event.kind !== 'RST' && event.kind !== 'ACK') {
      this.resetBrief(event, from);
    }
  }

  /** Nobody here knows the connection: it was before a reboot, or its process is gone. */
  private resetBrief(event: BriefSegment, from: FabricMachine | undefined): void {
    const reset: BriefSegment = {
      type: 'segment',
      kind: 'RST',
      seq: 0,
      ack: 0,
      payload: undefined,
      from: event.to,
      site: this.site.index,
      to: event.from,
    };
    const flight = {
      id: this.packetId(),
      what: 'RST',
      protocol: 'tcp',
      src: this.self.ip,
      dst: from?.ip ?? '',
      isEncapsulated: false,
    };
    this.deliverBrief(reset, flight, event.site);
  }

  private receiveFrame(event: NetEvent & { type: 'frame' }): void {
    const { packet } = event;
    if (!this.nic.accepts(this.bySite.get(event.hop), packet.id)) return;
    this.path.fromWire(packet, event.vxlan ?? false);
  }

  /** The power is gone: no connection, no namespace, no rule outlives it. */
  private halt(): void {
    for (const connection of this.connections.values()) connection.forget();
    this.connections.clear();
    this.namespaces.clear();
    this.namespaces.set('host', this.host);
    this.pods.clear();
    this.filter.clear();
    this.host.clear();
    this.host.setUpHost(this.self, this.fabric);
  }
}

/** What a connection wants to have sent. */
export interface Outgoing {
  readonly kind: PacketKind;
  readonly seq: number;
  readonly ack: number;
  readonly payload: unknown;
  readonly note: string;
}

/** The two ends of a packet, as the trace shows them. */
export const endsOf = (packet: Packet): { readonly src: string; readonly dst: string } =>
  packet.protocol === 'icmp'
    ? { src: packet.src, dst: packet.dst }
    : {
        src: text({ ip: packet.src, port: packet.sport }),
        dst: text({ ip: packet.dst, port: packet.dport }),
      };

/**
 * Gives a machine its network. To be called first for every machine when a world is built: the
 * card is receiver 1 on each site, so that machines need not ask each other.
 */
export function installNetwork(machine: Machine, fabric: Fabric): NetStack {
  const stack = new NetStack(machine, fabric);
  const address = machine.site.register(stack as { receive(event: never): void });
  assert(address === nicAddress, `${machine.name}: the network card registers first on its site`);
  machine.net = stack.host;
  return stack;
}

/** The network stack of the machine on which a process runs. */
export function stackOf(process: Process): NetStack {
  const { net } = process.machine;
  assert(net instanceof Namespace, `${process.machine.name} has a network`);
  return net.stack;
}
