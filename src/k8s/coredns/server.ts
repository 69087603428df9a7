/**
 * CoreDNS's chain of plugins for one server block: cache, kubernetes, forward, and what turns the
 * answers around. Upstream: coredns plugin/{cache,kubernetes,forward,loadbalance,errors}.
 * Simplified: no DNS over TCP, no DNSSEC, no prefetch; `log` and `prometheus` are silent.
 */
import type { Datagram, Process, UdpSocket } from '../../host/index.ts';
import type { DnsAnswer, DnsQuery, DnsRecord, ResponseCode } from '../../host/net/dns.ts';
import { isDnsAnswer, isDnsQuery } from '../../host/net/dns.ts';
import type { ClusterCache } from './cluster-cache.ts';
import { type Directive, type ServerBlock, zoneName } from './corefile.ts';
import { lookUp, lookUpAddress, type ZoneOptions } from './records.ts';

interface Cached {
  readonly code: ResponseCode;
  readonly records: readonly DnsRecord[];
  readonly at: number;
  readonly until: number;
}

interface Forwarded {
  readonly query: DnsQuery;
  readonly answer: (answer: DnsAnswer) => void;
  tries: number;
}

/** forward's read timeout, and how often it asks in all. */
const forwardMs = 2_000;
const forwardTries = 2;

export class DnsServer {
  private readonly process: Process;
  private readonly cluster: ClusterCache;
  private readonly block: ServerBlock;
  private readonly zones: readonly string[];
  private readonly options: ZoneOptions;
  private readonly cached = new Map<string, Cached>();
  private readonly waiting = new Map<number, Forwarded>();
  private upstream: UdpSocket | undefined;
  private lastId = 0;
  private loopName = '';
  private loopsSeen = 0;

  constructor(process: Process, cluster: ClusterCache, block: ServerBlock) {
    this.process = process;
    this.cluster = cluster;
    this.block = block;
    const kubernetes = this.plugin('kubernetes');
    const option = (name: string) => kubernetes?.block.find((of) => of.name === name)?.args[0];
    const pods = option('pods');
    this.zones = (kubernetes?.args ?? []).map(zoneName);
    this.options = {
      ttl: Number(option('ttl') ?? 5),
      pods: pods === 'insecure' || pods === 'verified' ? pods : 'disabled',
    };
  }

  /** `loop`: a question that nobody else asks must not come back. */
  lookForLoop(): void {
    if (this.plugin('loop') === undefined || this.plugin('forward') === undefined) return;
    const { chance } = this.process.site;
    this.loopName = `${chance.next()}${chance.next()}.${chance.next()}${chance.next()}`;
    const query = { type: 'dns-query', id: 0, name: this.loopName, recordType: 'HINFO' } as const;
    this.forward(query, () => undefined);
  }

  /** Opens the port; false when it is taken. */
  listen(): boolean {
    const socket = this.process.net.openUdp(this.process, this.block.port, (datagram) => {
      this.receive(datagram, (to, answer) => socket?.send(to, answer, noteOf(answer)));
    });
    return socket !== undefined;
  }

  /** Answers one query, at once or when another server has answered. */
  resolve(query: DnsQuery, done: (answer: DnsAnswer) => void): void {
    const name = query.name.toLowerCase();
    const key = `${query.recordType} ${name}`;
    const cached = this.cached.get(key);
    const { now } = this.process.site;
    if (cached !== undefined && cached.until > now) {
      const age = Math.floor((now - cached.at) / 1000);
      const records = cached.records.map((record) => ({ ...record, ttl: record.ttl - age }));
      return done(this.answer(query, cached.code, records));
    }
    const zone = this.zones.find((of) => of !== '.' && (name === of || name.endsWith(`.${of}`)));
    const answer = zone === undefined ? undefined : this.fromCluster(query, name, zone);
    const keep = (given: DnsAnswer) => {
      this.keep(key, given, zone);
      done(given);
    };
    if (answer !== undefined) keep(answer);
    else this.forward(query, keep);
  }

  /** One of its own timers. */
  timeout(id: number): void {
    const asked = this.waiting.get(id);
    if (asked === undefined) return;
    if (asked.tries < forwardTries) return this.ask(id, asked);
    this.waiting.delete(id);
    const { name, recordType } = asked.query;
    const server = this.nameServer() ?? '';
    this.error(
      `2 ${name}. ${recordType}: read udp ${this.process.net.ip ?? ''}:` +
        `${this.upstream?.local.port ?? 0}->${server}:53: i/o timeout`,
    );
    asked.answer(this.answer(asked.query, 'SERVFAIL', []));
  }

  private plugin(name: string): Directive | undefined {
    return this.block.plugins.find((plugin) => plugin.name === name);
  }

  private receive(
    { from, payload }: Datagram,
    send: (to: Datagram['from'], a: DnsAnswer) => void,
  ): void {
    if (!isDnsQuery(payload)) return;
    if (payload.recordType === 'HINFO' && payload.name === this.loopName && this.isLoop(from))
      return;
    this.resolve(payload, (answer) => send(from, this.balanced(answer)));
  }

