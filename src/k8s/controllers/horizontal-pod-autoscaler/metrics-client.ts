/**
 * Asks the resource metrics API what Pods use. Upstream:
 * pkg/controller/podautoscaler/metrics/client.go (resourceMetricsClient).
 */
import { amountOf } from '../../../api/kinds/pod/facts.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import { type ApiClient, type ApiResponse, isOk } from '../../client/index.ts';
import type { PodUsage, UsageByPod } from './replicas.ts';

interface PodMetrics {
  readonly metadata: { readonly name: string };
  readonly timestamp?: string;
  readonly window?: string;
  readonly containers?: readonly {
    readonly name: string;
    readonly usage: Readonly<Record<string, string>>;
  }[];
}

/** Calls back with what is known, or why nothing is. */
export function fetchUsage(
  client: ApiClient, namespace: string, selector: string,
  done: (usage: UsageByPod | string) => void,
): void {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  client.request({ method: 'GET', path, query: { labelSelector: selector } }, (response) => {
    if (!isOk(response)) return done(problemOf(response));
    const { items = [] } = response.body as unknown as { items?: readonly PodMetrics[] };
    if (items.length === 0) return done('no metrics returned from resource metrics API');
    done(new Map(items.map((item) => [item.metadata.name, usageOf(item)])));
  });
}

function problemOf({ status, body }: ApiResponse): string {
  const what = 'unable to fetch metrics from resource metrics API: ';
  const where = '(get pods.metrics.k8s.io)';
  if (status === 404) return `${what}the server could not find the requested resource ${where}`;
  if (status === 503) return `${what}the server is currently unable to handle the request ${where}`;
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as { message?: string };
  return what + (message ?? `unknown ${where}`);
}

function usageOf({ timestamp = '', window = '', containers = [] }: PodMetrics): PodUsage {
  const amounts: Record<string, Readonly<Record<string, number>>> = {};
  for (const { name, usage } of containers) {
    amounts[name] = Object.fromEntries(Object.entries(usage).map(([resource, quantity]) =>
      [resource, amountOf(resource, quantity)]));
  }
  return {
    at: parseTime(timestamp) ?? 0, windowMs: Number.parseFloat(window) * 1000 || 0, containers: amounts,
  };
}
