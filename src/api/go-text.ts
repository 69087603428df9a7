/**
 * Go's ways of writing values, where error texts show them: `%q` and `%#v`.
 */
import type { Json, JsonObject } from './object.ts';

const short: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

// Nothing here needs an escape: the usual case costs one test.
const plain = /^[ !#-[\]-~]*$/;

/** `%q`: a double-quoted Go string literal (strconv.Quote). */
export function goQuote(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const char of text) quoted += quoteChar(char);
  return `${quoted}"`;
}

function quoteChar(char: string): string {
  const known = short[char];
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (code <= 0x7e || printable.test(char)) return char;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

// What unicode.IsPrint takes: letters, marks, numbers, punctuation, symbols.
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** `%#v` of a `[]string`: `[]string{"a", "b"}`. */
export const goStrings = (values: readonly string[]): string =>
  `[]string{${values.map(goQuote).join(', ')}}`;

/** `%#v` of a `map[string]string`: `map[string]string{"a":"b"}`, keys in order. */
export function goStringMap(map: Readonly<Record<string, string>> | undefined): string {
  if (map === undefined) return 'map[string]string(nil)';
  const entries = Object.keys(map)
    .sort()
    .map((key) => `${goQuote(key)}:${goQuote(map[key] ?? '')}`);
  return `map[string]string{${entries.join(', ')}}`;
}

/** `%+v` of unstructured data: `map[metadata:map[labels:invalid]]`, keys in order. */
export function goPlain(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(goPlain).join(' ')}]`;
  const map = value as JsonObject;
  const entries = Object.keys(map)
    .sort()
    .map((key) => `${key}:${goPlain(map[key])}`);
  return `map[${entries.join(' ')}]`;
}

/** Text that goes into a message as it is: what Go's `%#v` makes of a struct, for one. */
export interface GoText {
  readonly goText: string;
}
export const goText = (text: string): GoText => ({ goText: text });

export type Shown = Json | undefined | GoText;

/**
 * A value as `field.Error` shows it: strings quoted, numbers and booleans plain, nil as `null`
 * (which is a string there, hence the quotes).
 * Lists of strings are shown as Go shows them; other structures as JSON, for want of Go's types.
 */
export function showValue(value: Shown): string {
  if (value === null || value === undefined) return '"null"';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value !== 'object') return String(value);
  if (isGoText(value)) return value.goText;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return goStrings(value as readonly string[]);
  }
  return JSON.stringify(value);
}

const isGoText = (value: Shown & object): value is GoText =>
  typeof (value as JsonObject | GoText)['goText'] === 'string';
