/**
 * Who belongs to whom: a controller takes in orphans that its selector matches and lets go of
 * those whose labels no longer match. Relabel a Pod and see it left alone (and replaced).
 * Upstream: pkg/controller/controller_ref_manager.go.
 */
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { KindName, Matches, Write } from '../client/index.ts';
import { controllerReference, controllerRefOf, isTerminating } from './owner.ts';

/** What a controller owns from now on, and the patches that make it so. */
export interface Claim<T> {
  readonly owned: readonly T[];
  readonly writes: readonly Write[];
}

/** Keys of those whose selectors match a Pod: an orphan may be wanted by several. */
export function setsThatSelect<T extends ApiObject>(
  sets: readonly T[], { metadata: { labels } }: ApiObject, matcherOf: (set: T) => Matches,
): readonly string[] {
  return labels === undefined ? [] : sets.filter((set) => matcherOf(set)(labels)).map(keyOf);
}

/** @param candidates objects that it owns, and orphans of its namespace. */
export function claim<T extends ApiObject>(
  owner: ApiObject, kind: KindName, candidates: readonly T[], matches: Matches,
): Claim<T> {
  const owned: T[] = [];
  const writes: Write[] = [];
  const isGoing = isTerminating(owner);
  for (const object of candidates) {
    const reference = controllerRefOf(object);
    const isMatch = matches(object.metadata.labels);
    if (reference !== undefined) {
      if (reference.uid !== owner.metadata.uid) continue;
      if (isMatch) owned.push(object);
      else if (!isGoing) writes.push(release(owner, kind, object));
    } else if (isMatch && !isGoing && !isTerminating(object)) {
      owned.push(object);
      writes.push(adopt(owner, kind, object));
    }
  }
  return { owned, writes };
}

const adopt = (owner: ApiObject, kind: KindName, object: ApiObject): Write => ({
  verb: 'patch',
  kind,
  key: keyOf(object),
  body: {
    metadata: { ownerReferences: [controllerReference(owner)], uid: object.metadata.uid },
  },
  because: `${owner.metadata.name} adopts ${object.metadata.name}: its selector matches`,
});

/** Gone already, or somebody else's by now: either way it is no longer ours. */
const release = (owner: ApiObject, kind: KindName, object: ApiObject): Write => ({
  verb: 'patch',
  kind,
  key: keyOf(object),
  body: {
    metadata: {
      ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }],
      uid: object.metadata.uid,
    },
  },
  accepts: [404, 422],
  because: `${owner.metadata.name} releases ${object.metadata.name}: its labels no longer match`,
});
