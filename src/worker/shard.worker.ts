/** A worker that runs one shard of a world. */
import { expose } from 'comlink';
import type { ShardDoor } from './lockstep-protocol.ts';
import { hostShard } from './shard-host.ts';

expose({
  open: async (opening, port) => hostShard(opening, port),
} satisfies ShardDoor);
