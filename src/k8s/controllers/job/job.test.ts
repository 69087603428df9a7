import { describe, expect, it } from 'vitest';
import { look, meta, nowMs, ownedBy, secondsAgo } from '../testing.ts';
import { ttlAfterFinishedController } from '../ttl-after-finished/ttl-after-finished.ts';
import { formatIntervals, includes, parseIntervals, totalOf, withIndexes } from './intervals.ts';
import { jobController } from './job.ts';

const labels = { 'batch.kubernetes.io/controller-uid': 'uid-pi' };
const indexed = (completions: number) => ({ completionMode: 'Indexed', completions, parallelism: completions });
const job = (spec: object = {}, status: object = {}, more: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: meta('pi', more),
  spec: {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'perl' }] },
    },
    ...spec,
  },
  status: { startTime: secondsAgo(300), ...status },
});
interface PodFacts {
  readonly phase?: string;
  readonly isCounted?: boolean;
  readonly isGoing?: boolean;
  readonly index?: number;
  readonly exitCode?: number;
  readonly endedSecondsAgo?: number;
  readonly restarts?: number;
  readonly conditions?: object[];
}
const pod = (name: string, facts: PodFacts = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name, {
    labels,
    ...ownedBy('batch/v1', 'Job', 'pi'),
    ...(facts.isCounted ? {} : { finalizers: ['batch.kubernetes.io/job-tracking'] }),
    ...(facts.isGoing ? { deletionTimestamp: secondsAgo(1) } : {}),
    ...(facts.index === undefined
      ? {}
      : { annotations: { 'batch.kubernetes.io/job-completion-index': String(facts.index) } }),
  }),
  spec: { containers: [{ name: 'c' }] },
  status: {
    phase: facts.phase ?? 'Running',
    conditions: facts.conditions ?? [],
    containerStatuses: [{
      name: 'c',
      restartCount: facts.restarts ?? 0,
      state: facts.phase === 'Failed' || facts.phase === 'Succeeded'
        ? { terminated: { exitCode: facts.exitCode ?? 1, finishedAt: secondsAgo(facts.endedSecondsAgo ?? 200) } }
        : { running: {} },
    }],
  },
});
const won = (name: string, more: PodFacts = {}) => pod(name, { phase: 'Succeeded', ...more });
const lost = (name: string, more: PodFacts = {}) => pod(name, { phase: 'Failed', ...more });
const policy = (...rules: object[]) => ({ podFailurePolicy: { rules } });
const onCode = (action: string, code: number) =>
  ({ action, onExitCodes: { operator: 'In', values: [code] } });

