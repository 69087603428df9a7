/** A thread that runs one shard of a world, for `replay --workers`. */
import '../worker/late.ts';
import { descriptions } from './descriptions.ts';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Port, ShardOpening } from '../worker/lockstep-protocol.ts';
import { hostShard } from '../worker/shard-host.ts';

/** The first and only message: what to run, and where the conductor speaks. */
export interface ThreadOpening {
  readonly opening: ShardOpening;
  readonly port: MessagePort;
}

parentPort?.once('message', ({ opening, port }: ThreadOpening) => {
  const nextAt = hostShard(opening, port as unknown as Port, descriptions);
  parentPort?.postMessage(nextAt);
});
