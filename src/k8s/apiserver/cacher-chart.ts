/**
 * The life of one resource's watch cache: the reflector of apiserver pkg/storage/cacher. It lists
 * once and then watches; after a break it goes on watching where it was, and lists again only when
 * etcd has compacted what it missed.
 */
import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

/**
 *   disconnected ──connected──▶ listing ──listed──▶ watching ──lost──▶ disconnected
 *         └───────connected, and it has listed before───▲ └──expired──▶ listing
 */
export const cacherMachine = setup({
  types: {
    context: {} as { hasListed: boolean },
    events: {} as
      { type: 'connected' } | { type: 'lost' } | { type: 'listed' } | { type: 'expired' },
    emitted: {} as { type: 'list' } | { type: 'watch' },
  },
  guards: { hasListed: ({ context }) => context.hasListed },
  actions: {
    remember: assign({ hasListed: true }),
    forget: assign({ hasListed: false }),
  },
}).createMachine({
  id: 'watch-cache',
  context: { hasListed: false },
  initial: 'disconnected',
  states: {
    disconnected: {
      on: { connected: [{ guard: 'hasListed', target: 'watching' }, { target: 'listing' }] },
    },
    listing: {
      entry: emit({ type: 'list' }),
      on: { listed: { target: 'watching', actions: 'remember' }, lost: 'disconnected' },
    },
    watching: {
      entry: emit({ type: 'watch' }),
      on: { lost: 'disconnected', expired: { target: 'listing', actions: 'forget' } },
    },
  },
});

export const cacherChart = new Chart(cacherMachine);
