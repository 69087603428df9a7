/** Commands about the machine, its processes, and time. */
import {
  type Process,
  type Program,
  select,
  sleep as pass,
} from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import { formatTime } from '../../kernel/calendar.ts';
import { nameOf } from './accounts.ts';
import { date } from './date.ts';
import { command, complain, durationMs, linesOf, readInput } from '../command.ts';
import { findProgram } from '../find-program.ts';
import { ShellState } from '../state.ts';
import { Collector, shared } from '../streams.ts';

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  '\\': '\\',
  '0': '\0',
};
const unescaped = (text: string) =>
  text.replaceAll(/\\([ntrabe\\0])/g, (_, c: string) => escapes[c] ?? c);

const echo: Program = {
  name: 'echo',
  *main(process) {
    let words = process.args.slice(1);
    let newline = '\n';
    let escaped = false;
    while (/^-[neE]+$/.test(words[0] ?? '')) {
      if (words[0]?.includes('n')) newline = '';
      if (words[0]?.includes('e')) escaped = true;
      words = words.slice(1);
    }
    const text = words.join(' ');
    process.print((escaped ? unescaped(text) : text) + newline);
    return 0;
  },
};

const printf: Program = {
  name: 'printf',
  *main(process) {
    const [format, ...values] = process.args.slice(1);
    if (format === undefined)
      return complain(process, 'usage: printf [-v var] format [arguments]', 2);
    let rest = values;
    do {
      const before = rest;
      process.print(
        unescaped(format).replaceAll(/%(-?\d*)([sdixq%])/g, (_, width: string, kind: string) => {
          if (kind === '%') return '%';
          const value = rest[0] ?? (kind === 's' ? '' : '0');
          rest = rest.slice(1);
          const shown =
            kind === 'x'
              ? Number(value).toString(16)
              : kind === 's' || kind === 'q'
                ? value
                : String(Math.trunc(Number(value)));
          return width.startsWith('-')
            ? shown.padEnd(Number(width.slice(1)))
            : shown.padStart(Number(width));
        }),
      );
      if (rest.length === before.length) break;
    } while (rest.length > 0);
    return 0;
  },
};

const sleep = command('sleep', {}, function* (process, { operands }) {
  const [first] = operands;
  if (first === undefined) return complain(process, 'missing operand');
  let total = 0;
  for (const word of operands) {
    if (word === 'infinity') total = Infinity;
    const ms = durationMs(word);
    if (ms === undefined && word !== 'infinity') {
      return complain(process, `invalid time interval '${word}'`);
    }
    total += ms ?? 0;
  }
  yield* pass(Math.min(total, 1e12));
  return 0;
});

function printEnvironment(process: Process): number {
  for (const [name, value] of Object.entries(process.env)) process.print(`${name}=${value}\n`);
  return 0;
}

const env: Program = {
  name: 'env',
  *main(process) {
    return printEnvironment(process);
  },
};

const printenv = command('printenv', {}, function* (process, { operands }) {
  if (operands.length === 0) return printEnvironment(process);
  let status = 0;
  for (const name of operands) {
    const value = process.env[name];
    if (value === undefined) status = 1;
    else process.print(`${value}\n`);
  }
  return status;
});

const hostname: Program = {
  name: 'hostname',
  *main(process) {
    if (process.args[1] === '-i' || process.args[1] === '-I') {
      process.print(`${process.net.ip ?? ''}\n`);
      return 0;
    }
    const wantsFull = ['-f', '--fqdn', '--long'].includes(process.args[1] ?? '');
    const name = hostnameOf(process);
    process.print(`${wantsFull ? (canonicalName(process, name) ?? name) : name}\n`);
    return 0;
  },
};

/** The first name on the line of /etc/hosts that has this one. */
function canonicalName({ files }: Process, name: string): string | undefined {
  for (const line of (files.read('/etc/hosts') ?? '').split('\n')) {
    const [, ...names] = line.trim().split(/\s+/);
    if (names.includes(name)) return names[0];
  }
  return undefined;
}

const hostnameOf = (process: Process) =>
  process.files.read('/etc/hostname')?.trim() ?? process.env['HOSTNAME'] ?? process.machine.name;

const whoami: Program = {
  name: 'whoami',
  *main(process) {
    const { uid } = process.identity;
    const name = process.container === undefined ? process.user : undefined;
    const known = name ?? nameOf(process.files, '/etc/passwd', uid);
    if (known === undefined) return complain(process, `unknown uid ${uid}`);
    process.print(`${known}\n`);
    return 0;
  },
};

/** `1000(learner)`, or the number alone where the file knows no name for it. */
const named = ({ files }: Process, file: string, id: number): string => {
  const name = nameOf(files, file, id);
  return name === undefined ? String(id) : `${id}(${name})`;
};