describe('a Job', () => {
  it.each<[string, object[], string[]]>([
    ['makes its Pod', [job()], ['create Pod x/']],
    ['runs as many at a time as it may', [job({ completions: 5, parallelism: 2 })],
      ['create Pod x/', 'create Pod x/']],
    ['makes no more than are left', [job({ completions: 5, parallelism: 3 }, { succeeded: 4 })],
      ['create Pod x/']],
    ['a work queue: none after the first success',
      [job({ completions: undefined, parallelism: 3 }, { succeeded: 1 }), pod('a')], []],
    ['notes the ended one, then lets go of it', [job(), won('a')], ['patch Pod x/a']],
    ['tries again, when the delay is over', [job({}, { failed: 1 }), lost('a', { isCounted: true })],
      ['create Pod x/']],
    ['waits before it tries again',
      [job({}, { failed: 1 }), lost('a', { isCounted: true, endedSecondsAgo: 4 })], []],
    ['at the limit all that runs goes',
      [job({ completions: 5, parallelism: 2, backoffLimit: 0 }), lost('a'), pod('b')],
      ['delete Pod x/b', 'patch Pod x/a', 'patch Pod x/b']],
    ['OnFailure: restarts are limited',
      [job({ backoffLimit: 2, template: { spec: { restartPolicy: 'OnFailure' } } }), pod('a', { restarts: 2 })],
      ['delete Pod x/a', 'patch Pod x/a']],
    ['past its deadline', [job({ activeDeadlineSeconds: 60 }), pod('a')],
      ['delete Pod x/a', 'patch Pod x/a']],
    ['suspended: none counts as failed', [job({ suspend: true }), pod('a')],
      ['patch Pod x/a', 'delete Pod x/a']],
    ['indexes: the lowest that are missing',
      [job({ ...indexed(3), parallelism: 2 }), pod('a', { index: 1 })], ['create Pod x/']],
    ['a double of an index goes', [job(indexed(2)), pod('a', { index: 0 }), pod('b', { index: 0 })],
      ['patch Pod x/a', 'delete Pod x/a']],
    ['a lost index is not tried again', [job({ ...indexed(2), backoffLimitPerIndex: 0 }),
      lost('a', { index: 0 }), pod('b', { index: 1 })], ['patch Pod x/a']],
    ['an index with tries left keeps its last failure until the next Pod is there',
      [job({ ...indexed(2), backoffLimitPerIndex: 1 }), lost('a', { index: 0 }), pod('b', { index: 1 })],
      ['create Pod x/']],
    ['ended: nothing more', [job({}, { conditions: [{ type: 'Complete', status: 'True' }] })], []],
    ['somebody else manages it', [job({ managedBy: 'example.com/mine' })], []],
    ['gone: its Pods are let go of', [pod('a')], ['patch Pod x/a']],
    ['a rule ends it at once', [job(policy(onCode('FailJob', 42))), lost('a', { exitCode: 42 }), pod('b')],
      ['delete Pod x/b', 'patch Pod x/a', 'patch Pod x/b']],
  ])('%s', (_, objects, writes) =>
    expect(look(jobController, 'x/pi', objects).writes).toEqual(writes));

  it.each<[string, object[], object, string[]]>([
    ['notes a success', [job(), won('a')],
      { uncountedTerminatedPods: { succeeded: ['uid-a'] } }, ['SuccessCriteriaMet']],
    ['counts it, and is complete',
      [job({}, {
        uncountedTerminatedPods: { succeeded: ['uid-a'] },
        conditions: [{ type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached' }],
      }), won('a', { isCounted: true })],
      { succeeded: 1, uncountedTerminatedPods: {}, completionTime: secondsAgo(0) },
      ['SuccessCriteriaMet', 'Complete']],
    ['fails when all is counted',
      [job({ backoffLimit: 0 }, { uncountedTerminatedPods: { failed: ['uid-a'] } }),
        lost('a', { isCounted: true })],
      { failed: 1 }, ['FailureTarget', 'Failed']],
    ['but not while a Pod is still ending',
      [job({ backoffLimit: 0 }, { failed: 1 }), pod('b', { isCounted: true, isGoing: true })],
      { terminating: 1 }, ['FailureTarget']],
    ['an ignored failure is none', [job(policy(onCode('Ignore', 7))), lost('a', { exitCode: 7 })],
      { uncountedTerminatedPods: {} }, []],
    ['indexes', [job(indexed(5)), won('a', { index: 0 }), won('b', { index: 1 }), won('c', { index: 4 })],
      { completedIndexes: '0,1,4', succeeded: 3 }, []],
    ['enough of the indexes', [job({ ...indexed(3), successPolicy: { rules: [{ succeededIndexes: '0' }] } }),
      won('a', { index: 0 }), pod('b', { index: 1 })],
      { completedIndexes: '0', succeeded: 1, terminating: 1 }, ['SuccessCriteriaMet']],
    ['one index lost, all others won',
      [job({ ...indexed(2), backoffLimitPerIndex: 0 }), lost('a', { index: 0 }), won('b', { index: 1 })],
      { failedIndexes: '0', completedIndexes: '1' }, ['FailureTarget']],
    ['suspended', [job({ suspend: true })], { ready: 0 }, ['Suspended']],
  ])('%s', (_, objects, status, conditions) => {
    const looked = look(jobController, 'x/pi', objects).status;
    expect(looked).toMatchObject(status);
    const types = (looked as { conditions?: { type: string }[] }).conditions ?? [];
    expect(types.map(({ type }) => type)).toEqual(conditions);
  });

  it.each<[string, object[], string]>([
    ['PodFailurePolicy', [job(policy(onCode('FailJob', 42))), lost('a', { exitCode: 42 })],
      'Container c for pod x/a failed with exit code 42 matching FailJob rule at index 0'],
    ['PodFailurePolicy',
      [job(policy({ action: 'FailJob', onPodConditions: [{ type: 'Sick', status: 'True' }] })),
        lost('a', { conditions: [{ type: 'Sick', status: 'True' }] })],
      'Pod x/a has condition Sick matching FailJob rule at index 0'],
    ['BackoffLimitExceeded', [job({ backoffLimit: 0 }), lost('a')],
      'Job has reached the specified backoff limit'],
    ['MaxFailedIndexesExceeded',
      [job({ ...indexed(3), backoffLimitPerIndex: 0, maxFailedIndexes: 0 }), lost('a', { index: 0 })],
      'Job has exceeded the specified maximal number of failed indexes'],
  ])('%s has its words', (reason, objects, message) => {
    const { conditions } = look(jobController, 'x/pi', objects).status as { conditions: object[] };
    expect(conditions).toMatchObject([{ type: 'FailureTarget', reason, message }]);
  });

  it.each([[1, 10], [2, 20], [3, 40], [9, 600]])('after %i failures: %i s', (count, seconds) => {
    const failures = Array.from({ length: count }, (_, at) =>
      lost(`p${at}`, { isCounted: true, endedSecondsAgo: 1 }));
    const objects = [job({ backoffLimit: 20 }, { failed: count }), ...failures];
    expect(look(jobController, 'x/pi', objects).requeueAfterMs).toBe((seconds - 1) * 1000);
  });

  it('tells a Pod its index', () => {
    const [body] = look(jobController, 'x/pi', [job(indexed(1))]).bodies;
    expect(body).toMatchObject({
      metadata: {
        generateName: 'pi-0-',
        labels: { 'batch.kubernetes.io/job-completion-index': '0' },
        annotations: { 'batch.kubernetes.io/job-completion-index': '0' },
        finalizers: ['batch.kubernetes.io/job-tracking'],
      },
      spec: { hostname: 'pi-0', containers: [{ env: [{ name: 'JOB_COMPLETION_INDEX' }] }] },
    });
  });
});

it.each([
  ['', '', 0],
  ['0', '0', 1],
  ['0,1', '0,1', 2],
  ['0,1,2', '0-2', 3],
  ['1,3-5,7', '1,3-5,7', 5],
  ['0-99', '0-9', 10],
])('indexes %s are %s', (text, written, total) => {
  const intervals = parseIntervals(text, 10);
  expect([formatIntervals(intervals), totalOf(intervals)]).toEqual([written, total]);
});

it('indexes grow together', () => {
  const intervals = withIndexes(parseIntervals('1,4', 10), [3, 2, 2, 8]);
  expect(formatIntervals(intervals)).toBe('1-4,8');
  expect([0, 4, 5].map((index) => includes(intervals, index))).toEqual([false, true, false]);
});

it.each<[string, object, number, string[], number | undefined]>([
  ['runs', {}, 5, [], undefined],
  ['has ended just now', { type: 'Complete' }, 5, [], 5_000],
  ['has ended long ago', { type: 'Failed' }, 0, ['delete Job x/pi'], undefined],
])('time to live of a Job that %s', (_, condition, seconds, writes, wait) => {
  const conditions = [{ ...condition, status: 'True', lastTransitionTime: secondsAgo(0) }];
  const object = job({ ttlSecondsAfterFinished: seconds }, { conditions });
  const looked = look(ttlAfterFinishedController, 'x/pi', [object], nowMs);
  expect([looked.writes, looked.requeueAfterMs]).toEqual([writes, wait]);
});
