/**
 * The kubelet's own server on port 10250: logs, exec, attach, port-forward, health. It speaks the
 * messages of client/wire.ts, one stream a connection. Upstream: pkg/kubelet/server/server.go and
 * containerd's streaming server. Simplified: no authentication, a forwarded port speaks HTTP.
 */
import { badRequest, internalError, notFound } from '../../api/status.ts';
import type { Json } from '../../api/object.ts';
import { type Connection, Inbox, type Tty } from '../../host/index.ts';
import { isHttpResponse } from '../../host/net/http.ts';
import type { Container } from '../../host/runtime/index.ts';
import {
  type ApiRequest,
  channels,
  type ClientMessage,
  type ServerMessage,
} from '../client/wire.ts';
import { parseRequest, responseText } from './http-text.ts';
import type { Kubelet } from './kubelet.ts';
import { flagOf, loggedContainer, logOptions, LogReader, valueOf } from './log-reader.ts';
import type { PodWorker } from './pod-worker.ts';

/** Takes what the client sends on a stream's channels. */
interface Session {
  data?(channel: number, text: string, isEnd: boolean): void;
  /** The client is gone. */
  ended?(): void;
}

export class KubeletServer {
  private readonly kubelet: Kubelet;

  constructor(kubelet: Kubelet) {
    this.kubelet = kubelet;
  }

  start(): void {
    const { process, config } = this.kubelet;
    process.net.listen(process, config.port, (connection) => {
      const sessions = new Map<number, Session>();
      return {
        received: (payload) => this.take(payload as ClientMessage, connection, sessions),
        closed: () => {
          for (const session of sessions.values()) session.ended?.();
        },
      };
    });
  }

  private take(
    message: ClientMessage,
    connection: Connection,
    sessions: Map<number, Session>,
  ): void {
    const { id } = message;
    if (message.type === 'request') {
      const session = this.serve(message.request, new Reply(connection, id));
      if (session !== undefined) sessions.set(id, session);
    } else if (message.type === 'cancel') {
      sessions.get(id)?.ended?.();
      sessions.delete(id);
    } else {
      sessions.get(id)?.data?.(message.channel, message.text, message.isEnd ?? false);
    }
  }

  private serve(request: ApiRequest, reply: Reply): Session | undefined {
    const [, what = '', namespace = '', name = '', container = ''] = request.path.split('/');
    if (what === 'healthz') {
      reply.whole(200, 'ok');
      return undefined;
    }
    const worker = this.kubelet.findPod(namespace, name);
    if (worker === undefined) {
      reply.status(notFound({ group: '', plural: 'pods' }, name));
      return undefined;
    }
    switch (what) {
      case 'containerLogs':
        return this.logs(worker, container, request, reply);
      case 'exec':
        return this.exec(worker, container, request, reply);
      case 'attach':
        return this.attach(worker, container, request, reply);
      case 'portForward':
        return this.forward(worker, request, reply);
      default:
        reply.whole(404, '404 page not found\n');
        return undefined;
    }
  }

  private logs(
    worker: PodWorker,
    name: string,
    { query }: ApiRequest,
    reply: Reply,
  ): Session | undefined {
    const options = logOptions(query, this.kubelet.machine.site.clock);
    const status = this.kubelet.statuses.get(worker.uid) ?? worker.pod.status;
    const chosen = loggedContainer(worker.pod.metadata.name, name, status, options.isPrevious);
    const container = 'id' in chosen ? this.kubelet.runtime.containers.get(chosen.id) : undefined;
    if (container === undefined) {
      const problem =
        'problem' in chosen
          ? chosen.problem
          : `unable to retrieve container logs for containerd://${chosen.id}`;
      reply.status(badRequest(problem));
      return undefined;
    }
    const reader = new LogReader(container.log, options);
    if (!options.follows) {
      reply.whole(200, reader.read());
      return undefined;
    }
    reply.begin(200);
    const pump = () => {
      const text = reader.read();
      if (text !== '') reply.data(channels.stdout, text);
      if (!reader.isOver) return;
      stop();
      reply.end();
    };
    const stop = container.log.follow(pump);
    pump();
    return { ended: stop };
  }

  private runningContainer(worker: PodWorker, name: string): Container | undefined {
    const { containers } = this.kubelet.runtime.recordsOf(worker.uid);
    return containers.findLast(({ config, state }) => config.name === name && state === 'running');
  }

  private exec(
    worker: PodWorker,
    name: string,
    { query }: ApiRequest,
    reply: Reply,
  ): Session | undefined {
    const container = this.runningContainer(worker, name);
    if (container === undefined) {
      reply.status(internalError(`unable to upgrade connection: container not found ("${name}")`));
      return undefined;
    }
    const asked = query?.['command'] ?? [];
    const command = typeof asked === 'string' ? [asked] : asked;
    const hasTty = flagOf(query, 'tty');
    const tty: Tty | undefined = hasTty
      ? { columns: 80, foreground: [], isAtPrompt: false }
      : undefined;
    const stdin = new Inbox<string>();
    if (!flagOf(query, 'stdin')) stdin.close();
    const sink = (channel: number) => ({
      write: (text: string) => {
        reply.data(channel, text);
        return true;
      },
      end: () => undefined,
    });
    const stdout = sink(channels.stdout);
    reply.begin(101);
    const started = this.kubelet.runtime.exec(container.id, {
      command,
      stdin,
      stdout,
      stderr: hasTty ? stdout : sink(channels.stderr),
      ...(tty === undefined ? {} : { tty }),
    });
    if (!started.ok) {
      reply.error(`error executing command in container: ${started.error.message}`);
      return undefined;
    }
    const process = started.value;
    process.onExit(() => reply.exit(process.exitCode ?? 0));
    return {
      data: (channel, text, isEnd) => input(stdin, tty, channel, text, isEnd),
      // The command goes on when its client leaves, as it does with containerd.
      ended: () => {
        reply.mute();
        stdin.close();
      },
    };
  }

