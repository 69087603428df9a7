/**
 * What is wrong with an expression, in cel-go's words and with its little arrow
 * (cel-go common/error.go, checker/errors.go).
 */
import type { ASTNode } from '@marcbachmann/cel-js';

interface CelFault {
  readonly code?: string;
  readonly summary?: string;
  readonly message: string;
  readonly node?: ASTNode;
  readonly range?: { readonly start: number; readonly end: number };
}

/** `ERROR: <input>:1:5: …`, the line, and an arrow below it. */
export function compileProblem(expression: string, problem: unknown): string {
  const fault = problem as CelFault;
  const { words, at } = worded(expression, fault);
  const before = expression.slice(0, at).split('\n');
  const line = before.length;
  const column = (before.at(-1) ?? '').length;
  const text = expression.split('\n')[line - 1] ?? '';
  return `ERROR: <input>:${line}:${column + 1}: ${words}\n | ${text}\n | ${'.'.repeat(column)}^`;
}

interface Worded {
  readonly words: string;
  readonly at: number;
}

const expected =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, " +
  'STRING, BYTES, IDENTIFIER}';

function worded(expression: string, { summary, message, node, range }: CelFault): Worded {
  const text = summary ?? message.split('\n')[0] ?? '';
  const at = range?.start ?? node?.start ?? 0;
  const field = /^No such key: (.*)$/.exec(text)?.[1];
  // The point before the name is where cel-go sees the fault.
  if (field !== undefined) return { words: `undefined field '${field}'`, at: Math.max(0, at - 1) };
  const variable = /^Unknown variable: (.*)$/.exec(text)?.[1];
  if (variable !== undefined) return { words: undeclared(variable), at };
  const operands = /^no such overload: (.*?) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in|&&|\|\|) (.*)$/.exec(
    text,
  );
  if (operands !== null) return operatorWords(expression, operands, node, at);
  const unary = /^no such overload: ([!-])(.*)$/.exec(text);
  if (unary !== null) {
    return { words: noOverload(`${unary[1] as string}_`, plain(unary[2] as string)), at };
  }
  const call = /^found no matching overload for '(?:(.*)\.)?(\w+)\((.*)\)'$/.exec(text);
  if (call !== null) return callWords(expression, call, at);
  if (/^Unexpected token: EOF$/.test(text)) {
    const words = `Syntax error: mismatched input '<EOF>' expecting ${expected}`;
    return { words, at: expression.length };
  }
  const token = /^Unexpected (?:token|character): (.*)$/.exec(text)?.[1];
  if (token !== undefined) {
    return { words: `Syntax error: mismatched input '${token}' expecting ${expected}`, at };
  }
  return { words: text, at };
}

const undeclared = (name: string): string => `undeclared reference to '${name}' (in container '')`;

const noOverload = (name: string, types: string): string =>
  `found no matching overload for '${name}' applied to '(${types})'`;

/** cel-go's names of types. */
const plain = (type: string): string =>
  type
    .replace(/<([^<>]*)>/g, '($1)')
    .replace(/google\.protobuf\.Timestamp/g, 'timestamp')
    .replace(/google\.protobuf\.Duration/g, 'duration');

function operatorWords(
  expression: string,
  [, left = '', operator = '', right = '']: RegExpExecArray,
  node: ASTNode | undefined,
  at: number,
): Worded {
  const args = node?.args as readonly ASTNode[] | undefined;
  const from = Array.isArray(args) ? ((args[0] as ASTNode | undefined)?.end ?? at) : at;
  const found = expression.indexOf(operator, from);
  const name = operator === 'in' ? '@in' : `_${operator}_`;
  return {
    words: noOverload(name, `${plain(left)}, ${plain(right)}`),
    at: found < 0 ? at : found,
  };
}

/** Functions that there are, so that only their arguments can be wrong. */
const functions =
  ' size contains startsWith endsWith matches lowerAscii upperAscii trim indexOf lastIndexOf ' +
  'substring split join replace charAt find findAll isSorted sum min max int uint double string ' +
  'bool bytes duration timestamp type dyn quantity url ip cidr all exists exists_one map filter ';

function callWords(
  expression: string,
  [, receiver, name = '', parameters = '']: RegExpExecArray,
  at: number,
): Worded {
  const paren = expression.indexOf('(', expression.indexOf(name, at));
  const where = paren < 0 ? at : paren;
  if (!functions.includes(` ${name} `)) return { words: undeclared(name), at: where };
  const types = plain(parameters);
  const head = receiver === undefined ? '' : `${plain(receiver)}.`;
  const words = `found no matching overload for '${name}' applied to '${head}(${types})'`;
  return { words, at: where };
}

/** What went wrong while it ran: `no such key: x`. */
export function runProblem(problem: unknown): string {
  const { summary, message } = problem as CelFault;
  const text = summary ?? message.split('\n')[0] ?? '';
  const index = /index out of bounds, index (-?\d+)/.exec(text)?.[1];
  if (index !== undefined) return `index out of bounds: ${index}`;
  const key = /^No such key: (.*)$/.exec(text)?.[1];
  if (key !== undefined) return `no such key: ${key}`;
  if (/^(?:found )?no (?:such|matching) overload/.test(text)) return 'no such overload';
  return text.charAt(0).toLowerCase() + text.slice(1);
}
