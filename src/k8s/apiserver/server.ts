/**
 * kube-apiserver: the program that keeps the cluster's objects and tells everyone of their changes.
 * The real one is cmd/kube-apiserver over k8s.io/apiserver. Here requests arrive as data over
 * connections (TLS is a credential that the client shows), and all that is stored is in etcd.
 */
import type { Kind } from '../../api/kind.ts';
import type { Descriptions } from '../../api/open-api.ts';
import type {
  Connection,
  ConnectionHandler,
  Daemon,
  Process,
  Program,
  Signal,
} from '../../host/index.ts';
import type { Site } from '../../kernel/index.ts';
import { type HttpRequest, httpResponse, isHttpRequest } from '../../host/net/http.ts';
import { klog } from '../client/klog.ts';
import type { ClientMessage, Method, ServerMessage } from '../client/wire.ts';
import { AddressRepair } from './address-repair.ts';
import { Bootstrap } from './bootstrap.ts';
import { Cacher } from './cacher.ts';
import { Compactor } from './compactor.ts';
import { Conversation, type Line } from './conversation.ts';
import { Definitions } from './crd/definitions.ts';
import { EtcdClient } from './etcd-client.ts';
import { EventLeases } from './event-leases.ts';
import type { Server } from './exchange.ts';
import { type ServerOptions, readOptions } from './options.ts';
import { Registry, type Resource } from './resource.ts';
import { ServiceAddresses } from './service-addresses.ts';
import { EntryReader } from './stored.ts';

/**
 * The `kube-apiserver` program, serving these kinds.
 * @param descriptions the prose of the OpenAPI documents, asked for when first needed.
 */
export const kubeApiserver = (
  kinds: readonly Kind[],
  descriptions: () => Descriptions | undefined = () => undefined,
): Program => ({
  name: 'kube-apiserver',
  start: (process) => new ApiServer(process, kinds, descriptions),
});

type ServerEvent = { readonly type: 'sweep' | 'give-up' };

/** Without an answer of etcd's it does not come up (storagebackend/factory: dialTimeout). */
const etcdPatienceMs = 20_000;


/** How often requests are looked at that have been waiting for long. */
const sweepMs = 1_000;

class ApiServer implements Daemon, Server {
  readonly site: Site;
  readonly process: Process;
  readonly options: ServerOptions;
  readonly registry: Registry;
  readonly etcd: EtcdClient;
  readonly reader = new EntryReader();
  readonly addresses: ServiceAddresses;
  readonly eventLeases: EventLeases;
  readonly bootstrap: Bootstrap;
  private readonly repair: AddressRepair;
  private readonly compactor: Compactor;
  private readonly definitions: Definitions;
  private readonly waiting = new Set<Conversation>();
  private readonly address: number;
  private readonly prose: () => Descriptions | undefined;
  private isSweeping = false;
  private isUp = false;
  private lastId = 0;

  constructor(process: Process, kinds: readonly Kind[], prose: () => Descriptions | undefined) {
    this.prose = prose;
    this.process = process;
    this.site = process.site;
    this.address = process.site.register(this);
    this.options = readOptions(kinds, process.args, process.net.ip ?? '127.0.0.1');
    this.registry = new Registry(kinds);
    this.addresses = new ServiceAddresses(this.options.serviceRange);
    this.eventLeases = new EventLeases(this.site, this.options.eventTtlSeconds);
    this.etcd = new EtcdClient(process, this.options.etcd, (isConnected) => {
      for (const { cache } of this.stores) cache.connected(isConnected);
      if (isConnected) this.comeUp();
    });
    for (const resource of this.stores) {
      resource.cache = new Cacher(this.site, resource, this.etcd, this.reader);
    }
    for (const resource of this.registry.all) resource.cache = resource.store.cache;
    const pods = this.registry.named('pods');
    if (pods !== undefined) pods.cache.index = this.registry.nodePods;
    const services = this.registry.named('services');
    if (services !== undefined) services.cache.listener = (event) => this.addresses.follow(event);
    this.definitions = new Definitions(this);
    this.compactor = new Compactor(this.site, this.etcd);
    this.bootstrap = new Bootstrap(this);
    this.registry.changed = () => this.bootstrap.definitionsChanged();
    this.repair = new AddressRepair(this);
    this.etcd.start();
    this.site.after(etcdPatienceMs, this.address, { type: 'give-up' });
  }

  /** The port is opened once the storage is there. */
  private comeUp(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.listen();
  }

  /** The resources that keep objects, and so have a cache. */
  private get stores(): readonly Resource[] {
    return this.registry.all.filter(({ isAlias }) => !isAlias);
  }

  get isReady(): boolean {
    return this.registry.builtIn.every(({ cache }) => cache.isReady) && this.bootstrap.isDone;
  }

  get descriptions(): Descriptions | undefined {
    return this.prose();
  }

  signal(signal: Signal): boolean {
    if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
    for (const conversation of [...this.waiting]) conversation.refuse();
    this.process.end(0);
    return true;
  }

