/**
 * Services and EndpointSlices as kube-proxy sees them: one entry a Service port, with the
 * endpoints that this node may use. Upstream: pkg/proxy/servicechangetracker.go,
 * endpointslicecache.go, topology.go. Simplified: IPv4 only; hints (topology) are not followed.
 */
import { keyOf } from '../../api/object.ts';
import type { EndpointSlice, Service, ServicePort } from '../../api/types.gen.ts';
import { portName } from './chain-names.ts';

/** A Service's port. */
export interface ProxiedPort {
  /** `default/web:http`. */
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly clusterIP: string;
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly string[];
  readonly healthCheckNodePort: number;
  readonly isInternalLocal: boolean;
  readonly isExternalLocal: boolean;
  /** Seconds; undefined without session affinity. */
  readonly stickySeconds: number | undefined;
  readonly endpoints: readonly ProxiedEndpoint[];
}

export interface ProxiedEndpoint {
  readonly ip: string;
  /** `10.244.1.2:80`. */
  readonly address: string;
  readonly isLocal: boolean;
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
}

/** All ports of all Services that have a cluster IP, in the order of their names. */
export function proxiedPorts(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  nodeName: string,
): readonly ProxiedPort[] {
  const byService = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (service === undefined || slice.addressType !== 'IPv4') continue;
    const key = `${slice.metadata.namespace ?? ''}/${service}`;
    const others = byService.get(key);
    if (others === undefined) byService.set(key, [slice]);
    else others.push(slice);
  }
  return services
    .filter(isProxied)
    .flatMap((service) =>
      (service.spec?.ports ?? [])
        .filter(({ protocol }) => protocol !== 'SCTP')
        .map((port) => proxiedPort(service, port, byService.get(keyOf(service)) ?? [], nodeName)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function isProxied({ spec, metadata }: Service): boolean {
  const ip = spec?.clusterIP;
  return (
    ip !== undefined &&
    ip !== '' &&
    ip !== 'None' &&
    spec?.type !== 'ExternalName' &&
    metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined
  );
}

function proxiedPort(
  service: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
  nodeName: string,
): ProxiedPort {
  const spec = service.spec as NonNullable<Service['spec']>;
  const sticky = spec.sessionAffinity === 'ClientIP';
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  return {
    name: portName(keyOf(service), port.name),
    protocol: port.protocol === 'UDP' ? 'udp' : 'tcp',
    clusterIP: spec.clusterIP ?? '',
    port: port.port,
    nodePort: port.nodePort ?? 0,
    externalIPs: spec.externalIPs ?? [],
    loadBalancerIPs: ingress.flatMap(({ ip, ipMode }) =>
      ip === undefined || ipMode === 'Proxy' ? [] : [ip],
    ),
    sourceRanges: (spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()),
    healthCheckNodePort: spec.healthCheckNodePort ?? 0,
    isInternalLocal: spec.internalTrafficPolicy === 'Local',
    isExternalLocal: spec.externalTrafficPolicy === 'Local',
    stickySeconds: sticky
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800)
      : undefined,
    endpoints: endpointsOf(port.name ?? '', slices, nodeName),
  };
}

/** By address, as upstream sorts them; an address that two slices name counts once. */
function endpointsOf(
  name: string,
  slices: readonly EndpointSlice[],
  nodeName: string,
): readonly ProxiedEndpoint[] {
  const found = new Map<string, ProxiedEndpoint>();
  for (const { endpoints, ports } of slices) {
    const number = ports?.find((port) => (port.name ?? '') === name)?.port;
    if (number === undefined) continue;
    for (const { addresses, conditions, nodeName: at } of endpoints) {
      const [ip] = addresses;
      if (ip === undefined) continue;
      const address = `${ip}:${number}`;
      const isReady = conditions?.ready ?? true;
      found.set(address, {
        ip,
        address,
        isReady,
        isLocal: at === nodeName,
        isServing: conditions?.serving ?? isReady,
        isTerminating: conditions?.terminating ?? false,
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Which endpoints each policy uses. */
export interface Categories {
  readonly cluster: readonly ProxiedEndpoint[];
  readonly local: readonly ProxiedEndpoint[];
  /** All that this node sends traffic to. */
  readonly reachable: readonly ProxiedEndpoint[];
  /** Whether there is any usable endpoint on any node. */
  readonly hasAny: boolean;
}

/** Ready endpoints; where there are none, those that terminate but still serve. */
export function categorize(port: ProxiedPort): Categories {
  const { endpoints } = port;
  const isExternal = isExternallyAccessible(port);
  const usesCluster = !port.isInternalLocal || isExternal;
  const usesLocal = port.isInternalLocal || (isExternal && port.isExternalLocal);
  const best = (all: readonly ProxiedEndpoint[]) => {
    const ready = all.filter(({ isReady }) => isReady);
    return ready.length > 0 ? ready : all.filter((e) => e.isServing && e.isTerminating);
  };
  const anywhere = best(endpoints);
  const cluster = usesCluster ? anywhere : [];
  const local = usesLocal ? best(endpoints.filter(({ isLocal }) => isLocal)) : [];
  const both = new Map([...cluster, ...local].map((endpoint) => [endpoint.address, endpoint]));
  return { cluster, local, reachable: [...both.values()], hasAny: anywhere.length > 0 };
}

export const isExternallyAccessible = (port: ProxiedPort): boolean =>
  port.nodePort !== 0 || port.externalIPs.length > 0 || port.loadBalancerIPs.length > 0;
