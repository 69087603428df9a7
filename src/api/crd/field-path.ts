/**
 * Paths to fields as rules and selectable fields name them: `.spec.x`, `.m['key']`.
 * Follows apiextensions-apiserver pkg/apiserver/schema/cel/validation.go (ValidFieldPath).
 */
import { type JsonSchema, valuesOf } from './json-schema.ts';

export type FieldPath =
  | { readonly path: string; readonly schema: JsonSchema; readonly problem?: undefined }
  | { readonly problem: string };

/** Follows a path through a schema. */
export function readFieldPath(text: string, root: JsonSchema, allowsBrackets = true): FieldPath {
  let schema = root;
  let path = '';
  let rest = text;
  while (rest !== '') {
    const field = /^\.([^.[\]'"]+)/.exec(rest);
    const key = allowsBrackets ? /^\['((?:\\.|[^'\\])*)'\]/.exec(rest) : null;
    const [whole = '', name = ''] = field ?? key ?? [];
    if (whole === '') return { problem: unexpected(rest, allowsBrackets) };
    const { properties } = schema;
    const isNamed = properties !== undefined && Object.hasOwn(properties, name);
    const next = isNamed ? properties[name] : key === null ? undefined : valuesOf(schema);
    if (next === undefined) return { problem: 'does not refer to a valid field' };
    path = isNamed ? (path === '' ? name : `${path}.${name}`) : `${path}[${name}]`;
    schema = next;
    rest = rest.slice(whole.length);
  }
  return path === '' ? { problem: 'must not be empty' } : { path, schema };
}

function unexpected(rest: string, allowsBrackets: boolean): string {
  if (rest.startsWith('[') && !allowsBrackets) return 'array notation not allowed';
  return `expected [ or . but got: ${rest}`;
}
