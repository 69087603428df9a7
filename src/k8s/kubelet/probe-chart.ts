import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/** Facts that a probe's chart keeps. Times in ms. */
export interface ProbeContext extends ProbeInput {
  readonly verdict: 'unknown' | 'success' | 'failure';
  /** How often in a row the last outcome came. */
  readonly run: number;
  readonly last: 'none' | 'success' | 'failure';
}

export interface ProbeInput {
  readonly delayMs: number;
  readonly periodMs: number;
  readonly failureThreshold: number;
  readonly successThreshold: number;
  /** A failed startup or liveness probe rests until there is a new container. */
  readonly endsOnFailure: boolean;
}

export type ProbeEvent =
  | { readonly type: 'succeeded' }
  | { readonly type: 'failed' }
  /** Could not be probed: does not count. */
  | { readonly type: 'errored' };

export type ProbeEffect = { readonly type: 'probe' } | { readonly type: 'tellVerdict' };

const count = (context: ProbeContext, last: 'success' | 'failure') => ({
  last,
  run: context.last === last ? context.run + 1 : 1,
});

/** A probe: waits, asks, counts, and says so when its verdict changes. */
export const probeMachine = setup({
  types: {
    context: {} as ProbeContext,
    input: {} as ProbeInput,
    events: {} as ProbeEvent,
    emitted: {} as ProbeEffect,
  },
  delays: {
    initial: ({ context }) => context.delayMs,
    period: ({ context }) => context.periodMs,
  },
  guards: {
    turnsGood: ({ context }) =>
      context.last === 'success' &&
      context.run >= context.successThreshold &&
      context.verdict !== 'success',
    turnsBad: ({ context }) =>
      context.last === 'failure' &&
      context.run >= context.failureThreshold &&
      context.verdict !== 'failure',
    isOver: ({ context }) => context.endsOnFailure && context.verdict === 'failure',
  },
}).createMachine({
  id: 'probe',
  context: ({ input }) => ({ ...input, verdict: 'unknown', run: 0, last: 'none' }),
  initial: 'delaying',
  states: {
    delaying: { after: { initial: 'probing' } },
    probing: {
      entry: emit({ type: 'probe' }),
      on: {
        succeeded: {
          target: 'judging',
          actions: assign(({ context }) => count(context, 'success')),
        },
        failed: { target: 'judging', actions: assign(({ context }) => count(context, 'failure')) },
        errored: 'waiting',
      },
    },
    judging: {
      always: [
        {
          guard: 'turnsGood',
          target: 'waiting',
          actions: [assign({ verdict: 'success' }), emit({ type: 'tellVerdict' })],
        },
        {
          guard: 'turnsBad',
          target: 'settling',
          actions: [assign({ verdict: 'failure' }), emit({ type: 'tellVerdict' })],
        },
        { target: 'waiting' },
      ],
    },
    settling: { always: [{ guard: 'isOver', target: 'over' }, { target: 'waiting' }] },
    waiting: { after: { period: 'probing' } },
    over: { type: 'final' },
  },
});

export const probeChart = new Chart(probeMachine);
