/**
 * Freezes plain data to its leaves and returns it. Stops where something is frozen already:
 * frozen data is frozen all the way down here, so a path-copied object costs only its new parts.
 */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) for (const item of value as readonly unknown[]) freeze(item);
  else for (const key in value) freeze((value as Record<string, unknown>)[key]);
  return value;
}
