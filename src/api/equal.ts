import type { Json, JsonObject } from './object.ts';

/**
 * Deep equality of plain data. What is shared by reference is equal at once, so comparing an
 * object with its path-copied successor costs only what changed. An absent field and a field
 * that is `undefined` are the same.
 */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  return !Array.isArray(b) && sameFields(a as JsonObject, b as JsonObject);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isDeepEqual(a[i], b[i])) return false;
  return true;
}

function sameFields(a: JsonObject, b: JsonObject): boolean {
  let count = 0;
  for (const key in a) {
    const value = a[key];
    if (value === undefined) continue;
    count++;
    if (!isDeepEqual(value, b[key])) return false;
  }
  for (const key in b) if (b[key] !== undefined) count--;
  return count === 0;
}

/** Nothing there: absent, null, `''`, 0, false, or an empty list or map (Go's zero values). */
export const isZero = (value: Json | undefined): boolean => {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object') return value === '' || value === 0 || value === false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
};
