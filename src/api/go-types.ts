/** Go's names of types, and Go's words on times, where error texts show them. */
import { goQuote } from './go-text.ts';
import type { Json } from './object.ts';
import type { Schema } from './schema.ts';

const scalarNames: Readonly<Partial<Record<Schema['type'], string>>> = {
  string: 'string',
  bytes: '[]uint8',
  number: 'float64',
  boolean: 'bool',
  time: 'string',
  'micro-time': 'string',
  quantity: 'resource.Quantity',
  'int-or-string': 'int32',
  free: 'map[string]interface {}',
  any: 'interface {}',
};

/** `int32`, `[]v1.Container`, `map[string]string`, `v1.Protocol`: reflect.Type's text. */
export function goTypeOf(schema: Schema): string {
  if (schema.goType !== undefined) return schema.goType;
  if (schema.type === 'integer') return `int${schema.bits ?? 64}`;
  if (schema.type === 'list') return `[]${schema.item === undefined ? '' : goTypeOf(schema.item)}`;
  if (schema.type === 'map') return `map[string]${schema.item ? goTypeOf(schema.item) : ''}`;
  const definition = schema.definition?.();
  if (definition !== undefined) return definition.name.split('.').slice(-2).join('.');
  return scalarNames[schema.type] ?? schema.type;
}

/** What the converter from maps to structs says (apimachinery pkg/runtime/converter.go). */
export function restoreProblem(schema: Schema, value: Json): string {
  const [kind, name] = kindOf(value);
  if (schema.type === 'map' || schema.type === 'free') return `cannot restore map from ${kind}`;
  if (schema.type === 'list') return `cannot restore slice from ${kind}`;
  if (schema.type === 'object') return `cannot restore struct from: ${kind}`;
  if (schema.type === 'bytes') return `cannot restore slice from ${kind}`;
  return `cannot convert ${name} to ${goTypeOf(schema)}`;
}

/** reflect.Kind and reflect.Type of unstructured data. */
function kindOf(value: Json): readonly [kind: string, type: string] {
  if (Array.isArray(value)) return ['slice', '[]interface {}'];
  if (typeof value === 'object') return ['map', 'map[string]interface {}'];
  const plain =
    typeof value === 'string'
      ? 'string'
      : typeof value === 'boolean'
        ? 'bool'
        : Number.isInteger(value)
          ? 'int64'
          : 'float64';
  return [plain, plain];
}

const timeLayout = '2006-01-02T15:04:05Z07:00';
const microLayout = '2006-01-02T15:04:05.000000Z07:00';
const timeParts: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01'],
  [/^-/, '-'],
  [/^\d\d/, '02'],
  [/^T/, 'T'],
  [/^\d\d/, '15'],
  [/^:/, ':'],
  [/^\d\d/, '04'],
  [/^:/, ':'],
  [/^\d\d(\.\d+)?/, '05'],
  [/^(Z|[+-]\d\d:\d\d)/, 'Z07:00'],
];

/** What time.Parse says of a text that is no RFC 3339 time. */
export function goTimeProblem(text: string, micro = false): string {
  const head = `parsing time ${goQuote(text)}`;
  let rest = text;
  for (const [shape, name] of timeParts) {
    const found = shape.exec(rest);
    if (found === null) {
      const layout = goQuote(micro ? microLayout : timeLayout);
      return `${head} as ${layout}: cannot parse ${goQuote(rest)} as ${goQuote(name)}`;
    }
    rest = rest.slice(found[0].length);
  }
  if (rest !== '') return `${head}: extra text: ${goQuote(rest)}`;
  return `${head}: ${outOfRange(text)} out of range`;
}

function outOfRange(text: string): string {
  const number = (from: number): number => Number(text.slice(from, from + 2));
  if (number(5) < 1 || number(5) > 12) return 'month';
  if (number(11) > 23) return 'hour';
  if (number(14) > 59) return 'minute';
  return number(17) > 59 ? 'second' : 'day';
}
