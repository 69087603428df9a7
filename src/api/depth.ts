import type { Json } from './object.ts';

/** So deep may data from outside be: no object is near it, and every walk can follow. */
export const depthMost = 1_000;

/** Whether data is nested deeper than that; so is what contains itself. */
export function isTooDeep(value: Json, levels = depthMost): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const inner = Array.isArray(value) ? value : Object.values(value);
  return inner.some((each: Json) => isTooDeep(each, levels - 1));
}
