import { describe, expect, it } from 'vitest';
import { historyHash, minute, runLockstep } from '../../src/kernel/index.ts';
import { runChaos } from '../../src/world/chaos/chaos.ts';
import { type SessionFile, World, replay, worldByName } from '../../src/world/index.ts';

const epoch = Date.UTC(2026, 0, 5, 8, 0, 0);
const definition = worldByName('three-nodes')!;

/** A story with commands and faults in it. */
const story = (seed: number) =>
  runChaos({ definition, seed, epoch, forMs: 2 * minute, healMs: minute });

/** The same story with its machines spread over shards. */
function placed(
  session: SessionFile,
  shardOf: (machine: string) => number,
  shards: number,
): string {
  const { seed, inputs, until } = session;
  const worlds = Array.from(
    { length: shards },
    (_, shard) =>
      new World({ definition, seed, epoch, mine: (machine) => shardOf(machine) === shard }),
  );
  for (const world of worlds) for (const timed of inputs) world.enter(timed);
  runLockstep(
    worlds.map(({ shard }) => shard),
    definition.latencyMs,
    until,
  );
  return historyHash(Object.assign({}, ...worlds.map(({ shard }) => shard.hashes)));
}

const names = definition.machines.map(({ name }) => name);

describe.each([21, 22])('SEED=%i', (seed) => {
  const { session, hash } = story(seed);

  it('has one history: the same session, the same hash', () => {
    expect(replay(session, session.until)!.hash).toBe(hash);
  }, 60_000);

  it('has another history with another seed', () => {
    const other = { ...session, seed: seed + 1_000 };
    expect(replay(other, session.until)!.hash).not.toBe(hash);
  }, 60_000);

  it('does not depend on where it stops on the way', () => {
    const world = replay(session, session.until / 3)!;
    const rest = session.inputs.filter(({ at }) => at > session.until / 3);
    for (const timed of rest) world.enter(timed);
    for (let at = world.now; at < session.until; at += 7_777) world.runUntil(at);
    world.runUntil(session.until);
    expect(world.hash).toBe(hash);
  }, 60_000);

  it('does not depend on placement', () => {
    const oneEach = placed(session, (machine) => names.indexOf(machine), names.length);
    expect(oneEach).toBe(hash);
    const two = placed(session, (machine) => (machine === 'control-plane' ? 0 : 1), 2);
    expect(two).toBe(hash);
  }, 120_000);
});
