/** A machine of its own on a shard of its own, for tests that need no network. */
import { Shard } from '../kernel/index.ts';
import type { FileTable } from './files.ts';
import { Machine } from './machine.ts';
import type { NetNamespace } from './socket.ts';

const noNetwork: NetNamespace = {
  name: 'host',
  ip: undefined,
  listen: () => undefined,
  connect: () => {
    throw new Error('this machine has no network');
  },
  openUdp: () => undefined,
  echo: () => undefined,
  release: () => undefined,
};

export function loneMachine(disk: FileTable = {}, seed = 1): { shard: Shard; machine: Machine } {
  const plan = { seed, sites: ['box'], lookahead: 0.25, epoch: Date.UTC(2026, 0, 1) };
  const shard = new Shard(
    plan,
    () => true,
    () => undefined,
  );
  const machine = new Machine(shard.site('box'), {
    name: 'box',
    role: 'workstation',
    ip: '192.168.56.1',
    mac: '52:54:00:00:00:01',
    cpus: 2,
    memoryBytes: 2 * 2 ** 30,
    diskBytes: 20 * 2 ** 30,
    disk,
  });
  machine.net = noNetwork;
  machine.switchOn();
  return { shard, machine };
}
