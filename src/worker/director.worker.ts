/**
 * The worker in which the director lives, and the shards that it starts: one script for both, so
 * that the browser loads it once. Only here and in the page's own end is Comlink used.
 */
import { expose, transfer, wrap } from 'comlink';
import type { Descriptions } from '../api/open-api.ts';
import { SessionDirector } from './director.ts';
import type { Port, ShardDoor, ShardHandle } from './lockstep-protocol.ts';
import { ShardHost } from './shard-host.ts';

/** What a worker is called that shall run a shard. */
const shardName = 'shard';

/** What commands need and the first picture does not. */
async function loadLate(): Promise<Descriptions> {
  const [prose] = await Promise.all([
    import('../api/schema/descriptions.json'),
    import('./late.ts'),
  ]);
  return prose.default as Descriptions;
}

/** A timer would wait for 4 ms and more. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

async function startShard(): Promise<ShardHandle> {
  const worker = new Worker(self.location.href, { type: 'module', name: shardName });
  // A worker that cannot start answers nothing at all.
  const failed = new Promise<Error>((resolve) => {
    worker.onerror = ({ message }) => resolve(new Error(message || 'a worker could not start'));
  });
  const broken = failed.then((error) => Promise.reject(error));
  broken.catch(() => undefined);
  const door = wrap<ShardDoor>(worker) as unknown as ShardDoor;
  return {
    failed,
    replay: (past, until) => Promise.race([door.replay(past, until), broken]),
    lookAt: (machine, request) => door.lookAt(machine, request),
    close: () => door.close(),
    async narrow(machines) {
      const { port1, port2 } = new MessageChannel();
      const far = transfer(port2, [port2]) as unknown as Port;
      const nextAt = await door.narrow(machines, far);
      return { port: port1 as unknown as Port, nextAt };
    },
    stop: () => worker.terminate(),
  };
}

const director = (): SessionDirector =>
  new SessionDirector({
    now: () => performance.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
    breathe,
    cores: navigator.hardwareConcurrency,
    startShard,
    loadLate,
  });

expose(self.name === shardName ? new ShardHost(loadLate) : director());
