import { expect, test } from 'vitest';
import { type AnyStateMachine, createActor, SimulatedClock } from 'xstate';
import type { Chart, ChartPort } from '../../kernel/index.ts';
import { containerChart } from '../../host/runtime/container-chart.ts';
import { pullChart } from '../../host/runtime/pull-chart.ts';
import { sandboxChart } from '../../host/runtime/sandbox-chart.ts';
import { leaseChart } from './lease-chart.ts';
import { podWorkerChart } from './pod-worker-chart.ts';
import { probeChart } from './probe-chart.ts';

/** Walks the table and XState through the same events and times; both must agree at every step. */
function walk<M extends AnyStateMachine>(
  chart: Chart<M>,
  input: object,
  events: readonly (object | number)[],
): void {
  const clock = new SimulatedClock();
  const actor = createActor(chart.machine as AnyStateMachine, { input, clock } as never);
  const theirs: unknown[] = [];
  actor.on('*', (effect: unknown) => theirs.push(effect));
  const timers = new Map<string, { at: number; event: { type: string } }>();
  const ours: unknown[] = [];
  let now = 0;
  const port: ChartPort<never> = {
    arm: (id, ms, event) => timers.set(id, { at: now + ms, event }),
    disarm: (id) => timers.delete(id),
    effect: (effect) => ours.push(effect),
  };
  const live = chart.begin(input as never, port);
  actor.start();
  const agree = (where: string) => {
    const { value, context } = actor.getSnapshot() as { value: string; context: object };
    expect({ where, value: live.value, context: live.context, ours }).toEqual({
      where,
      value,
      context,
      ours: theirs,
    });
  };
  // Effects of the initial state come before anybody can listen to an XState actor.
  ours.length = 0;
  theirs.length = 0;
  agree('start');
  for (const event of events) {
    if (typeof event === 'number') {
      for (let ms = 0; ms < event; ms += 10) {
        now += 10;
        for (const [id, timer] of [...timers]) {
          if (timer.at > now || timers.get(id) !== timer) continue;
          timers.delete(id);
          chart.send(live, timer.event, port);
        }
        clock.increment(10);
      }
    } else {
      chart.send(live, event as never, port);
      actor.send(event as never);
    }
    agree(JSON.stringify(event));
  }
}

const of = (...types: readonly string[]) => types.map((type) => ({ type }));

test.each([
  ['runs and ends', [100, ...of('start'), 100, ...of('started', 'exited', 'remove')]],
  [
    'is stopped in time',
    [
      100,
      ...of('start'),
      100,
      ...of('started'),
      { type: 'stop', graceMs: 1000 },
      500,
      ...of('exited'),
    ],
  ],
  [
    'is killed',
    [
      100,
      ...of('start'),
      100,
      ...of('started'),
      { type: 'stop', graceMs: 1000 },
      1500,
      ...of('exited'),
    ],
  ],
  [
    'is hurried',
    [
      100,
      ...of('start'),
      100,
      ...of('started'),
      { type: 'stop', graceMs: 5000 },
      500,
      { type: 'stop', graceMs: 100 },
      200,
    ],
  ],
  ['cannot start', [100, ...of('start'), 100, ...of('startFailed')]],
  ['loses its power', [100, ...of('start', 'lost')]],
])('a container %s', (_, events) =>
  walk(containerChart, { createMs: 50, startMs: 50, graceMs: 0 }, events),
);

test.each([
  ['lives', [100, ...of('networkReady'), 100, ...of('pauseExited', 'stop'), 100, ...of('remove')]],
  ['gets no network', [100, ...of('networkFailed', 'stop', 'remove')]],
  ['is stopped early', [...of('stop'), 100, ...of('stop', 'remove')]],
  ['loses its power', [100, ...of('networkReady', 'lost', 'stop'), 100]],
])('a sandbox %s', (_, events) => walk(sandboxChart, { createMs: 50, stopMs: 50 }, events));

test('a pull', () => {
  walk(pullChart, { resolveMs: 50, downloadMs: 100 }, [60, 100]);
  walk(pullChart, { resolveMs: 50, downloadMs: 100 }, [60, ...of('cutOff')]);
});

const probe = {
  delayMs: 10,
  periodMs: 100,
  failureThreshold: 3,
  successThreshold: 1,
  endsOnFailure: true,
};

test.each([
  ['turns good, then bad', probe, of('succeeded', 'failed', 'failed', 'failed')],
  [
    'goes on after failures',
    { ...probe, endsOnFailure: false },
    of('failed', 'failed', 'failed', 'succeeded'),
  ],
  [
    'needs two successes',
    { ...probe, successThreshold: 2 },
    of('succeeded', 'failed', 'succeeded', 'succeeded'),
  ],
  ['cannot be asked', probe, of('errored', 'succeeded')],
])('a probe %s', (_, input, outcomes) =>
  walk(
    probeChart,
    input,
    outcomes.flatMap((outcome, i) => [i === 0 ? 20 : 110, outcome]),
  ),
);

test.each([
  [
    'is synced and ends',
    [
      ...of('begin', 'update'),
      { type: 'synced', againMs: Infinity },
      { type: 'synced', againMs: Infinity },
      ...of('update', 'terminate', 'hurry', 'stopped', 'cleaned'),
    ],
  ],
  ['comes again', [...of('begin'), { type: 'synced', againMs: 100 }, 200, ...of('terminate')]],
  ['never begins', of('terminate', 'stopped', 'cleaned')],
])('a Pod worker %s', (_, events) => walk(podWorkerChart, {}, events));

test('a lease', () =>
  walk(leaseChart, { intervalMs: 100 }, [
    ...of('renewed'),
    110,
    ...of('failed'),
    210,
    ...of('failed'),
    410,
    ...of('renewed'),
    110,
  ]));
