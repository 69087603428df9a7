import type { Process } from '../process.ts';
import type {
  Connection,
  ConnectionHandler,
  ConnectOptions,
  Datagram,
  EchoReply,
  Endpoint,
  Listener,
  NetNamespace,
  UdpSocket,
} from '../socket.ts';
import { ipText, parseCidr } from './address.ts';
import type { Fabric, FabricMachine } from './fabric.ts';
import { Links } from './links.ts';
import type { Packet } from './packet.ts';
import type { NetStack } from './stack.ts';
import { TcpConnection } from './tcp.ts';

interface TcpListener extends Listener {
  readonly ip: string | undefined;
  readonly owner: Process;
  readonly accept: (connection: Connection) => ConnectionHandler;
}

interface OpenUdp extends UdpSocket {
  readonly owner: Process;
  readonly received: (datagram: Datagram) => void;
  readonly failed: ((to: Endpoint, reason: 'refused' | 'unreachable') => void) | undefined;
}

/** What an echo request, or a probe of `traceroute`, came to. */
export interface ProbeAnswer {
  readonly type: 'reply' | 'port' | 'host' | 'net' | 'ttl';
  readonly from: string;
  readonly ttl: number;
  readonly ms: number;
}

interface OpenProbe {
  readonly owner: Process;
  readonly at: number;
  readonly answered: (answer: ProbeAnswer) => void;
}

const firstEphemeral = 32_768;
const lastEphemeral = 60_999;

/** A network namespace: devices, routes, neighbours, sockets. */
export class Namespace extends Links implements NetNamespace {
  readonly stack: NetStack;
  readonly name: string;
  private readonly listeners = new Map<number, TcpListener[]>();
  private readonly udp = new Map<number, OpenUdp>();
  private readonly probes = new Map<number, OpenProbe>();
  private readonly owned = new Map<Process, Set<{ close(): void }>>();
  private readonly halfOpen = new Map<string, TcpConnection>();
  private lastPort: number;
  private lastProbe = 0;

  constructor(stack: NetStack, name: string) {
    super(() => stack.changed());
    this.stack = stack;
    this.name = name;
    this.lastPort = firstEphemeral + stack.site.chance.below(lastEphemeral - firstEphemeral);
  }

  get isHost(): boolean {
    return this.name === 'host';
  }

  /** The stack's alone: what the operating system sets up at boot. */
  setUpHost(self: FabricMachine, fabric: Fabric): void {
    this.addDevice({ name: 'eth0', kind: 'ether', mac: self.mac, mtu: 1_500 });
    this.addAddress('eth0', self.ip, fabric.prefixLength ?? 24);
    const gateway = fabric.gateway ?? firstOf(`${self.ip}/${fabric.prefixLength ?? 24}`);
    this.addRoute({ destination: '0.0.0.0/0', via: gateway, device: 'eth0' });
  }

  /** The stack's alone: the power is gone. */
  clear(): void {
    this.clearLinks();
    this.listeners.clear();
    this.udp.clear();
    this.probes.clear();
    this.owned.clear();
    this.halfOpen.clear();
    this.stack.changed();
  }

  listen(
    owner: Process,
    port: number,
    accept: (connection: Connection) => ConnectionHandler,
    options: { readonly ip?: string } = {},
  ): Listener | undefined {
    const others = this.listeners.get(port) ?? [];
    const ip = options.ip === '0.0.0.0' ? undefined : options.ip;
    if (others.some((o) => o.ip === undefined || ip === undefined || o.ip === ip)) return undefined;
    const listener: TcpListener = {
      port,
      ip,
      owner,
      accept,
      close: () => {
        const rest = (this.listeners.get(port) ?? []).filter((other) => other !== listener);
        if (rest.length > 0) this.listeners.set(port, rest);
        else this.listeners.delete(port);
        this.disown(owner, listener);
      },
    };
    this.listeners.set(port, [...others, listener]);
    this.own(owner, listener);
    return listener;
  }

  connect(
    owner: Process,
    remote: Endpoint,
    handler: ConnectionHandler,
    options: ConnectOptions = {},
  ): Connection {
    const ip = this.sourceFor(remote.ip) ?? '0.0.0.0';
    const ends = { local: { ip, port: this.ephemeralPort() }, remote };
    const connection = new TcpConnection(this, owner, ends, options.detail === 'brief');
    this.own(owner, connection);
    connection.dial(handler, options);
    return connection;
  }

