/**
 * The Endpoints controller: the old form of the same list, one object a Service.
 * Upstream: pkg/controller/endpoint/endpoints_controller.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import type { Endpoints, Service } from '../../../api/types.gen.ts';
import { defineController, itself, type Outcome, settled, type View } from '../../client/index.ts';
import { hasSelector, type Member, membersOf, type ResolvedPort, servicesFor } from './members.ts';

const addressesMax = 1_000;
const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const headlessLabel = 'service.kubernetes.io/headless';

export const endpointsController = defineController({
  name: 'endpoint-controller',
  watches: { Service: itself, Pod: servicesFor, Endpoints: itself },
  reconcile,
});

function reconcile(view: View, key: string): Outcome {
  const service = view.get('Service', key);
  const current = view.get('Endpoints', key);
  if (service === undefined) {
    // Only what this controller made: others' are theirs to delete.
    if (current?.metadata.labels?.[managedByLabel] === undefined) return settled;
    return {
      writes: [
        {
          verb: 'delete',
          kind: 'Endpoints',
          key,
          accepts: [404],
          because: `the Service ${key} is gone`,
        },
      ],
    };
  }
  if (!hasSelector(service.spec.selector)) return settled;
  const members = membersOf(service, view).filter(
    ({ isTerminating }) => !isTerminating || (service.spec.publishNotReadyAddresses ?? false),
  );
  const subsets = subsetsOf(members.slice(0, addressesMax));
  const labels = labelsOf(service);
  const isSame =
    current !== undefined &&
    isDeepEqual(current.subsets ?? [], subsets) &&
    isDeepEqual(current.metadata.labels ?? {}, labels);
  if (isSame) return settled;
  return { writes: [writeOf(service, current, subsets, labels, key)] };
}

function writeOf(
  service: Service,
  current: Endpoints | undefined,
  subsets: readonly object[],
  labels: Readonly<Record<string, string>>,
  key: string,
) {
  const { name, namespace } = service.metadata;
  const metadata =
    current === undefined ? { name, namespace, labels } : { ...current.metadata, labels };
  return {
    verb: current === undefined ? 'create' : 'update',
    kind: 'Endpoints',
    key,
    body: { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets },
    because: `the Pods behind ${name} changed`,
  } as const;
}

const labelsOf = ({ metadata, spec }: Service): Readonly<Record<string, string>> => ({
  ...metadata.labels,
  [managedByLabel]: 'endpoint-controller',
  ...(spec.clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
});

/** One subset for each set of ports; addresses in order of IP, as upstream repacks them. */
function subsetsOf(members: readonly Member[]): readonly object[] {
  const groups = new Map<string, { ports: readonly ResolvedPort[]; members: Member[] }>();
  for (const member of members) {
    const id = JSON.stringify(member.ports);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { ports: member.ports, members: [member] });
    else group.members.push(member);
  }
  return [...groups.values()].map(({ ports, members: all }) => {
    const sorted = all.toSorted((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0));
    const addresses = sorted.filter(({ isReady }) => isReady).map(addressOf);
    const notReady = sorted.filter(({ isReady }) => !isReady).map(addressOf);
    return {
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
      ...(ports.length === 0
        ? {}
        : {
            ports: ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port })),
          }),
    };
  });
}

function addressOf({ pod, ip }: Member): object {
  const { name, namespace = '', uid } = pod.metadata;
  const { nodeName } = pod.spec;
  return {
    ip,
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: 'Pod', name, namespace, uid },
  };
}
