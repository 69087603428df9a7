/**
 * Go values: JSON with the types that the API server's own structs give it.
 */
import type { Json, JsonObject } from '../object.ts';
import { fieldsOf } from './types.ts';

export type Value =
  | { readonly is: 'plain'; readonly type: string; readonly json: string | number | boolean }
  | { readonly is: 'quantity'; readonly type: string; readonly text: string }
  | { readonly is: 'struct'; readonly type: string; readonly fields: readonly Named[] }
  | { readonly is: 'list'; readonly type: string; readonly items: readonly Value[] | undefined }
  | { readonly is: 'map'; readonly type: string; readonly entries: readonly Named[] | undefined }
  | { readonly is: 'pointer'; readonly type: string; readonly to: Value | undefined };

export interface Named {
  readonly name: string;
  readonly value: Value;
}

const mapTypes: Readonly<Record<string, string>> = { ResourceList: 'map[s]resource.Quantity' };

/** @param type as `types.ts` writes it. */
export function valueOf(type: string, json: Json | undefined): Value {
  if (type.startsWith('*')) {
    const isNil = json === undefined || json === null;
    return { is: 'pointer', type, to: isNil ? undefined : valueOf(type.slice(1), json) };
  }
  if (type.startsWith('[]')) {
    const items = Array.isArray(json) ? json.map((one) => valueOf(type.slice(2), one)) : undefined;
    return { is: 'list', type, items };
  }
  const map = mapTypes[type] ?? type;
  if (map.startsWith('map[')) return mapOf(type, map.slice(map.indexOf(']') + 1), json);
  if (type === 'resource.Quantity') return { is: 'quantity', type, text: String(json ?? '0') };
  if (type === 'intstr.IntOrString') return intOrString(json);
  const fields = fieldsOf(type);
  if (fields === undefined) return plainOf(type, json);
  const object = (json ?? {}) as JsonObject;
  return {
    is: 'struct',
    type,
    fields: fields.map((field) => ({
      name: field.name,
      value: valueOf(field.type, field.isInline ? object : object[field.key]),
    })),
  };
}

function mapOf(type: string, element: string, json: Json | undefined): Value {
  if (json === undefined || json === null) return { is: 'map', type, entries: undefined };
  const object = json as JsonObject;
  const mark = type === 'ResourceList' ? 's' : '';
  const entries = Object.keys(object).sort().map((key) => ({
    name: `${mark}${JSON.stringify(key)}`,
    value: valueOf(element, object[key]),
  }));
  return { is: 'map', type, entries };
}

const numbers = new Set(['int', 'int32', 'int64']);

function plainOf(type: string, json: Json | undefined): Value {
  const zero = type === 'bool' ? false : numbers.has(type) ? 0 : '';
  const isPlain = typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean';
  return { is: 'plain', type, json: isPlain ? json : zero };
}

function intOrString(json: Json | undefined): Value {
  const isText = typeof json === 'string';
  const field = (name: string, type: string, value: Json) => ({ name, value: plainOf(type, value) });
  return {
    is: 'struct',
    type: 'intstr.IntOrString',
    fields: [
      field('Type', 'int', isText ? 1 : 0),
      field('IntVal', 'int32', isText ? 0 : (json ?? 0)),
      field('StrVal', 'string', isText ? json : ''),
    ],
  };
}

/** Go's IsZero. */
export function isZero(value: Value): boolean {
  switch (value.is) {
    case 'plain': return value.json === '' || value.json === 0 || value.json === false;
    case 'quantity': return false;
    case 'struct': return value.fields.every((field) => isZero(field.value));
    case 'list': return value.items === undefined;
    case 'map': return value.entries === undefined;
    case 'pointer': return value.to === undefined;
  }
}

/** `[]core.Container`, `core.ResourceList`, `map[string]string`: as Go prints a type. */
export function typeName(type: string): string {
  if (type.startsWith('[]')) return `[]${typeName(type.slice(2))}`;
  if (type.startsWith('*')) return `*${typeName(type.slice(1))}`;
  const isForeign = type.includes('.') || type.startsWith('map[') || /^(u?int\d*|string|bool)$/.test(type);
  return isForeign ? type : `core.${type}`;
}