  private attach(
    worker: PodWorker,
    name: string,
    { query }: ApiRequest,
    reply: Reply,
  ): Session | undefined {
    const container = this.runningContainer(worker, name);
    if (container === undefined) {
      reply.status(
        internalError(
          `unable to upgrade connection: container ${name} not found in pod ` +
            `${worker.pod.metadata.name}_${worker.pod.metadata.namespace ?? ''}`,
        ),
      );
      return undefined;
    }
    reply.begin(101);
    const hasInput = flagOf(query, 'stdin');
    const unwatch = container.log.watch((stream, text) => reply.data(channels[stream], text));
    const unfollow = container.log.follow(() => {
      if (!container.log.isEnded) return;
      leave();
      reply.exit(0);
    });
    const leave = () => {
      unwatch();
      unfollow();
      if (hasInput && container.config.isStdinOnce) container.stdin.close();
    };
    return {
      data: (channel, text, isEnd) => {
        if (!hasInput) return;
        const closes = isEnd && container.config.isStdinOnce;
        input(container.stdin, container.process?.tty, channel, text, closes);
      },
      ended: leave,
    };
  }

  /** Port i has the channels 2i (data) and 2i + 1 (errors). */
  private forward(worker: PodWorker, { query }: ApiRequest, reply: Reply): Session | undefined {
    const { sandboxes } = this.kubelet.runtime.recordsOf(worker.uid);
    const sandbox = sandboxes.findLast(({ isReady }) => isReady);
    const owner = sandbox?.pause;
    if (sandbox?.net === undefined || owner === undefined) {
      reply.status(
        internalError(
          `pod not found ("${worker.pod.metadata.name}_` +
            `${worker.pod.metadata.namespace ?? ''}")`,
        ),
      );
      return undefined;
    }
    const { net, id } = sandbox;
    const ports = (valueOf(query, 'ports') ?? valueOf(query, 'port') ?? '').split(',').map(Number);
    const texts = ports.map(() => '');
    reply.begin(101);
    return {
      data: (channel, text) => {
        const i = channel >> 1;
        const port = ports[i];
        if (port === undefined || channel % 2 === 1) return;
        texts[i] += text;
        const request = parseRequest(texts[i] ?? '');
        if (request === undefined) return;
        texts[i] = '';
        net.connect(
          owner,
          { ip: '127.0.0.1', port },
          {
            opened: (open) => open.send(request, `${request.method} ${request.path}`),
            received: (payload, open) => {
              if (!isHttpResponse(payload)) return;
              reply.data(channel, responseText(payload));
              open.close();
            },
            closed: (reason) => {
              if (reason === 'closed') return;
              reply.data(
                channel + 1,
                `error forwarding port ${port} to pod ${id}, uid : failed to ` +
                  `execute portforward in network namespace "/var/run/netns/cni-${id.slice(0, 8)}": ` +
                  `failed to connect to localhost:${port} inside namespace "${id}", IPv4: dial tcp4 ` +
                  `127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: ` +
                  'no suitable address found ',
              );
            },
          },
        );
      },
      ended: () => reply.mute(),
    };
  }
}

function input(
  stdin: Inbox<string>,
  tty: Tty | undefined,
  channel: number,
  text: string,
  isEnd: boolean,
): void {
  if (channel === channels.resize) {
    const width = /"Width":(\d+)/.exec(text)?.[1];
    if (tty !== undefined && width !== undefined) tty.columns = Number(width);
    return;
  }
  if (channel !== channels.stdin) return;
  if (tty !== undefined && text.includes('\x03')) {
    for (const process of tty.foreground) process.kill('SIGINT');
    return;
  }
  if (text !== '') stdin.push(text);
  if (isEnd) stdin.close();
}

/** Answers one request on its connection. */
class Reply {
  private readonly connection: Connection;
  private readonly id: number;
  private isOver = false;

  constructor(connection: Connection, id: number) {
    this.connection = connection;
    this.id = id;
  }

  whole(status: number, body: Json): void {
    this.send({ type: 'response', id: this.id, response: { status, body } });
    this.isOver = true;
  }

  /** A refusal, as a Status. */
  status(status: { readonly code?: number }): void {
    this.whole(status.code ?? 500, status as unknown as Json);
  }

  begin(status: number): void {
    this.send({ type: 'response', id: this.id, response: { status, body: null }, isStream: true });
  }

  data(channel: number, text: string): void {
    this.send({ type: 'data', id: this.id, channel, text });
  }

  /** The command has ended: its exit code goes over the error channel. */
  exit(code: number): void {
    this.data(
      channels.error,
      JSON.stringify(
        code === 0
          ? { metadata: {}, status: 'Success' }
          : {
              metadata: {},
              status: 'Failure',
              message: `command terminated with non-zero exit code: error executing command [], exit code ${code}`,
              reason: 'NonZeroExitCode',
              details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
            },
      ),
    );
    this.end();
  }

  /** It could not be run. */
  error(message: string): void {
    this.data(
      channels.error,
      JSON.stringify({
        metadata: {},
        status: 'Failure',
        message: `Internal error occurred: ${message}`,
        reason: 'InternalError',
        details: { causes: [{ message }] },
        code: 500,
      }),
    );
    this.end();
  }

  end(): void {
    this.send({ type: 'end', id: this.id });
    this.isOver = true;
  }

  /** Nobody listens any more. */
  mute(): void {
    this.isOver = true;
  }

  private send(message: ServerMessage): void {
    if (!this.isOver && this.connection.isOpen) this.connection.send(message);
  }
}
