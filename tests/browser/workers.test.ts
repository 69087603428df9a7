/** The same session inline and in Chromium's Web Workers: the history that Node has, too. */
import { transfer, wrap } from 'comlink';
import { afterAll, describe, expect, it } from 'vitest';
import { Crew } from '../../src/worker/crew.ts';
import { InlineEngine } from '../../src/worker/engine.ts';
import type {
  Port,
  ShardDoor,
  ShardHandle,
  ShardOpening,
} from '../../src/worker/lockstep-protocol.ts';
import { playParallel } from '../../src/worker/parallel.ts';
import { replay, worldByName } from '../../src/world/index.ts';
import written from '../workers/session.hash?raw';
import { session } from '../workers/session.ts';

const workers: Worker[] = [];
afterAll(() => workers.forEach((worker) => worker.terminate()));

function door(worker: Worker): ShardDoor {
  workers.push(worker);
  return wrap<ShardDoor>(worker) as unknown as ShardDoor;
}

function ports(): { near: Port; far: Port } {
  const { port1, port2 } = new MessageChannel();
  return { near: port1 as unknown as Port, far: transfer(port2, [port2]) as unknown as Port };
}

async function start(opening: ShardOpening): Promise<{ port: Port; nextAt: number }> {
  const worker = new Worker(new URL('./shard.worker.ts', import.meta.url), { type: 'module' });
  const { near, far } = ports();
  return { port: near, nextAt: await door(worker).open(opening, far) };
}

async function startShard(): Promise<ShardHandle> {
  const worker = new Worker(new URL('./shard.worker.ts', import.meta.url), { type: 'module' });
  const host = door(worker);
  return {
    failed: new Promise(() => undefined),
    replay: (past, until) => host.replay(past, until),
    lookAt: (machine, request) => host.lookAt(machine, request),
    close: () => host.close(),
    async narrow(machines) {
      const { near, far } = ports();
      return { port: near, nextAt: await host.narrow(machines, far) };
    },
    stop: () => worker.terminate(),
  };
}

describe('one history in Chromium', () => {
  it('inline', () => {
    expect(replay(session, session.until)?.hash).toBe(written.trim());
  });
  it('with nodes that go to two Web Workers while it is played', async () => {
    const { seed, epoch, inputs, until } = session;
    const definition = worldByName(session.world)!;
    const whole = { stopsAtInterest: false, isOver: () => false };
    const engine = new InlineEngine({ definition, seed, epoch, inputs });
    engine.advance(136_000, whole);
    const crew = new Crew(3, startShard);
    const parallel = await crew.takeOver(engine, {
      isWanted: () => true,
      hold: () => undefined,
      now: () => 0,
      inputs: () => inputs,
    });
    expect(crew.trouble).toBeUndefined();
    await parallel!.advance(until, whole);
    expect(await parallel!.hash()).toBe(written.trim());
  }, 60_000);
  it.each([2, 4])(
    'in %i Web Workers',
    async (shards) => {
      expect(await playParallel(session, session.until, shards, start)).toBe(written.trim());
    },
    60_000,
  );
});
