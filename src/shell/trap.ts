/** `trap`: what a shell does upon signals. Follows POSIX.1-2017, 2.11 and 2.14. */
import { Inbox, type Process, type Signal, signalNumbers } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { type Interpreter, Jump } from './interpreter.ts';

/** A signal, or the shell's own end. */
export type Condition = Signal | 'EXIT';

/** What a shell has been told to do, and the signals that it has not yet acted upon. */
export class Traps {
  readonly actions = new Map<Condition, string>();
  readonly pending = new Inbox<Signal>();
  private isCatching = false;

  /** Signals reach a process that may be in the middle of a command: they are kept until its end. */
  catchIn(process: Process): void {
    if (this.isCatching) return;
    this.isCatching = true;
    const before = process.trap;
    process.trap = (signal) => {
      const action = this.actions.get(signal);
      if (action === undefined) return before?.(signal) ?? false;
      if (action !== '') this.pending.push(signal);
      return true;
    };
  }
}

/** Runs the actions of the signals that came during the last command. */
export function* act(shell: Interpreter): Story {
  const { traps } = shell.state;
  while (traps.pending.isReady) {
    const signal = traps.pending.take();
    const action = signal === undefined ? undefined : traps.actions.get(signal);
    // Ctrl-C while an interactive shell itself was at work: back to the prompt.
    if (action === undefined && signal === 'SIGINT') throw new Jump('interrupt', 130);
    if (action === undefined) continue;
    const { status } = shell.state;
    yield* shell.source(action);
    shell.state.status = status;
  }
}

/** Runs what was asked for the shell's own end; `exit` in it changes the code. */
export function* actOnExit(shell: Interpreter, code: number): Story<number> {
  const { actions } = shell.state.traps;
  const action = actions.get('EXIT');
  if (action === undefined) return code;
  actions.delete('EXIT');
  shell.state.status = code;
  const script = `${action}\nexit ${code}`;
  return yield* toExit(shell, shell.source(script));
}

/** Runs a story of the shell to its end or to `exit`. */
export function* toExit(shell: Interpreter, story: Story<number>): Story<number> {
  try {
    return yield* story;
  } catch (jump) {
    if (jump instanceof Jump) return jump.kind === 'exit' ? jump.count : shell.state.status;
    throw jump;
  }
}

// oxlint-disable-next-line require-yield -- builtins are stories, though most never wait
export function* trap(args: readonly string[], shell: Interpreter): Story<number> {
  const { traps } = shell.state;
  const words = args.slice(1).filter((word) => word !== '--');
  if (words.length === 0) {
    for (const [condition, action] of traps.actions) {
      shell.streams.stdout.write(`trap -- '${action}' ${condition}\n`);
    }
    return 0;
  }
  const [action = '-', ...names] = words.length === 1 ? ['-', ...words] : words;
  let status = 0;
  for (const name of names) {
    const condition = conditionOf(name);
    if (condition === undefined) {
      shell.complain(`trap: ${name}: invalid signal specification`);
      status = 1;
    } else if (action === '-') traps.actions.delete(condition);
    else traps.actions.set(condition, action);
  }
  traps.catchIn(shell.process);
  return status;
}

function conditionOf(name: string): Condition | undefined {
  const wanted = name.toUpperCase().replace(/^SIG/, '');
  if (wanted === 'EXIT' || wanted === '0') return 'EXIT';
  const found = Object.entries(signalNumbers).find(
    ([signal, value]) => signal === `SIG${wanted}` || String(value) === wanted,
  );
  return found?.[0] as Signal | undefined;
}
