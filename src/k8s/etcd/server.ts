/**
 * The etcd server: a program that keeps a Store on a disk and answers over connections. The real
 * one is server/etcdserver: proposals go through Raft, reads are linearizable, watches are pushed.
 * Simplified: one member; a leader's reads need no round of heartbeats; no authentication.
 */
import { type HttpResponse, httpResponse } from '../../host/net/http.ts';
import { serveHttp } from '../../host/net/serve-http.ts';
import { type Daemon, type Process, type Program, type Signal, endOnSignal } from '../../host/index.ts';
import { Actor } from '../../kernel/index.ts';
import { ClientConnection, type Member } from './client-connection.ts';
import type { Database, EtcdDisk } from './disk.ts';
import { Leases } from './leases.ts';
import { type Log, SingleMemberLog } from './log.ts';
import { memberChart } from './member-chart.ts';
import {
  type EtcdAnswer,
  type EtcdRequest,
  type StoreEvent,
  type Txn,
  etcdErrors,
} from './protocol.ts';
import { RevisionError, type Store } from './store.ts';
import { Watches } from './watches.ts';

/** etcd of kubeadm 1.33. */
export const etcdVersion = '3.5.21';

/** A request that has no leader to turn to fails after this: 5 s and twice an election timeout. */
const requestTimeoutMs = 7_000;

/** The `etcd` program; `disk` is what survives it. */
export const etcdProgram = (disk: EtcdDisk): Program => ({
  name: 'etcd',
  start: (process) => new EtcdServer(process, disk),
});

/** What goes through the log: a change, and who waits for it. */
type Proposal =
  | {
      readonly type: 'txn';
      readonly txn: Txn;
      readonly client: ClientConnection;
      readonly id: number;
    }
  | {
      readonly type: 'grant';
      readonly ttl: number;
      readonly client: ClientConnection;
      readonly id: number;
    }
  | {
      readonly type: 'revoke';
      readonly lease: number;
      readonly client?: ClientConnection;
      readonly id: number;
    }
  | {
      readonly type: 'compact';
      readonly revision: number;
      readonly client: ClientConnection;
      readonly id: number;
    }
  | { readonly type: 'vote' };

class EtcdServer implements Daemon, Member {
  private readonly process: Process;
  private readonly database: Database;
  private readonly store: Store;
  private readonly log: Log<Proposal>;
  private readonly leases: Leases;
  private readonly member: Actor<typeof memberChart.machine>;
  readonly watches = new Watches();
  private readonly clients = new Set<ClientConnection>();

  constructor(process: Process, disk: EtcdDisk) {
    this.process = process;
    const directory = flag(process.args, 'data-dir') ?? '/var/lib/etcd';
    this.database = disk.open(process.files, directory);
    this.store = this.database.store;
    this.log = new SingleMemberLog(process.site, (entry) => this.committed(entry));
    this.leases = new Leases(process, (lease) =>
      this.log.propose({ type: 'revoke', lease, id: 0 }),
    );
    this.member = new Actor(
      process.site,
      memberChart,
      `etcd ${process.machine.name}`,
      { term: this.database.term },
      (effect) => {
        if (effect.type === 'campaign') this.log.propose({ type: 'vote' });
        else this.lead();
      },
    );
    this.listen();
  }

  get isLeader(): boolean {
    return this.member.value === 'leader';
  }

  receive(event: {
    readonly type: 'no-leader' | 'lease';
    readonly client: ClientConnection;
    readonly id: number;
  }): void {
    if (event.type === 'lease') this.leases.due(event.id);
    else event.client.giveUp(event.id, etcdErrors.timeout);
  }

  signal(signal: Signal): boolean {
    return endOnSignal(this.process)(signal);
  }

  ended(): void {
    this.member.stop();
    this.log.stop();
  }

  /** A client has come, or gone. */
  meet(client: ClientConnection, isHere: boolean): void {
    if (isHere) this.clients.add(client);
    else this.clients.delete(client);
  }

  /** There is a leader: what has waited for one is done. */
  private lead(): void {
    this.leases.lead(this.database.leases);
    for (const client of this.clients) client.goOn();
  }

  /** One request of one client. */
  take(request: EtcdRequest, client: ClientConnection): void {
    if (!this.isLeader && request.type !== 'watch-cancel' && request.type !== 'status') {
      client.hold(request);
      this.process.after(requestTimeoutMs, { type: 'no-leader', client, id: request.id });
      return;
    }
    const { id } = request;
    switch (request.type) {
      case 'range':
        return this.guarded(client, id, () => ({
          type: 'range',
          result: this.store.range(request.query),
        }));
      case 'txn':
        return this.log.propose({ type: 'txn', txn: request.txn, client, id });
      case 'compact':
        return this.log.propose({ type: 'compact', revision: request.revision, client, id });
      case 'lease-grant':
        return this.log.propose({ type: 'grant', ttl: request.ttlSeconds, client, id });
      case 'lease-revoke':
        return this.log.propose({ type: 'revoke', lease: request.lease, client, id });
      case 'lease-keepalive':
        return this.keepAlive(client, id, request.lease);
      case 'status':
        return client.answer(id, { type: 'status', status: this.status });
      case 'watch':
        return this.guarded(client, id, () => client.watch(request, this.store));
      case 'watch-cancel':
        client.unwatch(id);
    }
  }

