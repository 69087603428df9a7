/**
 * The APIService objects that the server makes of itself: one for each group and version that is
 * compiled in, and one for each that a definition brings. Follows kube-apiserver's autoregistration
 * (kube-aggregator pkg/controllers/autoregister, pkg/controlplane/apiserver/aggregator.go and
 * pkg/controlplane/controller/crdregistration) and pkg/controllers/status/local.
 */
import type { JsonObject } from '../../api/object.ts';
import type { APIService } from '../../api/types.gen.ts';
import type { Server } from './exchange.ts';
import { virtualResources } from './non-resource/discovery-facts.ts';

const managed = 'kube-aggregator.kubernetes.io/automanaged';

/** The group's and the version's priority, of the groups that are compiled in. */
const priorities: Readonly<Record<string, readonly [group: number, version: number]>> = {
  'v1.': [18_000, 1],
  'v1.apps': [17_800, 15],
  'v1.events.k8s.io': [17_750, 15],
  'v1.authentication.k8s.io': [17_700, 15],
  'v1.authorization.k8s.io': [17_600, 15],
  'v1.autoscaling': [17_500, 15],
  'v2.autoscaling': [17_500, 30],
  'v1.batch': [17_400, 15],
  'v1.certificates.k8s.io': [17_300, 15],
  'v1.networking.k8s.io': [17_200, 15],
  'v1.policy': [17_100, 15],
  'v1.rbac.authorization.k8s.io': [17_000, 15],
  'v1.storage.k8s.io': [16_800, 15],
  'v1.apiextensions.k8s.io': [16_700, 15],
  'v1.admissionregistration.k8s.io': [16_700, 15],
  'v1.scheduling.k8s.io': [16_600, 15],
  'v1.coordination.k8s.io': [16_500, 15],
  'v1.node.k8s.io': [16_300, 15],
  'v1.discovery.k8s.io': [16_200, 15],
  'v1.flowcontrol.apiserver.k8s.io': [16_100, 21],
};

/** The aggregator serves itself: its own group has no object. */
const own = 'apiregistration.k8s.io';

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Those that ought to be, in order of their names. */
export function wantedApiServices(server: Server): readonly JsonObject[] {
  const { builtIn, all } = server.registry;
  const wanted = new Map<string, JsonObject>();
  const want = ({ group, version }: GroupVersion, label: string) => {
    const name = `${version}.${group}`;
    if (group !== own && !wanted.has(name)) {
      wanted.set(name, apiService(name, { group, version }, label));
    }
  };
  for (const { kind } of builtIn) want(kind, 'onstart');
  for (const kind of virtualResources) want(kind, 'onstart');
  for (const { kind } of all) if (kind.custom !== undefined) want(kind, 'true');
  return [...wanted.keys()].sort().map((name) => wanted.get(name) as JsonObject);
}

function apiService(name: string, { group, version }: GroupVersion, label: string): JsonObject {
  const [groupPriorityMinimum, versionPriority] = priorities[name] ?? [1_000, 100];
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name, labels: { [managed]: label } },
    spec: {
      ...(group === '' ? {} : { group }),
      version,
      groupPriorityMinimum,
      versionPriority,
    },
  };
}

/** Whether the object stands for a definition that is there no more. */
export const isLeftOver = ({ metadata }: APIService, wanted: ReadonlySet<string>): boolean =>
  metadata.labels?.[managed] !== undefined && !wanted.has(metadata.name);

/** Nobody has to be asked whether this server is there. */
export const isUnjudged = ({ spec, status }: APIService): boolean =>
  spec?.service === undefined &&
  status?.conditions?.some(({ type, status: is }) => type === 'Available' && is === 'True') !== true;

export const localCondition = (lastTransitionTime: string): JsonObject => ({
  type: 'Available',
  status: 'True',
  lastTransitionTime,
  reason: 'Local',
  message: 'Local APIServices are always available',
});
