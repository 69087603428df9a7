import { describe, expect, it } from 'vitest';
import { Queue } from './queue.ts';
import { Chance, Shard, type Site, type TraceEntry, historyHash, runLockstep } from './index.ts';

const plan = { seed: 7, sites: ['a', 'b', 'c', 'd', 'e'], lookahead: 0.25, epoch: 0 };

/** Chatters: each passes what it hears on to somebody, after a while, and remembers. */
class Chatter {
  private readonly site: Site;
  private readonly address: number;

  constructor(site: Site) {
    this.site = site;
    this.address = site.register(this);
    site.after(site.chance.between(0, 3), this.address, { word: site.index, life: 60 });
  }

  receive({ word, life }: { word: number; life: number }): void {
    const { site } = this;
    site.trace({ type: 'heard', word });
    if (life === 0) return;
    const to = site.chance.below(plan.sites.length);
    const next = { word: (word * 31 + site.index) % 10_007, life: life - 1 };
    const delay = site.chance.pick([0.25, 0.25, 0.5, 1.75, 0.3]);
    if (to === site.index) site.after(site.chance.pick([0, 0.25, 1]), this.address, next);
    else site.send(to, Math.max(delay, 0.25), 1, next);
    if (site.chance.below(20) === 0) site.after(0.5, this.address, { word, life: 3 });
  }
}

function history(groups: readonly (readonly string[])[]): { hash: string; log: string[] } {
  const log: TraceEntry[] = [];
  const shards = groups.map((group) => {
    const shard = new Shard(
      plan,
      (name) => group.includes(name),
      (entry) => log.push(entry),
    );
    for (const site of shard.sites.values()) new Chatter(site);
    return shard;
  });
  runLockstep(shards, plan.lookahead, 500);
  const hashes = Object.assign({}, ...shards.map((shard) => shard.hashes)) as Record<
    string,
    string
  >;
  const lines = log.map(({ at, site, record }) => `${site} ${at} ${JSON.stringify(record)}`);
  return { hash: historyHash(hashes), log: lines.toSorted() };
}

describe('placement never changes history', () => {
  const alone = history([['a', 'b', 'c', 'd', 'e']]);

  it('says a good deal', () => expect(alone.log.length).toBeGreaterThan(200));
  it.each([
    [
      'two shards',
      [
        ['a', 'b'],
        ['c', 'd', 'e'],
      ],
    ],
    [
      'another two',
      [
        ['e', 'a'],
        ['d', 'b', 'c'],
      ],
    ],
    ['five', [['a'], ['b'], ['c'], ['d'], ['e']]],
  ])('%s', (_, groups) => expect(history(groups)).toEqual(alone));
});

describe('the queue', () => {
  it.each([1, 2, 3])('gives what a sorted list gives, SEED=%i', (seed) => {
    const chance = new Chance(seed, 'queue');
    const items = Array.from({ length: 500 }, (_, seq) => ({
      at: chance.below(50),
      origin: chance.below(4),
      seq,
      site: 0,
      to: 1,
      event: seq,
    }));
    const queue = new Queue();
    for (const item of items) queue.push(item);
    const taken = items.map(() => queue.pop()?.event);
    const sorted = items.toSorted((a, b) => a.at - b.at || a.origin - b.origin || a.seq - b.seq);
    expect(taken).toEqual(sorted.map(({ event }) => event));
  });
});

it('a message to another site takes the lookahead or more', () => {
  const shard = new Shard(
    plan,
    () => true,
    () => undefined,
  );
  expect(() => shard.site('a').send(1, 0.1, 1, {})).toThrow(/takes 0.25 ms or more/);
});
