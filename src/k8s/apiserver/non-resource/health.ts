/**
 * /healthz, /livez, /readyz. Follows apiserver pkg/server/healthz/healthz.go and
 * pkg/server/genericapiserver.go.
 */
import { goQuote } from '../../../api/go-text.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Exchange } from '../exchange.ts';

interface Check {
  readonly name: string;
  readonly isPassing: (x: Exchange) => boolean;
}

const ping: Check = { name: 'ping', isPassing: () => true };
const log: Check = { name: 'log', isPassing: () => true };
const etcd: Check = { name: 'etcd', isPassing: ({ server }) => server.etcd.isConnected };
const etcdReadiness: Check = { ...etcd, name: 'etcd-readiness' };
const informerSync: Check = { name: 'informer-sync', isPassing: ({ server }) => server.isReady };
/** In the order in which 1.33 has them, also those of what is not simulated. */
const hooks: readonly Check[] = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'aggregator-reload-proxy-client-cert',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
  'autoregister-completion',
  'apiservice-openapi-controller',
  'apiservice-openapiv3-controller',
].map((name) => ({
  name: name === 'autoregister-completion' ? name : `poststarthook/${name}`,
  isPassing: ({ server }: Exchange) => server.isReady,
}));
const shutdown: Check = { name: 'shutdown', isPassing: () => true };

const checks: Readonly<Record<string, readonly Check[]>> = {
  healthz: [ping, log, etcd, ...hooks],
  livez: [ping, log, etcd, ...hooks],
  readyz: [ping, log, etcd, etcdReadiness, informerSync, ...hooks, shutdown],
};

const headers = Object.freeze({
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
});

export function health(x: Exchange): ApiResponse | undefined {
  const [, group = '', ...rest] = x.request.path.split('/');
  const all = checks[group];
  if (all === undefined) return undefined;
  const name = rest.join('/');
  if (name !== '') {
    const check = all.find((one) => one.name === name);
    if (check === undefined) return undefined;
    return check.isPassing(x)
      ? { status: 200, headers, body: 'ok' }
      : { status: 500, headers, body: `internal server error: ${name} failed: reason withheld\n` };
  }
  return report(x, group, all);
}

function report(x: Exchange, group: string, all: readonly Check[]): ApiResponse {
  const excluded = new Set([x.request.query?.['exclude'] ?? []].flat());
  const lines = all.map((check) => {
    if (excluded.delete(check.name)) return `[+]${check.name} excluded: ok\n`;
    return check.isPassing(x)
      ? `[+]${check.name} ok\n`
      : `[-]${check.name} failed: reason withheld\n`;
  });
  if (excluded.size > 0) {
    const names = [...excluded].sort().map(goQuote).join(', ');
    lines.push(
      `warn: some health checks cannot be excluded: no matches for ${names}\n`,
    );
  }
  const hasFailed = lines.some((line) => line.startsWith('[-]'));
  if (hasFailed) return { status: 500, headers, body: `${lines.join('')}${group} check failed\n` };
  const isVerbose = x.request.query?.['verbose'] !== undefined;
  return {
    status: 200,
    headers,
    body: isVerbose ? `${lines.join('')}${group} check passed\n` : 'ok',
  };
}

/** All paths of health checks: `/healthz`, `/healthz/etcd`… */
export const healthPaths = (): readonly string[] =>
  Object.entries(checks).flatMap(([group, all]) => [
    `/${group}`,
    ...all.map(({ name }) => `/${group}/${name}`),
  ]);
