/** What must hold in every world, whatever is done to it. */
import type { ApiObject } from '../../api/object.ts';
import type { Ms } from '../../kernel/index.ts';
import type { ClusterView } from './view.ts';

/** Something that must never be so, not even for a moment: looked at with every change. */
export interface Safety {
  readonly holds: 'always';
  readonly name: string;
  /** @returns what is wrong, in words that name the objects; the same words each time. */
  check(view: ClusterView, change: Change): readonly string[];
}

/** Something that may be so for a while, but must end: looked at time and again. */
export interface Liveness {
  readonly holds: 'settles';
  readonly name: string;
  /** How long it may be wrong while nothing is broken. */
  readonly withinMs: Ms;
  check(view: ClusterView): readonly string[];
}

export type Invariant = Safety | Liveness;

/** What has just happened: an object was written, or something changed on a machine. */
export type Change =
  | {
      readonly type: 'write';
      /** The verb of the request that wrote: `patch`. */
      readonly request: string;
      /** As it is now; with `isGone`, as it was at its end. */
      readonly object: ApiObject;
      readonly isGone: boolean;
      /** Undefined: it is new. */
      readonly before: ApiObject | undefined;
    }
  | { readonly type: 'sandbox' };

/** `Pod default/web`. */
export const nameOf = ({ kind, metadata: { namespace, name } }: ApiObject): string =>
  namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
