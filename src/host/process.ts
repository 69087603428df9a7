import { type Answerer, type Site, Teller, type Ticket, blocked } from '../kernel/index.ts';
import type { Files } from './files.ts';
import { type Identity, identityOf } from './identity.ts';
import { Inbox, type Source } from './inbox.ts';
import type { Machine } from './machine.ts';
import {
  type Daemon,
  type HostRequest,
  type Program,
  type Selected,
  type Signal,
  signalNumbers,
} from './program.ts';
import type { NetNamespace } from './socket.ts';
import type { Tty } from './terminal.ts';

/** Where a process writes to: a pipe, a terminal, a log. */
export interface Sink {
  /** False when nobody reads any more (EPIPE). */
  write(text: string): boolean;
  /** The writer has ended. */
  end(): void;
}

/** What a process is started with. */
export interface Spawn {
  readonly program: Program;
  /** args[0] is the command's own name. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly user?: string;
  /** Whom modes of files may stop; else what the user's name says, and nothing stops it. */
  readonly identity?: Identity;
  readonly parent?: Process;
  readonly files?: Files;
  readonly net?: NetNamespace;
  readonly stdin?: Inbox<string>;
  readonly stdout?: Sink;
  readonly stderr?: Sink;
  /** Executables by absolute path, in a container; a machine has its own (`machine.programs`). */
  readonly programs?: Readonly<Record<string, Program>>;
  /** The container that it belongs to; its first process is that PID namespace's init. */
  readonly container?: string;
  /** Whose processes it sees, when not its own container's alone; `host`: all. */
  readonly pidNamespace?: string;
  readonly isInit?: boolean;
  /** The terminal that it is attached to. */
  readonly tty?: Tty;
}

const nowhere: Sink = { write: () => true, end: () => undefined };

type ProcessEvent =
  | { readonly type: 'begin' }
  | { readonly type: 'wake' }
  | { readonly type: 'timeout'; readonly round: number }
  | { readonly type: 'daemon'; readonly event: unknown };

/** A running program: arguments, environment, files, standard streams, signals, an exit code. */
export class Process {
  readonly machine: Machine;
  readonly site: Site;
  readonly pid: number;
  readonly parent: Process | undefined;
  readonly program: Program;
  readonly args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  readonly user: string;
  readonly identity: Identity;
  readonly files: Files;
  readonly net: NetNamespace;
  readonly stdin: Inbox<string>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly programs: Readonly<Record<string, Program>> | undefined;
  readonly container: string | undefined;
  /** Undefined, or `host`: it sees all processes of the machine. */
  readonly pidNamespace: string | undefined;
  readonly isInit: boolean;
  readonly tty: Tty | undefined;
  readonly startedAt: number;
  /** Ready once the process has ended; gives its exit code. */
  readonly exit = new Inbox<number>();
  exitCode: number | undefined;
  /** The signal that ended it, if one did. */
  endedBy: Signal | undefined;
  /** An interactive shell, whose children are jobs of their own: Ctrl-C reaches one, not all. */
  hasJobControl = false;
  daemon: Daemon | undefined;
  /** A story's own signal handler: true when the signal is taken care of. */
  trap: ((signal: Signal) => boolean) | undefined;
  private readonly address: number;
  /** Timers that are armed, by the event that they bring. */
  private readonly tickets = new Map<object, Ticket>();
  private readonly exitListeners: ((process: Process) => void)[] = [];
  private teller: Teller | undefined;
  private waiting: readonly Source[] = [];
  private round = 0;
  private isWaking = false;

  /** The machine's alone: use `machine.spawn`. */
  constructor(machine: Machine, pid: number, spawn: Spawn) {
    this.machine = machine;
    this.site = machine.site;
    this.pid = pid;
    this.parent = spawn.parent;
    this.program = spawn.program;
    this.args = spawn.args;
    this.env = spawn.env ?? spawn.parent?.env ?? {};
    this.cwd = spawn.cwd ?? spawn.parent?.cwd ?? '/';
    this.user = spawn.user ?? spawn.parent?.user ?? 'root';
    const inherited = spawn.user === undefined ? spawn.parent?.identity : undefined;
    this.identity = spawn.identity ?? inherited ?? identityOf(this.user);
    const files = spawn.files ?? spawn.parent?.files ?? machine.files;
    this.files = spawn.identity === undefined || this.identity.uid === 0
      ? files
      : files.as(this.identity);
    this.net = spawn.net ?? spawn.parent?.net ?? machine.net;
    this.stdin = spawn.stdin ?? closedInbox();
    this.stdout = spawn.stdout ?? nowhere;
    this.stderr = spawn.stderr ?? spawn.stdout ?? nowhere;
    this.programs = spawn.programs ?? spawn.parent?.programs;
    this.container = spawn.container ?? spawn.parent?.container;
    this.pidNamespace = spawn.pidNamespace ?? spawn.container ?? spawn.parent?.pidNamespace;
    this.isInit = spawn.isInit ?? false;
    this.tty = spawn.tty ?? (spawn.stdout === undefined ? spawn.parent?.tty : undefined);
    this.startedAt = this.site.now;
    this.address = this.site.register(this);
  }

