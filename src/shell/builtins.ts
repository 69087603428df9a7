/** What the shell does itself, because a child process could not: cd, export, read, test… */
import { type Signal, normal, signalNumbers, take } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { findProgram } from './find-program.ts';
import { type Interpreter, Jump } from './interpreter.ts';
import { evaluateTest } from './test-expression.ts';
import { bg, disown, fg, jobs, signalJob, wait } from './jobs.ts';
import { trap } from './trap.ts';

export type Builtin = (args: readonly string[], shell: Interpreter) => Story<number>;

const number = (text: string | undefined, otherwise: number) =>
  text === undefined ? otherwise : Number(text) || 0;

// oxlint-disable-next-line require-yield -- builtins are stories, though most never wait
function* cd(args: readonly string[], shell: Interpreter): Story<number> {
  const { process, state } = shell;
  const home = state.variables.get('HOME') ?? '/root';
  const wanted = args[1] === '-' ? (state.variables.get('OLDPWD') ?? home) : (args[1] ?? home);
  const at = normal(wanted, process.cwd);
  const entry = process.files.stat(at);
  if (entry?.type !== 'directory') {
    const problem = entry === undefined ? 'No such file or directory' : 'Not a directory';
    shell.complain(
      shell.isBash ? `cd: ${wanted}: ${problem}` : `cd: can't cd to ${wanted}: ${problem}`,
    );
    return 1;
  }
  state.set('OLDPWD', process.cwd);
  process.cwd = at;
  if (args[1] === '-') shell.streams.stdout.write(`${at}\n`);
  return 0;
}

function* exportNames(args: readonly string[], { state, streams }: Interpreter): Story<number> {
  const words = args.slice(1).filter((word) => word !== '-p');
  for (const word of words) {
    const at = word.indexOf('=');
    const name = at < 0 ? word : word.slice(0, at);
    if (at >= 0) state.set(name, word.slice(at + 1));
    state.exported.add(name);
  }
  if (words.length === 0) {
    for (const [name, value] of Object.entries(state.environment).toSorted(byName)) {
      streams.stdout.write(`declare -x ${name}="${value}"\n`);
    }
  }
  return 0;
}

const byName = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1);

function* set(args: readonly string[], { state, streams }: Interpreter): Story<number> {
  if (args.length === 1) {
    for (const [name, value] of [...state.variables].toSorted(byName)) {
      streams.stdout.write(`${name}='${value}'\n`);
    }
  }
  for (let i = 1; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      state.parameters = [state.parameters[0] ?? 'sh', ...args.slice(i + 1)];
      break;
    }
    if (arg === '-o' || arg === '+o') {
      i += 1;
      if (args[i] === 'errexit') state.stopsOnError = arg === '-o';
      if (args[i] === 'nounset') state.stopsOnUnset = arg === '-o';
      if (args[i] === 'xtrace') state.traces = arg === '-o';
    } else if (/^[-+]/.test(arg)) {
      if (arg.includes('e')) state.stopsOnError = arg.startsWith('-');
      if (arg.includes('u')) state.stopsOnUnset = arg.startsWith('-');
      if (arg.includes('x')) state.traces = arg.startsWith('-');
    } else {
      state.parameters = [state.parameters[0] ?? 'sh', ...args.slice(i)];
      break;
    }
  }
  return 0;
}

/** Standard input by lines; what follows the line stays for the next reader. */
export function* readLine(shell: Interpreter): Story<string | undefined> {
  const { stdin } = shell.streams;
  let text = '';
  for (;;) {
    const chunk = yield* take(stdin);
    if (chunk === undefined || chunk === '') return text === '' ? undefined : text;
    text += chunk;
    const at = text.indexOf('\n');
    if (at < 0) continue;
    if (at + 1 < text.length) stdin.putBack(text.slice(at + 1));
    return text.slice(0, at);
  }
}

function* read(args: readonly string[], shell: Interpreter): Story<number> {
  const names = args.slice(1).filter((arg) => !arg.startsWith('-'));
  const line = yield* readLine(shell);
  const words = (line ?? '').trim().split(/\s+/);
  const targets = names.length === 0 ? ['REPLY'] : names;
  targets.forEach((name, i) => {
    const isLast = i === targets.length - 1;
    shell.state.set(name, isLast ? words.slice(i).join(' ') : (words[i] ?? ''));
  });
  return line === undefined ? 1 : 0;
}

