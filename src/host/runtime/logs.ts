/**
 * What containers print, line by line with its time, and the same as files under /var/log/pods in
 * the format of the CRI: `2025-01-02T03:04:05.123456789Z stdout F text`.
 */
import { formatMicroTime } from '../../kernel/calendar.ts';
import { type Entry, Files } from '../files.ts';
import type { Sink } from '../process.ts';

export type LogStream = 'stdout' | 'stderr';

export interface LogLine {
  /** ms since 1970, with fractions. */
  readonly time: number;
  readonly stream: LogStream;
  /** Without its line end. */
  readonly text: string;
}

/** The newest lines are kept; the kubelet rotates logs at 10 MiB. */
const keptLines = 20_000;

/** One run of one container. */
export class ContainerLog {
  readonly lines: LogLine[] = [];
  /** Lines dropped at the front, so far. */
  dropped = 0;
  isEnded = false;
  private readonly listeners = new Set<() => void>();
  private readonly watchers = new Set<(stream: LogStream, text: string) => void>();
  private readonly clock: () => number;
  private readonly partial = { stdout: '', stderr: '' };

  /** @param clock ms since 1970. */
  constructor(clock: () => number) {
    this.clock = clock;
  }

  /** What a process writes to. */
  sink(stream: LogStream): Sink {
    return {
      write: (text) => {
        this.write(stream, text);
        return true;
      },
      end: () => undefined,
    };
  }

  write(stream: LogStream, text: string): void {
    for (const watcher of this.watchers) watcher(stream, text);
    const lines = (this.partial[stream] + text).split('\n');
    this.partial[stream] = lines.pop() ?? '';
    if (lines.length === 0) return;
    const time = this.clock();
    for (const line of lines) this.lines.push({ time, stream, text: line });
    if (this.lines.length > keptLines) {
      this.dropped += this.lines.splice(0, this.lines.length - keptLines).length;
    }
    this.tell();
  }

  /** The container has ended: an unfinished line counts as one. */
  end(): void {
    if (this.isEnded) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.partial[stream] !== '') {
        this.lines.push({ time: this.clock(), stream, text: this.partial[stream] });
      }
      this.partial[stream] = '';
    }
    this.isEnded = true;
    this.tell();
  }

  /** Calls back whenever lines came, or the end. Returns the way to stop that. */
  follow(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  /** Raw output as it comes: for attach. Returns the way to stop that. */
  watch(written: (stream: LogStream, text: string) => void): () => void {
    this.watchers.add(written);
    return () => this.watchers.delete(written);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** `2025-01-02T03:04:05.123456000Z`: RFC 3339 with nanoseconds. */
export const nanoTime = (epochMs: number): string => `${formatMicroTime(epochMs).slice(0, -1)}000Z`;

/** The files that the runtime writes, made when somebody reads them. */
export class LogFiles extends Files {
  private readonly logs = new Map<string, ContainerLog>();

  /** @param path below /var/log/pods: `/ns_name_uid/container/0.log`. */
  add(path: string, log: ContainerLog): void {
    this.logs.set(path, log);
  }

  drop(path: string): void {
    this.logs.delete(path);
  }

  override entry(path: string): Entry | undefined {
    const log = this.logs.get(path);
    if (log !== undefined) {
      const text = log.lines
        .map((line) => `${nanoTime(line.time)} ${line.stream} F ${line.text}\n`)
        .join('');
      return { type: 'file', text, mode: 0o640 };
    }
    for (const other of this.logs.keys()) {
      if (other.startsWith(path === '/' ? '/' : `${path}/`)) {
        return { type: 'directory', mode: 0o755 };
      }
    }
    return super.entry(path);
  }

  override list(path: string): readonly string[] | undefined {
    if (this.entry(path)?.type !== 'directory') return undefined;
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = new Set<string>();
    for (const other of this.logs.keys()) {
      if (other.startsWith(prefix)) names.add(other.slice(prefix.length).split('/')[0] ?? '');
    }
    return [...names].sort();
  }
}
