/**
 * How a cache follows the server: list once, then watch from there; list again when the server has
 * forgotten where we were. Simplified: no streaming lists.
 * Upstream: client-go/tools/cache/reflector.go.
 *
 *   listing ──listed──▶ watching ──ended──▶ (watching again)
 *      │ failed ▲          │  │ refused ▲
 *      ▼        │ expired, │  ▼         │
 *    resting ◀──┘ broken ──┘ pausing ───┘
 *
 * `resting` and `pausing` differ in what comes after: a list, or the watch from where it was.
 */
import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

export const reflectorMachine = setup({
  types: {
    context: {} as { delayMs: number },
    events: {} as
      | { type: 'listed' }
      /** The list failed. `delayMs` is the back-off that the reflector drew. */
      | { type: 'failed'; delayMs: number }
      /** The watch ended in order (its time was over). */
      | { type: 'ended' }
      /** The watch could not begin: nobody listens, or too many do. */
      | { type: 'refused'; delayMs: number }
      /** The server has forgotten our resourceVersion (410), or the watch broke. */
      | { type: 'expired'; delayMs: number },
    emitted: {} as { type: 'list' } | { type: 'watch' },
  },
  delays: { rest: ({ context }) => context.delayMs },
  actions: {
    setDelay: assign({
      delayMs: ({ event }) => ('delayMs' in event ? event.delayMs : 0),
    }),
  },
}).createMachine({
  id: 'reflector',
  initial: 'listing',
  context: { delayMs: 0 },
  states: {
    listing: {
      entry: emit({ type: 'list' }),
      on: { listed: 'watching', failed: { target: 'resting', actions: 'setDelay' } },
    },
    watching: {
      entry: emit({ type: 'watch' }),
      on: {
        ended: { target: 'watching', reenter: true },
        refused: { target: 'pausing', actions: 'setDelay' },
        expired: { target: 'resting', actions: 'setDelay' },
      },
    },
    resting: { after: { rest: 'listing' } },
    pausing: { after: { rest: 'watching' } },
  },
});

export const reflectorChart = new Chart(reflectorMachine);
