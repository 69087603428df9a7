/** Nodes handed over to shards in the middle of a history: it stays the history that it was. */
import { describe, expect, it } from 'vitest';
import { replay, worldByName } from '../world/index.ts';
import { session } from '../../tests/workers/session.ts';
import { Crew } from './crew.ts';
import { InlineEngine } from './engine.ts';
import type { ParallelEngine } from './parallel-engine.ts';
import type { Input, SessionFile } from './protocol.ts';
import { Bench, shardHere } from './testing.ts';

const whole = { stopsAtInterest: false, isOver: () => false };
const explained = { stopsAtInterest: true, isOver: () => false };
const { seed, epoch, inputs } = session;
const definition = worldByName(session.world)!;

async function handedOver(at: number, shards: number): Promise<ParallelEngine> {
  const engine = new InlineEngine({ definition, seed, epoch, inputs });
  engine.advance(at, whole);
  const crew = new Crew(1 + shards, async () => shardHere());
  const parallel = await crew.takeOver(engine, {
    isWanted: () => true,
    hold: () => undefined,
    now: () => 0,
    inputs: () => inputs,
  });
  return parallel!;
}

describe('a handover', () => {
  const hashes = new Map<number, string>();
  const hashAt = (at: number) => {
    const hash = hashes.get(at) ?? replay(session, at)!.hash;
    hashes.set(at, hash);
    return hash;
  };

  it.each([
    [1, 121_000],
    [2, 120_800],
    [2, 136_000],
    [2, 160_000],
  ])(
    'to %i shards at %i keeps the history',
    async (shards, at) => {
      const engine = await handedOver(at, shards);
      expect(await engine.hash()).toBe(hashAt(at));
      expect(await engine.advance(session.until, whole)).toBe(true);
      expect(engine.now).toBe(session.until);
      expect(await engine.hash()).toBe(hashAt(session.until));
    },
    60_000,
  );

  it('stops at what is worth seeing, and shows nothing before its time', async () => {
    const until = 131_000;
    const engine = await handedOver(120_100, 2);
    const shown: number[] = [];
    engine.onEntry = ({ at }) => {
      expect(engine.now).toBeGreaterThanOrEqual(at);
      shown.push(at);
    };
    let stops = 0;
    let ahead = 0;
    while (!(await engine.advance(until, explained))) {
      stops += 1;
      expect(engine.now).toBe(shown.at(-1));
      ahead = Math.max(ahead, engine.reached - engine.now);
    }
    expect(ahead).toBeLessThanOrEqual(2 * definition.latencyMs);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    const alone = new InlineEngine({ definition, seed, epoch, inputs });
    alone.advance(120_100, whole);
    const met: number[] = [];
    alone.onEntry = ({ at }) => met.push(at);
    alone.advance(until, whole);
    expect(shown.length).toBe(met.length);
    expect(shown).toEqual(met);
    expect(stops).toBeGreaterThan(20);
    expect(await engine.hash()).toBe(hashAt(until));
  }, 60_000);

  it('can look at machines that are elsewhere', async () => {
    const engine = await handedOver(150_000, 2);
    const alone = new InlineEngine({ definition, seed, epoch, inputs });
    alone.advance(150_000, whole);
    for (const { name } of definition.machines) {
      const looked = await engine.lookAt(name, { type: 'machine' });
      expect(looked).toEqual(await alone.lookAt(name, { type: 'machine' }));
    }
    engine.close();
    expect(await engine.lookAt('worker-1', { type: 'machine' })).toBeUndefined();
  }, 60_000);
});

describe('the director with shards', () => {
  const line = (text: string, terminal = 'console'): Input => ({ type: 'line', terminal, text });

  it('hands nodes over, acts, looks, takes back, and the history stays one', async () => {
    const bench = new Bench(2);
    const { director } = bench;
    await director.open({});
    await director.setPace(5);
    await bench.pass(1_500);
    expect((await director.figures())['shards']).toBe(3);
    await director.act(line('kubectl apply -f nginx-deployment.yaml'));
    await bench.playTo(bench.now + 5_000);
    await director.act(line('cd /var/lib && ls', 'worker-1/1'));
    await bench.playTo(bench.now + 2_000);
    await director.act({ type: 'fault', fault: { do: 'power-off', machine: 'worker-2' } });
    await director.setPace('explain');
    await bench.pass(4_000);
    await director.setPace(5);
    await bench.playTo(bench.now + 10_000);
    expect((await director.figures())['shards']).toBe(3);
    await director.pause();
    await bench.pass(100);
    const offered = await director.complete('worker-1/1', 'cd kube', 7);
    expect(offered.candidates).toContain('kubelet/');
    const machine = await director.inspect({ type: 'machine', name: 'worker-1' });
    expect(machine!.tables.map(({ title }) => title)).toContain('Processes');
    expect(await director.files()).toContain('nginx-deployment.yaml');

    const picture = await bench.picture();
    const terminal = picture.terminals.find((each) => each.terminal === 'worker-1/1')!;
    expect(terminal.text).toContain('kubelet');
    const session = await director.export();
    expect(pictureOf(picture)).toEqual(pictureOf(await pictureAlone(session, bench.now)));

    await director.undo();
    await bench.pass(16);
    expect((await director.figures())['shards']).toBe(1);
    await director.play();
    await bench.pass(1_500);
    expect((await director.figures())['shards']).toBe(3);
    await director.setPace(1_000);
    expect((await director.figures())['shards']).toBe(1);
    expect(bench.crashes).toEqual([]);
  }, 120_000);

  it('says so when a shard breaks, and goes on in one thread', async () => {
    const bench = new Bench(1);
    const { director } = bench;
    await director.open({});
    await director.setPace(5);
    await bench.pass(1_500);
    expect((await director.figures())['shards']).toBe(2);
    await director.act(line('', 'worker-1/1'));
    await bench.pass(200);
    await director.act(line(undefined as unknown as string, 'worker-1/1'));
    await bench.pass(200);
    expect(bench.crashes).toHaveLength(1);
    const { session, lastGood } = bench.crashes[0]!;
    const inputs = session.inputs.filter(({ at }) => at <= lastGood);
    await director.open({ session: { ...session, inputs }, shards: 0 });
    await bench.pass(3_000);
    expect((await director.figures())['shards']).toBe(1);
    expect(bench.now).toBeGreaterThan(lastGood);
    expect(bench.crashes).toHaveLength(1);
  }, 60_000);
});

async function pictureAlone(session: SessionFile, at: number) {
  const bench = new Bench();
  await bench.director.open({ session: { ...session, until: at } });
  await bench.director.pause();
  return bench.picture();
}

/** Machines' events have no order among each other: only what one sees in the end is compared. */
function pictureOf({
  pods,
  owners,
  services,
  terminals,
  machines,
}: Awaited<ReturnType<Bench['picture']>>) {
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return {
    pods: pods.toSorted(byName),
    owners: owners.toSorted(byName),
    services: services.toSorted(byName),
    terminals: terminals.toSorted((a, b) => (a.terminal < b.terminal ? -1 : 1)),
    machines: machines.toSorted(byName),
  };
}
