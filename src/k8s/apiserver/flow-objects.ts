/**
 * The priority levels and flow schemas that every cluster has: stored and shown; requests are not
 * queued by them. Follows apiserver pkg/apis/flowcontrol/bootstrap/default.go and, for what is said
 * of a schema's level, pkg/util/flowcontrol/apf_controller.go.
 */
import type { JsonObject } from '../../api/object.ts';
import type { FlowSchema } from '../../api/types.gen.ts';

const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';

const metadata = (name: string): JsonObject => ({
  name,
  annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' },
});

/** `name shares lendable% queues hand length`; no queues: what is too much is refused. */
const levels = `
catch-all 5 0
global-default 20 50 128 6 50
leader-election 10 0 16 4 50
node-high 40 25 64 6 50
system 30 33 64 6 50
workload-high 40 50 128 6 50
workload-low 100 90 128 6 50
`;

function level(line: string): JsonObject {
  const [name = '', ...rest] = line.split(' ');
  const [nominalConcurrencyShares = 0, lendablePercent = 0, queues, handSize = 0, queueLengthLimit = 0] =
    rest.map(Number);
  const limitResponse: JsonObject =
    queues === undefined
      ? { type: 'Reject' }
      : { type: 'Queue', queuing: { queues, handSize, queueLengthLimit } };
  return {
    apiVersion,
    kind: 'PriorityLevelConfiguration',
    metadata: metadata(name),
    spec: {
      type: 'Limited',
      limited: { nominalConcurrencyShares, lendablePercent, limitResponse },
    },
  };
}

const exempt: JsonObject = {
  apiVersion,
  kind: 'PriorityLevelConfiguration',
  metadata: metadata('exempt'),
  spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
};

const group = (name: string): JsonObject => ({ kind: 'Group', group: { name } });
const user = (name: string): JsonObject => ({ kind: 'User', user: { name } });
const account = (name: string): JsonObject => ({
  kind: 'ServiceAccount',
  serviceAccount: { name, namespace: 'kube-system' },
});

const everyone = [group('system:unauthenticated'), group('system:authenticated')];
const manager = user('system:kube-controller-manager');
const scheduler = user('system:kube-scheduler');
const nodes = [group('system:nodes')];

const resources = (
  verbs: readonly string[], apiGroup: string, names: readonly string[], clusterScope?: boolean,
): JsonObject => ({
  verbs: [...verbs],
  apiGroups: [apiGroup],
  resources: [...names],
  ...(clusterScope === true ? { clusterScope } : {}),
  namespaces: ['*'],
});

const all = {
  resourceRules: [resources(['*'], '*', ['*'], true)],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};
const leasing = ['get', 'create', 'update'];
const leases = resources(leasing, 'coordination.k8s.io', ['leases']);

type Distinguished = 'ByUser' | 'ByNamespace' | '';

// oxlint-disable-next-line max-params -- a row of a table
function schema(
  name: string, levelName: string, matchingPrecedence: number, by: Distinguished,
  subjects: readonly JsonObject[], rules: JsonObject = all,
): JsonObject {
  return {
    apiVersion,
    kind: 'FlowSchema',
    metadata: metadata(name),
    spec: {
      priorityLevelConfiguration: { name: levelName },
      matchingPrecedence,
      ...(by === '' ? {} : { distinguisherMethod: { type: by } }),
      rules: [{ subjects: [...subjects], ...rules }],
    },
  };
}

const probes = {
  nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
};

/** All of them, levels first. */
export const flowObjects = (): readonly JsonObject[] => [
  exempt,
  ...levels.trim().split('\n').map(level),
  schema('exempt', 'exempt', 1, '', [group('system:masters')]),
  schema('probes', 'exempt', 2, '', everyone, probes),
  schema('system-leader-election', 'leader-election', 100, 'ByUser',
    [manager, scheduler, account('*')], { resourceRules: [leases] }),
  schema('endpoint-controller', 'workload-high', 150, 'ByUser',
    [manager, account('endpoint-controller'), account('endpointslicemirroring-controller')],
    { resourceRules: [resources(leasing, '', ['endpoints'])] }),
  schema('workload-leader-election', 'leader-election', 200, 'ByUser', [account('*')],
    { resourceRules: [resources(leasing, '', ['endpoints', 'configmaps']), leases] }),
  schema('system-node-high', 'node-high', 400, 'ByUser', nodes, {
    resourceRules: [
      resources(['*'], '', ['nodes', 'nodes/status'], true),
      resources(['*'], 'coordination.k8s.io', ['leases']),
    ],
  }),
  schema('system-nodes', 'system', 500, 'ByUser', nodes),
  schema('kube-controller-manager', 'workload-high', 800, 'ByNamespace', [manager]),
  schema('kube-scheduler', 'workload-high', 800, 'ByNamespace', [scheduler]),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', [account('*')]),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', [group('system:serviceaccounts')]),
  schema('global-default', 'global-default', 9900, 'ByUser', everyone),
  schema('catch-all', 'catch-all', 10_000, 'ByUser', everyone),
];

/** Whether a schema's level is there, as a condition; undefined when that is said already. */
export function danglingCondition(
  { spec, status }: FlowSchema, hasLevel: (name: string) => boolean, lastTransitionTime: string,
): JsonObject | undefined {
  const name = spec?.priorityLevelConfiguration.name ?? '';
  const isThere = hasLevel(name);
  const wanted = isThere ? 'False' : 'True';
  if (status?.conditions?.find(({ type }) => type === 'Dangling')?.status === wanted) return undefined;
  const start = 'This FlowSchema references the PriorityLevelConfiguration object named ' +
    JSON.stringify(name);
  return {
    type: 'Dangling',
    status: wanted,
    lastTransitionTime,
    reason: isThere ? 'Found' : 'NotFound',
    message: isThere ? `${start} and it exists` : `${start} but there is no such object`,
  };
}
