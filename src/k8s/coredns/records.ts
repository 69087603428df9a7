/**
 * The `kubernetes` plugin's answers: names of Services, of their endpoints and of Pods' addresses,
 * and back, after the DNS-Based Service Discovery specification 1.1.0. Upstream: coredns
 * plugin/kubernetes/kubernetes.go, parse.go, reverse.go. Simplified: IPv4; no zone transfer.
 */
import type { EndpointSlice, Namespace, Service } from '../../api/types.gen.ts';
import { isIp } from '../../host/net/address.ts';
import type { DnsRecord, RecordType } from '../../host/net/dns.ts';

/** What the plugin's caches can tell. */
export interface ClusterView {
  service(key: string): Service | undefined;
  slices(serviceKey: string): readonly EndpointSlice[];
  namespace(name: string): Namespace | undefined;
  /** Services whose cluster IP this is. */
  servicesAt(ip: string): readonly Service[];
  /** EndpointSlices that have this address. */
  slicesAt(ip: string): readonly EndpointSlice[];
}

export interface ZoneOptions {
  readonly ttl: number;
  readonly pods: 'disabled' | 'insecure' | 'verified';
}

/** What was found; undefined: there is no such name (NXDOMAIN). An empty list is NODATA. */
export type Found = readonly DnsRecord[] | undefined;

interface Target {
  readonly host: string;
  readonly ip: string;
}

/** Looks a name of the zone up. @param relative the name without `.cluster.local`. */
export function lookUp(
  view: ClusterView,
  name: string,
  type: RecordType,
  zone: string,
  options: ZoneOptions,
): Found {
  const relative = name === zone ? '' : name.slice(0, -zone.length - 1);
  const labels = relative === '' ? [] : relative.split('.');
  const kind = labels.pop();
  if (kind === undefined) return [];
  if (kind !== 'svc' && kind !== 'pod') return undefined;
  const namespace = labels.pop();
  if (namespace === undefined) return [];
  if (kind === 'pod') return podRecords(view, name, labels, namespace, type, options);
  const service = labels.pop();
  if (service === undefined) return view.namespace(namespace) === undefined ? undefined : [];
  return serviceRecords(
    { view, name, type, zone, ttl: options.ttl },
    `${namespace}/${service}`,
    labels,
  );
}

interface Question {
  readonly view: ClusterView;
  readonly name: string;
  readonly type: RecordType;
  readonly zone: string;
  readonly ttl: number;
}

function podRecords(
  view: ClusterView,
  name: string,
  labels: readonly string[],
  namespace: string,
  type: RecordType,
  { pods, ttl }: ZoneOptions,
): Found {
  if (pods === 'disabled' || view.namespace(namespace) === undefined) return undefined;
  if (labels.length === 0) return [];
  const ip = (labels[0] ?? '').replaceAll('-', '.');
  if (labels.length > 1 || !isIp(ip)) return undefined;
  return type === 'A' ? [{ name, type: 'A', ttl, data: ip }] : [];
}

function serviceRecords(question: Question, key: string, labels: readonly string[]): Found {
  const { view, name, type, ttl } = question;
  const service = view.service(key);
  if (service === undefined) return undefined;
  const { type: kind, externalName = '' } = service.spec ?? {};
  if (kind === 'ExternalName') {
    return labels.length === 0 ? [{ name, type: 'CNAME', ttl, data: externalName }] : undefined;
  }
  const isPort = labels.length === 2 && (labels[0] ?? '').startsWith('_');
  if (labels.length > 1 && !isPort) return undefined;
  const [endpoint] = labels.length === 1 ? labels : [];
  const targets = targetsOf(question, service, key, endpoint);
  if (targets.length === 0) return undefined;
  if (type === 'A') {
    return isPort ? [] : targets.map(({ ip }) => ({ name, type: 'A', ttl, data: ip }));
  }
  return type === 'SRV'
    ? srvRecords(question, service, key, isPort ? labels : undefined, targets)
    : [];
}

const isHeadless = ({ spec }: Service): boolean =>
  spec?.clusterIP === 'None' || spec?.clusterIP === undefined || spec.clusterIP === '';

/** The addresses behind a name: the cluster's, or those of the endpoints. */
function targetsOf(
  { view, zone }: Question,
  service: Service,
  key: string,
  endpoint: string | undefined,
): readonly Target[] {
  const domain = `${service.metadata.name ?? ''}.${service.metadata.namespace ?? ''}.svc.${zone}`;
  if (!isHeadless(service) && endpoint === undefined) {
    return [{ host: domain, ip: service.spec?.clusterIP ?? '' }];
  }
  const isAll = service.spec?.publishNotReadyAddresses === true;
  const targets: Target[] = [];
  for (const slice of view.slices(key)) {
    for (const { addresses, hostname, conditions } of slice.endpoints) {
      const [ip] = addresses;
      if (ip === undefined || (!isAll && conditions?.ready === false)) continue;
      const label = hostname ?? ip.replaceAll('.', '-');
      if (endpoint === undefined || endpoint === label)
        targets.push({ host: `${label}.${domain}`, ip });
    }
  }
  return targets;
}

function srvRecords(
  { name, ttl, view }: Question,
  service: Service,
  key: string,
  labels: readonly string[] | undefined,
  targets: readonly Target[],
): Found {
  const ports = isHeadless(service)
    ? (view.slices(key)[0]?.ports ?? [])
    : (service.spec?.ports ?? []);
  const wanted = ports.filter(
    ({ name: portName = '', protocol = 'TCP' }) =>
      labels === undefined ||
      (labels[0] === `_${portName}` && labels[1] === `_${protocol.toLowerCase()}`),
  );
  if (wanted.length === 0) return undefined;
  const weight = Math.floor(100 / (targets.length * wanted.length)) || 1;
  return wanted.flatMap(({ port = 0 }) =>
    targets.map(({ host }): DnsRecord => ({
      name,
      type: 'SRV',
      ttl,
      data: `0 ${weight} ${port} ${host}`,
    })),
  );
}

/** The names of an address. */
export function lookUpAddress(
  view: ClusterView,
  ip: string,
  zone: string,
  name: string,
  ttl: number,
): Found {
  const [service] = view.servicesAt(ip);
  if (service !== undefined) {
    const { name: of = '', namespace = '' } = service.metadata;
    return [{ name, type: 'PTR', ttl, data: `${of}.${namespace}.svc.${zone}` }];
  }
  const records: DnsRecord[] = [];
  for (const { metadata, endpoints } of view.slicesAt(ip)) {
    const of = metadata.labels?.['kubernetes.io/service-name'] ?? '';
    for (const { addresses, hostname } of endpoints) {
      if (!addresses.includes(ip)) continue;
      const label = hostname ?? ip.replaceAll('.', '-');
      const data = `${label}.${of}.${metadata.namespace ?? ''}.svc.${zone}`;
      records.push({ name, type: 'PTR', ttl, data });
    }
  }
  return records.length > 0 ? records : undefined;
}
