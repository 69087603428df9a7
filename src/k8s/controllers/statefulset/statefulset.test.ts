import { describe, expect, it } from 'vitest';
import { look, meta, ownedBy, secondsAgo } from '../testing.ts';
import { statefulSetController } from './statefulset.ts';

const labels = { app: 'web' };
const template = (image: string) => ({
  metadata: { labels }, spec: { containers: [{ name: 'c', image }] },
});
const set = (spec: object = {}, status: object = { currentRevision: 'web-v2' }) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: meta('web'),
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    serviceName: 'nginx',
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    template: template('v2'),
    ...spec,
  },
  status,
});
const revision = (image: string, number: number, isOrphan = false) => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: meta(`web-${image}`, {
    ...(isOrphan ? {} : ownedBy('apps/v1', 'StatefulSet', 'web')),
    labels: { ...labels, 'controller.kubernetes.io/hash': image },
  }),
  data: { spec: { template: { ...template(image), $patch: 'replace' } } },
  revision: number,
});
interface PodFacts {
  readonly at?: string;
  readonly isReady?: boolean;
  readonly phase?: string;
  readonly isGoing?: boolean;
  readonly owner?: boolean;
}
const pod = (ordinal: number, facts: PodFacts = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(`web-${ordinal}`, {
    ...(facts.owner === false ? {} : ownedBy('apps/v1', 'StatefulSet', 'web')),
    labels: {
      ...labels,
      'statefulset.kubernetes.io/pod-name': `web-${ordinal}`,
      'controller-revision-hash': `web-${facts.at ?? 'v2'}`,
    },
    ...(facts.isGoing ? { deletionTimestamp: secondsAgo(1) } : {}),
  }),
  spec: { containers: [{ name: 'c' }] },
  status: {
    phase: facts.phase ?? 'Running',
    conditions: [{
      type: 'Ready',
      status: facts.isReady === false ? 'False' : 'True',
      lastTransitionTime: secondsAgo(60),
    }],
  },
});
const v2 = revision('v2', 2);
const v1 = revision('v1', 1);
const parallel = { podManagementPolicy: 'Parallel' };
const claims = {
  volumeClaimTemplates: [{ metadata: { name: 'www' }, spec: { accessModes: ['ReadWriteOnce'] } }],
};
const claim = (ordinal: number, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: meta(`www-web-${ordinal}`, more),
  spec: {},
});
const deleting = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } };

