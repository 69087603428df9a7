import { describe, expect, it } from 'vitest';
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { Deployment, Pod, ReplicaSet } from '../../api/types.gen.ts';
import { type Controller, FixedView, type Write } from '../client/index.ts';
import { daemonSetController } from './daemonset/daemonset.ts';
import { deploymentController } from './deployment/deployment.ts';
import { podTemplateHash } from './deployment/facts.ts';
import { endpointSliceController } from './endpoints/endpointslice.ts';
import { rankForDeletion } from './pod-ranking.ts';
import { replicaSetController } from './replicaset/replicaset.ts';

const nowMs = Date.UTC(2025, 0, 2, 12);
const minutesAgo = (minutes: number) =>
  new Date(nowMs - minutes * 60_000).toISOString().slice(0, 19) + 'Z';

/** What a look at just these objects writes: `verb Kind key`, a size after `=`. */
function look({ reconcile, indexes = {} }: Controller, key: string, objects: readonly object[]) {
  const view = new FixedView(objects as ApiObject[], nowMs);
  for (const [kind, functions] of Object.entries(indexes)) {
    for (const [name, of] of Object.entries(functions ?? {}))
      view.addIndex(kind as 'Pod', name, of as never);
  }
  const outcome = reconcile(view, key);
  return [...outcome.writes, ...(outcome.finish?.(undefined) ?? [])].map(summary);
}

function summary({ verb, kind, key, body, subresource }: Write): string {
  const { spec, status } = (body ?? {}) as { spec?: { replicas?: number }; status?: object };
  const name = typeof kind === 'string' ? kind : kind.kind;
  const size =
    subresource === undefined && kind === 'ReplicaSet' && spec?.replicas !== undefined
      ? `=${spec.replicas}`
      : '';
  const counts =
    subresource === 'status'
      ? ` ${JSON.stringify(status, (field, value: unknown) =>
          field === 'conditions' || field === 'observedGeneration' ? undefined : value,
        )}`
      : '';
  const below = subresource === undefined ? '' : `/${subresource}`;
  return `${verb} ${name} ${key}${below}${size}${counts}`;
}

const meta = (name: string, more: object = {}) => ({
  name,
  namespace: 'x',
  uid: `uid-${name}`,
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: minutesAgo(10),
  ...more,
});
const owned = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
});
const labels = { app: 'web' };
const pod = (
  name: string,
  more: { ready?: boolean; phase?: string; node?: string; meta?: object } = {},
) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name, { labels, ...owned('ReplicaSet', 'rs'), ...more.meta }),
  spec: { containers: [{ name: 'c' }], nodeName: more.node ?? 'n1' },
  status: {
    phase: more.phase ?? 'Running',
    podIP: `10.0.0.${name.charCodeAt(0)}`,
    conditions: [
      {
        type: 'Ready',
        status: more.ready === false ? 'False' : 'True',
        lastTransitionTime: minutesAgo(5),
      },
    ],
  },
});
const set = (replicas: number, status: object = { replicas: 0 }) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: meta('rs'),
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: {} },
  },
  status,
});

