/**
 * Field errors as the API server words them.
 * Follows apimachinery pkg/util/validation/field/errors.go.
 */
import { goQuote, showValue, type Shown } from './go-text.ts';
import type { Json } from './object.ts';

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueDuplicate'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueNotFound'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One problem at one place. `field` is a path such as `spec.containers[0].image`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** The message without the path, e.g. `Invalid value: "Bad_Name": a lowercase RFC 1123 …`. */
  readonly message: string;
}

/** A rule of a kind: what is wrong with `next`; `previous` is there on updates only. */
export type Validate<T> = (next: T, previous: T | undefined) => readonly FieldError[];

/** Something must be there and is not (or is empty). */
export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  message: withDetail('Required value', detail),
});

/** A malformed value. Structures print as JSON unless given as `goText(…)`. */
export const invalid = (field: string, value: Shown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: withDetail(`Invalid value: ${showValue(value)}`, detail),
});

/** A value of the wrong type. */
export const typeInvalid = (field: string, value: Shown, detail: string): FieldError => ({
  type: 'FieldValueTypeInvalid',
  field,
  message: withDetail(`Invalid value: ${showValue(value)}`, detail),
});

/** A value that must be unique, twice. */
export const duplicate = (field: string, value: Shown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${showValue(value)}`,
});

/** A reference to what is not there. */
export const notFoundValue = (field: string, value: Shown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  message: `Not found: ${showValue(value)}`,
});

/** A value outside an enumeration. Pass the valid values sorted, as upstream's sets are. */
export function notSupported(
  field: string,
  value: Shown,
  supported: readonly string[],
): FieldError {
  const detail =
    supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`;
  const message = withDetail(`Unsupported value: ${showValue(value)}`, detail);
  return { type: 'FieldValueNotSupported', field, message };
}

/** A valid value that is not allowed here and now. */
export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: withDetail('Forbidden', detail),
});

/** Too many bytes; `maxBytes` below 0 leaves the limit unsaid. */
export const tooLong = (field: string, maxBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  message:
    maxBytes >= 0
      ? `Too long: may not be more than ${maxBytes} bytes`
      : 'Too long: value is too long',
});

/** Too many items. `actual` below 0 is left unsaid, and so is `max`. */
export function tooMany(field: string, actual: number, max: number): FieldError {
  const head = actual >= 0 ? `Too many: ${actual}` : 'Too many';
  const detail = max >= 0 ? `must have at most ${max} items` : 'has too many items';
  return { type: 'FieldValueTooMany', field, message: `${head}: ${detail}` };
}

export const internalFieldError = (field: string, detail: string): FieldError => ({
  type: 'InternalError',
  field,
  message: withDetail('Internal error', detail),
});

/** `metadata.name: Required value: …`. */
export const fieldErrorText = ({ field, message }: FieldError): string => `${field}: ${message}`;

/** Several errors as one text: one alone bare, more in brackets, repeats dropped. */
export function aggregateText(messages: readonly string[]): string {
  const distinct = [...new Set(messages)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}

/** `spec` and `replicas` → `spec.replicas`; an empty parent gives the child alone. */
export const child = (path: string, name: string): string =>
  path === '' ? name : `${path}.${name}`;

/** `spec.ports` and 0 → `spec.ports[0]`; also for map keys. */
export const at = (path: string, index: number | string): string => `${path}[${index}]`;

const withDetail = (head: string, detail: string): string =>
  detail === '' ? head : `${head}: ${detail}`;

export type { Json };
