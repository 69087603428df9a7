/** Follows the cases of pkg/controller/disruption/disruption_test.go. */
import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../../api/object.ts';
import type { PodDisruptionBudget } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import { FixedView } from '../../client/index.ts';
import { disruptionController } from './disruption.ts';

const nowMs = 1_750_000_000_000;
const secondsAgo = (seconds: number) => formatTime(nowMs - seconds * 1000);
const meta = (name: string, more: object = {}) => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  creationTimestamp: secondsAgo(999),
  generation: 1,
  ...more,
});
const owned = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
});
const set = (kind: string, name: string, replicas: number, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: meta(name, more),
  spec: { replicas },
});
const labels = { app: 'web' };
const pod = (name: string, more: object = {}, isReady = true, conditions: object[] = []) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name, { labels, ...more }),
  spec: { containers: [] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }, ...conditions],
  },
});
const budget = (spec: object, status: object = {}) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: meta('pdb'),
  spec: { selector: { matchLabels: labels }, ...spec },
  status: {
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...status,
  },
});

function look(objects: readonly object[], key = 'default/pdb') {
  const outcome = disruptionController.reconcile(
    new FixedView(objects as readonly ApiObject[], nowMs),
    key,
  );
  const body = outcome.writes[0]?.body as PodDisruptionBudget | undefined;
  return { outcome, status: body?.status, events: outcome.events?.map(({ draft }) => draft) };
}

const counts = ({ status }: ReturnType<typeof look>) => [
  status?.expectedPods,
  status?.desiredHealthy,
  status?.currentHealthy,
  status?.disruptionsAllowed,
];

/** Three Pods of a Deployment of four. */
const deployment = [
  set('Deployment', 'web', 4),
  set('ReplicaSet', 'web-1', 3, owned('Deployment', 'web')),
  ...['a', 'b', 'c'].map((name) => pod(name, owned('ReplicaSet', 'web-1'))),
];

describe('a budget', () => {
  it.each([
    ['of no Pods', { minAvailable: 3 }, [], [0, 3, 0, 0]],
    ['with a number', { minAvailable: 2 }, deployment, [3, 2, 3, 1]],
    ['with a share', { minAvailable: '50%' }, deployment, [4, 2, 3, 1]],
    ['with a share, rounded up', { minAvailable: '28%' }, deployment, [4, 2, 3, 1]],
    ['of unavailable ones', { maxUnavailable: 1 }, deployment, [4, 3, 3, 0]],
    ['of a share of unavailable ones', { maxUnavailable: '30%' }, deployment, [4, 2, 3, 1]],
    ['of too many unavailable ones', { maxUnavailable: 9 }, deployment, [4, 0, 3, 3]],
    ['of a bare Pod', { minAvailable: 1 }, [pod('a')], [1, 1, 1, 0]],
    ['of a bare Pod, as a share', { minAvailable: '50%' }, [pod('a')], [0, 0, 1, 0]],
    [
      'of Pods that are not ready, or going',
      { minAvailable: 1 },
      [pod('a'), pod('b', {}, false), pod('c', { deletionTimestamp: secondsAgo(1) })],
      [3, 1, 1, 0],
    ],
    [
      'of a StatefulSet',
      { maxUnavailable: 1 },
      [set('StatefulSet', 'db', 2), pod('db-0', owned('StatefulSet', 'db'))],
      [2, 1, 1, 0],
    ],
  ])('%s', (_, spec, objects, expected) => {
    expect(counts(look([budget(spec), ...objects]))).toEqual(expected);
  });

  it('says whether a disruption is allowed, and since when', () => {
    const { status } = look([budget({ minAvailable: 2 }), ...deployment]);
    expect(status?.conditions).toEqual([
      {
        type: 'DisruptionAllowed',
        status: 'True',
        reason: 'SufficientPods',
        message: '',
        observedGeneration: 1,
        lastTransitionTime: secondsAgo(0),
      },
    ]);
    expect(look([budget({ minAvailable: 2 }, status), ...deployment]).outcome.writes).toEqual([]);
  });

  it('tells of itself when there are no Pods', () => {
    expect(look([budget({ minAvailable: 1 })]).events).toEqual([
      { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' },
    ]);
  });

  it('allows nothing where it cannot count', () => {
    const objects = [
      budget({ maxUnavailable: 1 }, { disruptionsAllowed: 2 }),
      pod('a', owned('Job', 'j')),
    ];
    const { status, events } = look(objects);
    const message = 'jobs.batch does not implement the scale subresource';
    expect(status).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ status: 'False', reason: 'SyncFailed', message }],
    });
    expect(events).toEqual([
      {
        type: 'Warning',
        reason: 'CalculateExpectedPodCountFailed',
        message: `Failed to calculate the number of expected pods: ${message}`,
      },
    ]);
  });

  it('counts a Pod that is about to be evicted as gone, for two minutes', () => {
    const disrupted = (seconds: number) => ({ disruptedPods: { a: secondsAgo(seconds) } });
    const soon = look([budget({ minAvailable: 1 }, disrupted(60)), pod('a'), pod('b')]);
    expect(counts(soon)).toEqual([2, 1, 1, 0]);
    expect(soon.status?.disruptedPods).toEqual({ a: secondsAgo(60) });
    expect(soon.outcome.requeueAfterMs).toBe(60_001);
    const late = look([budget({ minAvailable: 1 }, disrupted(121)), pod('a'), pod('b')]);
    expect(counts(late)).toEqual([2, 1, 2, 1]);
    expect(late.status?.disruptedPods).toBeUndefined();
    expect(late.events?.map(({ reason }) => reason)).toEqual(['NotDeleted']);
  });
});

describe('a Pod that was to be evicted', () => {
  const target = (seconds: number) => [
    {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      lastTransitionTime: secondsAgo(seconds),
    },
  ];
  const keysOf = disruptionController.watches.Pod;

  it('is none any more after two minutes', () => {
    const stale = pod('a', {}, true, target(130));
    const [key = ''] = keysOf?.(stale as never, new FixedView([])) ?? [];
    expect(look([stale], key).outcome.writes[0]).toMatchObject({
      verb: 'patch',
      key: 'default/a',
      subresource: 'status',
      body: { status: { conditions: [{ type: 'DisruptionTarget', status: 'False' }] } },
    });
    const young = pod('a', {}, true, target(20));
    expect(look([young], key).outcome).toEqual({ writes: [], requeueAfterMs: 100_000 });
  });

  it('stays one while it goes', () => {
    const going = pod('a', { deletionTimestamp: secondsAgo(1) }, true, target(200));
    expect(keysOf?.(going as never, new FixedView([]))).toEqual([]);
  });
});