const id = command('id', {}, function* (process, { has }) {
  const { uid, gid, groups } = process.identity;
  const all = [...new Set([gid, ...groups])];
  const group = (one: number) => named(process, '/etc/group', one);
  if (has('u') || has('g') || has('G')) {
    const [file, wanted] = has('u')
      ? ['/etc/passwd', [uid]]
      : ['/etc/group', has('g') ? [gid] : all];
    const shown = (one: number) => (has('n') ? nameOf(process.files, file, one) : undefined) ?? one;
    process.print(`${wanted.map(shown).join(' ')}\n`);
    return 0;
  }
  const user = process.container === undefined && uid !== 0
    ? `${uid}(${process.user})`
    : named(process, '/etc/passwd', uid);
  const own = process.container === undefined && uid !== 0
    ? `${gid}(${process.user})`
    : group(gid);
  const others = all.map((one) => (one === gid ? own : group(one)));
  process.print(`uid=${user} gid=${own} groups=${others.join(',')}\n`);
  return 0;
});

const uname = command('uname', {}, function* (process, { has }) {
  const release = '6.1.0-31-amd64';
  if (has('a'))
    process.print(
      `Linux ${hostnameOf(process)} ${release} #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n`,
    );
  else if (has('r')) process.print(`${release}\n`);
  else if (has('n')) process.print(`${hostnameOf(process)}\n`);
  else if (has('m')) process.print('x86_64\n');
  else process.print('Linux\n');
  return 0;
});

const uptime: Program = {
  name: 'uptime',
  *main(process) {
    const { now } = process.site;
    const minutes = Math.floor((now - process.machine.bootedAt) / 60_000);
    const up =
      minutes < 60
        ? `${minutes} min`
        : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
    process.print(` ${formatTime(process.site.clock).slice(11, 19)} up ${up},  1 user\n`);
    return 0;
  },
};

const seq = command('seq', {}, function* (process, { operands }) {
  const numbers = operands.map(Number);
  const [from, step, to] =
    numbers.length === 1
      ? [1, 1, numbers[0]]
      : numbers.length === 2
        ? [numbers[0], 1, numbers[1]]
        : numbers;
  if (from === undefined || step === undefined || to === undefined || step === 0) {
    return complain(process, 'missing operand');
  }
  let text = '';
  for (let n = from; step > 0 ? n <= to : n >= to; n += step) text += `${n}\n`;
  process.print(text);
  return 0;
});

const yes: Program = {
  name: 'yes',
  *main(process) {
    const line = `${process.args.slice(1).join(' ') || 'y'}\n`;
    for (;;) {
      process.print(line);
      yield* pass(1);
    }
  },
};

/** Runs another command with the same streams; gives its exit code. */
function* runCommand(
  process: Process,
  args: readonly string[],
  options: { timeoutMs?: number; collector?: Collector; user?: string } = {},
): Story<number | 'timeout'> {
  const [name = ''] = args;
  const found = findProgram(process, new ShellState(process.env, []), name);
  if (typeof found === 'string') {
    complain(process, `failed to run command '${name}': No such file or directory`);
    return 127;
  }
  const stdout = options.collector ?? shared(process.stdout);
  const child = process.machine.spawn({
    program: found.program,
    args: found.script === undefined ? args : ['sh', found.script, ...args.slice(1)],
    parent: process,
    ...(options.user === undefined ? {} : { user: options.user, env: envOf(process, options.user) }),
    stdin: process.stdin,
    stdout,
    stderr: options.collector ?? shared(process.stderr),
    ...(process.tty === undefined || options.collector !== undefined ? {} : { tty: process.tty }),
  });
  process.trap = (signal) => {
    child.kill(signal);
    return signal !== 'SIGINT';
  };
  const ended = yield* select([child.exit], options.timeoutMs);
  if (ended === undefined) {
    child.kill('SIGTERM');
    return 'timeout';
  }
  return (ended.value as number | undefined) ?? child.exitCode ?? 0;
}

const envOf = ({ env }: Process, user: string) => ({ ...env, USER: user, LOGNAME: user });

const timeout: Program = {
  name: 'timeout',
  *main(process) {
    const words = process.args.slice(1).filter((word, i) => i > 1 || !word.startsWith('-'));
    const [limit = '', ...args] = words;
    const timeoutMs = durationMs(limit);
    if (timeoutMs === undefined) return complain(process, `invalid time interval '${limit}'`, 125);
    const code = yield* runCommand(process, args, { timeoutMs });
    return code === 'timeout' ? 124 : code;
  },
};

