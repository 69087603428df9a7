import { Inbox } from './inbox.ts';
import type { Process, Sink } from './process.ts';

/** What a process may know of the terminal that it is attached to. */
export interface Tty {
  columns: number;
  /** Lines that it shows; 24 where nobody said. */
  rows?: number;
  /** What Ctrl-C interrupts; the shell sets it for each job. */
  foreground: readonly Process[];
  /** True while a shell waits for a command on it. */
  isAtPrompt: boolean;
}

/** Ctrl-C: SIGINT to the foreground job. */
export function interrupt(tty: Tty): void {
  for (const process of groupOf(tty.foreground)) process.kill('SIGINT');
}

/** Processes with all that they have started: a job, as a process group is one. */
export function groupOf(processes: readonly Process[]): readonly Process[] {
  const group = new Set(processes.filter(({ isRunning }) => isRunning));
  // Children come after their parents in the table; what a shell starts as jobs is not its own.
  for (const process of processes[0]?.machine.processes.values() ?? []) {
    const { parent } = process;
    if (parent !== undefined && group.has(parent) && !parent.hasJobControl) group.add(process);
  }
  return [...group];
}

/**
 * A terminal with its line discipline: lines typed are echoed and become standard input; what is
 * printed becomes its text. Lines come whole (whoever shows the terminal edits them).
 */
export class Terminal implements Tty, Sink {
  columns: number;
  foreground: readonly Process[] = [];
  readonly input = new Inbox<string>();
  private readonly show: (text: string) => void;
  private readonly prompted: (isAtPrompt: boolean) => void;
  private isPrompting = false;
  private hasPrompted = false;

  /** @param prompted is told when a shell starts and stops to wait for a command. */
  constructor(
    columns: number,
    show: (text: string) => void,
    prompted: (isAtPrompt: boolean) => void = () => undefined,
  ) {
    this.columns = columns;
    this.show = show;
    this.prompted = prompted;
  }

  get isAtPrompt(): boolean {
    return this.isPrompting;
  }

  set isAtPrompt(isAtPrompt: boolean) {
    if (isAtPrompt === this.isPrompting) return;
    this.isPrompting = isAtPrompt;
    this.hasPrompted ||= isAtPrompt;
    this.prompted(isAtPrompt);
    // What was typed ahead was echoed where it was typed; the prompt shows it again as its own.
    const ahead = isAtPrompt ? this.input.next : undefined;
    if (ahead !== undefined) this.show(ahead);
  }

  write(text: string): boolean {
    this.show(text);
    return true;
  }

  end(): void {
    // The terminal outlives its programs.
  }

  /** A line was typed, and Enter. Before a shell's first prompt there is nothing to echo it on. */
  line(text: string): void {
    if (this.hasPrompted) this.show(`${text}\n`);
    this.isAtPrompt = false;
    this.input.push(`${text}\n`);
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.show('^C\n');
    interrupt(this);
  }

  /** Ctrl-D on an empty line: an empty read, which programs take for the end. */
  endOfFile(): void {
    this.input.push('');
  }
}