  openUdp(
    owner: Process,
    port: number,
    received: (datagram: Datagram) => void,
    failed?: (to: Endpoint, reason: 'refused' | 'unreachable') => void,
  ): UdpSocket | undefined {
    const number = port === 0 ? this.ephemeralPort() : port;
    if (this.udp.has(number)) return undefined;
    const socket: OpenUdp = {
      local: { ip: this.ip ?? '127.0.0.1', port: number },
      owner,
      received,
      failed,
      send: (to, payload, note = 'datagram') => this.sendDatagram(number, to, payload, note),
      close: () => {
        if (this.udp.get(number) === socket) this.udp.delete(number);
        this.disown(owner, socket);
      },
    };
    this.udp.set(number, socket);
    this.own(owner, socket);
    return socket;
  }

  echo(owner: Process, ip: string, answered: (reply: EchoReply) => void): void {
    this.probe(owner, { ip }, (answer) => {
      if (answer.type === 'reply') answered({ from: answer.from, ttl: answer.ttl, ms: answer.ms });
    });
  }

  /** An echo request, or with a port a datagram as `traceroute` sends it. */
  probe(owner: Process, to: Probe, answered: (answer: ProbeAnswer) => void): void {
    const src = this.sourceFor(to.ip);
    this.lastProbe += 1;
    const id = this.lastProbe;
    this.probes.set(id, { owner, at: this.stack.site.now, answered });
    const close = () => this.probes.delete(id);
    this.own(owner, { close });
    if (src === undefined) return answered({ type: 'net', from: '', ttl: 0, ms: 0 });
    const isEcho = to.port === undefined;
    this.stack.path.output(this, {
      ...this.blank(),
      protocol: isEcho ? 'icmp' : 'udp',
      kind: isEcho ? 'ECHO-REQUEST' : 'DATAGRAM',
      src,
      sport: id,
      dst: to.ip,
      dport: to.port ?? 0,
      ttl: to.ttl ?? 64,
      note: isEcho ? 'echo request' : 'traceroute probe',
      payload: undefined,
      seq: to.seq ?? 1,
      from: id,
    });
  }

  release(owner: Process): void {
    const all = this.owned.get(owner);
    if (all === undefined) return;
    this.owned.delete(owner);
    for (const socket of [...all]) socket.close();
  }

  /** A connection's or socket's own. */
  disown(owner: Process, socket: { close(): void }): void {
    this.owned.get(owner)?.delete(socket);
    if (socket instanceof TcpConnection) {
      this.halfOpen.delete(`${socket.peerSite}:${socket.peer}`);
    }
  }

  /** A packet has arrived at this namespace's sockets. */
  deliver(packet: Packet): void {
    if (packet.about !== undefined) return this.deliverError(packet);
    if (packet.protocol === 'tcp') return this.deliverTcp(packet);
    if (packet.protocol === 'udp') return this.deliverUdp(packet);
    if (packet.kind === 'ECHO-REQUEST') return this.answerEcho(packet);
    this.answer(packet.dport, 'reply', packet);
  }

  /** Who listens: for `ss`. */
  get listening(): readonly {
    readonly port: number;
    readonly ip: string;
    readonly owner: Process;
  }[] {
    return [...this.listeners.values()]
      .flat()
      .map(({ port, ip, owner }) => ({ port, ip: ip ?? '0.0.0.0', owner }));
  }

  /** Open UDP sockets: for `ss`. */
  get datagramSockets(): readonly { readonly port: number; readonly owner: Process }[] {
    return [...this.udp.entries()].map(([port, { owner }]) => ({ port, owner }));
  }

  private deliverTcp(packet: Packet): void {
    const known = packet.to === 0 ? undefined : this.stack.connection(packet.to);
    if (known !== undefined && known.namespace === this && known.remote.port === packet.sport) {
      return known.receive(packet);
    }
    if (packet.kind === 'SYN') return this.accept(packet);
    // When both sides hang up at once, each one's last ACK finds nobody.
    if (packet.kind !== 'RST' && packet.kind !== 'ACK') this.reset(packet);
  }

