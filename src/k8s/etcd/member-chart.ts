/**
 * A Raft member's role, as a statechart. The real one is etcd-io/raft; with one member an election
 * is won by one's own vote. Here is where more members will meet: `candidate` will wait for votes.
 */
import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/** Between two ticks of Raft's clock (`--heartbeat-interval`). */
const tickMs = 100;

/**
 *   follower ──electionTimeout──▶ candidate ──won──▶ leader
 *
 * A single member fast-forwards all but one of the ticks of its election timeout.
 */
export const memberMachine = setup({
  types: {
    context: {} as { term: number },
    input: {} as { term: number },
    events: {} as { type: 'elected' },
    emitted: {} as { type: 'campaign' } | { type: 'lead' },
  },
  delays: { electionTimeout: tickMs },
}).createMachine({
  id: 'etcd-member',
  context: ({ input }) => ({ term: input.term }),
  initial: 'follower',
  states: {
    follower: { after: { electionTimeout: 'candidate' } },
    candidate: {
      entry: [assign({ term: ({ context }) => context.term + 1 }), emit({ type: 'campaign' })],
      on: { elected: 'leader' },
    },
    leader: { entry: emit({ type: 'lead' }) },
  },
});

export const memberChart = new Chart(memberMachine);
