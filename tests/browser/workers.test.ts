/** The same session inline and in Chromium's Web Workers: the history that Node has, too. */
import { transfer, wrap } from 'comlink';
import { afterAll, describe, expect, it } from 'vitest';
import type { Port, ShardDoor, ShardOpening } from '../../src/worker/lockstep-protocol.ts';
import { playParallel } from '../../src/worker/parallel.ts';
import { replay } from '../../src/world/index.ts';
import written from '../workers/session.hash?raw';
import { session } from '../workers/session.ts';

const workers: Worker[] = [];
afterAll(() => workers.forEach((worker) => worker.terminate()));

async function start(opening: ShardOpening): Promise<{ port: Port; nextAt: number }> {
  const url = new URL('../../src/worker/shard.worker.ts', import.meta.url);
  const worker = new Worker(url, { type: 'module' });
  workers.push(worker);
  const { port1, port2 } = new MessageChannel();
  const door = wrap<ShardDoor>(worker);
  const far = transfer(port2, [port2]) as unknown as Port;
  const nextAt = await door.open(opening, far);
  return { port: port1 as unknown as Port, nextAt };
}

describe('one history in Chromium', () => {
  it('inline', () => {
    expect(replay(session, session.until)?.hash).toBe(written.trim());
  });
  it.each([2, 4])(
    'in %i Web Workers',
    async (shards) => {
      expect(await playParallel(session, session.until, shards, start)).toBe(written.trim());
    },
    60_000,
  );
});