describe('ReplicaSet', () => {
  const status = (replicas: number, ready = replicas) =>
    JSON.stringify({
      replicas,
      ...(replicas === 0 ? {} : { fullyLabeledReplicas: replicas }),
      ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
    });
  const keys = (text: string) =>
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).sort()));
  it.each<[string, object[], string[], string]>([
    ['none yet', [set(2)], ['create Pod x/', 'create Pod x/'], status(0)],
    ['one lost', [set(2), pod('a')], ['create Pod x/'], status(1)],
    [
      'one too many, the unready goes',
      [set(1), pod('a'), pod('b', { ready: false })],
      ['delete Pod x/b'],
      status(2, 1),
    ],
    [
      'finished ones do not count',
      [set(1), pod('a', { phase: 'Failed' })],
      ['create Pod x/'],
      status(0),
    ],
    [
      'those on their way out do not count',
      [set(1), pod('a', { meta: { deletionTimestamp: minutesAgo(1) } })],
      ['create Pod x/'],
      status(0),
    ],
    [
      'an orphan is adopted',
      [set(1), pod('a', { meta: { ownerReferences: undefined } })],
      ['patch Pod x/a'],
      status(1),
    ],
    [
      'one whose labels changed is released',
      [set(1), pod('a', { meta: { labels: { app: 'other' } } })],
      ['patch Pod x/a', 'create Pod x/'],
      status(0),
    ],
    [
      'while it is being deleted it makes nothing',
      [{ ...set(2), metadata: meta('rs', { deletionTimestamp: minutesAgo(1) }) }],
      [],
      status(0),
    ],
  ])('%s', (_, objects, writes, reported) => {
    const result = look(replicaSetController, 'x/rs', objects);
    expect(result.slice(0, -1)).toEqual(writes);
    const last = result.at(-1) ?? '';
    expect(keys(last.replace('update ReplicaSet x/rs/status ', ''))).toBe(keys(reported));
  });

  it('all is well: nothing is written', () => {
    const status = {
      replicas: 1,
      fullyLabeledReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      observedGeneration: 1,
    };
    expect(look(replicaSetController, 'x/rs', [set(1, status), pod('a')])).toEqual([]);
  });
});

it.each<[string, object[], string]>([
  ['unassigned before assigned', [pod('a'), pod('b', { node: '' })], 'ba'],
  ['pending before running', [pod('a'), pod('b', { phase: 'Pending' })], 'ba'],
  ['not ready before ready', [pod('a'), pod('b', { ready: false })], 'ba'],
  [
    'cheaper before dearer',
    [
      pod('a', { meta: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '5' } } }),
      pod('b'),
    ],
    'ba',
  ],
  ['from the crowded node', [pod('a', { node: 'n2' }), pod('b'), pod('c')], 'bca'],
])('deletion order: %s', (_, pods, order) => {
  const ranked = rankForDeletion(pods as Pod[], pods as Pod[], nowMs);
  expect(ranked.map(({ metadata }) => metadata.name).join('')).toBe(order);
});

const template = (image: string) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image }] },
});
const deployment = (spec: object = {}, status: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta('web'),
  spec: {
    replicas: 4,
    selector: { matchLabels: labels },
    template: template('v2'),
    revisionHistoryLimit: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
    ...spec,
  },
  status,
});
function replicas(image: string, size: number, available = size, more: object = {}) {
  const hash = podTemplateHash(template(image) as never);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta(`web-${image}`, {
      ...owned('Deployment', 'web'),
      labels: { ...labels, 'pod-template-hash': hash },
      annotations: {
        'deployment.kubernetes.io/revision': image.slice(1),
        'deployment.kubernetes.io/desired-replicas': '4',
        'deployment.kubernetes.io/max-replicas': '5',
      },
      ...more,
    }),
    spec: {
      replicas: size,
      selector: { matchLabels: labels },
      template: {
        ...template(image),
        metadata: { labels: { ...labels, 'pod-template-hash': hash } },
      },
    },
    status: {
      replicas: size,
      availableReplicas: available,
      readyReplicas: available,
      observedGeneration: 1,
    },
  };
}
const scaledTo = (set: ReplicaSet, want: number, most: number) => ({
  ...set,
  metadata: {
    ...set.metadata,
    annotations: {
      ...set.metadata.annotations,
      'deployment.kubernetes.io/desired-replicas': String(want),
      'deployment.kubernetes.io/max-replicas': String(most),
    },
  },
});