  /** Its PID inside its own namespace. */
  get visiblePid(): number {
    return this.isInit ? 1 : this.pid;
  }

  get isRunning(): boolean {
    return this.exitCode === undefined;
  }

  /** The machine's alone: starts the program, one event from now. */
  begin(): void {
    this.site.after(0, this.address, { type: 'begin' } satisfies ProcessEvent);
  }

  /** Sends `event` to the daemon, `ms` from now, if it still lives. */
  after(ms: number, event: unknown): Ticket {
    const brought: ProcessEvent = { type: 'daemon', event };
    const ticket = this.site.after(ms, this.address, brought);
    this.tickets.set(brought, ticket);
    return ticket;
  }

  cancel(ticket: Ticket): void {
    this.site.cancel(ticket);
    this.tickets.delete(ticket.event as object);
  }

  print(text: string): void {
    if (!this.stdout.write(text) && this.isRunning) this.end(141, 'SIGPIPE');
  }

  printError(text: string): void {
    this.stderr.write(text);
  }

  /** Calls `listener` when the process ends, in the moment it ends. */
  onExit(listener: (process: Process) => void): void {
    this.exitListeners.push(listener);
  }

  /** Delivers a signal: the daemon's own handler, or the default action. */
  kill(signal: Signal): void {
    if (!this.isRunning) return;
    if (signal === 'SIGKILL') return this.end(137, signal);
    if (this.trap?.(signal) || this.daemon?.signal?.(signal)) return;
    // A PID namespace's init gets no default action: why `sleep` in a Pod needs its grace period.
    if (this.isInit) return;
    this.end(128 + signalNumbers[signal], signal);
  }

  /** Ends the process; its children of the same container go with an init. */
  end(code: number, signal?: Signal): void {
    if (!this.isRunning) return;
    this.exitCode = code;
    this.endedBy = signal;
    for (const ticket of this.tickets.values()) this.site.cancel(ticket);
    this.teller?.cancel();
    this.unwait();
    this.site.unregister(this.address);
    this.net.release(this);
    this.daemon?.ended?.();
    if (this.daemon !== undefined) this.traceDaemon(false);
    this.stdout.end();
    if (this.stderr !== this.stdout) this.stderr.end();
    this.machine.reap(this);
    for (const listener of this.exitListeners) listener(this);
    this.exit.push(code);
    this.exit.close();
  }

  /** The kernel's alone. */
  receive(event: ProcessEvent): void {
    switch (event.type) {
      case 'begin':
        this.run();
        return;
      case 'wake':
        this.isWaking = false;
        this.resumeSelected();
        return;
      case 'timeout':
        if (event.round === this.round) {
          this.unwait();
          this.teller?.resume(undefined);
        }
        return;
      case 'daemon':
        this.tickets.delete(event);
        this.daemon?.receive?.(event.event as never);
    }
  }

  private run(): void {
    const { program } = this;
    if (program.start !== undefined) {
      this.traceDaemon(true);
      this.daemon = program.start(this);
      return;
    }
    if (program.main === undefined) return this.end(126);
    this.teller = new Teller(program.main(this), this.answer, (code) => this.end(code as number));
    this.teller.start();
  }

  private traceDaemon(isRunning: boolean): void {
    const { machine, program, pid, container = '' } = this;
    const { name } = program;
    machine.site.trace({ type: 'daemon', machine: machine.name, name, pid, container, isRunning });
  }

  private readonly answer: Answerer = (raw) => {
    const request = raw as HostRequest;
    this.round += 1;
    if (request.op === 'sleep') {
      this.armTimeout(request.ms);
      return blocked;
    }
    const ready = firstReady(request.sources);
    if (ready !== undefined) return ready;
    this.waiting = request.sources;
    for (const source of this.waiting) source.onReady(this.wake);
    if (request.timeoutMs !== undefined) this.armTimeout(request.timeoutMs);
    return blocked;
  };

  private armTimeout(ms: number): void {
    this.site.after(ms, this.address, { type: 'timeout', round: this.round });
  }

  /** Wakes in an event of its own, so that stories never run inside each other. */
  private readonly wake = () => {
    if (this.isWaking || !this.isRunning) return;
    this.isWaking = true;
    this.site.after(0, this.address, { type: 'wake' } satisfies ProcessEvent);
  };

  private resumeSelected(): void {
    if (this.waiting.length === 0) return;
    const ready = firstReady(this.waiting);
    if (ready === undefined) {
      for (const source of this.waiting) source.onReady(this.wake);
      return;
    }
    this.unwait();
    this.teller?.resume(ready);
  }

  private unwait(): void {
    for (const source of this.waiting) source.offReady(this.wake);
    this.waiting = [];
    this.round += 1;
  }
}

function firstReady(sources: readonly Source[]): Selected | undefined {
  const index = sources.findIndex((source) => source.isReady);
  return index < 0 ? undefined : { index, value: sources[index]?.take() };
}

function closedInbox(): Inbox<string> {
  const inbox = new Inbox<string>();
  inbox.close();
  return inbox;
}
