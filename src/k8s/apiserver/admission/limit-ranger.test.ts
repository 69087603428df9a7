/** Follows the cases of plugin/pkg/admission/limitranger/admission_test.go, and the recordings. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../api/object.ts';
import type { Pod } from '../../../api/types.gen.ts';
import { startRig } from '../testing.ts';
import { type Need, itemProblems, podNeeds } from './limits.ts';

const need = (requests: Need['requests'], limits: Need['limits']): Need =>
  ({ requests, limits }) as Need;

describe('one item of a LimitRange', () => {
  it.each([
    ['min', { min: { cpu: '100m' } }, need({ cpu: '100m' }, {}), []],
    [
      'min without a request',
      { min: { memory: '1Gi', cpu: '50m' } },
      need({}, {}),
      [
        'minimum cpu usage per Container is 50m.  No request is specified',
        'minimum memory usage per Container is 1Gi.  No request is specified',
      ],
    ],
    [
      'min, and a smaller request',
      { min: { cpu: '100m' } },
      need({ cpu: '50m' }, { cpu: '1' }),
      ['minimum cpu usage per Container is 100m, but request is 50m'],
    ],
    [
      'max, and no limit',
      { max: { cpu: '2' } },
      need({}, {}),
      ['maximum cpu usage per Container is 2.  No limit is specified'],
    ],
    [
      'max, and a greater limit',
      { max: { memory: '1Gi' } },
      need({ memory: '100Mi' }, { memory: '1500Mi' }),
      ['maximum memory usage per Container is 1Gi, but limit is 1500Mi'],
    ],
    [
      'a ratio that is kept',
      { maxLimitRequestRatio: { cpu: '2' } },
      need({ cpu: '1' }, { cpu: '2' }),
      [],
    ],
    [
      'a ratio that is not',
      { maxLimitRequestRatio: { cpu: '1500m' } },
      need({ cpu: '300m' }, { cpu: '500m' }),
      ['cpu max limit to request ratio per Container is 1500m, but provided ratio is 1.666667'],
    ],
    [
      'a ratio of nothing',
      { maxLimitRequestRatio: { memory: '1' } },
      need({}, { memory: '1Gi' }),
      [
        'memory max limit to request ratio per Container is 1, ' +
          'but no request is specified or request is 0',
      ],
    ],
  ])('%s', (_, item, given, problems) => {
    expect(itemProblems({ type: 'Container', ...item } as never, given)).toEqual(problems);
  });

  it('counts a Pod as the sum of its containers, or its neediest init container', () => {
    const container = (cpu: string, memory?: string) => ({
      name: 'c',
      resources: { requests: { cpu, ...(memory === undefined ? {} : { memory }) } },
    });
    const spec = {
      containers: [container('200m', '1Gi'), container('300m')],
      initContainers: [container('400m'), container('700m')],
    };
    // Memory is not the Pod's, since one container says nothing of it.
    expect(podNeeds(spec as never).requests).toEqual({ cpu: '700m' });
  });
});

describe('LimitRanger', () => {
  const rig = startRig();
  const path = (kind: string) => `/api/v1/namespaces/default/${kind}`;
  const pod = (name: string, resources?: object) => ({
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'nginx', ...(resources && { resources }) }] },
  });
  const tell = (body: object): Json => {
    const answer = rig.request({ method: 'POST', path: path('pods'), body: body as JsonObject });
    return (answer.body as JsonObject)['message'] ?? answer.status;
  };
  const range = (...limits: object[]) => {
    for (const { metadata } of rig.list(path('limitranges'))) {
      rig.delete(`${path('limitranges')}/${metadata.name}`);
    }
    rig.create(path('limitranges'), { metadata: { name: 'l' }, spec: { limits } });
    rig.run(10);
  };

  it('says what the recorded server says of a Pod without limits', () => {
    range({ type: 'Pod', max: { cpu: '2', memory: '2Gi' } });
    expect(tell(pod('nolim2'))).toBe(
      'pods "nolim2" is forbidden: [maximum cpu usage per Pod is 2.  No limit is specified, ' +
        'maximum memory usage per Pod is 2Gi.  No limit is specified]',
    );
  });

  it('gives defaults, and notes them', () => {
    range({
      type: 'Container',
      default: { memory: '512Mi' },
      defaultRequest: { memory: '256Mi', cpu: '100m' },
    });
    const made = rig.create<Pod>(path('pods'), pod('defaulted'));
    expect(made.metadata.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu, memory request for container c; memory limit for container c',
    );
    expect(made.spec.containers[0]?.resources).toEqual({
      limits: { memory: '512Mi' },
      requests: { cpu: '100m', memory: '256Mi' },
    });
    expect(made.status?.qosClass).toBe('Burstable');
  });

  it('refuses a limit that is too great, and keeps what fits as it is', () => {
    range({ type: 'Container', min: { cpu: '200m' }, max: { cpu: '800m' } });
    expect(tell(pod('big', { limits: { cpu: '1500m' }, requests: { cpu: '500m' } }))).toBe(
      'pods "big" is forbidden: maximum cpu usage per Container is 800m, but limit is 1500m',
    );
    expect(tell(pod('small', { limits: { cpu: '800m' }, requests: { cpu: '100m' } }))).toBe(
      'pods "small" is forbidden: minimum cpu usage per Container is 200m, but request is 100m',
    );
    expect(tell(pod('right', { limits: { cpu: '800m' }, requests: { cpu: '500m' } }))).toBe(201);
  });

  it('bounds the storage of claims', () => {
    range({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } });
    const claim = (storage: string) =>
      rig.request({
        method: 'POST',
        path: path('persistentvolumeclaims'),
        body: {
          metadata: { name: 'claim' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
        },
      }).body;
    expect(claim('500Mi')).toMatchObject({
      code: 403,
      message:
        'persistentvolumeclaims "claim" is forbidden: ' +
        'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
    });
    expect(claim('5Gi')).toMatchObject({
      message: expect.stringContaining(
        'maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi',
      ),
    });
  });
});
