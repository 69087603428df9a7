/**
 * The connection of an API server to its etcd, as a statechart. The real one is a gRPC channel with
 * a back-off (etcd client/v3); here the wait between two tries is always the same second.
 */
import { emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

const retryMs = 1_000;

/**
 *   dialing ──opened──▶ connected ──lost──▶ waiting ──retry──▶ dialing
 *      └─────────────────lost──────────────────▲
 */
export const etcdLinkMachine = setup({
  types: {
    events: {} as { type: 'opened' } | { type: 'lost' },
    emitted: {} as { type: 'dial' } | { type: 'connected' } | { type: 'disconnected' },
  },
  delays: { retry: retryMs },
}).createMachine({
  id: 'etcd-link',
  initial: 'dialing',
  states: {
    dialing: { entry: emit({ type: 'dial' }), on: { opened: 'connected', lost: 'waiting' } },
    connected: {
      entry: emit({ type: 'connected' }),
      exit: emit({ type: 'disconnected' }),
      on: { lost: 'waiting' },
    },
    waiting: { after: { retry: 'dialing' } },
  },
});

export const etcdLinkChart = new Chart(etcdLinkMachine);
