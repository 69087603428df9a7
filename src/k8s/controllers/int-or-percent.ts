/**
 * `1` or `25%` of a total. Upstream: apimachinery pkg/util/intstr (GetScaledValueFromIntOrPercent).
 */
export function scaled(
  value: number | string | undefined, total: number, round: (value: number) => number,
): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  return round((Number.parseInt(value, 10) * total) / 100);
}
