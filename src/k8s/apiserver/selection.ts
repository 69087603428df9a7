/**
 * What a list or a watch is about: labelSelector, fieldSelector, resourceVersion and the rest of
 * ListOptions. Follows apimachinery pkg/apis/meta/internalversion/validation.
 */
import { fieldSelectorProblem, parseFieldSelector } from '../../api/field-selectors.ts';
import type { FieldSelector } from '../../api/field-selectors.ts';
import { type FieldError, forbidden, notSupported } from '../../api/field.ts';
import type { ApiObject } from '../../api/object.ts';
import { ParseError } from '../../api/parse-error.ts';
import { type Requirement, parseSelector } from '../../api/selectors.ts';
import { StatusError, badRequest, invalidObject } from '../../api/status.ts';
import { type Exchange, intParam, param } from './exchange.ts';
import { isTrue } from './paths.ts';
import type { Resource } from './resource.ts';
import type { Interest } from './watchers.ts';

/** The interest of a list or watch request. Throws the Status of a bad selector. */
export function interestOf(x: Exchange, resource: Resource): Interest {
  return {
    namespace: x.route.namespace,
    labels: labelsOf(param(x, 'labelSelector')),
    fields: fieldsOf(param(x, 'fieldSelector'), resource, x.route.name),
  };
}

function labelsOf(text: string): readonly Requirement[] | undefined {
  if (text === '') return undefined;
  try {
    return parseSelector(text);
  } catch (problem) {
    if (!(problem instanceof ParseError)) throw problem;
    throw new StatusError(badRequest(problem.message));
  }
}

const nobody = {
  apiVersion: '',
  kind: '',
  metadata: { name: '' },
} as unknown as ApiObject;

function fieldsOf(text: string, { kind }: Resource, name: string): FieldSelector | undefined {
  const terms: FieldSelector =
    name === '' ? [] : [{ field: 'metadata.name', isEqual: true, value: name }];
  if (text === '') return name === '' ? undefined : terms;
  try {
    const selector = parseFieldSelector(text);
    const known =
      kind.selectableFields === undefined ? undefined : Object.keys(kind.selectableFields(nobody));
    const problem = fieldSelectorProblem(selector, known);
    if (problem !== undefined) throw new StatusError(badRequest(problem));
    const names = kind.storedAs?.fields;
    if (names === undefined) return [...terms, ...selector];
    const stored = selector.map((term) => ({ ...term, field: names[term.field] ?? term.field }));
    return [...terms, ...stored];
  } catch (problem) {
    if (!(problem instanceof ParseError)) throw problem;
    throw new StatusError(badRequest(problem.message));
  }
}

export interface Versions {
  /** `''`, `0` or a revision. */
  readonly resourceVersion: string;
  readonly match: '' | 'NotOlderThan' | 'Exact';
}

const matches = ['NotOlderThan', 'Exact'];

/** resourceVersion and resourceVersionMatch, checked as upstream does. */
export function versionsOf(x: Exchange, isWatch: boolean): Versions {
  for (const name of ['limit', 'timeoutSeconds']) intParam(x, name);
  const resourceVersion = param(x, 'resourceVersion');
  const match = param(x, 'resourceVersionMatch');
  const isSent = param(x, 'sendInitialEvents') !== '';
  const errors: FieldError[] = [];
  const field = 'resourceVersionMatch';
  if (isWatch && match !== '' && !isSent) {
    errors.push(
      forbidden(
        field,
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    );
  } else if (match !== '' && resourceVersion === '' && !isWatch) {
    errors.push(
      forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    );
  } else if (match !== '' && param(x, 'continue') !== '') {
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
  } else if (match !== '' && !matches.includes(match)) {
    errors.push(notSupported(field, match, ['Exact', 'NotOlderThan', '']));
  } else if (match === 'Exact' && resourceVersion === '0') {
    errors.push(
      forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
    );
  }
  if (errors.length > 0) {
    const kind = { group: 'meta.k8s.io', kind: 'ListOptions' };
    throw new StatusError(invalidObject(kind, '', errors));
  }
  checkVersion(resourceVersion);
  return { resourceVersion, match: match as Versions['match'] };
}

/** Throws when it is no number. */
export function checkVersion(text: string): void {
  if (text === '' || /^\d+$/.test(text)) return;
  const detail = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new StatusError(
    badRequest(
      `Invalid value: ${JSON.stringify(text)}: ${detail}`.replace(
        'Invalid',
        'resourceVersion: Invalid',
      ),
    ),
  );
}

export const isInitialSent = (x: Exchange): boolean =>
  isTrue(x.request.query?.['sendInitialEvents']);
