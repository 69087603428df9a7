/** Follows the cases of pkg/registry/core/pod/storage/eviction_test.go. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../api/object.ts';
import type { Pod, PodDisruptionBudget } from '../../../api/types.gen.ts';
import { type Rig, startRig } from '../testing.ts';

const pods = '/api/v1/namespaces/default/pods';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

interface Given {
  readonly name?: string;
  readonly phase?: string;
  readonly isReady?: boolean;
}

function addPod(rig: Rig, { name = 'web', phase = 'Running', isReady = true }: Given = {}): void {
  rig.create(pods, {
    metadata: { name, labels: { app: 'web' } },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'c' }] },
  });
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  rig.patch(`${pods}/${name}/status`, { status: { phase, conditions } });
}

function addBudget(rig: Rig, status: object, more: object = {}, name = 'pdb'): void {
  const made = rig.create(budgets, {
    metadata: { name },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } }, ...more },
  });
  rig.update(`${budgets}/${name}/status`, {
    ...made,
    status: {
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
      ...status,
    },
  });
  rig.run(10);
}

const evict = (rig: Rig, name = 'web', more: object = {}) =>
  rig.request({
    method: 'POST',
    path: `${pods}/${name}/eviction`,
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name },
      ...more,
    } as JsonObject,
  });

const isGoing = (rig: Rig, name = 'web') =>
  rig.get(`${pods}/${name}`).metadata.deletionTimestamp !== undefined;

describe('an eviction', () => {
  it('marks the Pod and deletes it, if no budget is for it', () => {
    const rig = startRig();
    addPod(rig);
    expect(evict(rig)).toMatchObject({ status: 201, body: { status: 'Success' } });
    const pod = rig.get<Pod>(`${pods}/web`);
    expect(pod.metadata.deletionTimestamp).toBeDefined();
    expect(pod.status?.conditions?.at(-1)).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    });
  });

  it('is refused when no disruption is allowed, and says why', () => {
    const rig = startRig();
    addPod(rig);
    addBudget(rig, { currentHealthy: 2, desiredHealthy: 3 });
    expect(evict(rig).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: refusal,
      reason: 'TooManyRequests',
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget pdb needs 3 healthy pods and has 2 currently',
          },
        ],
      },
      code: 429,
    });
    expect(isGoing(rig)).toBe(false);
  });

  it('waits for a budget that has changed to be looked at', () => {
    const rig = startRig();
    addPod(rig);
    addBudget(rig, { observedGeneration: 0, disruptionsAllowed: 1 });
    const { body, headers } = evict(rig);
    expect(headers?.['retry-after']).toBe('10');
    expect(body).toMatchObject({
      code: 429,
      details: {
        retryAfterSeconds: 10,
        causes: [{ message: 'The disruption budget pdb is still being processed by the server.' }],
      },
    });
  });

  it('takes one disruption, and tells the controller of the Pod', () => {
    const rig = startRig();
    for (const name of ['a', 'b', 'c']) addPod(rig, { name });
    addBudget(rig, { disruptionsAllowed: 2, currentHealthy: 3 });
    expect(evict(rig, 'a', { deleteOptions: { dryRun: ['All'] } }).status).toBe(201);
    expect(isGoing(rig, 'a')).toBe(false);
    // All at once: only two may go.
    const ids = ['a', 'b', 'c'].map((name) =>
      rig.send({
        method: 'POST',
        path: `${pods}/${name}/eviction`,
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } },
      }),
    );
    rig.run(100);
    expect(ids.map((id) => rig.answerOf(id)?.status)).toEqual([201, 201, 429]);
    const { status } = rig.get<PodDisruptionBudget>(`${budgets}/pdb`);
    expect(status?.disruptionsAllowed).toBe(0);
    expect(Object.keys(status?.disruptedPods ?? {})).toEqual(['a', 'b']);
  });

  it.each([
    ['has ended', { phase: 'Succeeded' }, {}, {}, 201],
    ['has not begun', { phase: 'Pending' }, {}, {}, 201],
    ['is ready', {}, {}, {}, 429],
    ['is not ready, with enough that are', { isReady: false }, {}, {}, 201],
    ['is not ready, with too few that are', { isReady: false }, { currentHealthy: 0 }, {}, 429],
    [
      'is not ready, and always allowed',
      { isReady: false },
      { currentHealthy: 0 },
      { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
      201,
    ],
  ])('of a Pod that %s', (_, pod, status, spec, code) => {
    const rig = startRig();
    addPod(rig, pod);
    addBudget(rig, status, spec);
    expect(evict(rig).status).toBe(code);
  });

  it('cannot serve two budgets', () => {
    const rig = startRig();
    addPod(rig);
    addBudget(rig, { disruptionsAllowed: 1 });
    addBudget(rig, { disruptionsAllowed: 1 }, {}, 'second');
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    expect(evict(rig)).toMatchObject({ status: 500, body: { code: 500, message } });
  });

  it.each([
    ['of nothing', 'x', {}, 404, 'pods "x" not found'],
    [
      'of another',
      'web',
      { metadata: { name: 'other' } },
      400,
      'name in URL does not match name in Eviction object',
    ],
  ])('%s is refused', (_, name, more, code, message) => {
    const rig = startRig();
    addPod(rig);
    expect(evict(rig, name, more).body).toMatchObject({ code, message });
  });

  it('keeps to the version that the client has seen', () => {
    const rig = startRig();
    addPod(rig);
    const preconditions = { resourceVersion: '1' };
    expect(evict(rig, 'web', { deleteOptions: { preconditions } }).status).toBe(409);
    const { resourceVersion = '' } = rig.get(`${pods}/web`).metadata;
    expect(
      evict(rig, 'web', { deleteOptions: { preconditions: { resourceVersion } } }).status,
    ).toBe(201);
  });
});
