import { emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/** Facts that a sandbox's chart keeps. All times in ms. */
export interface SandboxContext {
  readonly createMs: number;
  readonly stopMs: number;
}

export type SandboxEvent =
  | { readonly type: 'networkReady' }
  | { readonly type: 'networkFailed' }
  | { readonly type: 'pauseExited' }
  | { readonly type: 'stop' }
  /** The machine lost its power. */
  | { readonly type: 'lost' }
  | { readonly type: 'remove' };

/** What its owner shall do. */
export type SandboxEffect =
  | { readonly type: 'setUp' }
  | { readonly type: 'tellReady' }
  | { readonly type: 'tellNotReady' }
  | { readonly type: 'killPause' }
  | { readonly type: 'tearDown' }
  | { readonly type: 'tellStopped' }
  | { readonly type: 'tellRemoved' };

/** A Pod's sandbox: the pause process, and the network namespace that it holds. */
export const sandboxMachine = setup({
  types: {
    context: {} as SandboxContext,
    input: {} as SandboxContext,
    events: {} as SandboxEvent,
    emitted: {} as SandboxEffect,
  },
  delays: {
    create: ({ context }) => context.createMs,
    stop: ({ context }) => context.stopMs,
  },
}).createMachine({
  id: 'sandbox',
  context: ({ input }) => input,
  initial: 'creating',
  states: {
    creating: {
      after: { create: 'settingUp' },
      on: { stop: 'stopping', lost: 'failed' },
    },
    settingUp: {
      entry: emit({ type: 'setUp' }),
      on: {
        networkReady: 'ready',
        networkFailed: 'failed',
        pauseExited: 'notReady',
        stop: 'stopping',
        lost: 'failed',
      },
    },
    ready: {
      entry: emit({ type: 'tellReady' }),
      on: { pauseExited: 'notReady', lost: 'notReady', stop: 'stopping' },
    },
    /** Its pause process is gone; the namespace is still there, with what runs in it. */
    notReady: {
      entry: emit({ type: 'tellNotReady' }),
      on: { stop: 'stopping', remove: 'removed' },
    },
    stopping: {
      entry: emit({ type: 'killPause' }),
      after: { stop: 'stopped' },
      on: { lost: 'stopped' },
    },
    stopped: {
      entry: [emit({ type: 'tearDown' }), emit({ type: 'tellStopped' })],
      on: { stop: { actions: emit({ type: 'tellStopped' }) }, remove: 'removed' },
    },
    failed: {
      entry: [emit({ type: 'killPause' }), emit({ type: 'tearDown' })],
      on: { stop: { actions: emit({ type: 'tellStopped' }) }, remove: 'removed' },
    },
    removed: { type: 'final', entry: emit({ type: 'tellRemoved' }) },
  },
});

export const sandboxChart = new Chart(sandboxMachine);
