/**
 * What Go's structs show of fields that are not set: JSON that clients of a real API server see.
 */
import type { Json, JsonObject } from './object.ts';
import type { Definition, Schema } from './schema.ts';

const noMetadata: JsonObject = Object.freeze({});
const zeros = new WeakMap<Definition, readonly (readonly [string, Json])[]>();

/** The fields that are always shown, with their zero values. */
export function zeroFields(definition: Definition): readonly (readonly [string, Json])[] {
  const kept = zeros.get(definition);
  if (kept !== undefined) return kept;
  const found: (readonly [string, Json])[] = [];
  for (const [key, field] of definition.fields) {
    if (field.presence !== 'always' && field.presence !== 'struct') continue;
    const isKindsOwn = definition.kind !== undefined && key === 'metadata';
    const zero = isKindsOwn ? noMetadata : zeroOf(field);
    if (zero !== undefined) found.push([key, zero]);
  }
  zeros.set(definition, found);
  return found;
}

/**
 * What Go shows of a field that is not set. Lists and maps that it shows as null are left out here
 * (undefined): nobody wants to guard against null.
 */
export function zeroOf(schema: Schema): Json | undefined {
  switch (schema.type) {
    case 'object':
      return zeroObject(schema);
    case 'string':
      return '';
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    case 'time':
    case 'micro-time':
      return null;
    default:
      return undefined;
  }
}

const zeroObjects = new WeakMap<ReadonlyMap<string, Schema>, JsonObject>();

function zeroObject(schema: Schema): JsonObject {
  const definition = schema.definition?.();
  if (definition === undefined) return {};
  const kept = zeroObjects.get(definition.fields);
  if (kept !== undefined) return kept;
  const zero = Object.freeze(Object.fromEntries(zeroFields(definition)));
  zeroObjects.set(definition.fields, zero);
  return zero;
}
