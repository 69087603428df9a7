/** `describe service`, `endpoints`, `endpointslice`. */
import { formatLabels } from '../../../api/selectors.ts';
import type { EndpointSlice, Endpoints, LoadBalancerIngress, Service, ServicePort } from '../../../api/types.gen.ts';
import { itemsOf } from '../targets.ts';
import { type Describer, eventsOf, writeHead } from './describer.ts';
import { writeEvents } from './events.ts';
import { type DescribeWriter, orNone } from './writer.ts';

export const describeService: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as Service;
  const list = yield* subject.context.request({
    path: `/apis/discovery.k8s.io/v1/namespaces/${subject.namespace}/endpointslices`,
    query: { labelSelector: `kubernetes.io/service-name=${subject.name}` },
  });
  const slices = itemsOf(list) as unknown as readonly EndpointSlice[];
  const events = yield* eventsOf(subject);
  writeHead(w, metadata);
  w.field(0, 'Selector', orNone(formatLabels(spec?.selector)));
  w.field(0, 'Type', spec?.type);
  if (spec?.ipFamilyPolicy) w.field(0, 'IP Family Policy', spec.ipFamilyPolicy);
  w.field(0, 'IP Families', orNone((spec?.ipFamilies ?? []).join(',')));
  w.field(0, 'IP', spec?.clusterIP);
  w.field(0, 'IPs', orNone((spec?.clusterIPs ?? []).join(',')));
  if (spec?.externalIPs?.length) w.field(0, 'External IPs', spec.externalIPs.join(','));
  if (spec?.loadBalancerIP) w.field(0, 'Desired LoadBalancer IP', spec.loadBalancerIP);
  if (spec?.externalName) w.field(0, 'External Name', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) w.field(0, 'LoadBalancer Ingress', ingress.map(ingressText).join(', '));
  for (const port of spec?.ports ?? []) writePort(w, port, slices);
  w.field(0, 'Session Affinity', spec?.sessionAffinity);
  if (spec?.externalTrafficPolicy) w.field(0, 'External Traffic Policy', spec.externalTrafficPolicy);
  if (spec?.internalTrafficPolicy) w.field(0, 'Internal Traffic Policy', spec.internalTrafficPolicy);
  if (spec?.healthCheckNodePort) w.field(0, 'HealthCheck NodePort', spec.healthCheckNodePort);
  if (spec?.loadBalancerSourceRanges?.length) {
    w.field(0, 'LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','));
  }
  writeEvents(w, events);
};

const ingressText = ({ ip, ipMode, hostname = '' }: LoadBalancerIngress): string =>
  ip ? (ipMode === undefined ? ip : `${ip} (${ipMode})`) : hostname;

function writePort(w: DescribeWriter, port: ServicePort, slices: readonly EndpointSlice[]): void {
  const name = port.name || '<unset>';
  const protocol = port.protocol ?? 'TCP';
  w.field(0, 'Port', `${name}\t${port.port}/${protocol}`);
  w.field(0, 'TargetPort', `${port.targetPort ?? port.port}/${protocol}`);
  if (port.nodePort) w.field(0, 'NodePort', `${name}\t${port.nodePort}/${protocol}`);
  w.field(0, 'Endpoints', endpointsText(slices, port.name ?? ''));
}

/** The first three ready endpoints of a port, and how many more there are. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const found = slices.flatMap(({ ports, endpoints }) => {
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
      .map(({ addresses }) => addresses?.[0] ?? '');
    if (ports === undefined || ports === null || ports.length === 0) return ready;
    return ports.filter(({ name = '' }) => (name ?? '') === portName)
      .flatMap(({ port }) => ready.map((address) => `${address}:${port ?? 0}`));
  });
  const text = found.slice(0, 3).join(',');
  return found.length > 3 ? `${text} + ${found.length - 3} more...` : text;
}

export const describeEndpoints: Describer = function* (w, subject) {
  const { metadata, subsets = [] } = subject.object as unknown as Endpoints;
  const events = yield* eventsOf(subject);
  writeHead(w, metadata);
  w.write(0, 'Subsets:\n');
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    w.field(1, 'Addresses', orNone(addresses.map(({ ip }) => ip).join(',')));
    w.field(1, 'NotReadyAddresses', orNone(notReadyAddresses.map(({ ip }) => ip).join(',')));
    if (ports.length > 0) {
      w.write(1, 'Ports:\n');
      w.write(2, 'Name\tPort\tProtocol\n');
      w.write(2, '----\t----\t--------\n');
    }
    for (const { name, port, protocol } of ports) {
      w.write(2, `${name || '<unset>'}\t${port}\t${protocol ?? ''}\n`);
    }
    w.write(0, '\n');
  }
  writeEvents(w, events);
};

export const describeEndpointSlice: Describer = function* (w, subject) {
  const slice = subject.object as unknown as EndpointSlice;
  const events = yield* eventsOf(subject);
  writeHead(w, slice.metadata);
  w.field(0, 'AddressType', slice.addressType);
  const ports = slice.ports ?? [];
  if (ports.length === 0) w.write(0, 'Ports: <unset>\n');
  else {
    w.write(0, 'Ports:\n');
    w.write(1, 'Name\tPort\tProtocol\n');
    w.write(1, '----\t----\t--------\n');
    for (const { name, port, protocol } of ports) {
      w.write(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol ?? ''}\n`);
    }
  }
  writeSliceEndpoints(w, slice);
  writeEvents(w, events);
};

function writeSliceEndpoints(w: DescribeWriter, { endpoints }: EndpointSlice): void {
  if (!endpoints?.length) {
    w.write(0, 'Endpoints: <none>\n');
    return;
  }
  w.write(0, 'Endpoints:\n');
  for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of endpoints) {
    w.field(1, '- Addresses', orNone((addresses ?? []).join(', ')));
    w.write(2, 'Conditions:\n');
    w.field(3, 'Ready', conditions?.ready ?? '<unset>');
    w.field(2, 'Hostname', hostname ?? '<unset>');
    if (targetRef !== undefined) w.field(2, 'TargetRef', `${targetRef.kind ?? ''}/${targetRef.name ?? ''}`);
    w.field(2, 'NodeName', nodeName ?? '<unset>');
    w.field(2, 'Zone', zone ?? '<unset>');
  }
}
