/**
 * Quantities: `500m`, `1.5Gi`, `1e3`. Exact: whole numbers of 10⁻⁹ in a BigInt.
 * Follows apimachinery pkg/api/resource/quantity.go.
 */
import { ParseError } from './parse-error.ts';

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An exact number and the family of suffixes that it is written with. */
export interface Quantity {
  /** The value times 10⁹. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

/** What the API server says of a text that is no quantity. */
export const quantityFormatMessage =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixMessage = "unable to parse quantity's suffix";

const billion = 1_000_000_000n;
const maxBinary = (2n ** 63n - 1n) * billion;
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const shape = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

// The same few texts are read over and over; they are pure, so they may be kept.
const known = new Map<string, Quantity>();
const knownMax = 4_096;

/** Reads a quantity. Throws a ParseError with the API server's words. */
export function parseQuantity(text: string): Quantity {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const quantity = Object.freeze(parse(text));
  if (known.size >= knownMax) known.clear();
  known.set(text, quantity);
  return quantity;
}

/** What is wrong with a text as a quantity, or undefined. */
export function quantityProblem(text: string): string | undefined {
  try {
    parseQuantity(text);
    return undefined;
  } catch (problem) {
    if (problem instanceof ParseError) return problem.message;
    throw problem;
  }
}

function parse(text: string): Quantity {
  const parts = shape.exec(text);
  if (parts === null || text === '') throw new ParseError(quantityFormatMessage);
  const [, sign, whole = '', fraction = '', suffix = ''] = parts;
  const { base, exponent, format } = interpret(suffix);
  const digits = BigInt(`${whole}${fraction}` === '' ? '0' : `${whole}${fraction}`);
  const tenPower = 9 - fraction.length + (base === 10 ? exponent : 0);
  const scaled = base === 2 ? digits << BigInt(exponent) : digits;
  let nanos = shift(scaled, tenPower);
  if (format === 'BinarySI' && nanos > maxBinary) nanos = maxBinary;
  return { nanos: sign === '-' ? -nanos : nanos, format };
}

/** Times a power of ten; what does not divide is rounded up: who asks for a little gets some. */
function shift(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (value + divisor - 1n) / divisor;
}

function interpret(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) return { base: 10, exponent: decimal * 3 - 9, format: 'DecimalSI' };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: 'BinarySI' };
  // Three digits of exponent are more than enough; more would only make a huge number.
  if (!/^[eE][-+]?\d{1,3}$/.test(suffix)) throw new ParseError(suffixMessage);
  return { base: 10, exponent: Number(suffix.slice(1)), format: 'DecimalExponent' };
}

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const small = nanos > -1024n * billion && nanos < 1024n * billion;
  const binary = format === 'BinarySI' && !small && nanos % billion === 0n;
  return binary ? formatBinary(nanos / billion) : formatDecimal(nanos, format);
}

function formatBinary(value: bigint): string {
  let power = 0;
  let rest = value;
  while (power < 6 && rest % 1024n === 0n) {
    rest /= 1024n;
    power++;
  }
  return `${rest}${binarySuffixes[power] ?? ''}`;
}

function formatDecimal(nanos: bigint, format: QuantityFormat): string {
  let exponent = -9;
  let rest = nanos;
  while ((exponent < 18 || format === 'DecimalExponent') && rest % 1000n === 0n) {
    rest /= 1000n;
    exponent += 3;
  }
  if (format !== 'DecimalExponent') return `${rest}${decimalSuffixes[exponent / 3 + 3] ?? ''}`;
  return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
}

/** The canonical form of a text: `0.5` → `500m`, `1024Mi` → `1Gi`. Throws a ParseError. */
export const canonicalQuantity = (text: string): string => formatQuantity(parseQuantity(text));

/** Below, at or above zero as `a` is less than, equal to or more than `b`. */
export const compareQuantities = (a: Quantity, b: Quantity): number =>
  a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;

/** The sum, written as `a` is (unless `a` is zero: then as `b`). */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nanos: a.nanos + b.nanos,
  format: a.nanos === 0n ? b.format : a.format,
});

/** The difference, written as `a` is (unless `a` is zero: then as `b`). */
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nanos: a.nanos - b.nanos,
  format: a.nanos === 0n ? b.format : a.format,
});

/** A whole number as a quantity. */
export const quantityOf = (value: number, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nanos: BigInt(value) * billion,
  format,
});

/** So many thousandths as a quantity, e.g. of CPU. */
export const quantityOfMillis = (millis: number): Quantity => ({
  nanos: BigInt(millis) * 1_000_000n,
  format: 'DecimalSI',
});

/** The value in whole units, rounded away from zero (Go's Value()). */
export const quantityValue = (text: string): number => roundUp(parseQuantity(text).nanos, billion);

/** The value in thousandths, rounded away from zero (Go's MilliValue()). */
export const quantityMillis = (text: string): number =>
  roundUp(parseQuantity(text).nanos, 1_000_000n);

function roundUp(nanos: bigint, unit: bigint): number {
  const away = nanos < 0n ? -(unit - 1n) : unit - 1n;
  return Number((nanos + away) / unit);
}
