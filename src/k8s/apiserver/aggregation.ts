/**
 * Groups that another server serves, for which an APIService names a Service: requests are passed
 * on to one of its endpoints, and the answer comes back as it is. metrics.k8s.io is the one such
 * group that is known here: its discovery is written down, not asked for.
 * Follows kube-aggregator pkg/apiserver/handler_proxy.go and
 * pkg/controllers/status/remote/remote_available_controller.go.
 */
import type { APIService, EndpointSlice, Service } from '../../api/types.gen.ts';
import type { Connection } from '../../host/index.ts';
import type { ApiResponse, ServerMessage } from '../client/wire.ts';
import { prefixEnd } from '../etcd/index.ts';
import type { Exchange, Handler, Server } from './exchange.ts';
import type { Listed } from './non-resource/discovery.ts';
import type { Resource } from './resource.ts';

const metricsGroup = 'metrics.k8s.io';

/** What metrics-server serves. */
const metricsResources: readonly Listed[] = [
  { name: 'nodes', kind: 'NodeMetrics', namespaced: false },
  { name: 'pods', kind: 'PodMetrics', namespaced: true },
].map((one) => ({
  ...one, singular: '', group: metricsGroup, version: 'v1beta1', verbs: ['get', 'list'],
  shortNames: [], categories: [],
}));

const cached = <T>({ registry }: Server, plural: string, key: (resource: Resource) => string) => {
  const resource = registry.named(plural);
  return resource?.cache.get(key(resource))?.object as T | undefined;
};

/** The APIService of a group and version, when it is another server's. */
export function foreignService(server: Server, group: string, version: string): APIService | undefined {
  const found = cached<APIService>(server, 'apiservices.apiregistration.k8s.io', (kind) => kind.key('', `${version}.${group}`));
  return found?.spec?.service === undefined ? undefined : found;
}

const isAvailable = ({ status }: APIService): boolean =>
  status?.conditions?.some((one) => one.type === 'Available' && one.status === 'True') === true;

/** What discovery lists of other servers' groups. */
export function foreignResources(server: Server): readonly Listed[] {
  const service = foreignService(server, metricsGroup, 'v1beta1');
  return service !== undefined && isAvailable(service) ? metricsResources : [];
}

interface Backend {
  readonly ip: string;
  readonly port: number;
}

/** A condition for an APIService's status: who would answer, or why nobody. */
export interface Availability {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly backend?: Backend;
}

export function availabilityOf(server: Server, { spec }: APIService): Availability {
  const { namespace = '', name = '', port = 443 } = spec?.service ?? {};
  const service = cached<Service>(server, 'services', (kind) => kind.key(namespace, name));
  const no = (reason: string, message: string): Availability => ({ status: 'False', reason, message });
  if (service === undefined) {
    return no('ServiceNotFound', `service/${name} in "${namespace}" is not present`);
  }
  const served = service.spec.ports?.find((one) => one.port === port);
  if (served === undefined) {
    return no('ServicePortError', `service/${name} in "${namespace}" is not listening on port ${port}`);
  }
  const backend = endpointOf(server, namespace, name, served.name ?? '');
  if (backend === undefined) {
    return no('MissingEndpoints', `endpoints for service/${name} in "${namespace}" have no ` +
      `addresses with port name "${served.name ?? ''}"`);
  }
  return { status: 'True', reason: 'Passed', message: 'all checks passed', backend };
}

function endpointOf(
  { registry }: Server, namespace: string, service: string, portName: string,
): Backend | undefined {
  const slices = registry.named('endpointslices.discovery.k8s.io');
  if (slices === undefined) return undefined;
  const scope = slices.scope(namespace);
  for (const { object } of slices.cache.under(scope, prefixEnd(scope))) {
    const { metadata, endpoints, ports = [] } = object as EndpointSlice;
    if (metadata.labels?.['kubernetes.io/service-name'] !== service) continue;
    const port = ports.find((one) => (one.name ?? '') === portName)?.port;
    const ready = endpoints.find(({ conditions }) => conditions?.ready !== false);
    const ip = ready?.addresses[0];
    if (port !== undefined && ip !== undefined) return { ip, port };
  }
  return undefined;
}

/** Passes a request on, if it is of a group that another server serves. */
export function relayOf(x: Exchange): Handler | undefined {
  const service = foreignService(x.server, x.route.group, x.route.version);
  if (service === undefined) return undefined;
  const { backend } = availabilityOf(x.server, service);
  if (backend === undefined || !isAvailable(service)) return unavailable;
  // oxlint-disable-next-line require-yield -- the answer comes over the stream
  return function* () {
    relay(x, backend);
    return undefined;
  };
}

/** In text, as Go's http.Error says it (handler_proxy.go, proxyError). */
const unreachable: ApiResponse = Object.freeze({
  status: 503,
  headers: Object.freeze({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  }),
  body: 'service unavailable\n',
});

// oxlint-disable-next-line require-yield -- a handler is a story, whether or not it has to wait
const unavailable: Handler = function* () {
  return unreachable;
};

function relay(x: Exchange, { ip, port }: Backend): void {
  const { process } = x.server;
  const { request, stream } = x;
  let isOver = false;
  const finish = (answer: () => void) => {
    if (isOver) return;
    isOver = true;
    answer();
    connection.close();
  };
  const connection: Connection = process.net.connect(
    process,
    { ip, port },
    {
      opened: (opened) =>
        opened.send({ type: 'request', id: 1, request }, `${request.method} ${request.path}`),
      received: (payload) => {
        const message = payload as ServerMessage;
        if (message.type === 'response') finish(() => stream.respond(message.response));
      },
      closed: () =>
        finish(() => stream.respond(unreachable)),
    },
    { timeoutMs: 30_000 },
  );
  stream.ended = () => finish(() => undefined);
}
