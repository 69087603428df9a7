/** What the stage shows of what owns Pods, and of Services. */
import type { ApiObject } from '../../api/object.ts';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Job,
  ReplicaSet,
  ReplicationController,
  Service,
  StatefulSet,
} from '../../api/types.gen.ts';
import type { OwnerView, ServiceView } from '../protocol.ts';

interface Counts {
  readonly wanted: number;
  readonly actual: number;
  readonly ready: number;
  readonly selector: Readonly<Record<string, string>>;
  readonly note?: string;
}

const replicas = (object: Deployment | ReplicaSet | StatefulSet): Counts => ({
  wanted: object.spec?.replicas ?? 1,
  actual: object.status?.replicas ?? 0,
  ready: object.status?.readyReplicas ?? 0,
  selector: object.spec?.selector?.matchLabels ?? {},
});

/** How to count each kind that owns Pods. */
const counters: Readonly<Record<string, (object: never) => Counts>> = {
  Deployment: replicas,
  StatefulSet: replicas,
  ReplicaSet: (object: ReplicaSet) => ({
    ...replicas(object),
    note: object.spec?.template?.spec?.containers[0]?.image ?? '',
  }),
  ReplicationController: ({ spec, status }: ReplicationController) => ({
    wanted: spec?.replicas ?? 1,
    actual: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    selector: spec?.selector ?? {},
  }),
  DaemonSet: ({ spec, status }: DaemonSet) => ({
    wanted: status?.desiredNumberScheduled ?? 0,
    actual: status?.currentNumberScheduled ?? 0,
    ready: status?.numberReady ?? 0,
    selector: spec?.selector.matchLabels ?? {},
  }),
  CronJob: ({ spec, status }: CronJob) => {
    const active = status?.active?.length ?? 0;
    return { wanted: active, actual: active, ready: active, selector: {}, note: spec.schedule };
  },
  Job: ({ spec, status }: Job) => ({
    wanted: spec?.completions ?? 1,
    actual: (status?.active ?? 0) + (status?.succeeded ?? 0),
    ready: status?.succeeded ?? 0,
    selector: spec?.selector?.matchLabels ?? {},
  }),
};

export const isOwner = ({ kind }: ApiObject): boolean => kind in counters;

export function ownerView(object: ApiObject): OwnerView {
  const { metadata, kind } = object;
  const counts = (counters[kind] as (object: ApiObject) => Counts)(object);
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return {
    uid: metadata.uid,
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ...(owner === undefined ? {} : { owner: owner.uid }),
    ...counts,
    isTerminating: metadata.deletionTimestamp !== undefined,
  };
}

export function serviceView(service: Service, slices: readonly EndpointSlice[]): ServiceView {
  const { metadata, spec } = service;
  const ready = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false);
  const ports = spec?.ports ?? [];
  return {
    uid: metadata.uid,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    type: spec?.type ?? 'ClusterIP',
    clusterIP: spec?.clusterIP ?? '',
    ports: ports.map(
      ({ port, nodePort, protocol }) =>
        `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol ?? 'TCP'}`,
    ),
    selector: spec?.selector ?? {},
    endpoints: ready.flatMap(({ targetRef }) =>
      targetRef?.uid === undefined ? [] : [targetRef.uid],
    ),
  };
}
