/**
 * Field selectors: `status.phase=Running,spec.nodeName!=a`. Each kind says which fields it knows.
 * Follows apimachinery pkg/fields/selector.go.
 */
import { goQuote } from './go-text.ts';
import { ParseError } from './parse-error.ts';

export interface FieldTerm {
  readonly field: string;
  readonly isEqual: boolean;
  readonly value: string;
}

/** All terms must hold. */
export type FieldSelector = readonly FieldTerm[];

/** Reads a field selector's text. Throws a ParseError with upstream's words. */
export function parseFieldSelector(text: string): FieldSelector {
  return splitTerms(text)
    .filter((term) => term !== '')
    .sort()
    .map((term) => parseTerm(text, term));
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...terms, text.slice(start)];
}

function parseTerm(text: string, term: string): FieldTerm {
  const found = /!=|==|=/.exec(term);
  if (found === null) {
    throw new ParseError(`invalid selector: '${text}'; can't understand '${term}'`);
  }
  const value = unescape(term.slice(found.index + found[0].length));
  return { field: term.slice(0, found.index), isEqual: found[0] !== '!=', value };
}

function unescape(value: string): string {
  let plain = '';
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    if (char === ',' || char === '=') {
      throw new ParseError(
        'invalid field selector: unescaped character in value: ' + `${char.charCodeAt(0)}`,
      );
    }
    if (char !== '\\') {
      plain += char;
      continue;
    }
    const next = value.charAt(++i);
    if (next === '' || !'\\,='.includes(next)) {
      throw new ParseError(`invalid field selector: invalid escape sequence: \\${next}`);
    }
    plain += next;
  }
  return plain;
}

/** `\`, `,` and `=` in a value are written with a backslash. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

/** Back to text. */
export const formatFieldSelector = (selector: FieldSelector): string =>
  selector
    .map(({ field, isEqual, value }) => `${field}${isEqual ? '=' : '!='}${escapeFieldValue(value)}`)
    .join(',');

/** Do these fields satisfy the selector? A field that is not among them counts as empty. */
export const matchesFields = (
  selector: FieldSelector,
  fields: Readonly<Record<string, string>>,
): boolean =>
  selector.every(({ field, isEqual, value }) => ((fields[field] ?? '') === value) === isEqual);

/** The value that `field` must have, if the selector says so: `metadata.name=x` → `x`. */
export const exactValue = (selector: FieldSelector, field: string): string | undefined =>
  selector.find((term) => term.isEqual && term.field === field)?.value;

const metadataFields = ['metadata.name', 'metadata.namespace'];

/**
 * What the API server says (as BadRequest) of a selector on a field that the kind does not know;
 * undefined if all are known. `known` are the kind's own fields, `undefined` if it has none.
 */
export function fieldSelectorProblem(
  selector: FieldSelector,
  known: readonly string[] | undefined,
): string | undefined {
  const stranger = selector.find(
    ({ field }) => !metadataFields.includes(field) && known?.includes(field) !== true,
  );
  if (stranger === undefined) return undefined;
  return known === undefined
    ? `${goQuote(stranger.field)} is not a known field selector: ` +
        'only "metadata.name", "metadata.namespace"'
    : `field label not supported: ${stranger.field}`;
}
