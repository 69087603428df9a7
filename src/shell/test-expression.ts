/** `test`, `[` and the usual part of `[[`. Follows POSIX.1-2017, test. */
import { type Process, normal } from '../host/index.ts';
import { patternToRegExp } from './pattern.ts';

/** The truth of an expression, or what is wrong with it. */
export function evaluateTest(
  words: readonly string[],
  process: Process,
  isExtended: boolean,
): boolean | string {
  const or = words.indexOf(isExtended ? '||' : '-o');
  if (or > 0) return both(words, or, process, isExtended, (a, b) => a || b);
  const and = words.indexOf(isExtended ? '&&' : '-a');
  if (and > 0) return both(words, and, process, isExtended, (a, b) => a && b);
  if (words[0] === '!' && words.length > 1) {
    const inner = evaluateTest(words.slice(1), process, isExtended);
    return typeof inner === 'string' ? inner : !inner;
  }
  const [a = '', operator = '', b = ''] = words;
  if (words.length === 0) return false;
  if (words.length === 1) return a !== '';
  if (words.length === 2) return unary(a, operator, process);
  if (words.length === 3) return binary(a, operator, b, isExtended);
  return 'too many arguments';
}

function both(
  words: readonly string[],
  at: number,
  process: Process,
  isExtended: boolean,
  join: (a: boolean, b: boolean) => boolean,
): boolean | string {
  const left = evaluateTest(words.slice(0, at), process, isExtended);
  const right = evaluateTest(words.slice(at + 1), process, isExtended);
  if (typeof left === 'string') return left;
  return typeof right === 'string' ? right : join(left, right);
}

function unary(operator: string, operand: string, process: Process): boolean | string {
  const entry = process.files.stat(normal(operand, process.cwd));
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-e':
      return entry !== undefined;
    case '-f':
      return entry?.type === 'file';
    case '-d':
      return entry?.type === 'directory';
    case '-s':
      return entry?.type === 'file' && entry.text !== '';
    case '-r':
    case '-w':
      return entry !== undefined;
    case '-x':
      return entry !== undefined && entry.type !== 'link' && (entry.mode & 0o111) !== 0;
    case '-L':
      return process.files.entry(normal(operand, process.cwd))?.type === 'link';
    default:
      return `${operator}: unary operator expected`;
  }
}

function binary(a: string, operator: string, b: string, isExtended: boolean): boolean | string {
  switch (operator) {
    case '=':
    case '==':
      return isExtended ? patternToRegExp(b).test(a) : a === b;
    case '!=':
      return isExtended ? !patternToRegExp(b).test(a) : a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '=~':
      return new RegExp(b).test(a);
    default:
      return numeric(a, operator, b);
  }
}

function numeric(a: string, operator: string, b: string): boolean | string {
  const x = Number(a);
  const y = Number(b);
  for (const [text, value] of [
    [a, x],
    [b, y],
  ] as const) {
    if (!Number.isInteger(value) || text.trim() === '')
      return `${text}: integer expression expected`;
  }
  switch (operator) {
    case '-eq':
      return x === y;
    case '-ne':
      return x !== y;
    case '-lt':
      return x < y;
    case '-le':
      return x <= y;
    case '-gt':
      return x > y;
    case '-ge':
      return x >= y;
    default:
      return `${operator}: binary operator expected`;
  }
}