const watch: Program = {
  name: 'watch',
  *main(process) {
    let words = process.args.slice(1);
    let seconds = 2;
    while (words[0]?.startsWith('-')) {
      const inline = /^-n(\d.*)$/.exec(words[0]);
      if (inline !== null) seconds = Number(inline[1]);
      else if (words[0] === '-n' || words[0] === '--interval') {
        seconds = Number(words[1]);
        words = words.slice(1);
      }
      words = words.slice(1);
    }
    if (words.length === 0) return complain(process, 'missing command');
    const args = words.length === 1 ? ['sh', '-c', words[0] as string] : words;
    for (;;) {
      const collector = new Collector();
      yield* runCommand(process, args, { collector });
      const title = `Every ${seconds.toFixed(1)}s: ${words.join(' ')}`;
      process.print(`\x1b[H\x1b[2J${title}\n\n${collector.text}`);
      yield* pass(seconds * 1000);
    }
  },
};

const xargs = command('xargs', { valued: 'nI' }, function* (process, words) {
  const input = yield* readInput(process);
  const replace = words.value('I');
  const fixed = words.operands.length === 0 ? ['echo'] : words.operands;
  const items = replace === undefined ? input.split(/\s+/).filter(Boolean) : linesOf(input);
  if (items.length === 0 && words.has('r')) return 0;
  const size = replace === undefined ? Number(words.value('n') ?? Math.max(items.length, 1)) : 1;
  let status = 0;
  for (let i = 0; i < Math.max(items.length, 1); i += size) {
    const chunk = items.slice(i, i + size);
    const args =
      replace === undefined
        ? [...fixed, ...chunk]
        : fixed.map((word) => word.replaceAll(replace, chunk[0] ?? ''));
    const code = yield* runCommand(process, args);
    if (code !== 0) status = 123;
  }
  return status;
});

const sudoUsage = [
  'usage: sudo -h | -K | -k | -V',
  'usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]',
  'usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]',
  'usage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] ' +
    '[-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | -s] [command [arg ...]]',
].map((line) => `${line}\n`).join('');

/** A command, or a shell (-i, -s), as root; nobody is asked for a password. */
const sudo: Program = {
  name: 'sudo',
  *main(process) {
    let args = process.args.slice(1);
    let isShell = false;
    while (args[0]?.startsWith('-')) {
      isShell ||= /^-[a-zA-Z]*[is]/.test(args[0]);
      args = args.slice(args[0] === '-u' ? 2 : 1);
    }
    if (args.length === 0 && !isShell) {
      process.printError(sudoUsage);
      return 1;
    }
    const words = isShell ? ['bash', ...(args.length === 0 ? [] : ['-c', args.join(' ')])] : args;
    const code = yield* runCommand(process, words, { user: 'root' });
    return code === 'timeout' ? 1 : code;
  },
};

const which: Program = {
  name: 'which',
  *main(process) {
    let status = 0;
    for (const name of process.args.slice(1)) {
      const found = findProgram(process, new ShellState(process.env, []), name);
      if (typeof found === 'string') status = 1;
      else process.print(`${found.path}\n`);
    }
    return status;
  },
};

const clear: Program = {
  name: 'clear',
  *main(process) {
    process.print('\x1b[H\x1b[2J\x1b[3J');
    return 0;
  },
};

const free = command('free', {}, function* (process, { has }) {
  const unit = has('m') ? 2 ** 20 : has('g') ? 2 ** 30 : 1024;
  const total = Math.floor(process.machine.description.memoryBytes / unit);
  process.print('               total\n');
  process.print(`Mem:    ${String(total).padStart(12)}\nSwap:   ${'0'.padStart(12)}\n`);
  return 0;
});

const nproc: Program = {
  name: 'nproc',
  *main(process) {
    process.print(`${process.machine.description.cpus}\n`);
    return 0;
  },
};

const swapoff: Program = {
  name: 'swapoff',
  *main() {
    return 0;
  },
};

/** Builtins that are executables as well, as POSIX asks: `kubectl exec POD -- false`. */
const ended = (name: string, code: number): Program => ({
  name,
  *main() {
    return code;
  },
});

const pwd: Program = {
  name: 'pwd',
  *main(process) {
    process.print(`${process.cwd}\n`);
    return 0;
  },
};

export const system: readonly Program[] = [
  ended('true', 0),
  ended('false', 1),
  pwd,
  echo,
  printf,
  sleep,
  date,
  env,
  printenv,
  hostname,
  whoami,
  id,
  uname,
  uptime,
  seq,
  yes,
  timeout,
  watch,
  xargs,
  sudo,
  which,
  clear,
  free,
  nproc,
  swapoff,
];
