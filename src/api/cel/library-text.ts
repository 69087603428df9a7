/**
 * Texts and regular expressions. Follows apiserver pkg/cel/library/regex.go and cel-go
 * ext/strings.go.
 */
import type { Environment } from '@marcbachmann/cel-js';
import { goPattern } from '../crd/go-pattern.ts';
import { goQuote } from '../go-text.ts';

function pattern(text: string): RegExp {
  const found = goPattern(text);
  if (found === undefined) throw new Error(`Illegal regex: error parsing regexp: \`${text}\``);
  return found;
}

function findAll(text: string, regex: string, limit: bigint): readonly string[] {
  const { source, flags } = pattern(regex);
  const all = [...text.matchAll(new RegExp(source, `${flags}g`))].map(([whole]) => whole);
  return limit < 0n ? all : all.slice(0, Number(limit));
}

function replace(text: string, from: string, to: string, limit: bigint): string {
  if (limit < 0n) return text.split(from).join(to);
  const parts = text.split(from);
  const kept = parts.slice(0, Number(limit) + 1);
  const rest = parts.slice(Number(limit) + 1);
  return [kept.join(to), ...rest].join(from);
}

/** A value as `%s` shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record).sort();
  return `{${keys.map((key) => `${key}: ${shown(record[key])}`).join(', ')}}`;
}

function formatted(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(
    /%(%|(?:\.(\d+))?([sdfeboxX]))/g,
    (_, all: string, digits = '6', verb = '') => {
      if (all === '%') return '%';
      if (next >= values.length) throw new Error(`index ${next} out of range`);
      return oneFormatted(values[next++], verb as string, Number(digits));
    },
  );
}

function oneFormatted(value: unknown, verb: string, digits: number): string {
  switch (verb) {
    case 'f':
      return Number(value).toFixed(digits);
    case 'e':
      return Number(value).toExponential(digits);
    case 'b':
      return typeof value === 'boolean' ? String(value) : (value as bigint).toString(2);
    case 'o':
      return (value as bigint).toString(8);
    case 'x':
      return (value as bigint).toString(16);
    case 'X':
      return (value as bigint).toString(16).toUpperCase();
    default:
      return shown(value);
  }
}

/** Only a name before the point. */
class Strings {
  readonly name = 'strings';
}

export function registerTexts(environment: Environment): void {
  environment.registerFunction(
    'string.find(string): string',
    (text: string, regex: string) => pattern(regex).exec(text)?.[0] ?? '',
  );
  environment.registerFunction('string.findAll(string): list<string>', (text: string, re: string) =>
    findAll(text, re, -1n),
  );
  environment.registerFunction('string.findAll(string, int): list<string>', findAll);
  environment.registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
    const all = [...text];
    if (at < 0n || at > BigInt(all.length)) throw new Error(`index out of range: ${at}`);
    return all[Number(at)] ?? '';
  });
  environment.registerFunction(
    'string.replace(string, string): string',
    (text: string, from: string, to: string) => replace(text, from, to, -1n),
  );
  environment.registerFunction('string.replace(string, string, int): string', replace);
  environment.registerFunction('string.reverse(): string', (text: string) =>
    [...text].reverse().join(''),
  );
  environment.registerFunction('string.format(list): string', formatted);
  environment.registerType('Strings', Strings);
  environment.registerConstant('strings', 'Strings', new Strings());
  environment.registerFunction('Strings.quote(string): string', (_: Strings, text: string) =>
    goQuote(text),
  );
}
