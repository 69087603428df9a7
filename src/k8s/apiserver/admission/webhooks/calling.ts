/**
 * Calling a webhook: the Service's address, a connection through the node's network, TLS. Follows
 * apiserver pkg/util/webhook/client.go and aggregator's service resolvers. No program of this
 * simulation has a certificate of its own, so no call comes to an answer: what is listening answers
 * in plain HTTP, which a client of TLS cannot use. That is told as Go tells it.
 */
import type { Service } from '../../../../api/types.gen.ts';
import type { CloseReason } from '../../../../host/index.ts';
import type { Story } from '../../../../kernel/index.ts';
import { type Exchange, pause } from '../../exchange.ts';
import type { Webhook } from './matching.ts';

const lookMs = 1;

/** Why the call failed, as after `failed to call webhook: `. */
export function* callProblem(x: Exchange, hook: Webhook): Story<string> {
  const seconds = hook.timeoutSeconds ?? 10;
  const post = (problem: string) => `Post "${urlOf(hook)}?timeout=${seconds}s": ${problem}`;
  const { service } = hook.clientConfig;
  if (service === undefined) return post(`dial tcp: lookup ${hostOf(urlOf(hook))}: no such host`);
  const services = x.server.registry.named('services');
  const found = services?.cache.get(services.key(service.namespace, service.name))?.object;
  if (found === undefined) return post(`service "${service.name}" not found`);
  const port = service.port ?? 443;
  const problem = serviceProblem(found as Service, port);
  if (problem !== undefined) return post(problem);
  const ip = (found as Service).spec?.clusterIP ?? '';
  return post(yield* dialProblem(x, ip, port, seconds * 1000));
}

function serviceProblem({ metadata, spec }: Service, port: number): string | undefined {
  if (!(spec?.ports ?? []).some((one) => one.port === port)) {
    return `no service port ${port} found for service "${metadata.name}"`;
  }
  if (spec?.clusterIP && spec.clusterIP !== 'None') return undefined;
  return `service type "${spec?.type ?? ''}" is not supported`;
}

function urlOf({ clientConfig: { service, url = '' } }: Webhook): string {
  if (service === undefined) return url;
  const { name, namespace, path = '', port = 443 } = service;
  return `https://${name}.${namespace}.svc:${port}${path.startsWith('/') ? path : `/${path}`}`;
}

const hostOf = (url: string): string => /^https:\/\/([^/:]+)/.exec(url)?.[1] ?? url;

const words: Readonly<Record<CloseReason, string>> = {
  refused: 'connect: connection refused',
  unreachable: 'connect: no route to host',
  reset: 'read: connection reset by peer',
  closed: 'EOF',
  timeout: 'i/o timeout',
};

function* dialProblem(x: Exchange, ip: string, port: number, patienceMs: number): Story<string> {
  const { process, site } = x.server;
  const until = site.now + patienceMs;
  let outcome: string | undefined;
  const connection = process.net.connect(
    process,
    { ip, port },
    {
      opened: () => (outcome ??= 'http: server gave HTTP response to HTTPS client'),
      received: () => undefined,
      closed: (reason) => (outcome ??= `dial tcp ${ip}:${port}: ${words[reason]}`),
    },
  );
  try {
    while (outcome === undefined && site.now < until) yield* pause(lookMs);
  } finally {
    connection.close();
  }
  return outcome ?? 'context deadline exceeded';
}
