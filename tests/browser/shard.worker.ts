/** A shard without the fields' prose: the test runner rewrites `import()`, which no worker can do. */
import '../../src/worker/late.ts';
import { expose } from 'comlink';
import { ShardHost } from '../../src/worker/shard-host.ts';

expose(new ShardHost());
