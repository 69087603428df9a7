/**
 * What flanneld goes through until Pods can talk across nodes: who am I, which subnet is mine,
 * tell the others where I am, then keep routes to all of them. The first question is asked once;
 * for its lease it tries every 3 s and gives up after 30 s (the kubelet starts it again).
 * Upstream: flannel main.go, pkg/subnet/kube/kube.go.
 *
 *   starting ──nodeName──▶ syncing ──synced──▶ leasing ──leased──▶ running
 */
import { emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';

const pollMs = 3_000;
const patienceMs = 30_000;

export type FlannelEffect =
  | { readonly type: 'askNodeName' | 'startInformer' | 'lease' | 'setUp' | 'timeOut' }
  /** `why` is the log's whole line. */
  | { readonly type: 'giveUp'; readonly why: string };

export const flanneldMachine = setup({
  types: {
    context: {} as { readonly refused: string },
    input: {} as Record<string, never>,
    events: {} as
      | { type: 'begin' | 'nodeName' | 'synced' | 'leased' | 'tryAgain' }
      | { type: 'refused'; why: string },
    emitted: {} as FlannelEffect,
  },
  delays: { poll: pollMs, patience: patienceMs },
  actions: {
    timeOut: emit({ type: 'timeOut' }),
    fail: emit(
      ({ event }) => ({ type: 'giveUp', why: event.type === 'refused' ? event.why : '' }) as const,
    ),
  },
}).createMachine({
  id: 'flanneld',
  context: { refused: '' },
  initial: 'created',
  on: { refused: { target: '.failed', actions: 'fail' } },
  states: {
    created: { on: { begin: 'starting' } },
    starting: { entry: emit({ type: 'askNodeName' }), on: { nodeName: 'syncing' } },
    syncing: { entry: emit({ type: 'startInformer' }), on: { synced: 'leasing' } },
    leasing: {
      initial: 'asking',
      after: { patience: { target: 'failed', actions: 'timeOut' } },
      on: { leased: 'running' },
      states: {
        asking: { entry: emit({ type: 'lease' }), on: { tryAgain: 'waiting' } },
        waiting: { after: { poll: 'asking' } },
      },
    },
    running: { entry: emit({ type: 'setUp' }) },
    failed: { type: 'final' },
  },
});

export const flanneldChart = new Chart(flanneldMachine);
