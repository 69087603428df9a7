/**
 * Lists and sets. Follows apiserver pkg/cel/library/lists.go and cel-go ext/sets.go.
 */
import type { Environment } from '@marcbachmann/cel-js';

type Value = number | bigint | string;

/** Whether two CEL values are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (isNumber(one) && isNumber(other)) return Number(one) === Number(other);
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, i) => isSame(item, other[i]));
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
  );
}

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'bigint';

const least = (list: readonly Value[], isLess: (a: Value, b: Value) => boolean, name: string) => {
  if (list.length === 0) throw new Error(`${name} called on empty list`);
  return list.reduce((best, one) => (isLess(one, best) ? one : best));
};

function sum(list: readonly Value[]): Value {
  if (typeof list[0] === 'number') return (list as readonly number[]).reduce((a, b) => a + b, 0);
  return (list as readonly bigint[]).reduce((a, b) => a + b, 0n);
}

/** Only a name before the point. */
class Sets {
  readonly name = 'sets';
}

export function registerLists(environment: Environment): void {
  environment.registerFunction('list.isSorted(): bool', (list: readonly Value[]) =>
    list.every((one, i) => i === 0 || (list[i - 1] as Value) <= one),
  );
  environment.registerFunction('list.min(): dyn', (list: readonly Value[]) =>
    least(list, (a, b) => a < b, 'min'),
  );
  environment.registerFunction('list.max(): dyn', (list: readonly Value[]) =>
    least(list, (a, b) => a > b, 'max'),
  );
  for (const type of ['int', 'double', 'uint']) {
    environment.registerFunction(`list<${type}>.sum(): ${type}`, sum);
  }
  environment.registerFunction(
    'list.indexOf(dyn): int',
    (list: readonly unknown[], item: unknown) => BigInt(list.findIndex((one) => isSame(one, item))),
  );
  environment.registerFunction(
    'list.lastIndexOf(dyn): int',
    (list: readonly unknown[], item: unknown) =>
      BigInt(list.findLastIndex((one) => isSame(one, item))),
  );
  registerSets(environment);
}

type List = readonly unknown[];

const has = (list: List, item: unknown): boolean => list.some((one) => isSame(one, item));
const contains = (list: List, items: List): boolean => items.every((item) => has(list, item));

function registerSets(environment: Environment): void {
  environment.registerType('Sets', Sets);
  environment.registerConstant('sets', 'Sets', new Sets());
  environment.registerFunction('Sets.contains(list, list): bool', (_: Sets, a: List, b: List) =>
    contains(a, b),
  );
  environment.registerFunction(
    'Sets.equivalent(list, list): bool',
    (_: Sets, a: List, b: List) => contains(a, b) && contains(b, a),
  );
  environment.registerFunction('Sets.intersects(list, list): bool', (_: Sets, a: List, b: List) =>
    b.some((item) => has(a, item)),
  );
}