  private accept(syn: Packet): void {
    const key = `${syn.site}:${syn.from}`;
    const known = this.halfOpen.get(key);
    if (known !== undefined) return known.receive(syn);
    const listener = this.listeners
      .get(syn.dport)
      ?.find(({ ip }) => ip === undefined || ip === syn.dst);
    if (listener === undefined) return this.reset(syn);
    const local = { ip: syn.dst, port: syn.dport };
    const remote = { ip: syn.src, port: syn.sport };
    const connection = new TcpConnection(this, listener.owner, { local, remote }, syn.isBrief);
    this.own(listener.owner, connection);
    this.halfOpen.set(key, connection);
    connection.answer(syn, listener.accept);
  }

  private reset(packet: Packet): void {
    this.stack.path.output(this, {
      ...this.blank(),
      ...reversed(packet),
      protocol: 'tcp',
      kind: 'RST',
      note: 'RST',
      from: packet.to,
      to: packet.from,
      isBrief: packet.isBrief,
    });
  }

  private deliverUdp(packet: Packet): void {
    const socket = this.udp.get(packet.dport);
    if (socket === undefined) {
      if (packet.kind === 'DATAGRAM') this.stack.path.error(this, packet, 'port');
      return;
    }
    socket.received({ from: { ip: packet.src, port: packet.sport }, payload: packet.payload });
  }

  private answerEcho(packet: Packet): void {
    this.stack.path.output(this, {
      ...this.blank(),
      ...reversed(packet),
      protocol: 'icmp',
      kind: 'ECHO-REPLY',
      note: 'echo reply',
      seq: packet.seq,
    });
  }

  /** An ICMP error goes to the socket that sent what it is about. */
  private deliverError(packet: Packet): void {
    const about = packet.about as NonNullable<Packet['about']>;
    if (about.protocol === 'tcp') {
      const connection = this.stack.connection(about.from);
      if (about.reason !== 'ttl') connection?.unreachable(about.reason === 'port');
      return;
    }
    if (this.probes.has(about.from)) return this.answer(about.from, about.reason, packet);
    const reason = about.reason === 'port' ? 'refused' : 'unreachable';
    this.udp.get(about.sport)?.failed?.({ ip: about.dst, port: about.dport }, reason);
  }

  private answer(id: number, type: ProbeAnswer['type'], packet: Packet): void {
    const probe = this.probes.get(id);
    if (probe === undefined) return;
    this.probes.delete(id);
    const ms = this.stack.site.now - probe.at;
    probe.answered({ type, from: packet.src, ttl: packet.ttl, ms });
  }

  private sendDatagram(port: number, to: Endpoint, payload: unknown, note: string): void {
    const src = this.sourceFor(to.ip);
    if (src === undefined) return this.udp.get(port)?.failed?.(to, 'unreachable');
    this.stack.path.output(this, {
      ...this.blank(),
      protocol: 'udp',
      kind: 'DATAGRAM',
      src,
      sport: port,
      dst: to.ip,
      dport: to.port,
      note,
      payload,
    });
  }

  private blank(): Packet {
    return {
      id: this.stack.packetId(),
      protocol: 'tcp',
      kind: 'DATA',
      src: '',
      sport: 0,
      dst: '',
      dport: 0,
      ttl: 64,
      note: '',
      payload: undefined,
      seq: 0,
      ack: 0,
      from: 0,
      to: 0,
      site: this.stack.site.index,
      isBrief: false,
      hops: 0,
      mark: 0,
    };
  }

  private own(owner: Process, socket: { close(): void }): void {
    const all = this.owned.get(owner);
    if (all === undefined) this.owned.set(owner, new Set([socket]));
    else all.add(socket);
  }

  private ephemeralPort(): number {
    for (;;) {
      this.lastPort = this.lastPort >= lastEphemeral ? firstEphemeral : this.lastPort + 1;
      if (!this.udp.has(this.lastPort) && !this.listeners.has(this.lastPort)) return this.lastPort;
    }
  }
}

/** Where a probe goes. */
export interface Probe {
  readonly ip: string;
  /** Undefined: an ICMP echo request. */
  readonly port?: number;
  readonly ttl?: number;
  readonly seq?: number;
}

const reversed = (packet: Packet) => ({
  src: packet.dst,
  sport: packet.dport,
  dst: packet.src,
  dport: packet.sport,
});

/** The first address of a block: the router's, by custom. */
const firstOf = (block: string): string => ipText((parseCidr(block)?.base ?? 0) + 1);
