/**
 * The kubelet's own server on port 10250: logs, exec, attach, port-forward, health. It speaks the
 * messages of client/wire.ts. Upstream: pkg/kubelet/server/server.go; the streams (streaming/) are
 * containerd's there. Simplified: no authentication.
 */
import { badRequest, notFound } from '../../api/status.ts';
import type { Connection } from '../../host/index.ts';
import { type ApiRequest, channels, type ClientMessage } from '../client/wire.ts';
import type { Kubelet } from './kubelet.ts';
import { loggedContainer, logOptions, LogReader } from './log-reader.ts';
import type { PodWorker } from './pod-worker.ts';
import { ResourceMetrics } from './resource-metrics.ts';
import { attach, exec } from './streaming/commands.ts';
import { portForward } from './streaming/port-forward.ts';
import { Reply, type Session } from './streaming/reply.ts';

export class KubeletServer {
  private readonly kubelet: Kubelet;
  private metrics: ResourceMetrics | undefined;

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
    if (request.path === '/metrics/resource') {
      this.metrics ??= new ResourceMetrics(this.kubelet);
      reply.whole(200, this.metrics.page());
      return undefined;
    }
    if (what === 'healthz') {
      reply.whole(200, 'ok');
      return undefined;
    }
    const worker = this.kubelet.findPod(namespace, name);
    if (worker === undefined) {
      if (what === 'containerLogs') reply.status(notFound({ group: '', plural: 'pods' }, name));
      else reply.whole(404, 'pod does not exist');
      return undefined;
    }
    switch (what) {
      case 'containerLogs':
        return this.logs(worker, container, request, reply);
      case 'exec':
        return exec(this.kubelet, { worker, name: container, request }, reply);
      case 'attach':
        return attach(this.kubelet, { worker, name: container, request }, reply);
      case 'portForward':
        return portForward(this.kubelet, { worker, name: container, request }, reply);
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
}
