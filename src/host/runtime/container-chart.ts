import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/** Facts that a container's chart keeps. All times in ms. */
export interface ContainerContext {
  readonly createMs: number;
  readonly startMs: number;
  readonly graceMs: number;
}

export type ContainerEvent =
  | { readonly type: 'start' }
  | { readonly type: 'started' }
  | { readonly type: 'startFailed' }
  | { readonly type: 'exited' }
  | { readonly type: 'stop'; readonly graceMs: number }
  /** The machine lost its power. */
  | { readonly type: 'lost' }
  | { readonly type: 'remove' };

export type ContainerEffect =
  | { readonly type: 'tellCreated' }
  | { readonly type: 'spawn' }
  | { readonly type: 'tellStarted' }
  | { readonly type: 'terminate' }
  | { readonly type: 'kill' }
  | { readonly type: 'tellExited' }
  | { readonly type: 'tellRemoved' };

/** A container: a process tree from its creation to its removal. */
export const containerMachine = setup({
  types: {
    context: {} as ContainerContext,
    input: {} as ContainerContext,
    events: {} as ContainerEvent,
    emitted: {} as ContainerEffect,
  },
  delays: {
    create: ({ context }) => context.createMs,
    start: ({ context }) => context.startMs,
    grace: ({ context }) => context.graceMs,
  },
}).createMachine({
  id: 'container',
  context: ({ input }) => input,
  initial: 'creating',
  states: {
    creating: { after: { create: 'created' }, on: { lost: 'exited', remove: 'removed' } },
    created: {
      entry: emit({ type: 'tellCreated' }),
      on: { start: 'starting', stop: 'exited', lost: 'exited', remove: 'removed' },
    },
    starting: {
      after: { start: 'spawning' },
      on: { stop: 'exited', lost: 'exited' },
    },
    spawning: {
      entry: emit({ type: 'spawn' }),
      on: { started: 'running', startFailed: 'exited' },
    },
    running: {
      entry: emit({ type: 'tellStarted' }),
      on: {
        exited: 'exited',
        lost: 'exited',
        stop: { target: 'stopping', actions: assign({ graceMs: ({ event }) => event.graceMs }) },
      },
    },
    /** Asked to end (SIGTERM); SIGKILL comes when the grace period is over. */
    stopping: {
      entry: emit({ type: 'terminate' }),
      after: { grace: { actions: emit({ type: 'kill' }) } },
      on: {
        exited: 'exited',
        lost: 'exited',
        // A second request with less patience counts; with more, it does not.
        stop: {
          guard: ({ context, event }) => event.graceMs < context.graceMs,
          target: 'stopping',
          reenter: true,
          actions: assign({ graceMs: ({ event }) => event.graceMs }),
        },
      },
    },
    exited: {
      entry: emit({ type: 'tellExited' }),
      on: { remove: 'removed' },
    },
    removed: { type: 'final', entry: emit({ type: 'tellRemoved' }) },
  },
});

export const containerChart = new Chart(containerMachine);