function* test(args: readonly string[], shell: Interpreter): Story<number> {
  const words = args.slice(1);
  const closer = args[0] === '[' ? ']' : args[0] === '[[' ? ']]' : undefined;
  if (closer !== undefined && words.pop() !== closer) {
    shell.complain(`${args[0]}: missing \`${closer}'`);
    return 2;
  }
  const result = evaluateTest(words, shell.process, args[0] === '[[');
  if (typeof result === 'boolean') return result ? 0 : 1;
  shell.complain(`${args[0]}: ${result}`);
  return 2;
}

function* alias(args: readonly string[], { state, streams }: Interpreter): Story<number> {
  for (const word of args.slice(1)) {
    const at = word.indexOf('=');
    if (at > 0) state.aliases.set(word.slice(0, at), word.slice(at + 1));
    else streams.stdout.write(`alias ${word}='${state.aliases.get(word) ?? ''}'\n`);
  }
  if (args.length === 1) {
    for (const [name, text] of [...state.aliases].toSorted(byName)) {
      streams.stdout.write(`alias ${name}='${text}'\n`);
    }
  }
  return 0;
}

function* source(args: readonly string[], shell: Interpreter): Story<number> {
  const path = args[1];
  if (path === undefined) {
    shell.complain(`${args[0]}: filename argument required`);
    return 2;
  }
  const text = shell.process.files.read(normal(path, shell.process.cwd));
  // `source <(kubectl completion bash)`: the completion here is the console's own.
  if (text === undefined) {
    shell.complain(`${path}: No such file or directory`);
    return 1;
  }
  return yield* shell.source(text);
}

function* type(args: readonly string[], shell: Interpreter): Story<number> {
  let status = 0;
  for (const name of args.slice(1).filter((arg) => !arg.startsWith('-'))) {
    const isQuiet = args[0] === 'command';
    const found = findProgram(shell.process, shell.state, name);
    const alias = shell.state.aliases.get(name);
    let line: string | undefined;
    if (alias !== undefined)
      line = isQuiet ? `alias ${name}='${alias}'` : `${name} is aliased to \`${alias}'`;
    else if (name in builtins) line = isQuiet ? name : `${name} is a shell builtin`;
    else if (typeof found !== 'string') line = isQuiet ? found.path : `${name} is ${found.path}`;
    if (line !== undefined) shell.streams.stdout.write(`${line}\n`);
    else {
      if (!isQuiet) shell.complain(`type: ${name}: not found`);
      status = 1;
    }
  }
  return status;
}

function* command(args: readonly string[], shell: Interpreter): Story<number> {
  if (args[1] === '-v' || args[1] === '-V') return yield* type(args, shell);
  return yield* shell.external(args.slice(1), {}, shell.streams);
}

function* kill(args: readonly string[], shell: Interpreter): Story<number> {
  const words = args.slice(1);
  if (words.length === 0) {
    const usage = 'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]';
    shell.streams.stderr.write(`kill: usage: ${usage}\n`);
    return 2;
  }
  let signal = 'SIGTERM';
  // `-s TERM` is `-TERM`.
  if (/^-[sn]$/.test(words[0] ?? '')) words.splice(0, 2, `-${words[1] ?? ''}`);
  if (/^-[A-Z0-9]/.test(words[0] ?? '')) {
    const wanted = (words.shift() as string).slice(1).replace(/^SIG/, '');
    const found = Object.entries(signalNumbers).find(
      ([name, value]) => name === `SIG${wanted}` || String(value) === wanted,
    );
    if (found === undefined) {
      shell.complain(`kill: ${wanted}: invalid signal specification`);
      return 1;
    }
    [signal] = found;
  }
  let status = 0;
  for (const word of words) {
    const problem = send(word, signal as Signal, shell);
    if (problem === undefined) continue;
    shell.complain(`kill: ${problem}`);
    status = 1;
  }
  return status;
}

