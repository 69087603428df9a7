/**
 * Endpoints that somebody wrote by hand, for a Service without a selector, are copied into
 * EndpointSlices: those are what kube-proxy and CoreDNS read. Simplified: IPv4 only, one slice a
 * subset.
 * Upstream: pkg/controller/endpointslicemirroring (endpointslicemirroring_controller.go, utils.go).
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { keyOf } from '../../../api/object.ts';
import type { Endpoint, Endpoints, EndpointSlice } from '../../../api/types.gen.ts';
import { defineController, itself, type Outcome, settled, type View, type Write } from '../../client/index.ts';
import { controllerReference, isTerminating } from '../owner.ts';
import { hasSelector } from './members.ts';

const nameLabel = 'kubernetes.io/service-name';
const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslicemirroring-controller.k8s.io';
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const addressesMax = 1_000;
/** Of the object that is copied, not of the copy. */
const ownAnnotations = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
];

const mirrorsOf = ({ metadata: { namespace, labels } }: EndpointSlice): readonly string[] =>
  labels?.[managedByLabel] === manager ? [`${namespace}/${labels[nameLabel]}`] : [];

export const endpointSliceMirroring = defineController({
  name: 'endpoint-slice-mirroring-controller',
  watches: { Endpoints: itself, Service: itself, EndpointSlice: mirrorsOf },
  indexes: { EndpointSlice: { mirrored: (slice) => mirrorsOf(slice) } },
  reconcile,
});

function reconcile(view: View, key: string): Outcome {
  const known = view.of('EndpointSlice').byIndex('mirrored', key)
    .filter((slice) => !isTerminating(slice));
  const endpoints = view.get('Endpoints', key);
  const service = view.get('Service', key);
  const isWanted = endpoints !== undefined && service !== undefined &&
    !hasSelector(service.spec.selector) && endpoints.metadata.labels?.[skipLabel] !== 'true' &&
    endpoints.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined;
  const wanted = isWanted ? slicesOf(endpoints) : [];
  const writes: Write[] = [];
  const left = [...known];
  for (const body of wanted) {
    const at = left.findIndex(({ ports }) => isDeepEqual(ports ?? [], body.ports));
    const [slice] = at < 0 ? [] : left.splice(at, 1);
    if (slice === undefined) writes.push(create(key, body));
    else if (!isDeepEqual(slice.endpoints, body.endpoints)) writes.push(change(slice, body));
  }
  for (const slice of left) writes.push(remove(slice));
  return writes.length === 0 ? settled : { writes };
}

type Body = Pick<EndpointSlice, 'endpoints' | 'ports'> & { readonly metadata: object };

function slicesOf(endpoints: Endpoints): readonly Body[] {
  const { name, namespace, labels, annotations = {} } = endpoints.metadata;
  const kept = Object.entries(annotations).filter(([key]) => !ownAnnotations.includes(key));
  const metadata = {
    generateName: `${name}-`,
    namespace,
    labels: { ...labels, [nameLabel]: name, [managedByLabel]: manager },
    ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    ownerReferences: [controllerReference(endpoints)],
  };
  return (endpoints.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const all = [
      ...addresses.map((address) => endpointOf(address, true)),
      ...notReadyAddresses.map((address) => endpointOf(address, false)),
    ].slice(0, addressesMax);
    if (all.length === 0) return [];
    const portsOf = ports.map(({ name: port = '', port: number, protocol = 'TCP', appProtocol }) => ({
      name: port, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }),
    }));
    return [{ metadata, endpoints: all, ports: portsOf }];
  });
}

type Address = NonNullable<NonNullable<Endpoints['subsets']>[number]['addresses']>[number];

const endpointOf = ({ ip, hostname, nodeName, targetRef }: Address, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(nodeName === undefined ? {} : { nodeName }),
  ...(targetRef === undefined ? {} : { targetRef }),
});

const create = (key: string, body: Body): Write => ({
  verb: 'create',
  kind: 'EndpointSlice',
  key: `${key.slice(0, key.indexOf('/'))}/`,
  body: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ...body },
  because: `the Endpoints ${key} were written by hand`,
});

const change = (slice: EndpointSlice, { endpoints }: Body): Write => ({
  verb: 'update',
  kind: 'EndpointSlice',
  key: keyOf(slice),
  body: { ...slice, endpoints },
  because: `the Endpoints that ${slice.metadata.name} mirrors have changed`,
});

const remove = (slice: EndpointSlice): Write => ({
  verb: 'delete',
  kind: 'EndpointSlice',
  key: keyOf(slice),
  accepts: [404],
  because: `${slice.metadata.name} mirrors nothing any more`,
});
