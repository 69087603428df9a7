/**
 * The validation that every kind begins with: its metadata.
 */
import type { FieldError } from '../field.ts';
import type { ApiObject } from '../object.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
  type MetaRules,
} from '../validation/object-meta.ts';

export type ValidateKind<T> = (
  next: T,
  previous: T | undefined,
  subresource: '' | 'status',
) => readonly FieldError[];

/** The rules of one kind beyond its metadata. */
type Rest<T> = (
  next: T,
  previous: T | undefined,
  subresource: '' | 'status',
) => readonly FieldError[];

/** Checks the metadata by `rules`, then what `rest` says. */
export function validateMetadata<T extends ApiObject>(
  rules: MetaRules,
  rest?: Rest<T>,
): ValidateKind<T> {
  return (next, previous, subresource) => {
    const errors =
      previous === undefined
        ? validateObjectMeta(next.metadata, rules)
        : validateObjectMetaUpdate(next.metadata, previous.metadata);
    if (rest === undefined) return errors;
    const more = rest(next, previous, subresource);
    if (errors.length === 0) return more;
    return more.length === 0 ? errors : [...errors, ...more];
  };
}