/** A signal to a job or a process; what is wrong with its name otherwise. */
function send(word: string, signal: Signal, { process, state }: Interpreter): string | undefined {
  if (word.startsWith('%')) {
    const job = state.jobs.find(word);
    if (job === undefined) return `${word}: no such job`;
    signalJob(job, signal);
    return undefined;
  }
  if (!/^-?\d+$/.test(word)) return `${word}: arguments must be process or job IDs`;
  const target = process.machine.processByPid(Number(word), process.container);
  if (target === undefined) return `(${word}) - No such process`;
  target.kill(signal);
  return undefined;
}

/** The keyword, for simple commands. What the processor did is not known: it counts as nothing. */
function* time(args: readonly string[], shell: Interpreter): Story<number> {
  const { site } = shell.process;
  const { now: from } = site;
  const status = args.length === 1 ? 0 : yield* shell.external(args.slice(1), {}, shell.streams);
  const seconds = (site.now - from) / 1000;
  const real = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
  shell.streams.stderr.write(`\nreal\t${real}\nuser\t0m0.000s\nsys\t0m0.000s\n`);
  return status;
}

function* history(_args: readonly string[], { state, streams }: Interpreter): Story<number> {
  state.history.forEach((line, i) =>
    streams.stdout.write(`${String(i + 1).padStart(5)}  ${line}\n`),
  );
  return 0;
}

function* evaluate(args: readonly string[], shell: Interpreter): Story<number> {
  return yield* shell.source(args.slice(1).join(' '));
}

function* exec(args: readonly string[], shell: Interpreter): Story<number> {
  if (args.length === 1) return 0;
  throw new Jump('exit', yield* shell.external(args.slice(1), {}, shell.streams));
}

const jump = (kind: Jump['kind']): Builtin =>
  // oxlint-disable-next-line require-yield -- it never waits
  function* (args, { state }) {
    const isLoop = kind === 'break' || kind === 'continue';
    throw new Jump(kind, isLoop ? number(args[1], 1) : number(args[1], state.status));
  };

export const builtins: Readonly<Record<string, Builtin>> = {
  '.': source,
  ':': function* () {
    return 0;
  },
  '[': test,
  '[[': test,
  alias,
  bg,
  break: jump('break'),
  cd,
  command,
  // The console completes by itself, kubectl's words too.
  complete: function* () {
    return 0;
  },
  continue: jump('continue'),
  disown,
  eval: evaluate,
  exec,
  exit: jump('exit'),
  export: exportNames,
  false: function* () {
    return 1;
  },
  fg,
  help: function* ({ length }, { streams }) {
    const names = Object.keys(builtins).filter((name) => /^[a-z]/.test(name));
    if (length === 1) {
      streams.stdout.write(
        'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n' +
          `These shell commands are defined internally.\n\n${names.map((name) => ` ${name}\n`).join('')}`,
      );
    }
    return 0;
  },
  history,
  jobs,
  kill,
  logout: jump('exit'),
  local: function* (args, { state }) {
    for (const word of args.slice(1)) {
      const at = word.indexOf('=');
      state.set(at < 0 ? word : word.slice(0, at), at < 0 ? '' : word.slice(at + 1));
    }
    return 0;
  },
  pwd: function* (_args, { process, streams }) {
    streams.stdout.write(`${process.cwd}\n`);
    return 0;
  },
  read,
  return: jump('return'),
  set,
  shift: function* (args, { state }) {
    const [zero = 'sh', ...rest] = state.parameters;
    state.parameters = [zero, ...rest.slice(number(args[1], 1))];
    return 0;
  },
  source,
  test,
  time,
  trap,
  true: function* () {
    return 0;
  },
  type,
  ulimit: function* () {
    return 0;
  },
  umask: function* (_args, { streams }) {
    streams.stdout.write('0022\n');
    return 0;
  },
  unalias: function* (args, { state }) {
    for (const name of args.slice(1)) state.aliases.delete(name);
    return 0;
  },
  unset: function* (args, { state }) {
    for (const name of args.slice(1)) {
      state.variables.delete(name);
      state.exported.delete(name);
      state.functions.delete(name);
    }
    return 0;
  },
  wait,
};