describe('StatefulSet', () => {
  it.each<[string, object[], string[]]>([
    ['the first, and only the first', [set(), v2], ['create Pod x/web-0']],
    ['no second before the first is ready', [set(), v2, pod(0, { isReady: false })], []],
    ['the second', [set(), v2, pod(0)], ['create Pod x/web-1']],
    ['a gap is filled', [set(), v2, pod(0), pod(2)], ['create Pod x/web-1']],
    ['Parallel: all at once', [set(parallel), v2, pod(1, { isReady: false })],
      ['create Pod x/web-0', 'create Pod x/web-2']],
    ['from another number on', [set({ ordinals: { start: 5 } }), v2], ['create Pod x/web-5']],
    ['a failed one is made anew', [set(), v2, pod(0, { phase: 'Failed' })],
      ['delete Pod x/web-0']],
    ['too many: the last goes', [set({ replicas: 1 }), v2, pod(0), pod(1), pod(2)],
      ['delete Pod x/web-2']],
    ['one goes at a time', [set({ replicas: 1 }), v2, pod(0), pod(1), pod(2, { isGoing: true })],
      []],
    ['Parallel: all that are too many', [set({ replicas: 1, ...parallel }), v2, pod(0), pod(1), pod(2)],
      ['delete Pod x/web-2', 'delete Pod x/web-1']],
    ['a new template begins at the end', [set(), v1, v2, ...[0, 1, 2].map((n) => pod(n, { at: 'v1' }))],
      ['delete Pod x/web-2']],
    ['and waits for what it made',
      [set(), v1, v2, pod(0, { at: 'v1' }), pod(1, { at: 'v1' }), pod(2, { isGoing: true })], []],
    ['a partition keeps those below it',
      [set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }), v1, v2,
        pod(0, { at: 'v1' }), pod(1, { at: 'v1' }), pod(2)], []],
    ['OnDelete touches nothing',
      [set({ updateStrategy: { type: 'OnDelete' } }), v1, v2, ...[0, 1, 2].map((n) => pod(n, { at: 'v1' }))],
      []],
    ['a template that nobody knows is recorded', [set({ replicas: 0 }), v1],
      ['create ControllerRevision x/web-']],
    ['claims come before their Pod', [set({ ...claims, replicas: 1 }), v2],
      ['create PersistentVolumeClaim x/www-web-0', 'create Pod x/web-0']],
    ['a claim that is there is kept', [set({ ...claims, replicas: 1 }), v2, claim(0)],
      ['create Pod x/web-0']],
    ['scaled away, the claim learns to go with its Pod',
      [set({ ...claims, ...deleting, replicas: 0 }), v2, pod(0), claim(0)],
      ['update PersistentVolumeClaim x/www-web-0', 'delete Pod x/web-0']],
    ['a claim that still belongs to the old Pod is waited for',
      [set({ ...claims, ...deleting, replicas: 1 }), v2,
        claim(0, { ownerReferences: [{ kind: 'Pod', name: 'web-0', uid: 'old' }] })], []],
    ['an orphan of its name is adopted', [set({ replicas: 1 }), v2, pod(0, { owner: false })],
      ['patch Pod x/web-0']],
  ])('%s', (_, objects, writes) => {
    const looked = look(statefulSetController, 'x/web', objects).writes;
    expect(looked.map((line) => line.replace(/(web-)[a-z0-9]{6,}$/, '$1'))).toEqual(writes);
  });

  it('gives a Pod its identity', () => {
    const [body] = look(statefulSetController, 'x/web', [set(claims), v2, claim(0)]).bodies;
    expect(body).toMatchObject({
      metadata: {
        name: 'web-0',
        labels: {
          'apps.kubernetes.io/pod-index': '0',
          'statefulset.kubernetes.io/pod-name': 'web-0',
          'controller-revision-hash': 'web-v2',
        },
      },
      spec: {
        hostname: 'web-0',
        subdomain: 'nginx',
        volumes: [{ name: 'www', persistentVolumeClaim: { claimName: 'www-web-0' } }],
      },
    });
  });

  it('a place below the partition gets the old template', () => {
    const rolling = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    const objects = [set(rolling, { currentRevision: 'web-v1' }), v1, v2];
    const [body] = look(statefulSetController, 'x/web', objects).bodies;
    expect(body).toMatchObject({
      metadata: { labels: { 'controller-revision-hash': 'web-v1' } },
      spec: { containers: [{ image: 'v1' }] },
    });
  });

  it('goes on with the history that an orphaning deletion left', () => {
    const objects = [set({ replicas: 0 }, {}), revision('v2', 1, true), revision('v3', 2, true)];
    expect(look(statefulSetController, 'x/web', objects).writes).toEqual([
      'patch ControllerRevision x/web-v2',
      'patch ControllerRevision x/web-v3',
      'patch ControllerRevision x/web-v2',
    ]);
  });

  it('keeps as much history as it is told to', () => {
    const old = [revision('a', 1), revision('b', 2), revision('c', 3), revision('v2', 4)];
    const objects = [set({ replicas: 0, revisionHistoryLimit: 1 }), ...old];
    expect(look(statefulSetController, 'x/web', objects).writes)
      .toEqual(['delete ControllerRevision x/web-a', 'delete ControllerRevision x/web-b']);
  });

  it('counts; a finished rollout makes the new template the current one', () => {
    const half = look(statefulSetController, 'x/web', [
      set({}, { currentRevision: 'web-v1' }), v1, v2,
      pod(0, { at: 'v1' }), pod(1, { at: 'v1' }), pod(2, { isReady: false }),
    ]);
    expect(half.status).toMatchObject({
      replicas: 3, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 1,
      currentRevision: 'web-v1', updateRevision: 'web-v2',
    });
    const whole = look(statefulSetController, 'x/web', [
      set({}, { currentRevision: 'web-v1' }), v1, v2, pod(0), pod(1), pod(2),
    ]);
    expect(whole.status).toMatchObject({
      currentReplicas: 3, updatedReplicas: 3, currentRevision: 'web-v2',
    });
  });
});
