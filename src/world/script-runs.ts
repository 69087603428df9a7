/**
 * Scripts from outside: one bash for each, without a terminal, on the console's machine. What
 * they print is in the trace, piece by piece, and so is their end. The command line's door.
 */
import { Inbox, type Machine, type Process, type Sink } from '../host/index.ts';
import { homeOf } from './disks.ts';

/** A script to run. `run` is the outside's name for it; `stdin` is all that it can read. */
export interface ScriptInput {
  readonly run: number;
  readonly script: string;
  readonly stdin?: string;
}

/** Trace: `output {run, stream, text}` for what is printed, `ran {run, code}` at the end. */
export class ScriptRuns {
  private readonly machine: Machine;
  private readonly running = new Map<number, Process>();

  constructor(machine: Machine) {
    this.machine = machine;
    machine.onHalt(() => this.halted());
  }

  start({ run, script, stdin }: ScriptInput): void {
    const { machine } = this;
    const program = machine.programs.get('bash');
    if (!machine.isOn || program === undefined) return this.finished(run, 255);
    const { role } = machine.description;
    const home = homeOf(role);
    const user = role === 'workstation' ? 'learner' : 'root';
    const input = new Inbox<string>();
    if (stdin !== undefined && stdin !== '') input.push(stdin);
    input.close();
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const process = machine.spawn({
      program,
      args: ['bash', '-c', script],
      cwd: home,
      user,
      env: { HOME: home, USER: user, SHELL: '/bin/bash', PATH: path },
      stdin: input,
      stdout: this.sink(run, 'stdout'),
      stderr: this.sink(run, 'stderr'),
    });
    this.running.set(run, process);
    process.onExit(() => {
      if (this.running.delete(run)) this.finished(run, process.exitCode ?? 255);
    });
  }

  /** Ctrl-C for a script and everything that it has started. */
  interrupt(run: number): void {
    const script = this.running.get(run);
    if (script === undefined) return;
    for (const process of [...this.machine.processes.values()]) {
      if (isBelow(process, script)) process.kill('SIGINT');
    }
    script.kill('SIGINT');
  }

  private sink(run: number, stream: 'stdout' | 'stderr'): Sink {
    return {
      write: (text) => {
        this.machine.site.trace({ type: 'output', run, stream, text });
        return true;
      },
      end: () => undefined,
    };
  }

  private finished(run: number, code: number): void {
    this.machine.site.trace({ type: 'ran', run, code });
  }

  private halted(): void {
    const lost = [...this.running.keys()];
    this.running.clear();
    for (const run of lost) this.finished(run, 255);
  }
}

function isBelow(process: Process, ancestor: Process): boolean {
  for (let at = process.parent; at !== undefined; at = at.parent) if (at === ancestor) return true;
  return false;
}
