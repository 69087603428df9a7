import type { Story } from '../../kernel/index.ts';
import { Inbox } from '../inbox.ts';
import { select } from '../program.ts';
import type { Process } from '../process.ts';
import type { CloseReason, Endpoint } from '../socket.ts';

/** What came of one message and its answer over a connection of its own. */
export type Exchange =
  | { readonly type: 'answer'; readonly payload: unknown; readonly ms: number }
  /** `late`: the caller's own time limit has passed. */
  | {
      readonly type: 'failure';
      readonly phase: 'connect' | 'answer';
      readonly reason: CloseReason | 'late';
      readonly ms: number;
    };

export interface ExchangeOptions {
  readonly note: string;
  readonly connectTimeoutMs?: number | undefined;
  /** From the beginning, for the whole of it. */
  readonly timeoutMs?: number | undefined;
  readonly opened?: (local: Endpoint) => void;
}

type Happening =
  | { readonly type: 'opened' }
  | { readonly type: 'received'; readonly payload: unknown }
  | { readonly type: 'closed'; readonly reason: CloseReason };

/** For stories: connects, sends, waits for the first message that comes back. */
export function* exchange(
  process: Process,
  remote: Endpoint,
  payload: unknown,
  options: ExchangeOptions,
): Story<Exchange> {
  const { site } = process;
  const begun = site.now;
  const inbox = new Inbox<Happening>();
  const connection = process.net.connect(process, remote, {
    opened: () => inbox.push({ type: 'opened' }),
    received: (message) => inbox.push({ type: 'received', payload: message }),
    closed: (reason) => inbox.push({ type: 'closed', reason }),
  });
  let phase: 'connect' | 'answer' = 'connect';
  try {
    for (;;) {
      const limits = [options.timeoutMs, phase === 'connect' ? options.connectTimeoutMs : undefined]
        .filter((ms) => ms !== undefined)
        .map((ms) => begun + ms - site.now);
      const limit = limits.length > 0 ? Math.max(0, Math.min(...limits)) : undefined;
      const happening = (yield* select([inbox], limit))?.value as Happening | undefined;
      const ms = site.now - begun;
      if (happening === undefined) return { type: 'failure', phase, reason: 'late', ms };
      if (happening.type === 'closed')
        return { type: 'failure', phase, reason: happening.reason, ms };
      if (happening.type === 'received') return { type: 'answer', payload: happening.payload, ms };
      phase = 'answer';
      options.opened?.(connection.local);
      connection.send(payload, options.note);
    }
  } finally {
    connection.close();
  }
}
