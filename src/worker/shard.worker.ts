/** A worker that runs one shard of a world. */
import { expose } from 'comlink';
import type { Descriptions } from '../api/open-api.ts';
import { ShardHost } from './shard-host.ts';

expose(
  new ShardHost(async () => {
    const loaded = await import('../api/schema/descriptions.json');
    return loaded.default as Descriptions;
  }),
);
