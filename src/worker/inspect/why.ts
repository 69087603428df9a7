/** "Why did this happen?": who wrote an object, and who wrote what made them do it. */
import type { ApiObject } from '../../api/object.ts';
import type { Observer } from '../observer/observer.ts';
import type { Cause } from '../protocol.ts';

/** How far up the owners, and how many writes of each owner. */
const longestChain = 6;
const mostOfOwner = 5;

/**
 * The causes of an object, newest first: its own, and then those of its owner that were there when
 * the object was made, and so on up to somebody's command.
 */
export function why(observer: Observer, object: ApiObject): Cause[] {
  const chain: Cause[] = [];
  let at: { readonly uid: string; readonly name: string } | undefined = {
    uid: object.metadata.uid,
    name: `${object.kind} ${object.metadata.name}`,
  };
  let before = Infinity;
  for (let depth = 0; at !== undefined && depth < longestChain; depth++) {
    const { uid, name } = at;
    const causes: readonly Cause[] = observer.causes.get(uid) ?? [];
    const earlier = causes.filter(({ at: moment }) => moment <= before).toReversed();
    const shown = depth === 0 ? earlier : shortened(earlier);
    chain.push(...shown.map((cause) => ({ ...cause, what: `${cause.what} ${name}` })));
    before = causes[0]?.at ?? before;
    at = ownerOf(depth === 0 ? object : observer.objects.get(uid));
  }
  return chain;
}

/** The last few, and the first one, which made it. */
const shortened = (causes: readonly Cause[]): readonly Cause[] =>
  causes.length <= mostOfOwner
    ? causes
    : [...causes.slice(0, mostOfOwner - 1), ...causes.slice(-1)];

function ownerOf(object: ApiObject | undefined): { uid: string; name: string } | undefined {
  const owners = object?.metadata.ownerReferences ?? [];
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  return owner === undefined ? undefined : { uid: owner.uid, name: `${owner.kind} ${owner.name}` };
}
