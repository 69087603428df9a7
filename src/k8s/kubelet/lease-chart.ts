import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/** Facts that a node lease's chart keeps. Times in ms. */
export interface LeaseContext {
  readonly failures: number;
  readonly intervalMs: number;
}

export type LeaseEvent = { readonly type: 'renewed' } | { readonly type: 'failed' };
export type LeaseEffect = { readonly type: 'renew' };

/** A node's sign of life: renewed every ten seconds, retried sooner when that fails. */
export const leaseMachine = setup({
  types: {
    context: {} as LeaseContext,
    input: {} as { readonly intervalMs: number },
    events: {} as LeaseEvent,
    emitted: {} as LeaseEffect,
  },
  delays: {
    interval: ({ context }) => context.intervalMs,
    retry: ({ context }) => Math.min(100 * 2 ** context.failures, 7_000),
  },
}).createMachine({
  id: 'node-lease',
  context: ({ input }) => ({ ...input, failures: 0 }),
  initial: 'renewing',
  states: {
    renewing: {
      entry: emit({ type: 'renew' }),
      on: {
        renewed: { target: 'fresh', actions: assign({ failures: 0 }) },
        failed: {
          target: 'retrying',
          actions: assign({ failures: ({ context }) => Math.min(context.failures + 1, 7) }),
        },
      },
    },
    fresh: { after: { interval: 'renewing' } },
    retrying: { after: { retry: 'renewing' } },
  },
});

export const leaseChart = new Chart(leaseMachine);
