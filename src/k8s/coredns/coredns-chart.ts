/**
 * CoreDNS from its start to its end: it waits for the API server up to 5 s before it serves, and
 * after SIGTERM goes on answering for as long as `health`'s lameduck says. Upstream: coredns
 * plugin/kubernetes/setup.go, plugin/health.
 */
import { emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

export const corednsMachine = setup({
  types: {
    context: {} as { readonly lameduckMs: number },
    input: {} as { readonly lameduckMs: number },
    events: {} as { type: 'synced' | 'terminate' },
    emitted: {} as { type: 'serve' | 'warnUnsynced' | 'lameduck' | 'exit' },
  },
  delays: { patience: 5_000, lameduck: ({ context }) => context.lameduckMs },
}).createMachine({
  id: 'coredns',
  context: ({ input }) => input,
  initial: 'waiting',
  states: {
    waiting: {
      on: { synced: 'serving', terminate: 'stopped' },
      after: { patience: { target: 'unsynced', actions: emit({ type: 'warnUnsynced' }) } },
    },
    unsynced: {
      entry: emit({ type: 'serve' }),
      on: { synced: 'ready', terminate: 'lameduck' },
    },
    serving: { entry: emit({ type: 'serve' }), always: 'ready' },
    ready: { on: { terminate: 'lameduck' } },
    lameduck: { entry: emit({ type: 'lameduck' }), after: { lameduck: 'stopped' } },
    stopped: { type: 'final', entry: emit({ type: 'exit' }) },
  },
});

export const corednsChart = new Chart(corednsMachine);
