/**
 * The life of one side of a TCP connection, with Linux' timers: SYNs after 1, 3, 7, 15, 31, 63 s
 * and the end after 127 s (tcp_syn_retries 6); SYN-ACKs five times. What is lost is found out by a
 * probe after the retransmission timeout, which doubles up to 120 s.
 *
 *   synSent ──synAck──▶ open.quiet ──sent──▶ open.busy ──rto, all acked──▶ open.quiet
 *   synReceived ──ack──▶ open            open ──close──▶ closing ──acked──▶ closed
 */
import { assign, emit, setup } from 'xstate';
import { Chart } from '../../kernel/index.ts';
import type { CloseReason } from '../socket.ts';

const synTriesMax = 6;
const synAckTriesMax = 5;
const firstTimeout = 1_000;
const timeoutMax = 120_000;

/** What the chart asks of the connection's books. */
export interface TcpBook {
  /** All that was sent is known to have arrived. */
  readonly isAllAcked: boolean;
  /** Too long without a sign of life for what was sent. */
  readonly isGivenUp: boolean;
  /** Something that was sent has been acknowledged only just now, or sent only just now. */
  readonly isMoving: boolean;
  /** Something came in during the last keep-alive time. */
  readonly isHeard: boolean;
  readonly rtoFirst: number;
  readonly keepAlive: number;
}

interface TcpContext {
  readonly book: TcpBook;
  readonly tries: number;
}

export type TcpEvent =
  | { readonly type: 'synAck' | 'ack' | 'sent' | 'close' | 'fin' | 'reset' | 'deadline' }
  | { readonly type: 'unreachable' };

export type TcpEffect =
  | { readonly type: 'sendSyn' | 'sendSynAck' | 'opened' | 'probe' | 'sendFin' | 'ackFin' }
  | { readonly type: 'closed'; readonly reason: CloseReason };

export const tcpMachine = setup({
  types: {
    context: {} as TcpContext,
    input: {} as { book: TcpBook; isServer: boolean },
    events: {} as TcpEvent,
    emitted: {} as TcpEffect,
  },
  delays: {
    synRetry: ({ context }) => firstTimeout * 2 ** context.tries,
    rto: ({ context }) => Math.min(context.book.rtoFirst * 2 ** context.tries, timeoutMax),
    keepAlive: ({ context }) => context.book.keepAlive,
  },
  guards: {
    isServer: ({ context }) => context.tries < 0,
    allAcked: ({ context }) => context.book.isAllAcked,
    moving: ({ context }) => context.book.isMoving,
    givenUp: ({ context }) => context.book.isGivenUp,
    heard: ({ context }) => context.book.isHeard,
    maySyn: ({ context }) => context.tries < synTriesMax,
    maySynAck: ({ context }) => context.tries < synAckTriesMax,
  },
  actions: {
    again: assign({ tries: ({ context }) => context.tries + 1 }),
    anew: assign({ tries: 0 }),
    ackFin: emit({ type: 'ackFin' }),
    endedByPeer: emit({ type: 'closed', reason: 'closed' }),
    timedOut: emit({ type: 'closed', reason: 'timeout' }),
    refused: emit({ type: 'closed', reason: 'refused' }),
    unreachable: emit({ type: 'closed', reason: 'unreachable' }),
    wasReset: emit({ type: 'closed', reason: 'reset' }),
  },
}).createMachine({
  id: 'tcp',
  context: ({ input }) => ({ book: input.book, tries: input.isServer ? -1 : 0 }),
  initial: 'start',
  states: {
    start: { always: [{ guard: 'isServer', target: 'synReceived', actions: 'anew' }, 'synSent'] },
    synSent: {
      entry: emit({ type: 'sendSyn' }),
      after: {
        synRetry: [
          { guard: 'maySyn', target: 'synSent', reenter: true, actions: 'again' },
          { target: 'closed', actions: 'timedOut' },
        ],
      },
      on: {
        synAck: { target: 'open', actions: ['anew', emit({ type: 'opened' })] },
        reset: { target: 'closed', actions: 'refused' },
        unreachable: { target: 'closed', actions: 'unreachable' },
        deadline: { target: 'closed', actions: 'timedOut' },
        close: 'closed',
      },
    },
    synReceived: {
      entry: emit({ type: 'sendSynAck' }),
      after: {
        synRetry: [
          { guard: 'maySynAck', target: 'synReceived', reenter: true, actions: 'again' },
          { target: 'closed', actions: 'timedOut' },
        ],
      },
      on: {
        ack: { target: 'open', actions: 'anew' },
        fin: { target: 'closed', actions: ['ackFin', 'endedByPeer'] },
        reset: { target: 'closed', actions: 'wasReset' },
        close: 'closing',
      },
    },
    open: {
      initial: 'quiet',
      on: {
        fin: { target: 'closed', actions: ['ackFin', 'endedByPeer'] },
        reset: { target: 'closed', actions: 'wasReset' },
        close: 'closing',
      },
      states: {
        quiet: {
          entry: 'anew',
          after: {
            keepAlive: [
              { guard: 'heard', target: 'quiet', reenter: true },
              { target: 'busy', actions: emit({ type: 'probe' }) },
            ],
          },
          on: { sent: 'busy' },
        },
        busy: {
          after: {
            rto: [
              { guard: 'givenUp', target: '#tcp.closed', actions: 'timedOut' },
              { guard: 'allAcked', target: 'quiet' },
              { guard: 'moving', target: 'busy', reenter: true, actions: 'anew' },
              { target: 'busy', reenter: true, actions: ['again', emit({ type: 'probe' })] },
            ],
          },
        },
      },
    },
    closing: {
      entry: ['anew', emit({ type: 'sendFin' })],
      initial: 'waiting',
      on: {
        ack: { guard: 'allAcked', target: 'closed' },
        reset: 'closed',
        fin: { target: 'closed', actions: 'ackFin' },
      },
      states: {
        waiting: {
          after: {
            rto: [
              { guard: 'givenUp', target: '#tcp.closed' },
              { target: 'waiting', reenter: true, actions: ['again', emit({ type: 'probe' })] },
            ],
          },
        },
      },
    },
    closed: { type: 'final' },
  },
});

export const tcpChart = new Chart(tcpMachine);
