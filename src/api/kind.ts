/**
 * A kind is one literal, shaped like a CustomResourceDefinition: everything that the API server,
 * kubectl, the editor and the stage know of a kind derives from it (and from its schema, which is
 * Kubernetes' own OpenAPI, in `schema/`).
 */
import type { Decoded, FieldValidation } from './decode.ts';
import type { FieldError } from './field.ts';
import type { ApiObject, JsonObject } from './object.ts';
import type { Schema } from './schema.ts';

/** A cell of a Table: what `kubectl get` prints. */
export type Cell = string | number | boolean | null;

/** What a column needs to know besides the object. */
export interface ColumnContext {
  /** Milliseconds since the epoch, simulated: ages are relative to it. */
  readonly nowMs: number;
}

/**
 * A printer column. Follows pkg/printers/internalversion/printers.go; names, types, formats,
 * priorities and descriptions are compared with `shared/golden/table-columns.json`.
 */
export interface Column<T> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  /** 0 is always shown; higher ones with `-o wide` only. */
  readonly priority: number;
  readonly description: string;
  readonly cell: (object: T, context: ColumnContext) => Cell;
}

/** Parts of the API path below an object; `status` splits spec from status on writes. */
export type Subresource =
  | 'status'
  | 'scale'
  | 'binding'
  | 'eviction'
  | 'log'
  | 'exec'
  | 'attach'
  | 'portforward'
  | 'proxy'
  | 'token'
  | 'finalize'
  | 'ephemeralcontainers'
  | 'approval'
  | 'resize';

/** What only kinds have that a CustomResourceDefinition brings (`crd/custom-kind.ts`). */
export interface CustomParts {
  /** The definition's own schema, for server-side apply. */
  readonly schema: Schema;
  /** The kind's component in OpenAPI documents. */
  readonly openApi: () => JsonObject;
  /** The apiVersion that objects have in etcd, whatever version they are written in. */
  readonly storageVersion: string;
  readonly listKind: string;
  /** RFC 3339: when the definition was established. */
  readonly establishedAt: string;
  /** The definition is going: nothing is created any more. */
  readonly isTerminating: boolean;
  /** What discovery says can be done: less, once the definition is going. */
  readonly listedVerbs: readonly string[];
  /** From what a client sent: pruned, defaults filled in. */
  readonly decode: (data: JsonObject, mode: FieldValidation) => Decoded;
  /** From what etcd holds to what this version shows. */
  readonly read: (object: ApiObject) => ApiObject;
}

/** What a strategy may know of the request beside the object. */
export interface WriteContext {
  readonly user: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly uid?: string;
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  /** ms since 1970. */
  readonly nowMs: number;
  /** As in the path: `approval`, where `status` is not all there is. */
  readonly subresource: string;
}

export interface Kind<T extends ApiObject = ApiObject> {
  /** `''` is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /**
   * The definition's name in Kubernetes' OpenAPI, e.g. `io.k8s.api.apps.v1.ReplicaSet`; empty for
   * kinds that a CustomResourceDefinition brings.
   */
  readonly schema: string;
  readonly custom?: CustomParts;
  /**
   * Fills in what the server fills in, on create and on every update, in upstream's order
   * (pkg/apis/<group>/<version>/defaults.go). Gets and returns plain frozen data.
   */
  readonly defaults?: (object: T) => T;
  /**
   * What the registry's strategy does before a write: clear the status on create, bump
   * `metadata.generation` when the spec changes, keep the status on a spec update.
   * `subresource` is `'status'` for writes to /status. Follows pkg/registry/<group>/<kind>/strategy.go.
   */
  readonly prepare?: (
    next: T,
    previous: T | undefined,
    subresource: '' | 'status',
    context?: WriteContext,
  ) => T;
  /** All that is wrong, in upstream's order and words (pkg/apis/<group>/validation). */
  readonly validate?: (
    next: T,
    previous: T | undefined,
    subresource: '' | 'status',
    context?: WriteContext,
  ) => readonly FieldError[];
  /** For the `Warning` header of every request: the kind itself is on its way out. */
  readonly deprecated?: string;
  /** Warnings for the `Warning` header (deprecated fields and the like). */
  readonly warnings?: (next: T) => readonly string[];
  /** Field selectors beyond metadata.name and metadata.namespace, as path → value. */
  readonly selectableFields?: (object: T) => Readonly<Record<string, string>>;
  /** For the scale subresource. */
  readonly scale?: {
    readonly replicas: (object: T) => number;
    readonly statusReplicas: (object: T) => number;
    readonly selector: (object: T) => string;
    readonly withReplicas: (object: T, replicas: number) => T;
  };
  /** Seconds between the delete call and the end, when the caller says nothing (Pods only). */
  readonly gracePeriodSeconds?: (object: T) => number;
  readonly columns: readonly Column<T>[];
  /** Set where another kind's objects are served in this version, and nothing is stored in it. */
  readonly storedAs?: StoredAs<T>;
}

/** From one version of an object to the one that is stored, and back. */
export interface StoredAs<T> {
  readonly apiVersion: string;
  readonly toStored: (object: T) => ApiObject;
  readonly fromStored: (object: ApiObject) => T;
  /** Fields that selectors name otherwise: own → stored. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Checks a kind's literal against its type, and forgets the type: lists of kinds are uniform. */
export function defineKind<T extends ApiObject>(kind: Kind<T>): Kind {
  return kind as unknown as Kind;
}

/** `apps/v1`, or `v1` for the core group. */
export const apiVersionOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** `deployments.apps`, or `pods`: how error texts name a resource. */
export const resourceOf = ({ group, plural }: Pick<Kind, 'group' | 'plural'>): string =>
  group === '' ? plural : `${plural}.${group}`;

export type { JsonObject };
