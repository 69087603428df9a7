/** How small commands are written: parsed short options, lines in, text out. */
import { isAllowed, type Process, type Program, normal, readBit, take } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { fileProblem } from './streams.ts';

/** Options and operands of a small command. */
export interface Words {
  readonly operands: readonly string[];
  has(option: string): boolean;
  /** The value of an option that takes one; the last one given. */
  value(option: string): string | undefined;
}

/** What a small command's options look like: letters that take a value, and long names. */
export interface Options {
  /** Letters whose value follows: `n` for `-n 5` and `-n5`. */
  readonly valued?: string;
  /** Long option → letter. */
  readonly long?: Readonly<Record<string, string>>;
  /** `-5` stands for `-n 5`. */
  readonly number?: string;
}

/** Parses options as getopt does; stops at `--`. */
export function parseWords(
  args: readonly string[],
  { valued = '', long = {}, number }: Options,
): Words {
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (let i = 1; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const [name = '', value] = arg.slice(2).split(/=(.*)/s);
      const letter = long[name] ?? name;
      values.set(letter, valued.includes(letter) ? (value ?? args[++i] ?? '') : (value ?? ''));
    } else if (number !== undefined && /^-\d+$/.test(arg)) {
      values.set(number, arg.slice(1));
    } else if (/^-[^-]/.test(arg)) {
      for (let j = 1; j < arg.length; j++) {
        const letter = arg[j] as string;
        if (!valued.includes(letter)) values.set(letter, '');
        else {
          values.set(letter, arg.slice(j + 1) || (args[++i] ?? ''));
          break;
        }
      }
    } else operands.push(arg);
  }
  return {
    operands,
    has: (option) => values.has(option),
    value: (option) => values.get(option),
  };
}

/** A command: its name, its options, and what it does. */
export function command(
  name: string,
  options: Options,
  run: (process: Process, words: Words) => Story<number>,
): Program {
  return { name, main: (process) => run(process, parseWords(process.args, options)) };
}

/** Complains in the command's name; gives 1. */
export function complain(process: Process, message: string, status = 1): number {
  process.printError(`${process.args[0]?.replace(/^.*\//, '')}: ${message}\n`);
  return status;
}

/** All of standard input. */
export function* readInput(process: Process): Story<string> {
  let text = '';
  for (;;) {
    const chunk = yield* take(process.stdin);
    if (chunk === undefined || chunk === '') return text;
    text += chunk;
  }
}

/** A file's text, or undefined after a complaint. `-` is standard input. */
export function* readOperand(process: Process, path: string): Story<string | undefined> {
  if (path === '-') return yield* readInput(process);
  const at = normal(path, process.cwd);
  const entry = process.files.stat(at);
  if (entry !== undefined && !isAllowed(entry, process.identity, readBit)) {
    complain(process, `${path}: ${fileProblem('EACCES')}`);
    return undefined;
  }
  if (entry?.type === 'file') return entry.text;
  complain(process, `${path}: ${fileProblem(entry === undefined ? 'ENOENT' : 'EISDIR')}`);
  return undefined;
}

/** Reads line by line, as the lines come: for filters in endless pipes. */
export function* eachLine(process: Process, visit: (line: string) => boolean | void): Story {
  let pending = '';
  for (;;) {
    const chunk = yield* take(process.stdin);
    if (chunk === undefined || chunk === '') break;
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) if (visit(line) === false) return;
  }
  if (pending !== '') visit(pending);
}

/** Lines of files, or of standard input as they come; gives 1 when a file could not be read. */
export function* eachLineOf(
  process: Process,
  paths: readonly string[],
  visit: (line: string, path: string) => boolean | void,
): Story<number> {
  if (paths.length === 0) {
    yield* eachLine(process, (line) => visit(line, '-'));
    return 0;
  }
  let status = 0;
  for (const path of paths) {
    const text = yield* readOperand(process, path);
    if (text === undefined) status = 1;
    else for (const line of linesOf(text)) if (visit(line, path) === false) break;
  }
  return status;
}

export const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** `10`, `0.5s`, `2m` in milliseconds; undefined when it is no duration. */
export function durationMs(text: string): number | undefined {
  const found = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (found === null) return undefined;
  const unit =
    { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[found[2] ?? ''] ?? 1000;
  return Number(found[1]) * unit;
}
