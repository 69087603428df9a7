import { emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/** Facts that a pull's chart keeps. All times in ms. */
export interface PullContext {
  readonly resolveMs: number;
  /** 0 when every layer is here already. */
  readonly downloadMs: number;
}

export type PullEvent = { readonly type: 'cutOff' };
export type PullEffect = { readonly type: 'tellDone' } | { readonly type: 'tellCutOff' };

/** One pull of one image. */
export const pullMachine = setup({
  types: {
    context: {} as PullContext,
    input: {} as PullContext,
    events: {} as PullEvent,
    emitted: {} as PullEffect,
  },
  delays: {
    resolve: ({ context }) => context.resolveMs,
    download: ({ context }) => context.downloadMs,
  },
}).createMachine({
  id: 'pull',
  context: ({ input }) => input,
  initial: 'resolving',
  states: {
    resolving: { after: { resolve: 'downloading' }, on: { cutOff: 'failed' } },
    downloading: { after: { download: 'done' }, on: { cutOff: 'failed' } },
    done: { type: 'final', entry: emit({ type: 'tellDone' }) },
    failed: { type: 'final', entry: emit({ type: 'tellCutOff' }) },
  },
});

export const pullChart = new Chart(pullMachine);
