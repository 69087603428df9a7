/** The same session inline, and in 2 and 4 worker threads: one history. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { transfer, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
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
import { session } from './session.ts';

const whole = { stopsAtInterest: false, isOver: () => false };
let script = '';
const workers: Worker[] = [];

beforeAll(async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'kubarium-shard-'));
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: 'tests/workers/shard-thread.ts',
      outDir,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'shard.mjs' } },
    },
  });
  script = join(outDir, 'shard.mjs');
}, 60_000);

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()));
});

function shard(): { worker: Worker; door: ShardDoor } {
  const worker = new Worker(script);
  workers.push(worker);
  return { worker, door: wrap<ShardDoor>(nodeEndpoint(worker)) as unknown as ShardDoor };
}

function ports(): { near: Port; far: Port } {
  const { port1, port2 } = new MessageChannel();
  return {
    near: port1 as unknown as Port,
    far: transfer(port2, [port2 as never]) as unknown as Port,
  };
}

async function start(opening: ShardOpening): Promise<{ port: Port; nextAt: number }> {
  const { near, far } = ports();
  return { port: near, nextAt: await shard().door.open(opening, far) };
}

async function startShard(): Promise<ShardHandle> {
  const { worker, door } = shard();
  return {
    failed: new Promise((resolve) => worker.once('error', resolve)),
    replay: (past, until) => door.replay(past, until),
    lookAt: (machine, request) => door.lookAt(machine, request),
    close: () => door.close(),
    async narrow(machines) {
      const { near, far } = ports();
      return { port: near, nextAt: await door.narrow(machines, far) };
    },
    stop: () => void worker.terminate(),
  };
}

/** Plays in this thread up to a moment, and from there on with the nodes in others. */
async function handedOver(at: number, shards: number): Promise<string> {
  const { seed, epoch, inputs } = session;
  const definition = worldByName(session.world)!;
  const engine = new InlineEngine({ definition, seed, epoch, inputs });
  engine.advance(at, whole);
  const crew = new Crew(shards + 1, startShard);
  const parallel = await crew.takeOver(engine, {
    isWanted: () => true,
    hold: () => undefined,
    now: () => 0,
    inputs: () => inputs,
  });
  await parallel!.advance(session.until, whole);
  return parallel!.hash();
}

describe('one history, wherever the machines run', () => {
  const alone = replay(session, session.until)?.hash;

  it('is the one that is written down', async () => {
    await expect(`${alone}\n`).toMatchFileSnapshot('./session.hash');
  });
  it.each([2, 4])(
    '%i worker threads',
    async (shards) => {
      expect(await playParallel(session, session.until, shards, start)).toBe(alone);
    },
    60_000,
  );
  it.each([
    [1, 121_000],
    [2, 150_000],
  ])(
    'nodes in %i worker threads from %i on',
    async (shards, at) => {
      expect(await handedOver(at, shards)).toBe(alone);
    },
    60_000,
  );
});
