import { describe, expect, it } from 'vitest';
import type { Fault, Input, SessionFile } from './protocol.ts';
import { Bench } from './testing.ts';

const line = (text: string): Input => ({ type: 'line', terminal: 'console', text });
const fault = (what: Fault): Input => ({ type: 'fault', fault: what });

async function opened(pace: number, session?: SessionFile): Promise<Bench> {
  const bench = new Bench();
  await bench.director.open(session === undefined ? {} : { session });
  await bench.director.setPace(pace);
  await bench.pass(16);
  return bench;
}
const podsOf = ({ pods }: { pods: readonly { name: string }[] }) =>
  pods.map(({ name }) => name).filter((name) => name.startsWith('nginx'));

describe('the director', () => {
  it('opens a world at its moment, plays, pauses and acts', async () => {
    const bench = await opened(10);
    expect(bench.updates[0]).toMatchObject({ reset: true });
    expect(bench.now).toBeGreaterThanOrEqual(120_000);
    await bench.director.pause();
    await bench.pass(100);
    const { now } = bench;
    await bench.pass(1_000);
    expect(bench.now).toBe(now);
    await bench.director.act(line('kubectl apply -f nginx-deployment.yaml'));
    await bench.playTo(now + 10_000);
    expect(podsOf(await bench.picture())).toHaveLength(3);
    expect(bench.playback.canUndo).toBe(true);
  }, 60_000);

  it('refuses what is no session, and a world that is not there', async () => {
    const { director } = new Bench();
    expect(await director.open({ world: 'none' })).toMatchObject({ error: 'unknown-world' });
    expect(await director.open({ session: {} as SessionFile })).toMatchObject({ error: 'damaged' });
  });

  it('seeks there and back without changing what is seen', async () => {
    const bench = await opened(50);
    const { director } = bench;
    await director.act(line('kubectl apply -f nginx-deployment.yaml -f nginx-service.yaml'));
    await bench.playTo(150_000);
    await director.act(fault({ do: 'power-off', machine: 'worker-2' }));
    await bench.playTo(190_000);
    await director.act(line('kubectl scale deployment nginx-deployment --replicas=5'));
    await bench.playTo(260_000);
    const session = await director.export();
    const fresh = new Bench();
    for (const at of [200_000, 130_000, 195_000.5, 260_000]) {
      await director.seek(at);
      await bench.pass(2_000);
      await fresh.director.open({ session: { ...session, until: at } });
      await fresh.director.pause();
      const picture = await fresh.picture();
      expect(picture.now).toBe(at);
      expect(await bench.picture()).toEqual(picture);
    }
    expect((await director.figures())['spares']).toBeGreaterThan(2);
  }, 120_000);

  it('forks when one acts in the past, and forgets nothing', async () => {
    const bench = await opened(50);
    const { director } = bench;
    await director.act(line('kubectl apply -f nginx-deployment.yaml'));
    await bench.playTo(130_000);
    await director.act(line('kubectl delete deployment nginx-deployment'));
    await bench.playTo(180_000);
    expect(podsOf(await bench.picture())).toEqual([]);
    await director.seek(129_000);
    await director.act(line('kubectl scale deployment nginx-deployment --replicas=2'));
    await bench.playTo(180_000);
    // What was done later on the other branch does not happen here.
    expect(podsOf(await bench.picture())).toHaveLength(2);
    expect(bench.playback.branches.map(({ inputs }) => inputs)).toEqual([2, 2]);
    const session = await director.export();
    const fresh = await opened(50, session);
    await fresh.director.seek(bench.now);
    await director.seek(bench.now);
    const { ticks: _, ...picture } = await fresh.picture();
    expect(await bench.picture()).toMatchObject(picture);
    await director.switchBranch('b1');
    await bench.pass(16);
    expect(podsOf(await bench.picture())).toEqual([]);
  }, 120_000);

  it('takes back the last input', async () => {
    const bench = await opened(50);
    const { director } = bench;
    await director.act(line('kubectl apply -f nginx-deployment.yaml'));
    await bench.playTo(140_000);
    const picture = await bench.picture();
    expect(podsOf(picture)).toHaveLength(3);
    await director.undo();
    await bench.pass(16);
    expect(podsOf(await bench.picture())).toEqual([]);
    expect(bench.playback).toMatchObject({ isPlaying: false, canUndo: false, branch: 'b2' });
  }, 60_000);

  it('steps from one moment worth seeing to the next, and back', async () => {
    const bench = await opened(1);
    const { director } = bench;
    await director.act(line('kubectl apply -f nginx-deployment.yaml'));
    await bench.pass(16);
    const moments: number[] = [];
    for (let i = 0; i < 5; i++) {
      await director.step(1);
      await bench.pass(16);
      moments.push(bench.now);
    }
    expect(moments).toEqual([...new Set(moments)].toSorted((a, b) => a - b));
    for (const moment of moments.slice(0, -1).toReversed()) {
      await director.step(-1);
      await bench.pass(16);
      expect(bench.now).toBe(moment);
    }
  }, 60_000);

  it('stops at a breakpoint, at the very moment', async () => {
    const bench = await opened(50);
    const { director } = bench;
    await director.setBreakpoints(['pod-ready']);
    await director.act(line('kubectl apply -f nginx-deployment.yaml'));
    await bench.playTo(200_000);
    expect(bench.playback).toMatchObject({ isPlaying: false });
    expect(bench.playback.stoppedBy).toMatch(/^Pod nginx-deployment-/);
    const ready = (await bench.picture()).pods.filter(
      ({ name, look }) => name.startsWith('nginx') && look === 'ready',
    );
    expect(ready).toHaveLength(1);
    await director.play();
    await bench.pass(16);
    expect(bench.playback.stoppedBy).not.toBe(ready[0]!.name);
  }, 60_000);

  it('slows down for what is worth seeing, hurries while something is awaited, then rests', async () => {
    const bench = await opened(1);
    const { director } = bench;
    await director.setPace('explain');
    await director.act(line('kubectl apply -f nginx-deployment.yaml'));
    await bench.pass(4_000);
    const slow = bench.playback.factor;
    await bench.pass(60_000);
    expect(slow).toBeLessThan(0.2);
    expect(bench.playback.factor).toBe(1);
    await director.act(line('kubectl run never --image=nginx:1.161'));
    await bench.pass(60_000);
    expect(bench.playback.factor).toBeGreaterThan(1);
  }, 60_000);

  it('answers while a long seek goes on', async () => {
    const bench = await opened(50);
    const { director } = bench;
    await bench.playTo(200_000);
    bench.costMs = 2;
    const seeking = director.seek(130_000);
    expect((await director.figures())['now']).toBeGreaterThan(199_000);
    await bench.pass(0);
    const early = director.seek(140_000);
    await seeking;
    await early;
    bench.costMs = 0;
    await bench.pass(16);
    expect(bench.now).toBe(140_000);
    expect(bench.playback.isSeeking).toBe(false);
  }, 60_000);

  it('says when the world breaks, and goes on from before', async () => {
    const bench = await opened(50);
    const { director } = bench;
    await bench.playTo(125_000);
    const good = bench.now;
    const broken = { type: 'line', terminal: 'console', text: undefined } as unknown as Input;
    await director.act(broken);
    await bench.pass(100);
    expect(bench.crashes).toHaveLength(1);
    const { lastGood, message, session } = bench.crashes[0]!;
    expect(lastGood).toBe(good);
    expect(message).toMatch(/\n.*at /);
    const inputs = session.inputs.filter(({ at }) => at <= lastGood);
    expect(await director.open({ session: { ...session, inputs } })).toBeUndefined();
    await bench.playTo(140_000);
    expect(bench.now).toBeGreaterThan(139_000);
    expect(bench.crashes).toHaveLength(1);
  }, 60_000);
});
