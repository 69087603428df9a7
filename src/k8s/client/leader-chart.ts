/**
 * Who leads: of several copies of a program, the one whose name is on the Lease works; the others
 * wait for it to grow stale. Upstream: client-go/tools/leaderelection/leaderelection.go.
 *
 *   seeking.trying ◀──retry── seeking.waiting
 *        │ won      ──denied──▶
 *        ▼
 *   leading.resting ──2 s──▶ leading.renewing.trying ◀─2 s─▶ .waiting
 *        ▲────────── won ───────────┘     │ no success for 10 s
 *                                         ▼
 *                                       lost
 */
import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

const renewDeadlineMs = 10_000;
const retryPeriodMs = 2_000;

export const leaderMachine = setup({
  types: {
    context: {} as { delayMs: number },
    events: {} as { type: 'won' } | { type: 'denied'; delayMs: number },
    emitted: {} as { type: 'try' } | { type: 'lead' } | { type: 'lost' },
  },
  delays: { retry: ({ context }) => context.delayMs },
  actions: {
    setDelay: assign({ delayMs: ({ event }) => ('delayMs' in event ? event.delayMs : 0) }),
    tryIt: emit({ type: 'try' }),
  },
}).createMachine({
  id: 'leader-election',
  initial: 'seeking',
  context: { delayMs: 0 },
  states: {
    seeking: {
      initial: 'trying',
      states: {
        trying: {
          entry: 'tryIt',
          on: {
            won: { target: '#leader-election.leading', actions: emit({ type: 'lead' }) },
            denied: { target: 'waiting', actions: 'setDelay' },
          },
        },
        waiting: { after: { retry: 'trying' } },
      },
    },
    leading: {
      initial: 'resting',
      states: {
        resting: { after: { [retryPeriodMs]: 'renewing' } },
        renewing: {
          initial: 'trying',
          after: { [renewDeadlineMs]: '#leader-election.lost' },
          states: {
            trying: {
              entry: 'tryIt',
              on: { won: '#leader-election.leading.resting', denied: 'waiting' },
            },
            waiting: { after: { [retryPeriodMs]: 'trying' } },
          },
        },
      },
    },
    lost: { type: 'final', entry: emit({ type: 'lost' }) },
  },
});

export const leaderChart = new Chart(leaderMachine);
