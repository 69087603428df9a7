/**
 * When kube-proxy writes its rules: at once after a change, but on average not more often than
 * every second, two at once at most; and every hour although nothing changed. Upstream:
 * bounded_frequency_runner.go below pkg/util; pkg/proxy/iptables/proxier.go (minSyncPeriod 1 s,
 * burstSyncs 2, FullSyncPeriod 1 h). A round takes as long as `iptables-restore` does.
 *
 *   waiting ──synced──▶ syncing ──after restore──▶ idle ──changed──▶ syncing (or held)
 */
import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

const minSyncMs = 1_000;
const burst = 2;
const fullSyncMs = 3_600_000;

interface SyncContext {
  readonly restoreMs: number;
  readonly clock: () => number;
  /** Rounds that may start at once: a token bucket, filled by one a second. */
  readonly tokens: number;
  readonly filledAt: number;
  readonly isChanged: boolean;
}

const filled = ({ tokens, filledAt, clock }: SyncContext): number =>
  Math.min(burst, tokens + (clock() - filledAt) / minSyncMs);

export const syncMachine = setup({
  types: {
    context: {} as SyncContext,
    input: {} as { restoreMs: number; clock: () => number },
    events: {} as { type: 'synced' } | { type: 'changed' },
    emitted: {} as { type: 'write' },
  },
  delays: {
    restore: ({ context }) => context.restoreMs,
    nextToken: ({ context }) => Math.max(0, (1 - filled(context)) * minSyncMs),
    fullSync: fullSyncMs,
  },
  guards: {
    mayRun: ({ context }) => filled(context) >= 1,
    hasChanged: ({ context }) => context.isChanged,
  },
  actions: {
    remember: assign({ isChanged: true }),
    takeToken: assign({
      tokens: ({ context }) => Math.max(0, filled(context) - 1),
      filledAt: ({ context }) => context.clock(),
      isChanged: false,
    }),
  },
}).createMachine({
  id: 'kube-proxy-sync',
  context: ({ input }) => ({ ...input, tokens: burst, filledAt: input.clock(), isChanged: false }),
  initial: 'waiting',
  states: {
    waiting: { on: { synced: 'syncing' } },
    idle: {
      always: { guard: 'hasChanged', target: 'held' },
      on: { changed: [{ guard: 'mayRun', target: 'syncing' }, { target: 'held' }] },
      after: { fullSync: 'syncing' },
    },
    held: { after: { nextToken: 'syncing' } },
    syncing: {
      entry: 'takeToken',
      on: { changed: { actions: 'remember' } },
      after: { restore: { target: 'idle', actions: emit({ type: 'write' }) } },
    },
  },
});

export const syncChart = new Chart(syncMachine);
