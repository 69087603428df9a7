/**
 * Tells a load balancer whether this node has endpoints of a Service that wants its clients'
 * addresses kept (`externalTrafficPolicy: Local`): each such Service has a port of its own, on every
 * node. Upstream: pkg/proxy/healthcheck/service_health.go.
 */
import type { Listener, Process } from '../../host/index.ts';
import { httpResponse } from '../../host/net/http.ts';
import { serveHttp } from '../../host/net/serve-http.ts';
import type { ProxiedPort } from './service-ports.ts';

interface Served {
  readonly listener: Listener;
  namespace: string;
  name: string;
  localEndpoints: number;
}

export class ServiceHealth {
  private readonly process: Process;
  private readonly served = new Map<number, Served>();

  constructor(process: Process) {
    this.process = process;
  }

  /** The Services as they are now: what is new is served, what is gone no more. */
  follow(ports: readonly ProxiedPort[], isHealthy: () => boolean): void {
    const wanted = new Map<number, { key: string; locals: Set<string> }>();
    for (const { name, healthCheckNodePort: port, endpoints } of ports) {
      if (port === 0) continue;
      const one = wanted.get(port) ?? { key: name.split(':')[0] ?? '', locals: new Set() };
      // An address counts once, however many ports it has.
      for (const { ip, isLocal, isReady } of endpoints) if (isLocal && isReady) one.locals.add(ip);
      wanted.set(port, one);
    }
    for (const [port, { listener }] of this.served) {
      if (wanted.has(port)) continue;
      listener.close();
      this.served.delete(port);
    }
    for (const [port, { key, locals }] of wanted) {
      const [namespace = '', name = ''] = key.split('/');
      const served = this.served.get(port);
      if (served !== undefined) Object.assign(served, { namespace, name, localEndpoints: locals.size });
      else this.serve(port, { namespace, name, localEndpoints: locals.size }, isHealthy);
    }
  }

  private serve(port: number, about: Omit<Served, 'listener'>, isHealthy: () => boolean): void {
    const listener = serveHttp(this.process, port, () => {
      const { namespace, name, localEndpoints } = this.served.get(port) ?? about;
      const isGood = localEndpoints > 0 && isHealthy();
      const body = JSON.stringify(
        { service: { namespace, name }, localEndpoints, serviceProxyHealthy: isHealthy() }, null, '\t',
      );
      return httpResponse(isGood ? 200 : 503, body, {
        'Content-Type': 'application/json',
        'X-Content-Type-Options': 'nosniff',
        'X-Load-Balancing-Endpoint-Weight': String(localEndpoints),
      });
    });
    if (listener !== undefined) this.served.set(port, { listener, ...about });
  }
}