describe('Deployment', () => {
  const only = (objects: object[]) =>
    look(deploymentController, 'x/web', objects)
      .filter((write) => !write.includes('/status'))
      .map((write) => write.replace(/web-[bcdfghjklmnpqrstvwxz2456789]{6,10}/, 'web-new'));
  it.each<[string, object[], string[]]>([
    ['a first ReplicaSet gets all', [deployment()], ['create ReplicaSet x/web-new=4']],
    [
      'a second one gets the surge, and the old one gives what may be missing',
      [deployment(), replicas('v1', 4)],
      ['create ReplicaSet x/web-new=1', 'update ReplicaSet x/web-v1=3'],
    ],
    [
      'the old one shrinks as the new one becomes available',
      [deployment(), replicas('v1', 3), replicas('v2', 2, 1)],
      ['update ReplicaSet x/web-v1=2'],
    ],
    [
      'the new one grows into the room',
      [deployment(), replicas('v1', 2), replicas('v2', 2)],
      ['update ReplicaSet x/web-v2=3'],
    ],
    ['a broken new one stalls it', [deployment(), replicas('v1', 3), replicas('v2', 2, 0)], []],
    [
      'broken old ones go first',
      [deployment(), replicas('v1', 4, 2), replicas('v2', 1, 0)],
      ['update ReplicaSet x/web-v1=3'],
    ],
    ['paused: nothing moves', [deployment({ paused: true }), replicas('v1', 4)], []],
    [
      'Recreate: first the old ones stop',
      [deployment({ strategy: { type: 'Recreate' } }), replicas('v1', 4)],
      ['update ReplicaSet x/web-v1=0'],
    ],
    [
      'scaling keeps the mixture',
      [deployment({ replicas: 8 }), replicas('v1', 3), replicas('v2', 2)],
      ['update ReplicaSet x/web-v1=5', 'update ReplicaSet x/web-v2=4'],
    ],
    [
      'history beyond the limit goes',
      [
        deployment(
          { template: template('v4') },
          { replicas: 4, updatedReplicas: 4, availableReplicas: 4, observedGeneration: 1 },
        ),
        replicas('v1', 0),
        replicas('v2', 0),
        replicas('v3', 0),
        replicas('v4', 4),
      ],
      ['delete ReplicaSet x/web-v1', 'delete ReplicaSet x/web-v2'],
    ],
    [
      'an old template that is used again becomes the newest revision',
      [deployment({ template: template('v1') }), replicas('v1', 4), replicas('v2', 0)],
      ['update ReplicaSet x/web-v1=4'],
    ],
  ])('%s', (_, objects, writes) => expect(only(objects)).toEqual(writes));

  it('scaling down to nothing', () => {
    const sets = [replicas('v1', 1), replicas('v2', 3)].map((each) =>
      scaledTo(each as unknown as ReplicaSet, 4, 5),
    );
    expect(only([deployment({ replicas: 0 }), ...sets])).toEqual([
      'update ReplicaSet x/web-v2=0',
      'update ReplicaSet x/web-v1=0',
    ]);
  });

  it('no progress for the deadline: ProgressDeadlineExceeded', () => {
    const old = minutesAgo(11);
    const stuck = deployment(
      { progressDeadlineSeconds: 600 },
      {
        replicas: 5,
        updatedReplicas: 2,
        availableReplicas: 3,
        readyReplicas: 3,
        observedGeneration: 1,
        conditions: [
          {
            type: 'Progressing',
            status: 'True',
            reason: 'ReplicaSetUpdated',
            message: '',
            lastUpdateTime: old,
            lastTransitionTime: old,
          },
        ],
      },
    );
    const view = new FixedView(
      [stuck, replicas('v1', 3), replicas('v2', 2, 0)] as unknown as ApiObject[],
      nowMs,
    );
    const [write] = deploymentController.reconcile(view, 'x/web').finish?.(undefined) ?? [];
    expect((write as { body: Deployment }).body.status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: 'ReplicaSet "web-v2" has timed out progressing.',
      }),
    );
  });
});

const node = (name: string, spec: object = {}, own: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { ...meta(name), namespace: undefined, labels: own },
  spec,
  status: {},
});
const daemons = (spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: meta('ds'),
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [], ...spec } },
  },
  status: {
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
  },
});
const daemon = (name: string, nodeName: string, hash = '') => ({
  ...pod(name, { node: nodeName, meta: owned('DaemonSet', 'ds') }),
  metadata: meta(name, {
    labels: { ...labels, 'controller-revision-hash': hash },
    ...owned('DaemonSet', 'ds'),
  }),
});
const noSchedule = { taints: [{ key: 'k', effect: 'NoSchedule' }] };
const noExecute = { taints: [{ key: 'k', effect: 'NoExecute' }] };

