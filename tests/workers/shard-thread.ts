/** A worker thread that runs one shard: says when its first event is due, then answers windows. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Port, ShardOpening } from '../../src/worker/lockstep-protocol.ts';
import { hostShard } from '../../src/worker/shard-host.ts';

if (parentPort === null) throw new Error('this runs as a worker thread');
const outside = parentPort;
const port: Port = { postMessage: (message) => outside.postMessage(message), onmessage: null };
outside.on('message', (data) => port.onmessage?.({ data }));
outside.postMessage(hostShard(workerData as ShardOpening, port));
