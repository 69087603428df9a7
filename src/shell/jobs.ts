/**
 * Job control: what runs in the background, and what is said of it. Follows POSIX.1-2017, 2.9.3.1
 * and 2.11; layouts as bash prints them. Nothing is ever stopped here: the terminal has no Ctrl-Z.
 */
import { type Process, type Signal, groupOf, select, signalNumbers } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import type { Interpreter } from './interpreter.ts';

/** One pipeline or list in the background. */
export interface Job {
  /** As in `%1`. */
  readonly number: number;
  readonly processes: readonly Process[];
  /** What was typed, without the `&`. */
  readonly text: string;
}

const isRunning = ({ processes }: Job) => processes.some((process) => process.isRunning);

/** The process whose end is the job's. */
const lastOf = ({ processes }: Job) => processes.at(-1) as Process;

/** What bash calls the signals that end processes. */
export const signalWords: Readonly<Record<Signal, string>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGPIPE: 'Broken pipe',
  SIGTERM: 'Terminated',
};

/** A shell's background jobs, in the order in which they were started. */
export class Jobs {
  private list: readonly Job[] = [];

  get all(): readonly Job[] {
    return this.list;
  }

  add(processes: readonly Process[], text: string): Job {
    const job = { number: (this.list.at(-1)?.number ?? 0) + 1, processes, text };
    this.list = [...this.list, job];
    return job;
  }

  remove(job: Job): void {
    this.list = this.list.filter((other) => other !== job);
  }

  /** The job that `%1`, `%%`, `%-`, `%kubectl` or a process's number names. */
  find(word: string): Job | undefined {
    if (!word.startsWith('%')) {
      const pid = Number(word);
      return this.list.find(({ processes }) => processes.some((process) => process.pid === pid));
    }
    const name = word.slice(1);
    if (/^[%+]?$/.test(name)) return this.list.at(-1);
    if (name === '-') return this.list.at(-2) ?? this.list.at(-1);
    if (/^\d+$/.test(name)) return this.list.find(({ number }) => number === Number(name));
    return this.list.findLast(({ text }) => text.startsWith(name));
  }

  /** The line of a job. @param hasPid as `jobs -l` wants it. */
  line(job: Job, hasPid = false): string {
    const mark = job === this.list.at(-1) ? '+' : job === this.list.at(-2) ? '-' : ' ';
    const pid = hasPid ? `${String(lastOf(job).pid).padStart(5)} ` : ' ';
    const end = isRunning(job) ? ' &' : '';
    return `[${job.number}]${mark} ${pid}${stateOf(job).padEnd(24)}${job.text}${end}\n`;
  }

  /** Lines of those that have ended, which nobody hears of again. */
  ended(): string {
    const ended = this.list.filter((job) => !isRunning(job));
    const lines = ended.map((job) => this.line(job)).join('');
    for (const job of ended) this.remove(job);
    return lines;
  }
}

function stateOf(job: Job): string {
  if (isRunning(job)) return 'Running';
  const { endedBy, exitCode = 0 } = lastOf(job);
  if (endedBy !== undefined) return signalWords[endedBy];
  return exitCode === 0 ? 'Done' : `Exit ${exitCode}`;
}

/** A signal to a whole job, as to its process group. */
export function signalJob({ processes }: Job, signal: Signal): void {
  for (const process of groupOf(processes)) process.kill(signal);
}

// oxlint-disable-next-line require-yield -- builtins are stories, though most never wait
export function* jobs(args: readonly string[], { state, streams }: Interpreter): Story<number> {
  const options = args.slice(1).filter((word) => word.startsWith('-')).join('');
  for (const job of state.jobs.all) {
    if (options.includes('r') && !isRunning(job)) continue;
    const line = state.jobs.line(job, options.includes('l'));
    streams.stdout.write(options.includes('p') ? `${job.processes[0]?.pid}\n` : line);
  }
  state.jobs.ended();
  return 0;
}

export function* fg(args: readonly string[], shell: Interpreter): Story<number> {
  const job = wantedJob(args, shell);
  if (job === undefined) return 1;
  shell.streams.stdout.write(`${job.text}\n`);
  shell.state.jobs.remove(job);
  const codes = yield* shell.waitFor(job.processes);
  return codes.at(-1) ?? 0;
}

// oxlint-disable-next-line require-yield -- builtins are stories, though most never wait
export function* bg(args: readonly string[], shell: Interpreter): Story<number> {
  const job = wantedJob(args, shell);
  if (job === undefined) return 1;
  shell.complain(`bg: job ${job.number} already in background`);
  return 0;
}

/** What `fg` and `bg` are about; a complaint where there is none. */
function wantedJob([name = '', word = '%+']: readonly string[], shell: Interpreter) {
  if (!shell.hasJobControl) {
    shell.complain(`${name}: no job control`);
    return undefined;
  }
  const { jobs: own } = shell.state;
  const job = own.find(/^[%\d]/.test(word) && !/^\d/.test(word) ? word : `%${word}`);
  if (job !== undefined && isRunning(job)) return job;
  if (job === undefined) {
    shell.complain(`${name}: ${word === '%+' ? 'current' : word}: no such job`);
    return undefined;
  }
  shell.complain(`${name}: job has terminated`);
  shell.streams.stderr.write(own.ended());
  return undefined;
}

// oxlint-disable-next-line require-yield -- builtins are stories, though most never wait
export function* disown(args: readonly string[], { state }: Interpreter): Story<number> {
  const job = state.jobs.find(args[1] ?? '%+');
  if (job !== undefined) state.jobs.remove(job);
  return job === undefined ? 1 : 0;
}

/** Waits for background jobs; a signal with an action cuts it short. */
export function* wait(args: readonly string[], shell: Interpreter): Story<number> {
  const { jobs: own, traps } = shell.state;
  const words = args.slice(1).filter((word) => !word.startsWith('-'));
  let status = 0;
  const wanted = words.map((word) => own.find(word) ?? word);
  for (const job of words.length > 0 ? wanted : own.all) {
    if (typeof job === 'string') {
      const what = job.startsWith('%') ? `${job}: no such job`
        : `pid ${job} is not a child of this shell`;
      shell.complain(`wait: ${what}`);
      status = 127;
      continue;
    }
    for (const process of job.processes) {
      if (!process.isRunning) continue;
      const found = yield* select([process.exit, traps.pending]);
      if (found?.index !== 1) continue;
      const signal = found.value as Signal;
      traps.pending.putBack(signal);
      return 128 + signalNumbers[signal];
    }
    status = lastOf(job).exitCode ?? 0;
    // An interactive shell still has to say that it is done.
    if (!shell.hasJobControl) own.remove(job);
  }
  return words.length === 0 ? 0 : status;
}
