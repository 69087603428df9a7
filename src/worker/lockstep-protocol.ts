/**
 * What passes between the conductor and a shard's worker, window by window, over a MessagePort.
 * Plain data: it crosses as structured clones.
 */
import type { Message, TraceEntry } from '../kernel/index.ts';
import type { TimedInput } from './protocol.ts';

export type ToShard =
  /** Run all events before `limit`; these messages have come for you. */
  | { readonly type: 'window'; readonly limit: number; readonly inbox: readonly Message[] }
  /** An input of the learner: every shard is told each, in order. */
  | { readonly type: 'input'; readonly input: TimedInput }
  | { readonly type: 'hashes' };

export type FromShard =
  | {
      readonly type: 'window';
      readonly nextAt: number;
      readonly sent: readonly Message[];
      readonly trace: readonly TraceEntry[];
    }
  | { readonly type: 'input'; readonly nextAt: number }
  | { readonly type: 'hashes'; readonly hashes: Readonly<Record<string, string>> }
  | { readonly type: 'crash'; readonly message: string };

/** A MessagePort, a worker, or Node's equivalents, as far as this needs them. */
export interface Port {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

/** What a shard is started with. */
export interface ShardOpening {
  readonly world: string;
  readonly seed: number;
  readonly epoch: number;
  /** Machines that it runs. */
  readonly machines: readonly string[];
  /** Whether the conductor wants the trace, or only the hashes. */
  readonly isTraced: boolean;
}

/** A shard's door for control calls (through Comlink in the browser). */
export interface ShardDoor {
  /** Builds the shard, answers windows on `port`; gives when its first event is due. */
  open(opening: ShardOpening, port: Port): Promise<number>;
}
