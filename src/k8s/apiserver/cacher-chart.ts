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
 *
 * Where etcd refuses (it has no leader), `waiting` tries again after a second.
 */
export const cacherMachine = setup({
  types: {
    context: {} as { hasListed: boolean },
    events: {} as
      | { type: 'connected' }
      | { type: 'lost' }
      | { type: 'listed' }
      | { type: 'failed' }
      | { type: 'expired' },
    emitted: {} as { type: 'list' } | { type: 'watch' },
  },
  delays: { retry: 1_000 },
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
      on: {
        listed: { target: 'watching', actions: 'remember' },
        failed: 'waiting',
        lost: 'disconnected',
      },
    },
    watching: {
      entry: emit({ type: 'watch' }),
      on: {
        lost: 'disconnected',
        failed: 'waiting',
        expired: { target: 'listing', actions: 'forget' },
      },
    },
    waiting: {
      after: { retry: [{ guard: 'hasListed', target: 'watching' }, { target: 'listing' }] },
      on: { lost: 'disconnected' },
    },
  },
});

export const cacherChart = new Chart(cacherMachine);
