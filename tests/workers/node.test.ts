/** The same session inline, and in 2 and 4 worker threads: one history. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import type { Port, ShardOpening } from '../../src/worker/lockstep-protocol.ts';
import { playParallel } from '../../src/worker/parallel.ts';
import { replay } from '../../src/world/index.ts';
import { session } from './session.ts';

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

async function start(opening: ShardOpening): Promise<{ port: Port; nextAt: number }> {
  const worker = new Worker(script, { workerData: opening });
  workers.push(worker);
  const port: Port = { postMessage: (message) => worker.postMessage(message), onmessage: null };
  const nextAt = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  worker.on('message', (data) => port.onmessage?.({ data }));
  return { port, nextAt };
}

describe('one history, wherever the machines run', () => {
  const alone = replay(session, session.until)?.hash;

  it('is the one that is written down', async () => {
    await expect(`${alone}\n`).toMatchFileSnapshot('./session.hash');
  });
  it.each([2, 4])('%i worker threads', async (shards) => {
    expect(await playParallel(session, session.until, shards, start)).toBe(alone);
  }, 60_000);
});