  private isLoop(from: Datagram['from']): boolean {
    this.loopsSeen += 1;
    if (this.loopsSeen <= 2) return false;
    const {
      port,
      zones: [zone = '.'],
    } = this.block;
    this.process.print(
      `[FATAL] plugin/loop: Loop (${from.ip}:${from.port} -> :${port}) detected for ` +
        `zone "${zone}", see https://coredns.io/plugins/loop#troubleshooting. ` +
        `Query: "HINFO ${this.loopName}."\n`,
    );
    this.process.end(1);
    return true;
  }

  private fromCluster(query: DnsQuery, name: string, zone: string): DnsAnswer | undefined {
    if (!this.cluster.hasSynced) return this.answer(query, 'SERVFAIL', []);
    const isReverse = zone.endsWith('.arpa');
    const found = isReverse
      ? this.fromAddress(name)
      : lookUp(this.cluster, name, query.recordType, zone, this.options);
    if (found !== undefined) return this.answer(query, 'NOERROR', found);
    return this.fallsThrough(zone) ? undefined : this.answer(query, 'NXDOMAIN', []);
  }

  private fromAddress(name: string): readonly DnsRecord[] | undefined {
    if (!name.endsWith('.in-addr.arpa')) return undefined;
    const ip = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
    const zone = this.zones.find((of) => !of.endsWith('.arpa')) ?? 'cluster.local';
    return lookUpAddress(this.cluster, ip, zone, name, this.options.ttl);
  }

  private fallsThrough(zone: string): boolean {
    const rule = this.plugin('kubernetes')?.block.find(({ name }) => name === 'fallthrough');
    return rule !== undefined && (rule.args.length === 0 || rule.args.map(zoneName).includes(zone));
  }

  private forward(query: DnsQuery, answer: (answer: DnsAnswer) => void): void {
    if (this.plugin('forward') === undefined) return answer(this.answer(query, 'REFUSED', []));
    if (this.nameServer() === undefined) return answer(this.answer(query, 'SERVFAIL', []));
    this.lastId += 1;
    const asked = { query, answer, tries: 0 };
    this.waiting.set(this.lastId, asked);
    this.ask(this.lastId, asked);
  }

  private ask(id: number, asked: Forwarded): void {
    asked.tries += 1;
    this.upstream ??= this.process.net.openUdp(this.process, 0, ({ payload }) =>
      this.forwarded(payload),
    );
    const server = this.nameServer();
    if (server !== undefined) {
      this.upstream?.send(
        { ip: server, port: 53 },
        { ...asked.query, id },
        `DNS ${asked.query.name}`,
      );
    }
    this.process.after(forwardMs, { type: 'forward', server: this.block.port, id });
  }

  private forwarded(payload: unknown): void {
    if (!isDnsAnswer(payload)) return;
    const asked = this.waiting.get(payload.id);
    if (asked === undefined) return;
    this.waiting.delete(payload.id);
    asked.answer({ ...payload, id: asked.query.id });
  }

  /** `forward . /etc/resolv.conf` or an address. */
  private nameServer(): string | undefined {
    const to = this.plugin('forward')?.args[1] ?? '';
    if (!to.startsWith('/')) return to.replace(/:\d+$/, '');
    return /^nameserver\s+(\S+)/m.exec(this.process.files.read(to) ?? '')?.[1];
  }

  private answer(query: DnsQuery, code: ResponseCode, records: readonly DnsRecord[]): DnsAnswer {
    const { id, name, recordType } = query;
    const isAuthoritative = code === 'NOERROR' || code === 'NXDOMAIN';
    return { type: 'dns-answer', id, name, recordType, code, isAuthoritative, records };
  }

  private keep(key: string, answer: DnsAnswer, zone: string | undefined): void {
    const cache = this.plugin('cache');
    if (cache === undefined || answer.code === 'SERVFAIL' || answer.code === 'REFUSED') return;
    const kind = answer.code === 'NOERROR' && answer.records.length > 0 ? 'success' : 'denial';
    const isDisabled = cache.block.some(
      ({ name, args }) =>
        name === 'disable' &&
        args[0] === kind &&
        args
          .slice(1)
          .map(zoneName)
          .includes(zone ?? ''),
    );
    if (isDisabled) return;
    const most = Number(cache.args[0] ?? 3_600);
    const ttl = Math.min(most, ...answer.records.map((record) => record.ttl), this.options.ttl);
    const { now } = this.process.site;
    const { code, records } = answer;
    if (this.cached.size > 10_000) this.cached.clear();
    this.cached.set(key, { code, records, at: now, until: now + ttl * 1000 });
  }

  /** `loadbalance`: the order of addresses is another one in every answer. */
  private balanced(answer: DnsAnswer): DnsAnswer {
    const { records } = answer;
    if (records.length < 2 || this.plugin('loadbalance') === undefined) return answer;
    const shuffled = [...records];
    const { chance } = this.process.site;
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = chance.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j] as DnsRecord, shuffled[i] as DnsRecord];
    }
    return { ...answer, records: shuffled };
  }

  private error(text: string): void {
    if (this.plugin('errors') !== undefined) {
      this.process.print(`[ERROR] plugin/errors: ${text}\n`);
    }
  }
}

const noteOf = ({ name, recordType, code, records }: DnsAnswer): string => {
  const [first] = records;
  return `DNS ${recordType} ${name}: ${first === undefined ? code : first.data}`;
};
