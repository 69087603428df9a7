/**
 * What passes between the conductor and a shard's worker, window by window, over a MessagePort.
 * Plain data: it crosses as structured clones.
 */
import type { Message, TraceEntry } from '../kernel/index.ts';
import type { LookRequest, Looked } from './look-at.ts';
import type { SessionFile, TimedInput } from './protocol.ts';

export type ToShard =
  /**
   * Run all events before `limit`; these messages have come for you. `stops`: but stop right after
   * what is worth seeing.
   */
  | {
      readonly type: 'window';
      readonly limit: number;
      readonly inbox: readonly Message[];
      readonly stops: boolean;
    }
  /** An input of the learner: every shard is told each, in order. */
  | { readonly type: 'input'; readonly input: TimedInput }
  | { readonly type: 'hashes' };

export type FromShard =
  | {
      readonly type: 'window';
      readonly nextAt: number;
      /** The moment of the last event that it took. */
      readonly now: number;
      /** It stopped for what is worth seeing. */
      readonly isStopped: boolean;
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

/** What must have happened before a shard takes its machines over. */
export type ShardPast = Pick<SessionFile, 'world' | 'seed' | 'epoch' | 'inputs'>;

/** A shard's door for control calls (through Comlink in the browser). */
export interface ShardDoor {
  /** Builds a shard of a new world, answers windows on `port`; gives when its first event is due. */
  open(opening: ShardOpening, port: Port): Promise<number>;
  /** Plays a whole history up to a moment, or goes on with the one that it has. */
  replay(past: ShardPast, until: number): Promise<void>;
  /** Keeps these machines only and answers windows on `port`; gives when its next event is due. */
  narrow(machines: readonly string[], port: Port): Promise<number>;
  lookAt(machine: string, request: LookRequest): Promise<Looked | undefined>;
  /** Forgets its world. */
  close(): Promise<void>;
}

/** A shard's worker as the director holds it: the door, and how a port gets through it. */
export interface ShardHandle extends Pick<ShardDoor, 'replay' | 'lookAt' | 'close'> {
  narrow(machines: readonly string[]): Promise<{ readonly port: Port; readonly nextAt: number }>;
  /** Gives the mistake, if the worker itself fails: then it answers nothing any more. */
  readonly failed: Promise<Error>;
  /** Ends the worker. */
  stop(): void;
}
