/**
 * The EndpointSlice controller: lists behind each Service the Pods that its selector matches, a
 * hundred a slice. What has not changed stays in its slice, so that few slices are written.
 * Simplified: IPv4 only, no topology hints. Upstream: pkg/controller/endpointslice,
 * staging k8s.io/endpointslice/reconciler.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { keyOf } from '../../../api/object.ts';
import type { Endpoint, EndpointSlice, Service } from '../../../api/types.gen.ts';
import {
  defineController,
  itself,
  type Outcome,
  settled,
  type View,
  type Write,
} from '../../client/index.ts';
import { controllerReference } from '../owner.ts';
import { hasSelector, type Member, membersOf, type ResolvedPort, servicesFor } from './members.ts';

const endpointsMax = 100;
const nameLabel = 'kubernetes.io/service-name';
const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';
const headlessLabel = 'service.kubernetes.io/headless';

export const endpointSliceController = defineController({
  name: 'endpoint-slice-controller',
  watches: {
    Service: itself,
    Pod: servicesFor,
    EndpointSlice: ({ metadata: { namespace, labels } }) =>
      labels?.[managedByLabel] === manager && labels[nameLabel] !== undefined
        ? [`${namespace}/${labels[nameLabel]}`]
        : [],
    Node: () => [],
  },
  indexes: {
    EndpointSlice: {
      service: ({ metadata: { namespace, labels } }) =>
        labels?.[managedByLabel] === manager ? [`${namespace}/${labels[nameLabel]}`] : [],
    },
  },
  reconcile,
});

function reconcile(view: View, key: string): Outcome {
  const service = view.get('Service', key);
  // Slices of a Service that is gone are the garbage collector's.
  if (service === undefined || service.metadata.deletionTimestamp !== undefined) return settled;
  if (!hasSelector(service.spec.selector) || service.spec.type === 'ExternalName') return settled;
  const slices = view
    .of('EndpointSlice')
    .byIndex('service', key)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const wanted = byPorts(membersOf(service, view), view);
  const writes: Write[] = [];
  const matched = new Set<EndpointSlice>();
  for (const { ports, endpoints } of wanted.values()) {
    const own = slices.filter((slice) => isDeepEqual(slice.ports ?? [], ports));
    for (const slice of own) matched.add(slice);
    writes.push(...fill(service, own, ports, endpoints));
  }
  const unwanted = slices.filter((slice) => !matched.has(slice));
  writes.push(...empty(service, unwanted, wanted.size === 0));
  return { writes };
}

interface PortGroup {
  readonly ports: readonly ResolvedPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** Members with the same ports share slices. */
function byPorts(members: readonly Member[], view: View): Map<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const member of members) {
    const id = JSON.stringify(member.ports);
    let group = groups.get(id);
    if (group === undefined)
      groups.set(id, (group = { ports: member.ports, endpoints: new Map() }));
    group.endpoints.set(member.pod.metadata.uid, endpointOf(member, view));
  }
  return groups;
}

function endpointOf({ pod, ip, isReady, isServing, isTerminating }: Member, view: View): Endpoint {
  const { name, namespace = '', uid } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const zone = view.get('Node', nodeName ?? '')?.metadata.labels?.['topology.kubernetes.io/zone'];
  return {
    addresses: [ip],
    conditions: { ready: isReady, serving: isServing, terminating: isTerminating },
    ...(hostname && subdomain ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: 'Pod', name, namespace, uid },
    ...(zone === undefined ? {} : { zone }),
  };
}

/** Brings the slices of one set of ports up to date; new Pods go where there is room. */
function fill(
  service: Service,
  slices: readonly EndpointSlice[],
  ports: readonly ResolvedPort[],
  wanted: Map<string, Endpoint>,
): Write[] {
  const missing = new Map(wanted);
  const kept = slices.map((slice) => {
    const endpoints: Endpoint[] = [];
    for (const { targetRef } of slice.endpoints ?? []) {
      const uid = targetRef?.uid ?? '';
      const endpoint = missing.get(uid);
      if (endpoint === undefined) continue;
      missing.delete(uid);
      endpoints.push(endpoint);
    }
    return { slice, endpoints };
  });
  const rest = [...missing.values()];
  for (const { endpoints } of kept.toSorted((a, b) => b.endpoints.length - a.endpoints.length)) {
    endpoints.push(...rest.splice(0, endpointsMax - endpoints.length));
  }
  const writes = kept.flatMap(({ slice, endpoints }) => change(service, slice, endpoints));
  while (rest.length > 0) writes.push(create(service, ports, rest.splice(0, endpointsMax)));
  return writes;
}

function change(service: Service, slice: EndpointSlice, endpoints: readonly Endpoint[]): Write[] {
  if (endpoints.length === 0) return [remove(service, slice)];
  const labels = labelsOf(service);
  const isSame =
    isDeepEqual(slice.endpoints, endpoints) && isDeepEqual(slice.metadata.labels, labels);
  if (isSame) return [];
  const metadata = { ...slice.metadata, labels };
  return [
    {
      verb: 'update',
      kind: 'EndpointSlice',
      key: keyOf(slice),
      body: { ...slice, metadata, endpoints },
      because: `the Pods behind ${service.metadata.name} changed`,
    },
  ];
}

/** Slices that nobody needs go, but one stays to say that there is nothing. */
function empty(
  service: Service,
  slices: readonly EndpointSlice[],
  isPlaceholderWanted: boolean,
): Write[] {
  if (!isPlaceholderWanted) return slices.map((slice) => remove(service, slice));
  const [first, ...others] = slices;
  if (first === undefined) return [create(service, [], [])];
  const isEmpty = (first.endpoints ?? []).length === 0;
  const writes: Write[] = isEmpty
    ? []
    : [
        {
          verb: 'update',
          kind: 'EndpointSlice',
          key: keyOf(first),
          body: { ...first, endpoints: [], ports: [] },
          because: `no Pod is behind ${service.metadata.name}`,
        },
      ];
  return [...writes, ...others.map((slice) => remove(service, slice))];
}

const remove = (service: Service, slice: EndpointSlice): Write => ({
  verb: 'delete',
  kind: 'EndpointSlice',
  key: keyOf(slice),
  accepts: [404],
  because: `${service.metadata.name} needs this slice no more`,
});

const create = (
  service: Service,
  ports: readonly ResolvedPort[],
  endpoints: readonly Endpoint[],
): Write => ({
  verb: 'create',
  kind: 'EndpointSlice',
  key: `${service.metadata.namespace}/`,
  body: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      labels: labelsOf(service),
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  },
  because:
    endpoints.length === 0
      ? `no Pod is behind ${service.metadata.name}`
      : `${endpoints.length} Pods are behind ${service.metadata.name}`,
});

const labelsOf = ({ metadata, spec }: Service): Readonly<Record<string, string>> => ({
  ...metadata.labels,
  [managedByLabel]: manager,
  [nameLabel]: metadata.name,
  ...(spec.clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
});
