/** The kernel alone: events through its queue, and steps of a compiled statechart. */
import { assign, setup } from 'xstate';
import { Chart, type ChartPort, Shard } from '../../kernel/index.ts';
import { type Figure, medianMs } from './measure.ts';

const plan = { seed: 1, sites: ['a'], lookahead: 0.25, epoch: 0 };

/** Events a second, with 10,000 pending. */
export function kernelEvents(bareMs: number): Figure {
  const events = 400_000;
  const ms = medianMs(5, () => {
    const shard = new Shard(plan, () => true, () => undefined);
    const site = shard.site('a');
    let left = events;
    const address = site.register({
      receive: (delay: number) => {
        left -= 1;
        if (left > 0) site.after(delay, address, (delay * 7 + 13) % 1_000);
      },
    });
    for (let i = 0; i < 10_000; i += 1) site.after((i * 37) % 1_000, address, (i * 53) % 1_000);
    while (left > 0 && shard.step(Infinity));
  });
  const perEvent = ms / events;
  return { name: 'kernel', value: 1_000 / perEvent, unit: 'events/s', bareSteps: perEvent / bareMs };
}

const light = setup({
  types: {} as { context: { count: number }; events: { type: 'go' } | { type: 'back' } },
}).createMachine({
  id: 'light',
  context: { count: 0 },
  initial: 'red',
  states: {
    red: { on: { go: { target: 'green', actions: assign({ count: ({ context }) => context.count + 1 }) } } },
    green: { on: { go: 'amber', back: 'red' } },
    amber: { on: { go: 'red' } },
  },
});

const nowhere: ChartPort<never> = {
  arm: () => undefined,
  disarm: () => undefined,
  effect: () => undefined,
};

/** Steps a second of one statechart. */
export function machineSteps(bareMs: number): Figure {
  const steps = 500_000;
  const chart = new Chart(light);
  const ms = medianMs(5, () => {
    const live = chart.begin(undefined, nowhere);
    for (let i = 0; i < steps; i += 1) chart.send(live, { type: 'go' }, nowhere);
    if (live.context.count < steps / 4) throw new Error('the machine did not move');
  });
  const perStep = ms / steps;
  return { name: 'machine', value: 1_000 / perStep, unit: 'steps/s', bareSteps: perStep / bareMs };
}
