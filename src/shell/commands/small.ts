/** Small commands that scripts and people lean on: expr, readlink, realpath, mktemp, tac, nl, column. */
import { type Process, type Program, normal, parentOf, take } from '../../host/index.ts';
import { sha256OfBytes } from '../../api/sha256.ts';
import { bytesOf } from '../../kernel/bytes.ts';
import type { Story } from '../../kernel/index.ts';
import { command, complain, eachLineOf, linesOf, readInput, readOperand } from '../command.ts';
import { findProgram } from '../find-program.ts';
import { ShellState } from '../state.ts';
import { fileProblem, fileSink, shared } from '../streams.ts';

/** POSIX expr, from the loosest operator to the tightest. */
class Expression {
  private at = 0;
  private readonly words: readonly string[];

  constructor(words: readonly string[]) {
    this.words = words;
  }

  /** Throws a text that says what is wrong. */
  value(): string {
    const result = this.level(0);
    const rest = this.words[this.at];
    if (rest !== undefined) throw new SyntaxError(`syntax error: unexpected argument ‘${rest}’`);
    return result;
  }

  private level(depth: number): string {
    const operators = levels[depth];
    if (operators === undefined) return this.primary();
    let left = this.level(depth + 1);
    for (;;) {
      const operator = this.words[this.at] ?? '';
      const apply = operators[operator];
      if (apply === undefined) return left;
      this.at += 1;
      left = apply(left, this.level(depth + 1));
    }
  }

  private primary(): string {
    const word = this.words[this.at];
    if (word === undefined) {
      const before = this.words[this.at - 1] ?? '';
      throw new SyntaxError(before === '' ? 'missing operand' : `syntax error: missing argument after ‘${before}’`);
    }
    this.at += 1;
    if (word === 'length') return String(this.primary().length);
    if (word !== '(') return word;
    const inside = this.level(0);
    if (this.words[this.at] !== ')') throw new SyntaxError("syntax error: expecting ‘)’");
    this.at += 1;
    return inside;
  }
}

const isNothing = (text: string) => text === '' || text === '0';
const truth = (is: boolean) => (is ? '1' : '0');

function whole(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new SyntaxError('non-integer argument');
  return Number(text);
}

const compared = (a: string, b: string): number => {
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
};

function divided(a: string, b: string): number {
  if (whole(b) === 0) throw new SyntaxError('division by zero');
  return whole(a) / whole(b);
}

