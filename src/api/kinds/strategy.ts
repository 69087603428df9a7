/**
 * What most registries' strategies do before a write: a new object starts with a fresh status and
 * generation 1, a spec update keeps the status and bumps the generation, a status update keeps the
 * spec. Follows pkg/registry/<group>/<kind>/strategy.go.
 */
import { isDeepEqual } from '../equal.ts';
import type { ApiObject } from '../object.ts';
import { withField } from './path-copy.ts';

/** Verbs of an ordinary stored kind. */
export const storedVerbs = [
  'create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch',
] as const;

/** An object with a spec and, perhaps, a status. */
interface Specified extends ApiObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

interface Rules<T extends Specified> {
  /** The status of a new object; nothing: the status is left as it came. */
  readonly freshStatus?: (object: T) => T['status'];
  /** What counts as a change of the wish; nothing: the kind has no generation. */
  readonly isChanged?: (next: T, previous: T) => boolean;
  /** Status writes keep the labels, too. */
  readonly statusKeepsLabels?: boolean;
}

type Prepare<T> = (next: T, previous: T | undefined, subresource: '' | 'status') => T;

/** Strategy of a kind with spec and status. */
export function prepareSpecAndStatus<T extends Specified>(rules: Rules<T>): Prepare<T> {
  return (next, previous, subresource) => {
    if (previous === undefined) return prepareNew(next, rules);
    if (subresource === 'status') return prepareStatus(next, previous, rules);
    return prepareUpdate(next, previous, rules);
  };
}

/** Strategy of a kind without a status, e.g. a Lease; with `isChanged`, it has a generation. */
export const prepareUpdate = <T extends Specified>(next: T, previous: T, rules: Rules<T>): T => {
  const kept = previous.status === undefined || next.status === previous.status
    ? next : { ...next, status: previous.status };
  if (rules.isChanged === undefined) return kept;
  const generation = previous.metadata.generation ?? 0;
  return withGeneration(kept, rules.isChanged(kept, previous) ? generation + 1 : generation);
};

export function prepareNew<T extends Specified>(next: T, { freshStatus, isChanged }: Rules<T>): T {
  const fresh = freshStatus === undefined ? next : { ...next, status: freshStatus(next) };
  return isChanged === undefined ? fresh : withGeneration(fresh, 1);
}

function prepareStatus<T extends Specified>(
  next: T, previous: T, { statusKeepsLabels }: Rules<T>,
): T {
  const spec = withField(next, 'spec', previous.spec as T['spec']);
  if (statusKeepsLabels !== true) return spec;
  return withField(spec, 'metadata', withField(spec.metadata, 'labels', previous.metadata.labels));
}

/** `metadata.generation` is the server's own: what the client sent is overwritten. */
export function withGeneration<T extends ApiObject>(object: T, generation: number): T {
  if ((object.metadata.generation ?? 0) === generation) return object;
  return { ...object, metadata: { ...object.metadata, generation } };
}

/** Strategy of a kind without status that still counts the changes of what `wish` picks. */
export const prepareCounted = <T extends ApiObject>(wish: (object: T) => unknown): Prepare<T> =>
  (next, previous) => {
    if (previous === undefined) return withGeneration(next, 1);
    const generation = previous.metadata.generation ?? 0;
    const isSame = isDeepEqual(wish(next), wish(previous));
    return withGeneration(next, isSame ? generation : generation + 1);
  };

export const isSpecChanged = (next: Specified, previous: Specified): boolean =>
  !isDeepEqual(next.spec, previous.spec);

/** Deployments hand their annotations down, so those count, too. */
export const isSpecOrAnnotationsChanged = (next: Specified, previous: Specified): boolean =>
  isSpecChanged(next, previous) ||
  !isDeepEqual(next.metadata.annotations ?? {}, previous.metadata.annotations ?? {});
