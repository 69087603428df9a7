import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/** Facts that a Pod worker's chart keeps. Times in ms. */
export interface PodWorkerContext {
  /** Something changed while a sync was under way. */
  readonly isDirty: boolean;
  /** Until the next sync without a cause; Infinity for none. */
  readonly againMs: number;
}

export type PodWorkerEvent =
  | { readonly type: 'begin' }
  /** Its Pod, its containers or its probes changed. */
  | { readonly type: 'update' }
  | { readonly type: 'synced'; readonly againMs: number }
  /** It shall end: deleted, finished, or evicted. */
  | { readonly type: 'terminate' }
  /** It shall end sooner than it was told before. */
  | { readonly type: 'hurry' }
  | { readonly type: 'stopped' }
  | { readonly type: 'cleaned' }
  | { readonly type: 'again' };

export type PodWorkerEffect =
  | { readonly type: 'sync' }
  | { readonly type: 'cancelSync' }
  | { readonly type: 'stopContainers' }
  | { readonly type: 'cleanUp' }
  | { readonly type: 'tellFinished' };

/** A Pod on its node: synced again and again until it is to end, then stopped, then cleaned up. */
export const podWorkerMachine = setup({
  types: {
    context: {} as PodWorkerContext,
    events: {} as PodWorkerEvent,
    emitted: {} as PodWorkerEffect,
  },
  delays: { again: ({ context }) => context.againMs },
  guards: {
    isDirty: ({ context }) => context.isDirty,
    comesAgain: ({ context }) => context.againMs < Infinity,
  },
}).createMachine({
  id: 'pod-worker',
  context: { isDirty: false, againMs: Infinity },
  initial: 'new',
  states: {
    new: { on: { begin: 'syncing', terminate: 'terminating' } },
    syncing: {
      entry: [assign({ isDirty: false }), emit({ type: 'sync' })],
      on: {
        update: { actions: assign({ isDirty: true }) },
        synced: { target: 'settling', actions: assign({ againMs: ({ event }) => event.againMs }) },
        terminate: { target: 'terminating', actions: emit({ type: 'cancelSync' }) },
      },
    },
    settling: {
      always: [
        { guard: 'isDirty', target: 'syncing' },
        { guard: 'comesAgain', target: 'waiting' },
        { target: 'resting' },
      ],
    },
    /** As it should be, as far as one knows. */
    resting: { on: { update: 'syncing', terminate: 'terminating' } },
    /** A failure or a mounted volume asks for another look. */
    waiting: {
      after: { again: 'syncing' },
      on: { update: 'syncing', terminate: 'terminating' },
    },
    terminating: {
      entry: emit({ type: 'stopContainers' }),
      on: {
        hurry: { target: 'terminating', reenter: true },
        stopped: 'terminated',
      },
    },
    terminated: {
      entry: emit({ type: 'cleanUp' }),
      on: { cleaned: 'finished' },
    },
    finished: { type: 'final', entry: emit({ type: 'tellFinished' }) },
  },
});

export const podWorkerChart = new Chart(podWorkerMachine);
