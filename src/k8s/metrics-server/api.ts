/**
 * The API of metrics.k8s.io/v1beta1: usage of nodes and of Pods, computed for each request.
 * Upstream: metrics-server pkg/api (node.go, pod.go).
 */
import type { Json, JsonObject } from '../../api/object.ts';
import { matches, parseSelector } from '../../api/selectors.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Lister } from '../client/index.ts';
import type { ApiRequest, ApiResponse } from '../client/wire.ts';
import type { Samples, Usage } from './samples.ts';

export interface Facts {
  readonly samples: Samples;
  readonly pods: Lister<Pod>;
  readonly nodes: Lister<Node>;
}

const root = '/apis/metrics.k8s.io/v1beta1';
const apiVersion = 'metrics.k8s.io/v1beta1';

/** As objects, or (for `kubectl get`) as a Table. */
export function answer(request: ApiRequest, facts: Facts): ApiResponse {
  const response = objectsFor(request, facts);
  const isTable = request.headers?.['accept']?.includes('as=Table') === true;
  return isTable && response.status === 200 ? { ...response, body: tableOf(response.body) } : response;
}

function objectsFor({ path, query }: ApiRequest, facts: Facts): ApiResponse {
  const parts = path.slice(root.length + 1).split('/');
  const selector = parseSelector(String(query?.['labelSelector'] ?? ''));
  const [first, second, third, fourth] = parts;
  if (first === 'nodes') {
    if (second !== undefined) return one('nodes', second, nodeMetrics(facts, second));
    const nodes = facts.nodes.list().filter(({ metadata }) => matches(selector, metadata.labels));
    return list('NodeMetricsList', nodes.map(({ metadata }) => nodeMetrics(facts, metadata.name)));
  }
  const isNamespaced = first === 'namespaces' && third === 'pods';
  if (isNamespaced && fourth !== undefined) {
    return one('pods', `${second}/${fourth}`, podMetrics(facts, facts.pods.get(`${second}/${fourth}`)));
  }
  if (!isNamespaced && first !== 'pods') return { status: 404, body: '404 page not found\n' };
  const all = isNamespaced ? facts.pods.inNamespace(second ?? '') : facts.pods.list();
  const pods = all.filter(({ metadata }) => matches(selector, metadata.labels));
  return list('PodMetricsList', pods.map((pod) => podMetrics(facts, pod)));
}

const list = (kind: string, items: readonly (JsonObject | undefined)[]): ApiResponse => ({
  status: 200,
  body: {
    kind,
    apiVersion,
    metadata: {},
    items: items.filter((item) => item !== undefined) as readonly Json[],
  },
});

function one(resource: string, name: string, item: JsonObject | undefined): ApiResponse {
  if (item !== undefined) return { status: 200, body: item };
  const kind = resource === 'nodes' ? 'nodemetrics' : 'podmetrics';
  return {
    status: 404,
    body: {
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure',
      message: `${kind}.metrics.k8s.io "${name}" not found`,
      reason: 'NotFound',
      details: { name, group: 'metrics.k8s.io', kind },
      code: 404,
    },
  };
}

const usageText = ({ cpuNanos, memory }: Usage): JsonObject => ({
  cpu: `${cpuNanos}n`, memory: `${Math.floor(memory / 1024)}Ki`,
});

const window = ({ windowMs }: Usage): string => `${(windowMs / 1000).toFixed(3).replace(/\.?0+$/, '')}s`;

const meta = ({ metadata }: Node | Pod): JsonObject => ({
  name: metadata.name,
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
});

function nodeMetrics({ samples, nodes }: Facts, name: string): JsonObject | undefined {
  const node = nodes.get(name);
  const usage = samples.node(name);
  if (node === undefined || usage === undefined) return undefined;
  return {
    kind: 'NodeMetrics',
    apiVersion,
    metadata: { ...meta(node), creationTimestamp: formatTime(usage.at) },
    timestamp: formatTime(usage.at),
    window: window(usage),
    usage: usageText(usage),
  };
}

/** Only when all of its containers can be told of. */
function podMetrics({ samples }: Facts, pod: Pod | undefined): JsonObject | undefined {
  const node = pod?.spec.nodeName;
  if (pod === undefined || !node || pod.status?.phase !== 'Running') return undefined;
  const { namespace, name } = pod.metadata;
  const containers: JsonObject[] = [];
  let last: Usage | undefined;
  for (const container of pod.spec.containers) {
    const usage = samples.container(node, `${namespace}/${name}/${container.name}`);
    if (usage === undefined) return undefined;
    last = usage;
    containers.push({ name: container.name, usage: usageText(usage) });
  }
  if (last === undefined) return undefined;
  return {
    kind: 'PodMetrics',
    apiVersion,
    metadata: { ...meta(pod), creationTimestamp: formatTime(last.at) },
    timestamp: formatTime(last.at),
    window: window(last),
    containers,
  };
}

const columns = ['Name', 'cpu', 'memory', 'Window'].map((name) => ({
  name, type: 'string', format: name === 'Name' ? 'name' : '', description: '', priority: 0,
}));

interface Measured {
  readonly metadata: JsonObject;
  readonly window: string;
  readonly usage?: Readonly<Record<string, string>>;
  readonly containers?: readonly { readonly usage: Readonly<Record<string, string>> }[];
}

function tableOf(body: Json): JsonObject {
  const { items = [body] } = body as { items?: readonly Json[] };
  const rows = (items as unknown as readonly Measured[]).map((item) => {
    const usages = item.usage === undefined
      ? (item.containers ?? []).map(({ usage }) => usage)
      : [item.usage];
    const sum = (name: string) =>
      usages.reduce((total, usage) => total + Number.parseInt(usage[name] ?? '0', 10), 0);
    const cells = [item.metadata['name'] ?? '', `${sum('cpu')}n`, `${sum('memory')}Ki`, item.window];
    const object = {
      kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item.metadata,
    };
    return { cells, object };
  });
  const head = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {} };
  return { ...head, columnDefinitions: columns, rows } as unknown as JsonObject;
}