function matched(text: string, pattern: string): string {
  const source = pattern.replaceAll('\\(', '\0').replaceAll('\\)', '\x01')
    .replaceAll(/[()+?|{}]/g, '\\$&').replaceAll('\0', '(').replaceAll('\x01', ')');
  const found = new RegExp(`^(?:${source})`).exec(text);
  if (source.includes('(') && /\\\(/.test(pattern)) return found?.[1] ?? '';
  return String(found?.[0].length ?? 0);
}

type Operators = Readonly<Record<string, (a: string, b: string) => string>>;
const levels: readonly Operators[] = [
  { '|': (a, b) => (isNothing(a) ? (isNothing(b) ? '0' : b) : a) },
  { '&': (a, b) => (isNothing(a) || isNothing(b) ? '0' : a) },
  {
    '=': (a, b) => truth(compared(a, b) === 0), '!=': (a, b) => truth(compared(a, b) !== 0),
    '<': (a, b) => truth(compared(a, b) < 0), '<=': (a, b) => truth(compared(a, b) <= 0),
    '>': (a, b) => truth(compared(a, b) > 0), '>=': (a, b) => truth(compared(a, b) >= 0),
  },
  { '+': (a, b) => String(whole(a) + whole(b)), '-': (a, b) => String(whole(a) - whole(b)) },
  {
    '*': (a, b) => String(whole(a) * whole(b)), '/': (a, b) => String(Math.trunc(divided(a, b))),
    '%': (a, b) => String(divided(a, b) && whole(a) % whole(b)),
  },
  { ':': matched },
];

const expr: Program = {
  name: 'expr',
  *main(process) {
    try {
      const value = new Expression(process.args.slice(1)).value();
      process.print(`${value}\n`);
      return isNothing(value) ? 1 : 0;
    } catch (problem) {
      if (!(problem instanceof SyntaxError)) throw problem;
      return complain(process, problem.message, 2);
    }
  },
};

/** A path without links in it; undefined where a part but the last is missing. */
function real(process: Process, path: string): string | undefined {
  let at = normal(path, process.cwd);
  for (let hops = 0; hops < 40; hops += 1) {
    const entry = process.files.entry(at);
    if (entry?.type !== 'link') break;
    at = normal(entry.target, parentOf(at));
  }
  return process.files.stat(parentOf(at)) === undefined ? undefined : at;
}

const realpath = command('realpath', {}, function* (process, { operands }) {
  let status = 0;
  for (const path of operands) {
    const found = real(process, path);
    if (found !== undefined) process.print(`${found}\n`);
    else status = complain(process, `${path}: ${fileProblem('ENOENT')}`);
  }
  return status;
});

const readlink = command('readlink', {}, function* (process, { operands, has }) {
  let status = 0;
  for (const path of operands) {
    const entry = process.files.entry(normal(path, process.cwd));
    const link = entry?.type === 'link' ? entry.target : undefined;
    const found = has('f') || has('e') || has('m') ? real(process, path) : link;
    if (found === undefined) status = 1;
    else process.print(has('n') ? found : `${found}\n`);
  }
  return status;
});

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const mktemp = command('mktemp', { valued: 'p' }, function* (process, { operands, has, value }) {
  const template = operands[0] ?? `${value('p') ?? '/tmp'}/tmp.XXXXXXXXXX`;
  const name = template.replace(/X{3,}$/, (run) =>
    Array.from(run, () => letters[process.site.chance.below(letters.length)]).join(''));
  const path = normal(name, process.cwd);
  const { files } = process;
  const error = has('d') ? files.makeDirectory(path) : files.write(path, '', 0o600);
  if (error !== undefined) return complain(process, `failed to create file via template ‘${template}’: ${fileProblem(error)}`);
  process.print(`${name}\n`);
  return 0;
});

/** The text of all operands, or of standard input; undefined after a complaint. */
function* allOf(process: Process, operands: readonly string[]): Story<string | undefined> {
  if (operands.length === 0) return yield* readInput(process);
  let all = '';
  for (const path of operands) {
    const text = yield* readOperand(process, path);
    if (text === undefined) return undefined;
    all += text;
  }
  return all;
}

const tac = command('tac', {}, function* (process, { operands }) {
  const text = yield* allOf(process, operands);
  if (text === undefined) return 1;
  for (const line of linesOf(text).reverse()) process.print(`${line}\n`);
  return 0;
});

const nl = command('nl', { valued: 'b' }, function* (process, { operands, value }) {
  let number = 0;
  return yield* eachLineOf(process, operands, (line) => {
    if (line === '' && value('b') !== 'a') process.print('       \n');
    else process.print(`${String((number += 1)).padStart(6)}\t${line}\n`);
  });
});

const column = command('column', { valued: 's' }, function* (process, { operands, has, value }) {
  const text = yield* allOf(process, operands);
  if (text === undefined) return 1;
  const separator = value('s');
  const rows = linesOf(text).filter((line) => line.trim() !== '').map((line) =>
    (separator === undefined ? line.trim().split(/\s+/) : line.split(separator)));
  if (!has('t')) {
    process.print(text);
    return 0;
  }
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)));
    process.print(`${cells.join('  ')}\n`);
  }
  return 0;
});

const sha256sum = command('sha256sum', {}, function* (process, { operands }) {
  let status = 0;
  for (const path of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readOperand(process, path);
    if (text === undefined) {
      status = 1;
      continue;
    }
    const words = sha256OfBytes([...bytesOf(text)]);
    const digest = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
    process.print(`${digest}  ${path}\n`);
  }
  return status;
});

/** The command goes on when the terminal is gone; what it prints is kept in a file. */
const nohup: Program = {
  name: 'nohup',
  *main(process) {
    const [name, ...rest] = process.args.slice(1);
    if (name === undefined) return complain(process, 'missing operand', 125);
    const found = findProgram(process, new ShellState(process.env, []), name);
    if (typeof found === 'string') {
      return complain(process, `failed to run command '${name}': ${fileProblem('ENOENT')}`, 127);
    }
    const file = process.tty === undefined ? undefined : fileSink(process, 'nohup.out', true);
    const isKept = typeof file === 'object';
    if (isKept) process.printError("nohup: ignoring input and appending output to 'nohup.out'\n");
    const child = process.machine.spawn({
      program: found.program,
      args: found.script === undefined ? [name, ...rest] : ['sh', found.script, ...rest],
      parent: process,
      ...(isKept ? {} : { stdin: process.stdin }),
      stdout: isKept ? file : shared(process.stdout),
      stderr: isKept ? file : shared(process.stderr),
    });
    process.trap = (signal) => {
      if (signal !== 'SIGHUP') child.kill(signal);
      return true;
    };
    return (yield* take(child.exit)) ?? child.exitCode ?? 0;
  },
};

export const small: readonly Program[] = [
  expr, realpath, readlink, mktemp, tac, nl, column, sha256sum, nohup,
];
