/**
 * Arithmetic on lists of resources, as quotas and limits need it: exact, and each amount keeps the
 * family of suffixes that it was written with.
 * Follows apiserver pkg/quota/v1/resources.go.
 */
import {
  type Quantity,
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  subtractQuantities,
} from '../quantity.ts';

/** As objects carry it: name → text. */
export type ResourceTexts = Readonly<Record<string, string>>;
/** Name → exact amount. */
export type Resources = Readonly<Record<string, Quantity>>;

export const nothing: Resources = Object.freeze({});

export function readResources(texts: ResourceTexts | undefined): Resources {
  const result: Record<string, Quantity> = {};
  for (const name in texts) result[name] = parseQuantity(texts[name] ?? '0');
  return result;
}

/** Canonical texts, by name in order. */
export function writeResources(list: Resources): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of Object.keys(list).sort()) {
    result[name] = formatQuantity(list[name] as Quantity);
  }
  return result;
}

/** The sums; what only one of them has stays. */
export function addResources(a: Resources, b: Resources): Resources {
  const result: Record<string, Quantity> = { ...a };
  for (const name in b) {
    const before = a[name];
    result[name] =
      before === undefined ? (b[name] as Quantity) : addQuantities(before, b[name] as Quantity);
  }
  return result;
}

/** The greater of each. */
export function maxResources(a: Resources, b: Resources): Resources {
  const result: Record<string, Quantity> = { ...a };
  for (const name in b) {
    const [one, other] = [a[name], b[name] as Quantity];
    if (one === undefined || compareQuantities(one, other) < 0) result[name] = other;
  }
  return result;
}

/** What is left of `a`, never less than nothing. */
export function subtractResources(a: Resources, b: Resources): Resources {
  const result: Record<string, Quantity> = {};
  for (const name in a) {
    const less = subtractQuantities(
      a[name] as Quantity,
      b[name] ?? { nanos: 0n, format: 'DecimalSI' },
    );
    result[name] = less.nanos < 0n ? { ...less, nanos: 0n } : less;
  }
  return result;
}

/** Only these names. */
export function maskResources(list: Resources, names: readonly string[]): Resources {
  const result: Record<string, Quantity> = {};
  for (const name of names) {
    const amount = list[name];
    if (amount !== undefined) result[name] = amount;
  }
  return result;
}

export function withoutZeros(list: Resources): Resources {
  return maskResources(
    list,
    Object.keys(list).filter((name) => list[name]?.nanos !== 0n),
  );
}

export const namesOf = (list: Resources | ResourceTexts | undefined): readonly string[] =>
  Object.keys(list ?? {}).sort();

/** Names of which `list` has more than `bounds` allow; what is not bounded is allowed. */
export const exceeding = (list: Resources, bounds: Resources): readonly string[] =>
  namesOf(list).filter((name) => {
    const bound = bounds[name];
    return bound !== undefined && compareQuantities(list[name] as Quantity, bound) > 0;
  });

/** The same names with the same amounts, however written. */
export function areEqual(a: Resources, b: Resources): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => b[name] !== undefined && b[name].nanos === a[name]?.nanos);
}

/** `limits.cpu=2,pods=1`. */
export const resourcesText = (list: Resources): string =>
  namesOf(list)
    .map((name) => `${name}=${formatQuantity(list[name] as Quantity)}`)
    .join(',');
