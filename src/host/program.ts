import type { Request, Story } from '../kernel/index.ts';
import type { Source } from './inbox.ts';
import type { Process } from './process.ts';

export type Signal =
  'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT' | 'SIGPIPE' | 'SIGUSR1';

/** The numbers that exit codes (128 + n) and `kill -n` use. */
export const signalNumbers: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/**
 * What a process runs. A program with `main` tells a story and exits with the number that it
 * comes to; one with `start` is a daemon, driven by events until it exits or is killed.
 */
export interface Program {
  /** The name that `ps` shows. */
  readonly name: string;
  readonly main?: (process: Process) => Story<number>;
  readonly start?: (process: Process) => Daemon;
  /** The arguments with which it would `exec` something else: an image's entry point. */
  readonly becomes?: (args: readonly string[]) => readonly string[] | undefined;
}

/** A long-lived, event-driven program: etcd, a kubelet, nginx. */
export interface Daemon {
  /** An event that it scheduled for itself with `process.after`. */
  receive?(event: never): void;
  /** True when it takes care of the signal itself; otherwise the default action follows. */
  signal?(signal: Signal): boolean;
  /** The process is gone (its sockets and timers are closed by the host). */
  ended?(): void;
}

/**
 * A daemon's `signal` that ends it: servers end on SIGTERM and Ctrl-C though they are the first
 * process of their container, whom no signal ends by itself.
 */
export const endOnSignal =
  (process: { end(code: number): void }, code = 0) =>
  (signal: Signal): boolean => {
    if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
    process.end(code);
    return true;
  };

/** A story's requests; the process that runs it answers them. */
export type HostRequest =
  | { readonly op: 'sleep'; readonly ms: number }
  | { readonly op: 'select'; readonly sources: readonly Source[]; readonly timeoutMs?: number };

const ask = (request: HostRequest): Request => request;

/** Lets simulated time pass. */
export function* sleep(ms: number): Story {
  yield ask({ op: 'sleep', ms });
}

/** What `select` found: which source was ready first, and what it gave. */
export interface Selected {
  readonly index: number;
  readonly value: unknown;
}

/** Waits for the first source that is ready; `undefined` when `timeoutMs` pass before. */
export function* select(
  sources: readonly Source[],
  timeoutMs?: number,
): Story<Selected | undefined> {
  return (yield ask({
    op: 'select',
    sources,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })) as Selected | undefined;
}

/** Waits for one source. */
export function* take<T>(source: Source<T>): Story<T> {
  if (source.isReady) return source.take();
  const selected = yield* select([source]);
  return selected?.value as T;
}
