/**
 * Changing frozen data by copying the path to what changes, and only when something does: what
 * comes back is the same reference when all is as it should be, so later comparisons are free.
 */

/** What Go would call unset: absent, null, empty text, 0. */
export const isUnset = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || value === 0;

/** `object` with the fields of `values` that it has not set (`null` counts as unset). */
export function fill<T extends object>(object: T, values: Partial<T>): T {
  for (const key in values) {
    if (isUnset(object[key]) && values[key] !== undefined) return filled(object, values);
  }
  return object;
}

function filled<T extends object>(object: T, values: Partial<T>): T {
  const next = { ...object };
  for (const key in values) {
    if (isUnset(next[key]) && values[key] !== undefined) next[key] = values[key] as T[typeof key];
  }
  return next;
}

/** As `fill`, for fields behind pointers: a 0 or an empty text that is there stays. */
export function fillAbsent<T extends object>(object: T, values: Partial<T>): T {
  let next = object;
  for (const key in values) {
    if (object[key] !== undefined && object[key] !== null) continue;
    if (values[key] === undefined) continue;
    if (next === object) next = { ...object };
    next[key] = values[key] as T[typeof key];
  }
  return next;
}

/** `object` with one field replaced; the same object if the value is the same. */
export function withField<T extends object, K extends keyof T>(
  object: T, key: K, value: T[K],
): T {
  return object[key] === value ? object : { ...object, [key]: value };
}

/** One field mapped where it is there. */
export function mapField<T extends object, K extends keyof T>(
  object: T, key: K, map: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T {
  const value = object[key];
  if (value === undefined || value === null) return object;
  const next = map(value);
  return next === value ? object : { ...object, [key]: next };
}

/** `list.map(map)`, but the same list when every item stayed the same. */
export function mapItems<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    const next = map(item);
    if (next === item) continue;
    const copy = [...list];
    copy[i] = next;
    for (let j = i + 1; j < copy.length; j++) copy[j] = map(copy[j] as T);
    return copy;
  }
  return list;
}

/** `object` without a field; the same object if it has none. */
export function without<T extends object, K extends keyof T>(object: T, key: K): T {
  if (object[key] === undefined) return object;
  const next = { ...object };
  delete next[key];
  return next;
}
