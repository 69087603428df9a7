/**
 * Ports of a Pod for a client far away: each pair of channels (2i: data, 2i + 1: errors) is one
 * connection to 127.0.0.1 inside the sandbox's network namespace. A pair begins when its port is
 * named: in the query's `ports`, in their order, or as a text on the pair's error channel.
 * Upstream: kubelet/cri/streaming/portforward and containerd's
 * internal/cri/server/sandbox_portforward_linux.go. Simplified: connections carry HTTP or text.
 */
import type { Connection, NetNamespace, Process } from '../../../host/index.ts';
import { RequestReader, textOfPayload } from '../../../host/net/http-text.ts';
import { isHttpResponse } from '../../../host/net/http.ts';
import type { Sandbox } from '../../../host/runtime/index.ts';
import type { Kubelet } from '../kubelet.ts';
import { valueOf } from '../log-reader.ts';
import type { StreamRequest } from './commands.ts';
import type { Reply, Session } from './reply.ts';

/** How long the other direction has when one has ended. */
const graceMs = 1_000;

export function portForward(
  kubelet: Kubelet,
  { worker, request }: StreamRequest,
  reply: Reply,
): Session | undefined {
  const { sandboxes } = kubelet.runtime.recordsOf(worker.uid);
  const sandbox = sandboxes.findLast(({ isReady }) => isReady);
  if (sandbox?.net === undefined || sandbox.pause === undefined) {
    const { name, namespace = '' } = worker.pod.metadata;
    reply.whole(500, `pod not found ("${name}_${namespace}")`);
    return undefined;
  }
  reply.begin(101);
  const session = new Forwarding(sandbox, sandbox.net, sandbox.pause, reply);
  const ports = valueOf(request.query, 'ports') ?? '';
  if (ports !== '') ports.split(',').forEach((port, i) => session.open(i, Number(port)));
  return session;
}

class Forwarding implements Session {
  private readonly sandbox: Sandbox;
  private readonly net: NetNamespace;
  private readonly owner: Process;
  private readonly reply: Reply;
  private readonly address: number;
  private readonly pairs = new Map<number, Pair>();

  // oxlint-disable-next-line max-params -- a sandbox with what is known to be there
  constructor(sandbox: Sandbox, net: NetNamespace, owner: Process, reply: Reply) {
    this.sandbox = sandbox;
    this.net = net;
    this.owner = owner;
    this.reply = reply;
    this.address = owner.site.register(this);
    owner.onExit(() => this.lost());
  }

  data(channel: number, text: string, isEnd: boolean): void {
    const id = channel >> 1;
    if (channel % 2 === 1) {
      if (text !== '' && !this.pairs.has(id)) this.open(id, Number(text));
      return;
    }
    const pair = this.pairs.get(id);
    if (pair === undefined) return;
    for (const payload of pair.reader.read(text)) {
      const isRequest = typeof payload !== 'string';
      if (isRequest && payload.headers['connection'] === 'close') pair.isLast = true;
      pair.connection.send(payload, isRequest ? `${payload.method} ${payload.path}` : 'data');
    }
    if (isEnd) this.owner.site.after(graceMs, this.address, { id });
  }

  /** The kernel's alone: a pair's client has had nothing more to say for a while. */
  receive({ id }: { readonly id: number }): void {
    this.end(id);
  }

  /** The client is gone. */
  ended(): void {
    this.reply.mute();
    this.close();
  }

  open(id: number, port: number): void {
    const connection = this.net.connect(
      this.owner,
      { ip: '127.0.0.1', port },
      {
        received: (payload) => this.received(id, payload),
        closed: (reason) => {
          if (reason !== 'closed') this.reply.data(2 * id + 1, this.refusal(port, reason));
          this.end(id);
        },
      },
    );
    this.pairs.set(id, { connection, reader: new RequestReader(), isLast: false });
  }

  private received(id: number, payload: unknown): void {
    const text = textOfPayload(payload);
    if (text !== undefined && text !== '') this.reply.data(2 * id, text);
    if (isHttpResponse(payload) && this.pairs.get(id)?.isLast) this.end(id);
  }

  /** Both channels of a pair end with its connection. */
  private end(id: number): void {
    const pair = this.pairs.get(id);
    if (pair === undefined) return;
    this.pairs.delete(id);
    pair.connection.close();
    this.reply.data(2 * id + 1, '', true);
    this.reply.data(2 * id, '', true);
  }

  /** The sandbox is gone, and with it whoever could have answered. */
  private lost(): void {
    this.reply.end();
    this.close();
  }

  private close(): void {
    for (const { connection } of this.pairs.values()) connection.close();
    this.pairs.clear();
    this.owner.site.unregister(this.address);
  }

  private refusal(port: number, reason: string): string {
    const { id } = this.sandbox;
    const why = reason === 'refused' ? 'connection refused' : 'connection timed out';
    return (
      `error forwarding port ${port} to pod ${id}, uid : failed to execute portforward in ` +
      `network namespace "/var/run/netns/cni-${uuidOf(id)}": failed to connect to ` +
      `localhost:${port} inside namespace "${id}", IPv4: dial tcp4 127.0.0.1:${port}: ` +
      `connect: ${why} IPv6 dial tcp6: address localhost: no suitable address found `
    );
  }
}

interface Pair {
  readonly connection: Connection;
  readonly reader: RequestReader;
  /** The client wants no more after the next response. */
  isLast: boolean;
}

/** The namespace's name is a UUID; here it is the sandbox's first digits. */
const uuidOf = (id: string): string =>
  [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join('-');
