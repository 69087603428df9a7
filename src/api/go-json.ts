/** JSON as Go writes it: keys in order, `<`, `>` and `&` escaped. */
import type { Json, JsonObject } from './object.ts';

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A string literal. */
export const goJsonString = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => escapes[char] ?? char);

export const keysOf = (object: JsonObject): readonly string[] =>
  Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort();

/** On one line, without spaces: how the last-applied annotation is written. */
export function compactJson(value: Json): string {
  if (typeof value === 'string') return goJsonString(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as Json[]).map(compactJson).join(',')}]`;
  const map = value as JsonObject;
  const fields = keysOf(map).map((key) => `${goJsonString(key)}:${compactJson(map[key] ?? null)}`);
  return `{${fields.join(',')}}`;
}
