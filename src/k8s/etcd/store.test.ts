import { describe, expect, it } from 'vitest';
import { Chance } from '../../kernel/index.ts';
import { type KeyValue, type StoreEvent, prefixEnd } from './protocol.ts';
import { SortedKeys } from './sorted-keys.ts';
import { RevisionError, Store } from './store.ts';

const put = (store: Store, key: string, value: unknown, lease = 0) =>
  store.apply({ compare: [], success: [{ op: 'put', key, value, lease }], failure: [] });

describe('a store', () => {
  it('counts revisions and versions', () => {
    const store = new Store();
    put(store, 'a', 1);
    put(store, 'a', 2);
    expect(store.get('a')).toEqual({
      key: 'a',
      value: 2,
      createRevision: 2,
      modRevision: 3,
      version: 2,
      lease: 0,
    });
    store.apply({ compare: [], success: [{ op: 'delete', key: 'a' }], failure: [] });
    expect(store.get('a')).toBeUndefined();
    put(store, 'a', 3);
    expect(store.get('a')).toMatchObject({ createRevision: 5, modRevision: 5, version: 1 });
  });

  it('does one side of a transaction', () => {
    const store = new Store();
    const compare = [{ key: 'a', target: 'modRevision', equals: 0 } as const];
    const txn = {
      compare,
      success: [{ op: 'put', key: 'a', value: 1 } as const],
      failure: [{ op: 'range', key: 'a' } as const],
    };
    expect(store.apply(txn).result.succeeded).toBe(true);
    const { result, events } = store.apply(txn);
    expect(result).toMatchObject({
      succeeded: false,
      results: [{ op: 'range', kvs: [{ value: 1 }] }],
    });
    expect([events, store.revision]).toEqual([[], 2]);
  });

  it("takes a lease's keys with it, at one revision", () => {
    const store = new Store();
    put(store, 'a', 1, 7);
    put(store, 'b', 1, 7);
    put(store, 'b', 2);
    put(store, 'c', 1, 7);
    expect(store.revoke(7).map(({ kv }) => [kv.key, kv.modRevision])).toEqual([
      ['a', 6],
      ['c', 6],
    ]);
    expect(store.get('b')).toMatchObject({ value: 2 });
  });

  it('refuses what is compacted, or to come', () => {
    const store = new Store();
    for (let i = 0; i < 5; i++) put(store, 'a', i);
    store.compact(4);
    expect(() => store.range({ key: 'a', revision: 3 })).toThrow(RevisionError);
    expect(store.range({ key: 'a', revision: 4 }).kvs[0]).toMatchObject({ value: 2 });
    expect(() => store.eventsFrom(4, 'a', undefined)).toThrow(
      'etcdserver: mvcc: required revision has been compacted',
    );
    expect(() => store.range({ key: 'a', revision: 9 })).toThrow(
      'etcdserver: mvcc: required revision is a future revision',
    );
  });
});

/** What a store should be: every revision's whole state, kept by copying. */
class Oracle {
  readonly states: Map<string, unknown>[] = [new Map(), new Map()];
  get now() {
    return this.states.at(-1) as Map<string, unknown>;
  }
  change(change: (state: Map<string, unknown>) => void): void {
    const next = new Map(this.now);
    change(next);
    this.states.push(next);
  }
  at(revision: number, prefix: string): [string, unknown][] {
    const all = [...(this.states[revision] as Map<string, unknown>)];
    return all.filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

const pairs = (kvs: readonly KeyValue[]) => kvs.map(({ key, value }) => [key, value]);

describe('a store is what a dumb one is', () => {
  for (let seed = 1; seed <= 40; seed++) {
    it(`SEED=${seed}`, () => {
      const chance = new Chance(seed, 'store');
      const store = new Store();
      const oracle = new Oracle();
      const key = () => `/${chance.pick(['a', 'b', 'ab'])}/${chance.below(6)}`;
      for (let turn = 0; turn < 120; turn++) {
        const name = key();
        if (chance.fraction() < 0.7) {
          put(store, name, turn);
          oracle.change((state) => state.set(name, turn));
        } else if (store.get(name) !== undefined) {
          store.apply({ compare: [], success: [{ op: 'delete', key: name }], failure: [] });
          oracle.change((state) => state.delete(name));
        } else if (chance.fraction() < 0.3 && store.revision > store.compacted + 3) {
          store.compact(store.compacted + 1 + chance.below(store.revision - store.compacted - 1));
        }
        const revision = Math.max(store.compacted, chance.below(store.revision + 1), 1);
        const prefix = `/${chance.pick(['a', 'b', 'ab'])}/`;
        const found = store.range({ key: prefix, end: prefixEnd(prefix), revision });
        expect(pairs(found.kvs)).toEqual(oracle.at(revision, prefix));
        expect(replayed(store, oracle, revision, prefix)).toEqual(
          oracle.at(store.revision, prefix),
        );
      }
    });
  }
});

/** A list at a revision and all events after it give the state as it is now. */
function replayed(store: Store, oracle: Oracle, revision: number, prefix: string) {
  const state = new Map(oracle.at(revision, prefix));
  const apply = ({ type, kv }: StoreEvent) =>
    type === 'PUT' ? state.set(kv.key, kv.value) : state.delete(kv.key);
  store.eventsFrom(revision + 1, prefix, prefixEnd(prefix)).forEach(apply);
  return [...state].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('sorted keys are a sorted set', () => {
  for (let seed = 1; seed <= 5; seed++) {
    it(`SEED=${seed}`, () => {
      const chance = new Chance(seed, 'keys');
      const keys = new SortedKeys();
      const all = new Set<string>();
      for (let turn = 0; turn < 3_000; turn++) {
        const key = chance.below(2_000).toString(36);
        if (chance.fraction() < 0.7) {
          keys.add(key);
          all.add(key);
        } else {
          keys.delete(key);
          all.delete(key);
        }
      }
      const from = chance.below(2_000).toString(36);
      const found: string[] = [];
      keys.walk(from, 'r', (key) => found.push(key) > 0);
      expect(found).toEqual([...all].filter((key) => key >= from && key < 'r').sort());
      expect(keys.size).toBe(all.size);
    });
  }
});