  get revision(): number {
    return this.store.revision;
  }

  private get status() {
    return {
      memberId: '8e9e05c52164694d',
      version: etcdVersion,
      dbSizeBytes: 20_480 + this.store.keyCount * 1_024,
      leader: this.isLeader ? '8e9e05c52164694d' : undefined,
      raftTerm: this.member.context.term,
      raftIndex: this.database.index,
    };
  }

  /** An entry is on disk: it has happened. */
  private committed(entry: Proposal): void {
    this.database.index += 1;
    switch (entry.type) {
      case 'vote':
        this.database.term = this.member.context.term;
        this.member.send({ type: 'elected' });
        return;
      case 'txn':
        return this.applyTxn(entry.txn, entry.client, entry.id);
      case 'compact':
        return this.guarded(entry.client, entry.id, () => {
          this.store.compact(entry.revision);
          return { type: 'compact' };
        });
      case 'grant': {
        const lease = (this.database.lastLease += 1);
        this.database.leases.set(lease, entry.ttl);
        this.leases.grant(lease, entry.ttl);
        return entry.client.answer(entry.id, { type: 'lease', lease, ttlSeconds: entry.ttl });
      }
      case 'revoke':
        return this.revoke(entry.lease, entry.client, entry.id);
    }
  }

  /** Watchers hear of a change before its maker does: a client's cache is then never behind. */
  private applyTxn(txn: Txn, client: ClientConnection, id: number): void {
    this.guarded(client, id, () => {
      const { result, events } = this.store.apply(txn);
      this.publish(events);
      return { type: 'txn', result };
    });
  }

  private revoke(lease: number, client: ClientConnection | undefined, id: number): void {
    if (!this.database.leases.delete(lease)) {
      client?.refuse(id, etcdErrors.leaseNotFound);
      return;
    }
    this.leases.forget(lease);
    this.publish(this.store.revoke(lease));
    client?.answer(id, { type: 'lease', lease, ttlSeconds: 0 });
  }

  private keepAlive(client: ClientConnection, id: number, lease: number): void {
    const ttl = this.database.leases.get(lease);
    if (ttl === undefined) return client.refuse(id, etcdErrors.leaseNotFound);
    this.leases.grant(lease, ttl);
    client.answer(id, { type: 'lease', lease, ttlSeconds: ttl });
  }

  private publish(events: readonly StoreEvent[]): void {
    if (events.length > 0) this.watches.publish(events);
  }

  private guarded(client: ClientConnection, id: number, ask: () => EtcdAnswer): void {
    try {
      client.answer(id, ask());
    } catch (error) {
      if (!(error instanceof RevisionError)) throw error;
      client.refuse(id, error.message, error.compactRevision);
    }
  }

  /** /health, /livez and /readyz: whether the member can serve. */
  private health(path: string): HttpResponse {
    if (!/^\/(health|livez|readyz)/.test(path)) return httpResponse(404, '404 page not found\n');
    const isHealthy = this.isLeader;
    if (!path.startsWith('/health'))
      return httpResponse(isHealthy ? 200 : 503, isHealthy ? 'ok\n' : '');
    const reason = isHealthy ? '' : 'RAFT NO LEADER';
    return httpResponse(
      isHealthy ? 200 : 503,
      JSON.stringify({ health: String(isHealthy), reason }),
    );
  }

  private listen(): void {
    const metrics = /:(\d+)$/.exec(flag(this.process.args, 'listen-metrics-urls') ?? '');
    if (metrics !== null) {
      serveHttp(this.process, Number(metrics[1]), ({ path }) => this.health(path));
    }
    const urls = flag(this.process.args, 'listen-client-urls') ?? 'http://127.0.0.1:2379';
    const ports = new Set(urls.split(',').map((url) => Number(/:(\d+)$/.exec(url)?.[1] ?? 2379)));
    for (const port of ports) {
      const listener = this.process.net.listen(
        this.process,
        port,
        (connection) => new ClientConnection(this, connection),
      );
      if (listener !== undefined) continue;
      this.process.printError(
        `{"level":"fatal","msg":"discovery failed","error":"listen tcp 127.0.0.1:${port}: ` +
          'bind: address already in use"}\n',
      );
      this.process.end(1);
      return;
    }
  }
}

/** The value of `--name=value`; the last one counts. */
function flag(args: readonly string[], name: string): string | undefined {
  const head = `--${name}=`;
  return args.findLast((arg) => arg.startsWith(head))?.slice(head.length);
}
