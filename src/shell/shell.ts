/** `sh` and `bash`: interactive on a terminal, else a script from `-c`, a file or standard input. */
import { type Process, type Program, normal } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { readLine } from './builtins.ts';
import { expandHistory } from './history.ts';
import { Interpreter, Jump } from './interpreter.ts';
import { parse } from './parser.ts';
import { ShellState } from './state.ts';
import { type Script, SyntaxProblem } from './syntax.ts';
import { actOnExit, toExit } from './trap.ts';

/** A shell under a name: messages and the prompt differ between `bash` and `sh`. */
export const shell = (name: 'sh' | 'bash'): Program => ({ name, main: (process) => run(process) });

function* run(process: Process): Story<number> {
  const words = process.args.slice(1);
  const options = words.filter((word) => /^-[a-z]+$/.test(word) && word !== '-c');
  let command: string | undefined;
  let rest: readonly string[] = words;
  while (rest[0]?.startsWith('-') && command === undefined) {
    if (/^-[a-z]*c$/.test(rest[0])) {
      command = rest[1] ?? '';
      rest = rest.slice(2);
    } else rest = rest.slice(1);
  }
  const state = new ShellState(process.env, [process.args[0] ?? 'sh', ...rest]);
  const takes = (letter: string) => options.some((option) => option.includes(letter));
  state.stopsOnError = takes('e') || /^-[a-z]*e[a-z]*c$/.test(words[0] ?? '');
  state.traces = takes('x');
  if (command !== undefined) {
    if (rest.length > 0) state.parameters = rest;
    return yield* runText(new Interpreter(process, state), command);
  }
  const file = rest[0];
  if (file !== undefined) {
    const text = process.files.read(normal(file, process.cwd));
    const shell = new Interpreter(process, state);
    if (text === undefined) {
      shell.complain(`${file}: No such file or directory`);
      return 127;
    }
    state.parameters = rest;
    return yield* runText(shell, text);
  }
  if (process.tty !== undefined) return yield* interact(process, state);
  return yield* runInput(new Interpreter(process, state));
}

/** Runs a text item by item; ends with `exit`. */
function* runText(shell: Interpreter, text: string): Story<number> {
  return yield* actOnExit(shell, yield* toExit(shell, shell.source(text)));
}

/** Runs standard input as it comes; what follows a command's line is the command's to read. */
function* runInput(shell: Interpreter): Story<number> {
  return yield* actOnExit(shell, yield* toExit(shell, eachCommand(shell)));
}

function* eachCommand(shell: Interpreter): Story<number> {
  let pending = '';
  for (;;) {
    const line = yield* readLine(shell);
    // What is still missing will not come: the complaint says so.
    if (line === undefined) return pending === '' ? shell.state.status : yield* shell.source(pending);
    pending = pending === '' ? line : `${pending}\n${line}`;
    const script = tryParse(shell, pending);
    if (script === 'incomplete') continue;
    if (script === undefined) return shell.state.status;
    pending = '';
    yield* shell.run(script);
  }
}

function* interact(process: Process, state: ShellState): Story<number> {
  const shell = new Interpreter(process, state, process, true);
  const { tty } = process;
  process.hasJobControl = true;
  const farewell = process.args[0]?.startsWith('-') ? 'logout' : 'exit';
  let wasInterrupted = false;
  process.trap = (signal) => {
    if (signal !== 'SIGINT') return signal === 'SIGTERM';
    wasInterrupted = true;
    if (tty?.isAtPrompt !== true) state.traps.pending.push('SIGINT');
    // At the prompt an empty line wakes the reader, which then starts anew.
    if (tty?.isAtPrompt) process.stdin.push('\n');
    return true;
  };
  yield* startUp(shell);
  let pending = '';
  for (;;) {
    if (tty !== undefined) tty.foreground = [process];
    process.printError(state.jobs.ended());
    process.print(pending === '' ? prompt(process, state) : '> ');
    if (tty !== undefined) tty.isAtPrompt = true;
    let line = yield* readLine(shell);
    if (tty !== undefined) tty.isAtPrompt = false;
    const event = line === undefined ? undefined : expandHistory(line, state.history);
    if (shell.isBash && event !== undefined) {
      if ('missing' in event) {
        shell.complain(`${event.missing}: event not found`);
        continue;
      }
      line = event.text;
      process.print(`${line}\n`);
    }
    if (wasInterrupted) {
      wasInterrupted = false;
      pending = '';
      state.status = 130;
      continue;
    }
    if (line === undefined) {
      process.print(shell.isBash ? `${farewell}\n` : '\n');
      return state.status;
    }
    pending = pending === '' ? line : `${pending}\n${line}`;
    const script = tryParse(shell, pending);
    if (script === 'incomplete') continue;
    if (pending.trim() !== '') state.history.push(pending);
    pending = '';
    if (script === undefined) continue;
    try {
      yield* shell.run(script);
    } catch (jump) {
      if (!(jump instanceof Jump)) throw jump;
      if (jump.kind === 'interrupt') state.status = jump.count;
      if (jump.kind === 'exit') {
        if (shell.isBash && process.parent !== undefined) process.print(`${farewell}\n`);
        return jump.count;
      }
    }
    wasInterrupted = false;
  }
}

/** ~/.bashrc, for bash, and what a login shell reads before it. */
function* startUp(shell: Interpreter): Story {
  const { state, process } = shell;
  const home = state.variables.get('HOME');
  if (!shell.isBash || home === undefined) return;
  const isLogin = process.args[0]?.startsWith('-') === true;
  for (const name of isLogin ? ['.profile', '.bashrc'] : ['.bashrc']) {
    const text = process.files.read(`${home}/${name}`);
    if (text !== undefined) yield* shell.source(text);
  }
}

function tryParse(shell: Interpreter, text: string): Script | 'incomplete' | undefined {
  try {
    return parse(text);
  } catch (problem) {
    if (!(problem instanceof SyntaxProblem)) throw problem;
    if (problem.isIncomplete) return 'incomplete';
    shell.complain(problem.message);
    shell.state.status = 2;
    return undefined;
  }
}

/** bash's, as Debian's images set it up; that of Debian's sh, which is dash; busybox's. */
function usualPrompt(process: Process): string {
  const isBash = /(^|\/)bash$/.test(process.args[0] ?? '');
  if (process.files.read('/etc/debian_version') === undefined) {
    return isBash ? 'bash-5.2\\$ ' : '\\w \\$ ';
  }
  return isBash ? '\\u@\\h:\\w\\$ ' : '\\$ ';
}

function prompt(process: Process, state: ShellState): string {
  const template = state.variables.get('PS1') ?? usualPrompt(process);
  const home = state.variables.get('HOME') ?? '/root';
  const { cwd } = process;
  const short =
    home !== '/' && (cwd === home || cwd.startsWith(`${home}/`))
      ? `~${cwd.slice(home.length)}`
      : cwd;
  const host = process.files.read('/etc/hostname')?.trim() ?? process.machine.name;
  return template
    .replaceAll('\\u', process.user)
    .replaceAll('\\h', host)
    .replaceAll('\\w', short)
    .replaceAll('\\W', short.slice(short.lastIndexOf('/') + 1) || '/')
    .replaceAll('\\$', process.user === 'root' ? '#' : '$');
}
