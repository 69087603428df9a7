/** A worker thread that runs one shard: a door like the Web Worker's, through Node's adapter. */
import '../../src/worker/late.ts';
import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { ShardHost } from '../../src/worker/shard-host.ts';

if (parentPort === null) throw new Error('this runs as a worker thread');
expose(new ShardHost(), nodeEndpoint(parentPort));
