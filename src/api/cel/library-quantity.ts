/** Quantities. Follows apiserver pkg/cel/library/quantity.go. */
import type { Environment } from '@marcbachmann/cel-js';
import {
  type Quantity as Amount,
  addQuantities,
  compareQuantities,
  parseQuantity,
  quantityOf,
  quantityProblem,
  subtractQuantities,
} from '../quantity.ts';

class Quantity {
  readonly amount: Amount;
  constructor(amount: Amount) {
    this.amount = amount;
  }
}

const billion = 1_000_000_000;
const nanosOf = ({ amount }: Quantity): number => Number(amount.nanos);
const compared = (one: Quantity, other: Quantity): number =>
  Math.sign(Number(compareQuantities(one.amount, other.amount)));
const ofInteger = (value: bigint): Amount => quantityOf(Number(value));

function whole(quantity: Quantity): bigint {
  const value = nanosOf(quantity) / billion;
  if (!Number.isInteger(value)) throw new Error('cannot convert value to integer');
  return BigInt(value);
}

export function registerQuantities(environment: Environment): void {
  environment.registerType('kubernetes.Quantity', Quantity);
  const define = (signature: string, handler: (...values: never[]) => unknown): unknown =>
    environment.registerFunction(signature, handler as (...values: unknown[]) => unknown);
  const type = 'kubernetes.Quantity';
  define(`quantity(string): ${type}`, (text: string) => new Quantity(parseQuantity(text)));
  define('isQuantity(string): bool', (text: string) => quantityProblem(text) === undefined);
  define(`sign(${type}): int`, (one: Quantity) => BigInt(Math.sign(nanosOf(one))));
  define(`${type}.sign(): int`, (one: Quantity) => BigInt(Math.sign(nanosOf(one))));
  define(`${type}.isGreaterThan(${type}): bool`, (a: Quantity, b: Quantity) => compared(a, b) > 0);
  define(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => compared(a, b) < 0);
  define(`${type}.compareTo(${type}): int`, (a: Quantity, b: Quantity) => BigInt(compared(a, b)));
  define(`${type}.asApproximateFloat(): double`, (one: Quantity) => nanosOf(one) / billion);
  define(`${type}.isInteger(): bool`, (one: Quantity) => Number.isInteger(nanosOf(one) / billion));
  define(`${type}.asInteger(): int`, whole);
  define(
    `${type}.add(${type}): ${type}`,
    (a: Quantity, b: Quantity) => new Quantity(addQuantities(a.amount, b.amount)),
  );
  define(
    `${type}.add(int): ${type}`,
    (a: Quantity, b: bigint) => new Quantity(addQuantities(a.amount, ofInteger(b))),
  );
  define(
    `${type}.sub(${type}): ${type}`,
    (a: Quantity, b: Quantity) => new Quantity(subtractQuantities(a.amount, b.amount)),
  );
  define(
    `${type}.sub(int): ${type}`,
    (a: Quantity, b: bigint) => new Quantity(subtractQuantities(a.amount, ofInteger(b))),
  );
}
