/**
 * Word expansion: tilde, parameters, command substitution, arithmetic, field splitting, paths,
 * quote removal. Follows POSIX.1-2017, 2.6; braces as bash does them.
 */
import type { Files, Process } from '../host/index.ts';
import { normal } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { arithmetic } from './arithmetic.ts';
import { isPattern, patternToRegExp, quotePattern, unquotePattern } from './pattern.ts';
import type { ShellState } from './state.ts';
import type { Part, Script, Word } from './syntax.ts';

/** A problem that ends the command: its text is what the shell prints. */
export class ExpansionProblem extends Error {}

export interface Expansion {
  readonly process: Process;
  readonly state: ShellState;
  /** Runs a script in a subshell; gives what it printed. */
  readonly substitute: (script: Script) => Story<string>;
  /** Runs a script in a subshell; gives the path of a file with what it printed. */
  readonly fileOf: (script: Script) => Story<string>;
}

/** A field while it is made: its quoted parts carry backslashes before pattern characters. */
interface Field {
  text: string;
  /** Quotes make even an empty field count. */
  isKept: boolean;
}

/** Words to arguments. */
export function* expandWords(words: readonly Word[], expansion: Expansion): Story<string[]> {
  const result: string[] = [];
  for (const word of words) {
    for (const braced of expandBraces(word)) {
      const fields = yield* splitFields(braced, expansion);
      for (const { text } of fields) result.push(...matchPaths(text, expansion.process));
    }
  }
  return result;
}

/** One word to one string: no splitting, no paths. For assignments, redirections and `case`. */
export function* expandText(word: Word, expansion: Expansion): Story<string> {
  return unquotePattern(yield* expandPattern(word, expansion));
}

/** One word to a pattern: quoted characters are escaped. */
export function* expandPattern(word: Word, expansion: Expansion): Story<string> {
  let text = '';
  for (const [index, part] of word.entries()) {
    const value = yield* valueOf(part, expansion);
    const plain = value.join(' ');
    if (part.type === 'text') {
      text += part.isQuoted ? quotePattern(plain) : index === 0 ? tilde(plain, expansion) : plain;
    } else {
      text += part.isQuoted ? quotePattern(plain) : plain;
    }
  }
  return text;
}

function* splitFields(word: Word, expansion: Expansion): Story<Field[]> {
  const fields: Field[] = [];
  let field: Field = { text: '', isKept: false };
  const close = () => {
    if (field.text !== '' || field.isKept) fields.push(field);
    field = { text: '', isKept: false };
  };
  for (const [index, part] of word.entries()) {
    const values = yield* valueOf(part, expansion);
    if (part.isQuoted) {
      // "$@" makes a field of each; the first joins what stands before it, the last what follows.
      values.forEach((value, i) => {
        if (i > 0) close();
        field.text += quotePattern(value);
        field.isKept = true;
      });
    } else if (part.type === 'text') {
      field.text += index === 0 ? tilde(part.text, expansion) : part.text;
    } else {
      const text = values.join(' ');
      const pieces = text.split(/[ \t\n]+/);
      pieces.forEach((piece, i) => {
        if (i > 0) close();
        field.text += piece;
      });
    }
  }
  close();
  return fields;
}

function* valueOf(part: Part, expansion: Expansion): Story<readonly string[]> {
  switch (part.type) {
    case 'text':
      return [part.text];
    case 'substitution':
      if (part.isFile === true) return [yield* expansion.fileOf(part.script)];
      return [(yield* expansion.substitute(part.script)).replace(/\n+$/, '')];
    case 'arithmetic': {
      const text = yield* expandText(part.text, expansion);
      return [String(numberOf(text, expansion))];
    }
    case 'parameter':
      return yield* parameter(part, expansion);
  }
}

function numberOf(text: string, { state, process }: Expansion): number {
  try {
    return arithmetic(text, (name) => state.get(name, process));
  } catch (problem) {
    throw new ExpansionProblem((problem as Error).message);
  }
}

