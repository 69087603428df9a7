/**
 * What a controller is: which objects it watches, to which keys their changes map, and a pure
 * function from what it sees to what it wants written. The harness does the rest.
 */
import type { ApiObject, Json } from '../../api/object.ts';
import type { EventDraft } from './event-recorder.ts';
import type { KindName, ObjectsByKind, Resource } from './resources.ts';
import type { IndexFunction } from './store.ts';
import type { View } from './view.ts';

/** Why a write did not happen: the Status of the answer, or the network's words. */
export interface WriteFailure {
  /** HTTP status; 0 when no answer came. */
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** Reasons of `details.causes`, such as `NamespaceTerminating`. */
  readonly causes: readonly string[];
}

/** One request to the API server, as data. */
export interface Write {
  readonly verb: 'create' | 'update' | 'patch' | 'delete';
  readonly kind: KindName | Resource;
  /** `namespace/name`, or `name`; to create with generateName, `namespace/`. */
  readonly key: string;
  /** The object, the patch, or DeleteOptions. */
  readonly body?: object;
  readonly patch?: 'strategic' | 'merge' | 'json';
  readonly subresource?: string;
  /** Why, in a few words: for the trace and "why?". */
  readonly because: string;
  /** Creates in slow-start batches (1, 2, 4…), deletes all at once; otherwise one by one. */
  readonly isBatched?: boolean;
  /** Status codes that are as good as success: `[404]` of a delete. */
  readonly accepts?: readonly number[];
  /** What to tell when it is done, or could not be. */
  readonly done?: (result: ApiObject) => AboutEvent | undefined;
  readonly failed?: (failure: WriteFailure) => AboutEvent | undefined;
}

/** An event, and whom it is about. */
export interface AboutEvent {
  readonly about: ApiObject;
  readonly draft: EventDraft;
}

/** What a look at the world comes to. */
export interface Outcome {
  readonly writes: readonly Write[];
  /** Written after the others, also when one failed: the status, as a rule. */
  readonly finish?: (failure: WriteFailure | undefined) => readonly Write[];
  readonly events?: readonly AboutEvent[];
  /** Look again after so many ms, even if nothing changes. */
  readonly requeueAfterMs?: number;
}

/** Nothing to do. */
export const settled: Outcome = Object.freeze({ writes: [] });

/** Keys that an object's change concerns. Called for the new and for the old object. */
export type KeysOf<T> = (object: T, view: View) => readonly string[];

export interface Controller {
  /** `replicaset-controller`: also the component of its events. */
  readonly name: string;
  /** Upstream's concurrent syncs. Default 5. */
  readonly workers?: number;
  readonly watches: { readonly [K in KindName]?: KeysOf<ObjectsByKind[K]> };
  /** Kinds that it reads, though their changes wake nobody. */
  readonly reads?: readonly KindName[];
  readonly indexes?: {
    readonly [K in KindName]?: Readonly<Record<string, IndexFunction<ObjectsByKind[K]>>>;
  };
  readonly reconcile: (view: View, key: string) => Outcome;
}

export const defineController = (controller: Controller): Controller => controller;

const none: readonly string[] = [];

/** The object itself is the key. */
export const itself = ({ metadata: { namespace, name } }: ApiObject): readonly string[] => [
  namespace === undefined ? name : `${namespace}/${name}`,
];

/** The controller (by ownerReferences) of the object, if it is of this kind. */
export const controllerOf =
  (kind: string) =>
  ({ metadata: { namespace, ownerReferences } }: ApiObject): readonly string[] => {
    if (ownerReferences === undefined) return none;
    const owner = ownerReferences.find((reference) => reference.controller);
    if (owner?.kind !== kind) return none;
    return [namespace === undefined ? owner.name : `${namespace}/${owner.name}`];
  };

/** The failure that a response is. */
export function failureFrom(status: number, body: Json): WriteFailure {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { code: status, reason: '', message: String(body), causes: [] };
  }
  const { reason, message, details } = body as {
    reason?: string;
    message?: string;
    details?: { causes?: readonly { reason?: string }[] };
  };
  return {
    code: status,
    reason: reason ?? '',
    message: message ?? '',
    causes: details?.causes?.map((cause) => cause.reason ?? '') ?? [],
  };
}
