/**
 * What etcd and its clients say to each other. The real ones speak gRPC (etcdserverpb/rpc.proto:
 * KV, Watch, Lease, Maintenance); here the same requests and answers are plain data, many at once
 * on one connection. Values are objects, handed on by reference: etcd never looks into them.
 */

/** A key with its value at one revision (mvccpb.KeyValue). */
export interface KeyValue {
  readonly key: string;
  readonly value: unknown;
  /** The revision at which the key came to be (again). */
  readonly createRevision: number;
  /** The revision of its last change. */
  readonly modRevision: number;
  /** How many changes since it came to be; 1 is new. */
  readonly version: number;
  /** The lease that it dies with; 0 is none. */
  readonly lease: number;
}

/** A change of one key. `previous` is what it was before, if that is not compacted away. */
export interface StoreEvent {
  readonly type: 'PUT' | 'DELETE';
  /** For a DELETE: the key and the revision of the deletion, with no value. */
  readonly kv: KeyValue;
  readonly previous: KeyValue | undefined;
}

/** A condition on one key, as `etcdctl txn` words it. A key that is not there has 0 for all. */
export interface Compare {
  readonly key: string;
  readonly target: 'modRevision' | 'createRevision' | 'version';
  readonly equals: number;
}

/** Keys in [key, end); without an end, the one key. */
export interface RangeQuery {
  readonly key: string;
  readonly end?: string;
  /** 0 or absent: no limit. */
  readonly limit?: number;
  /** 0 or absent: now. */
  readonly revision?: number;
  readonly isCountOnly?: boolean;
}

export interface RangeResult {
  readonly kvs: readonly KeyValue[];
  /** How many keys the range holds, whatever the limit. */
  readonly count: number;
  readonly hasMore: boolean;
}

export type Operation =
  | { readonly op: 'put'; readonly key: string; readonly value: unknown; readonly lease?: number }
  | { readonly op: 'delete'; readonly key: string; readonly end?: string }
  | ({ readonly op: 'range' } & RangeQuery);

export type OperationResult =
  | { readonly op: 'put'; readonly kv: KeyValue; readonly previous: KeyValue | undefined }
  | { readonly op: 'delete'; readonly deleted: readonly KeyValue[] }
  | ({ readonly op: 'range' } & RangeResult);

export interface Txn {
  readonly compare: readonly Compare[];
  readonly success: readonly Operation[];
  readonly failure: readonly Operation[];
}

export interface TxnResult {
  readonly succeeded: boolean;
  readonly results: readonly OperationResult[];
}

/** Each request has an id of its connection; its answer carries the same. */
export type EtcdRequest =
  | { readonly type: 'range'; readonly id: number; readonly query: RangeQuery }
  | { readonly type: 'txn'; readonly id: number; readonly txn: Txn }
  | { readonly type: 'compact'; readonly id: number; readonly revision: number }
  | { readonly type: 'lease-grant'; readonly id: number; readonly ttlSeconds: number }
  | { readonly type: 'lease-keepalive'; readonly id: number; readonly lease: number }
  | { readonly type: 'lease-revoke'; readonly id: number; readonly lease: number }
  | { readonly type: 'status'; readonly id: number }
  /** Watches [key, end) from `startRevision` (0: from now) until cancelled. */
  | {
      readonly type: 'watch';
      readonly id: number;
      readonly key: string;
      readonly end?: string;
      readonly startRevision: number;
    }
  | { readonly type: 'watch-cancel'; readonly id: number };

export interface MemberStatus {
  readonly memberId: string;
  readonly version: string;
  readonly dbSizeBytes: number;
  /** The leader's member id; undefined while there is none. */
  readonly leader: string | undefined;
  readonly raftTerm: number;
  readonly raftIndex: number;
}

export type EtcdAnswer =
  | { readonly type: 'range'; readonly result: RangeResult }
  | { readonly type: 'txn'; readonly result: TxnResult }
  | { readonly type: 'compact' }
  | { readonly type: 'lease'; readonly lease: number; readonly ttlSeconds: number }
  | { readonly type: 'status'; readonly status: MemberStatus }
  /** The watch has begun. */
  | { readonly type: 'watch' }
  /** `compactRevision` is set when what was asked for is compacted away. */
  | { readonly type: 'error'; readonly message: string; readonly compactRevision?: number };

export type EtcdMessage =
  /** `revision` is the store's at the time of the answer. */
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly revision: number;
      readonly answer: EtcdAnswer;
    }
  | {
      readonly type: 'events';
      readonly id: number;
      readonly revision: number;
      readonly events: readonly StoreEvent[];
    };

/** Words of etcd's own errors (api/v3rpc/rpctypes/error.go). */
export const etcdErrors = {
  compacted: 'etcdserver: mvcc: required revision has been compacted',
  future: 'etcdserver: mvcc: required revision is a future revision',
  noLeader: 'etcdserver: no leader',
  timeout: 'etcdserver: request timed out',
  leaseNotFound: 'etcdserver: requested lease not found',
} as const;

/** The end of the range of all keys that begin with `prefix`. */
export function prefixEnd(prefix: string): string {
  const last = prefix.length - 1;
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}
