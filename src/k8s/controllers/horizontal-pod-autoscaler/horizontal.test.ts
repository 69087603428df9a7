import { describe, expect, it } from 'vitest';
import type { HorizontalPodAutoscaler, Pod } from '../../../api/types.gen.ts';
import { meta, nowMs, secondsAgo } from '../testing.ts';
import { type Memory, withinLimits } from './limits.ts';
import { compute } from './metrics.ts';
import { type PodUsage, replicasFor, type UsageByPod } from './replicas.ts';

interface PodFacts {
  readonly phase?: string;
  readonly isReady?: boolean;
  readonly startedSecondsAgo?: number;
  readonly request?: string;
}
const pod = (name: string, facts: PodFacts = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name),
  spec: { containers: [{ name: 'c', resources: { requests: { cpu: facts.request ?? '100m' } } }] },
  status: {
    phase: facts.phase ?? 'Running',
    startTime: secondsAgo(facts.startedSecondsAgo ?? 600),
    conditions: [{
      type: 'Ready', status: facts.isReady === false ? 'False' : 'True',
      lastTransitionTime: secondsAgo((facts.startedSecondsAgo ?? 600) - 5),
    }],
  },
}) as unknown as Pod;
const used = (...amounts: (readonly [string, number])[]): UsageByPod =>
  new Map(amounts.map(([name, cpu]): [string, PodUsage] =>
    [name, { at: nowMs - 10_000, windowMs: 15_000, containers: { c: { cpu } } }]));
const half = { resource: 'cpu', utilization: 50 };

describe('how many Pods', () => {
  it.each<[string, number, Pod[], UsageByPod, number]>([
    ['twice the target, twice the Pods', 1, [pod('a')], used(['a', 100]), 2],
    ['a tenth more is tolerated', 2, [pod('a'), pod('b')], used(['a', 55], ['b', 54]), 2],
    ['less than half: fewer', 4, ['a', 'b', 'c', 'd'].map((name) => pod(name)),
      used(['a', 10], ['b', 10], ['c', 10], ['d', 10]), 1],
    ['nothing is known of one: on the way down it counts as busy', 2, [pod('a'), pod('b')],
      used(['a', 10]), 2],
    ['nothing is known of one: on the way up it counts as idle', 2, [pod('a'), pod('b')],
      used(['a', 150]), 3],
    ['a young Pod that was ready for less than a window counts as idle', 2,
      [pod('a'), pod('b', { startedSecondsAgo: 20 })], used(['a', 150], ['b', 300]), 3],
    ['a pending one, too', 2, [pod('a'), pod('b', { phase: 'Pending' })], used(['a', 150]), 3],
  ])('%s', (_, current, pods, usage, replicas) => {
    expect(replicasFor(half, current, pods, usage, nowMs)).toMatchObject({ replicas });
  });

  it.each<[Pod[], UsageByPod, string]>([
    [[], used(), 'no pods returned by selector while calculating replica count'],
    [[pod('a', { startedSecondsAgo: 8 })], used(['a', 10]),
      'did not receive metrics for targeted pods (pods might be unready)'],
    [[{ ...pod('a'), spec: { containers: [{ name: 'c' }] } } as unknown as Pod], used(['a', 10]),
      'missing request for cpu in container c of Pod a'],
  ])('or why not', (pods, usage, why) =>
    expect(replicasFor(half, 1, pods, usage, nowMs)).toBe(why));

  it('an amount each', () => {
    const question = { resource: 'cpu', average: 100 };
    expect(replicasFor(question, 1, [pod('a')], used(['a', 250]), nowMs))
      .toEqual({ replicas: 3, average: 250 });
  });
});

const autoscaler = (spec: object = {}): HorizontalPodAutoscaler => ({
  metadata: meta('a'), spec: { minReplicas: 1, maxReplicas: 10, ...spec },
}) as unknown as HorizontalPodAutoscaler;
const policy = (type: string, value: number, periodSeconds = 60) => ({ type, value, periodSeconds });

describe('how far and how fast', () => {
  it.each<[string, object, Partial<Memory>, number, number, number, string]>([
    ['freely', {}, {}, 2, 3, 3, 'DesiredWithinRange'],
    ['to twice as many, or four', {}, {}, 1, 9, 4, 'ScaleUpLimit'],
    ['to the maximum', {}, {}, 6, 30, 10, 'TooManyReplicas'],
    ['to the minimum', { minReplicas: 2 }, {}, 4, 1, 2, 'TooFewReplicas'],
    ['down only after five minutes', {},
      { recommendations: [{ at: nowMs - 200_000, replicas: 8 }] }, 8, 2, 8, 'DesiredWithinRange'],
    ['up by so many a minute', { behavior: { scaleUp: { policies: [policy('Pods', 2)] } } }, {}, 3, 9, 5,
      'ScaleUpLimit'],
    ['less what has been added', { behavior: { scaleUp: { policies: [policy('Pods', 2)] } } },
      { changes: [{ at: nowMs - 10_000, by: 1 }] }, 3, 9, 4, 'ScaleUpLimit'],
    ['down by a share', { behavior: { scaleDown: {
      stabilizationWindowSeconds: 0, policies: [policy('Percent', 10)] } } }, {}, 10, 1, 9,
      'ScaleDownLimit'],
    ['never down', { behavior: { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' } } },
      {}, 5, 1, 5, 'ScaleDownLimit'],
  ])('%s', (_, spec, memory, current, desired, replicas, reason) => {
    const known: Memory = { recommendations: [], changes: [], ...memory };
    const answer = withinLimits(autoscaler(spec), known, current, desired, nowMs);
    expect([answer.replicas, answer.limited.reason]).toEqual([replicas, reason]);
  });
});

describe('metrics', () => {
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
  const facts = { current: 1, pods: [pod('a')], usage: used(['a', 100]), nowMs };

  it('the greatest number wins', () => {
    const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } };
    const computed = compute(autoscaler({ metrics: [memory, cpu] }), facts);
    expect(computed).toMatchObject({
      replicas: 2, metric: 'cpu resource utilization (percentage of request)',
    });
    expect(computed.statuses[1]).toEqual({
      type: 'Resource',
      resource: { name: 'cpu', current: { averageUtilization: 100, averageValue: '100m' } },
    });
  });

  it('says in full why there is no number', () => {
    const usage = 'unable to fetch metrics from resource metrics API: nobody is there';
    const why = 'failed to get cpu utilization: unable to get metrics for resource cpu: ' + usage;
    expect(compute(autoscaler({ metrics: [cpu] }), { ...facts, usage })).toMatchObject({
      replicas: undefined,
      failures: [{ reason: 'FailedGetResourceMetric', message: why }],
      error: 'invalid metrics (1 invalid out of 1), first error is: ' +
        `failed to get cpu resource metric value: ${why}`,
    });
  });
});