  ended(): void {
    this.site.unregister(this.address);
    this.etcd.stop();
    this.compactor.stop();
    this.bootstrap.stop();
    this.repair.stop();
    this.definitions.stop();
    for (const { cache } of this.stores) cache.stop();
    for (const conversation of [...this.waiting]) conversation.cancel();
  }

  /** The kernel's alone. */
  receive(event: ServerEvent): void {
    if (event.type === 'give-up') return this.giveUp();
    this.isSweeping = false;
    const due = this.site.now - this.options.requestTimeoutMs;
    for (const conversation of [...this.waiting]) {
      if (conversation.startedAt > due) break;
      if (conversation.isWaiting) conversation.expire();
      else this.waiting.delete(conversation);
    }
    this.sweepLater();
  }

  private giveUp(): void {
    if (this.isUp) return;
    klog(this.process, 'E', 'run.go:72', '"command failed" err="context deadline exceeded"');
    this.process.end(1);
  }

  /** A request has come. */
  converse(message: ClientMessage & { type: 'request' }, line: Line): Conversation {
    const conversation = new Conversation(
      this,
      (this.lastId += 1),
      message.id,
      message.request,
      line,
    );
    this.waiting.add(conversation);
    conversation.start();
    this.sweepLater();
    return conversation;
  }

  forget(conversation: Conversation): void {
    this.waiting.delete(conversation);
  }

  private sweepLater(): void {
    if (this.isSweeping || this.waiting.size === 0) return;
    this.isSweeping = true;
    this.site.after(sweepMs, this.address, { type: 'sweep' } satisfies ServerEvent);
  }

  private listen(): void {
    const { securePort } = this.options;
    const listener = this.process.net.listen(
      this.process,
      securePort,
      (connection) => new ClientConnection(this, connection),
    );
    if (listener !== undefined) return;
    this.process.printError(
      'Error: failed to create listener: failed to listen on ' +
        `0.0.0.0:${securePort}: listen tcp 0.0.0.0:${securePort}: bind: address already in use\n`,
    );
    this.process.end(1);
  }
}

/** What a message is, for whoever watches the wire. */
function noteOf(message: ServerMessage): string {
  if (message.type === 'response') return String(message.response.status);
  if (message.type !== 'event') return message.type;
  const { type, object } = message.event;
  const { kind, metadata } = object as { kind?: string; metadata?: { name?: string } };
  return `${type} ${kind ?? ''} ${metadata?.name ?? ''}`;
}

/** Names as HTTP/1 servers in Go write them. */
const headerCase = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
      value,
    ]),
  );

/** One client's connection, with all that goes on over it. */
class ClientConnection implements ConnectionHandler, Line {
  private readonly server: ApiServer;
  private readonly connection: Connection;
  private readonly open = new Map<number, Conversation>();
  private readonly ids = new Map<Conversation, number>();

  constructor(server: ApiServer, connection: Connection) {
    this.server = server;
    this.connection = connection;
  }

  /** A plain HTTP request, such as a kubelet's probe or curl sends: answered as text. */
  private plain({ method, path: target, headers: given }: HttpRequest): void {
    const [path = '/', search = ''] = target.split('?');
    const query = Object.fromEntries(
      search
        .split('&')
        .filter(Boolean)
        .map((pair) => {
          const [name = '', value = ''] = pair.split('=');
          return [name, value];
        }),
    );
    const token = /^bearer\s+(.+)$/i.exec(given['authorization'] ?? '')?.[1];
    const request = {
      method: method as Method, path, query,
      ...(token === undefined ? {} : { credential: { type: 'token', token } as const }),
    };
    this.server.converse(
      { type: 'request', id: 0, request },
      {
        send: (message) => {
          if (message.type !== 'response') return;
          const { status, body, headers } = message.response;
          const text = typeof body === 'string' ? body : `${JSON.stringify(body, null, 2)}\n`;
          this.connection.send(httpResponse(status, text, headerCase(headers)), `${status}`);
        },
        done: (conversation) => this.server.forget(conversation),
      },
    );
  }

  received(payload: unknown): void {
    if (isHttpRequest(payload)) return this.plain(payload);
    const message = payload as ClientMessage;
    if (message.type === 'request') {
      const conversation = this.server.converse(message, this);
      if (conversation.isLive) {
        this.open.set(message.id, conversation);
        this.ids.set(conversation, message.id);
      }
    } else if (message.type === 'cancel') this.open.get(message.id)?.cancel();
    else {
      this.open.get(message.id)?.received?.(message.channel, message.text, message.isEnd ?? false);
    }
  }

  closed(): void {
    for (const conversation of [...this.open.values()]) conversation.cancel();
  }

  send(message: Parameters<Line['send']>[0]): void {
    if (this.connection.isOpen) this.connection.send(message, noteOf(message));
  }

  done(conversation: Conversation): void {
    const id = this.ids.get(conversation);
    this.ids.delete(conversation);
    if (id !== undefined) this.open.delete(id);
    this.server.forget(conversation);
  }
}