it.each<[string, object[], string[]]>([
  ['one for each node', [daemons(), node('n1'), node('n2')], ['create Pod x/', 'create Pod x/']],
  ['not where a taint forbids', [daemons(), node('n1', noSchedule)], []],
  [
    'cordoned and silent nodes are no obstacle',
    [
      daemons(),
      node('n1', { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }),
    ],
    ['create Pod x/'],
  ],
  [
    'only where the selector says',
    [daemons({ nodeSelector: { disk: 'ssd' } }), node('n1'), node('n2', {}, { disk: 'ssd' })],
    ['create Pod x/'],
  ],
  [
    'one that is there stays through NoSchedule',
    [daemons(), node('n1', noSchedule), daemon('a', 'n1')],
    [],
  ],
  [
    'and goes with NoExecute',
    [daemons(), node('n1', noExecute), daemon('a', 'n1')],
    ['delete Pod x/a'],
  ],
  [
    'two on a node are one too many',
    [daemons(), node('n1'), daemon('a', 'n1'), daemon('b', 'n1')],
    ['delete Pod x/b'],
  ],
])('DaemonSet: %s', (_, objects, writes) => {
  const result = look(daemonSetController, 'x/ds', objects).filter((write) => / Pod /.test(write));
  expect(result.slice(0, Math.max(writes.length, 0))).toEqual(writes);
});

const service = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta('svc'),
  spec: {
    clusterIP: '10.96.0.5',
    selector: labels,
    ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    ...spec,
  },
});

describe('EndpointSlice', () => {
  const bodies = (objects: object[]) => {
    const view = new FixedView(objects as ApiObject[], nowMs);
    view.addIndex('EndpointSlice', 'service', ({ metadata }) => [
      `x/${metadata.labels?.['kubernetes.io/service-name']}`,
    ]);
    return endpointSliceController.reconcile(view, 'x/svc').writes;
  };
  it('ready, not ready and terminating Pods', () => {
    const going = pod('c', { meta: { deletionTimestamp: minutesAgo(1) } });
    const [write] = bodies([
      service(),
      pod('a'),
      pod('b', { ready: false }),
      going,
      pod('d', { phase: 'Failed' }),
    ]);
    const { endpoints, ports } = (write as { body: object }).body as {
      endpoints: { conditions: object }[];
      ports: object[];
    };
    expect(ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(endpoints.map(({ conditions }) => conditions)).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: false, terminating: false },
      { ready: false, serving: true, terminating: true },
    ]);
  });

  it('a hundred a slice', () => {
    const pods = Array.from({ length: 250 }, (_, i) => pod(`p${i}`));
    const sizes = bodies([service(), ...pods]).map(
      ({ body }) => (body as { endpoints: object[] }).endpoints.length,
    );
    expect(sizes).toEqual([100, 100, 50]);
  });

  it('an empty one says that there is nothing; without a selector there is none', () => {
    expect(bodies([service()]).map(({ verb }) => verb)).toEqual(['create']);
    expect(bodies([service({ selector: undefined })])).toEqual([]);
  });

  it('what has not changed is not written', () => {
    const [created] = bodies([service(), pod('a')]);
    const { body } = created as { body: ApiObject };
    const slice = {
      ...body,
      metadata: { ...meta('svc-abc'), ...body.metadata },
    };
    expect(bodies([service(), pod('a'), slice])).toEqual([]);
    expect(
      bodies([service(), pod('a', { ready: false }), slice]).map(
        ({ verb, key }) => `${verb} ${key}`,
      ),
    ).toEqual(['update x/svc-abc']);
    expect(keyOf(slice as unknown as ApiObject)).toBe('x/svc-abc');
  });
});
