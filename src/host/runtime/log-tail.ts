import type { ContainerLog } from './logs.ts';

/** Reads a log's lines from near its end, and on from there. */
export class LogTail {
  private readonly log: ContainerLog;
  /** How many lines, dropped ones included, have been read. */
  private position: number;

  /** @param tail how many of the last lines; all, when undefined. */
  constructor(log: ContainerLog, tail: number | undefined) {
    this.log = log;
    const all = log.dropped + log.lines.length;
    this.position = tail === undefined ? 0 : Math.max(0, all - tail);
  }

  /** What has come since the last time. */
  read(): string {
    const { lines, dropped } = this.log;
    const fresh = lines.slice(Math.max(0, this.position - dropped));
    this.position = dropped + lines.length;
    return fresh.map(({ text }) => `${text}\n`).join('');
  }
}
