/** Shards in Node's worker threads. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Port } from '../worker/lockstep-protocol.ts';
import type { StartShard } from '../worker/parallel.ts';

/** Built beside the program. */
const thread = path.join(path.dirname(fileURLToPath(import.meta.url)), 'shard-thread.js');

export const startThread: StartShard = async (opening) => {
  const worker = new Worker(thread);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ opening, port: port2 }, [port2]);
  const nextAt = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  // From here on a thread that breaks ends the program: half a world has no history.
  worker.on('error', (problem) => {
    throw problem;
  });
  return { port: port1 as unknown as Port, nextAt };
};
