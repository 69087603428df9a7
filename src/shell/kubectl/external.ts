/** Programs that kubectl starts: editors, plugins. They get its own streams and terminal. */
import { type Process, take } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import { findProgram } from '../find-program.ts';
import { ShellState } from '../state.ts';

/**
 * Runs a program and waits for it.
 * @returns its exit code, or why it could not be started (`not found`).
 */
export function* runExternal(process: Process, words: readonly string[]): Story<number | string> {
  const [name = ''] = words;
  const found = findProgram(process, new ShellState(process.env, words), name);
  if (typeof found === 'string') return found;
  const { tty } = process;
  const child = process.machine.spawn({
    program: found.program,
    args: found.script === undefined ? words : ['sh', found.script, ...words.slice(1)],
    cwd: process.cwd, env: process.env, parent: process, stdin: process.stdin,
    stdout: borrowed(process, 'print'), stderr: borrowed(process, 'printError'),
    ...(tty === undefined ? {} : { tty }),
  });
  const before = tty?.foreground ?? [];
  if (tty !== undefined) tty.foreground = [...before, child];
  // Ctrl-C is the child's: this one goes on to say how it ended.
  process.trap = (signal) => signal === 'SIGINT' && child.isRunning;
  const code = yield* take(child.exit);
  process.trap = undefined;
  if (tty !== undefined) tty.foreground = before;
  return code ?? 1;
}

/** The parent's stream, which outlives the child. */
const borrowed = (process: Process, print: 'print' | 'printError') => ({
  write: (text: string): boolean => {
    process[print](text);
    return process.isRunning;
  },
  end: () => undefined,
});
