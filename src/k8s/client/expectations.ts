/**
 * What a controller has written and its cache has not seen yet. A key does not run again before
 * that, or it would do its work twice on a stale view.
 * Upstream: pkg/controller/controller_utils.go (ControllerExpectations); here for every write, by
 * resourceVersion, where upstream counts creations and deletions.
 */
import { type ApiObject, keyOf } from '../../api/object.ts';

interface Expected {
  readonly key: string;
  /** The version that must be seen, or a later one; undefined waits for the object's end. */
  readonly version: number | undefined;
  readonly uid: string;
  readonly since: number;
}

/** Upstream's ExpectationsTimeout. */
const timeoutMs = 300_000;

export class Expectations {
  private readonly byKind = new Map<string, Map<string, Expected>>();
  private readonly open = new Map<string, number>();
  private readonly fulfilled: (key: string) => void;

  /** @param fulfilled called when a key's last expectation has been met. */
  constructor(fulfilled: (key: string) => void) {
    this.fulfilled = fulfilled;
  }

  /** Whether the cache has seen all that this key wrote. */
  areMet(key: string): boolean {
    return !this.open.has(key);
  }

  /** The key wrote this; `cached` is what the cache has now. */
  expect(key: string, written: ApiObject, cached: ApiObject | undefined, now: number): void {
    const version = Number(written.metadata.resourceVersion);
    const { uid } = written.metadata;
    if (cached !== undefined && Number(cached.metadata.resourceVersion) >= version) return;
    this.put(written.kind, keyOf(written), { key, version, uid, since: now });
  }

  /** The key deleted this object for good. */
  expectGone(
    key: string,
    cached: ApiObject | undefined,
    uid: string | undefined,
    now: number,
  ): void {
    if (cached === undefined || (uid !== undefined && cached.metadata.uid !== uid)) return;
    const expected = { key, version: undefined, uid: cached.metadata.uid, since: now };
    this.put(cached.kind, keyOf(cached), expected);
  }

  /** The cache has got this. */
  seen(object: ApiObject): void {
    const { metadata } = object;
    const expected = this.byKind.get(object.kind)?.get(keyOf(object));
    if (expected === undefined) return;
    const isNewer =
      expected.version !== undefined && Number(metadata.resourceVersion) >= expected.version;
    if (isNewer || metadata.uid !== expected.uid) this.meet(object.kind, keyOf(object), expected);
  }

  /** The cache has lost this. */
  gone(object: ApiObject): void {
    const expected = this.byKind.get(object.kind)?.get(keyOf(object));
    if (expected !== undefined) this.meet(object.kind, keyOf(object), expected);
  }

  /** The cache was listed anew: what is not in it was made and unmade while nobody looked. */
  replaced(kind: string, has: (objectKey: string) => boolean, now: number): void {
    for (const [objectKey, expected] of [...(this.byKind.get(kind) ?? [])]) {
      if (has(objectKey) && now - expected.since < timeoutMs) continue;
      this.meet(kind, objectKey, expected);
    }
  }

  private put(kind: string, objectKey: string, expected: Expected): void {
    let objects = this.byKind.get(kind);
    if (objects === undefined) this.byKind.set(kind, (objects = new Map()));
    const old = objects.get(objectKey);
    if (old !== undefined) this.meet(kind, objectKey, old);
    objects.set(objectKey, expected);
    this.open.set(expected.key, (this.open.get(expected.key) ?? 0) + 1);
  }

  private meet(kind: string, objectKey: string, { key }: Expected): void {
    this.byKind.get(kind)?.delete(objectKey);
    const left = (this.open.get(key) ?? 1) - 1;
    if (left > 0) {
      this.open.set(key, left);
      return;
    }
    this.open.delete(key);
    this.fulfilled(key);
  }
}
