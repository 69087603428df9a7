import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '../../types.gen.ts';
import { isPodActive, isPodAvailable, isPodReady, podLimits, podRequests } from './facts.ts';
import { computeQos, qosOf } from './qos.ts';

const container = (
  requests?: Record<string, string>,
  limits?: Record<string, string>,
  rest: Partial<Container> = {},
): Container => ({
  name: 'c',
  image: 'x',
  resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) },
  ...rest,
});

const podOf = (spec: Partial<Pod['spec']>, status: Pod['status'] = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'a',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { containers: [container()], ...spec },
  status,
});

const both = { cpu: '1', memory: '1Gi' };

describe('quality of service', () => {
  const cases: readonly (readonly [string, Partial<Pod['spec']>, string])[] = [
    ['nothing asked', {}, 'BestEffort'],
    ['limits are requests', { containers: [container(both, both)] }, 'Guaranteed'],
    [
      'the same amounts in other words',
      {
        containers: [container({ cpu: '1000m', memory: '1024Mi' }, both)],
      },
      'Guaranteed',
    ],
    [
      'requests below limits',
      { containers: [container({ cpu: '500m', memory: '1Gi' }, both)] },
      'Burstable',
    ],
    ['no limit of memory', { containers: [container({ cpu: '1' }, { cpu: '1' })] }, 'Burstable'],
    ['one container without', { containers: [container(both, both), container()] }, 'Burstable'],
    [
      'an init container without',
      {
        containers: [container(both, both)],
        initContainers: [container()],
      },
      'Burstable',
    ],
    ['zero is nothing', { containers: [container({ cpu: '0' })] }, 'BestEffort'],
    [
      'other resources do not count',
      {
        containers: [container({ 'ephemeral-storage': '1Gi' })],
      },
      'BestEffort',
    ],
  ];
  test.each(cases)('%s', (_, spec, expected) => {
    expect(computeQos(podOf(spec))).toBe(expected);
    expect(qosOf(podOf(spec, { qosClass: 'Burstable' }))).toBe('Burstable');
  });
});

describe('requests', () => {
  test('containers add up', () => {
    const pod = podOf({
      containers: [container({ cpu: '100m', memory: '64Mi' }), container({ cpu: '1' })],
    });
    expect(podRequests(pod)).toEqual({ cpu: 1100, memory: 64 * 1024 * 1024 });
  });
  test('the greatest init container, if it needs more', () => {
    const pod = podOf({
      containers: [container({ cpu: '100m', memory: '1Gi' })],
      initContainers: [container({ cpu: '300m' }), container({ cpu: '2', memory: '1Mi' })],
    });
    expect(podRequests(pod)).toEqual({ cpu: 2000, memory: 1024 ** 3 });
  });
  test('sidecars run beside the others, and beside later init containers', () => {
    const sidecar = container({ cpu: '200m' }, undefined, { restartPolicy: 'Always' });
    const pod = podOf({
      containers: [container({ cpu: '100m' })],
      initContainers: [sidecar, container({ cpu: '500m' })],
    });
    expect(podRequests(pod)).toEqual({ cpu: 700 });
    expect(podRequests({ ...pod, spec: { ...pod.spec, initContainers: [sidecar] } })).toEqual({
      cpu: 300,
    });
  });
  test('overhead counts as a request, and as a limit where there is one', () => {
    const pod = podOf({
      containers: [container({ cpu: '1' }, { cpu: '2' })],
      overhead: { cpu: '250m', memory: '1' },
    });
    expect(podRequests(pod)).toEqual({ cpu: 1250, memory: 1 });
    expect(podLimits(pod)).toEqual({ cpu: 2250 });
  });
});

describe('states', () => {
  const ready = (since: string) =>
    podOf(
      {},
      {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }],
      },
    );
  test('ready for long enough is available', () => {
    const pod = ready('2026-01-01T00:00:10Z');
    const at = Date.parse('2026-01-01T00:00:40Z');
    expect(isPodReady(pod)).toBe(true);
    expect(isPodAvailable(pod, 0, 0)).toBe(true);
    expect(isPodAvailable(pod, 30, at)).toBe(true);
    expect(isPodAvailable(pod, 31, at)).toBe(false);
    expect(isPodAvailable(podOf({}), 0, at)).toBe(false);
  });
  test('finished or leaving Pods are no replicas', () => {
    expect(isPodActive(podOf({}))).toBe(true);
    expect(isPodActive(podOf({}, { phase: 'Failed' }))).toBe(false);
    const pod = podOf({});
    const metadata = { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(isPodActive({ ...pod, metadata })).toBe(false);
  });
});