function* parameter(
  part: Part & { type: 'parameter' },
  expansion: Expansion,
): Story<readonly string[]> {
  const { state, process } = expansion;
  const { name, operator } = part;
  if (name === '@' && part.isQuoted && operator === undefined) return state.parameters.slice(1);
  const index = part.index === undefined ? undefined : yield* expandText(part.index, expansion);
  if (index === '@' || index === '*') {
    const list = state.elements(name);
    if (operator === 'length') return [String(list.length)];
    return part.isQuoted && index === '@' ? list : [list.join(' ')];
  }
  const value = index === undefined
    ? state.get(name, process) : state.elements(name).at(numberOf(index, expansion));
  if (operator === 'length') return [String((value ?? '').length)];
  if (operator === undefined) {
    if (value === undefined && state.stopsOnUnset) {
      throw new ExpansionProblem(`${name}: unbound variable`);
    }
    return [value ?? ''];
  }
  const isMissing = operator.startsWith(':') ? !value : value === undefined;
  const argument = part.argument ?? [];
  switch (operator.replace(':', '')) {
    case '-':
      return [isMissing ? yield* expandText(argument, expansion) : (value ?? '')];
    case '+':
      return [isMissing ? '' : yield* expandText(argument, expansion)];
    case '=':
      if (isMissing) state.set(name, yield* expandText(argument, expansion));
      return [state.get(name, process) ?? ''];
    case '?': {
      if (!isMissing) return [value ?? ''];
      const message = yield* expandText(argument, expansion);
      throw new ExpansionProblem(`${name}: ${message || 'parameter null or not set'}`);
    }
    default:
      return [trimmed(value ?? '', operator, yield* expandPattern(argument, expansion))];
  }
}

function trimmed(value: string, operator: string, pattern: string): string {
  if (operator.startsWith('/')) {
    const [from = '', to = ''] = pattern.split('/');
    const source = patternToRegExp(from).source.slice(1, -1).replaceAll('[\\s\\S]*', '[\\s\\S]*?');
    return value.replace(new RegExp(source, operator === '//' ? 'g' : ''), unquotePattern(to));
  }
  const matches = patternToRegExp(pattern);
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i);
  const isPrefix = operator.startsWith('#');
  const ordered = operator.length === 2 ? lengths.toReversed() : lengths;
  for (const length of ordered) {
    const part = isPrefix ? value.slice(0, length) : value.slice(value.length - length);
    if (!matches.test(part)) continue;
    return isPrefix ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

function tilde(text: string, { state, process }: Expansion): string {
  if (!/^~(\/|$)/.test(text)) return text;
  return (state.get('HOME', process) ?? '/root') + text.slice(1);
}

/** `a{1..3}b` and `{x,y}`, in unquoted text only. */
function expandBraces(word: Word): Word[] {
  for (const [index, part] of word.entries()) {
    if (part.type !== 'text' || part.isQuoted) continue;
    const found = /\{([^{}]*,[^{}]*|-?\d+\.\.-?\d+)\}/.exec(part.text);
    if (found === null) continue;
    const before = part.text.slice(0, found.index);
    const after = part.text.slice(found.index + found[0].length);
    return alternatives(found[1] ?? '').flatMap((middle) =>
      expandBraces([
        ...word.slice(0, index),
        { ...part, text: before + middle + after },
        ...word.slice(index + 1),
      ]),
    );
  }
  return [word];
}

function alternatives(inside: string): string[] {
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inside);
  if (range === null) return inside.split(',');
  const from = Number(range[1]);
  const to = Number(range[2]);
  const count = Math.min(Math.abs(to - from) + 1, 10_000);
  return Array.from({ length: count }, (_, i) => String(from + (to < from ? -i : i)));
}

/** Paths that match, in order; the word itself when none does. */
function matchPaths(text: string, process: Process): string[] {
  if (!isPattern(text)) return [unquotePattern(text)];
  const isAbsolute = text.startsWith('/');
  const steps = text.split('/').filter((step) => step !== '');
  let found = [isAbsolute ? '' : '.'];
  for (const step of steps) found = found.flatMap((path) => below(path, step, process));
  if (found.length === 0) return [unquotePattern(text)];
  return found.map((path) => (isAbsolute ? path : path.slice(2))).toSorted();
}

function below(path: string, step: string, process: Process): string[] {
  const { files }: { files: Files } = process;
  const at = path === '' ? '/' : normal(path, process.cwd);
  if (!isPattern(step)) {
    const next = `${path}/${unquotePattern(step)}`;
    return files.stat(normal(next, process.cwd)) === undefined ? [] : [next];
  }
  const matches = patternToRegExp(step, 'path');
  const names = files.list(at) ?? [];
  return names
    .filter((name) => (step.startsWith('.') || !name.startsWith('.')) && matches.test(name))
    .map((name) => `${path}/${name}`);
}
