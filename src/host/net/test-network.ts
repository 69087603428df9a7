/** For tests: a few machines on one shard, with what happens written down. */
import { Shard, type Story, type TraceRecord } from '../../kernel/index.ts';
import { Machine } from '../machine.ts';
import type { Process } from '../process.ts';
import type { Fabric } from './fabric.ts';
import type { Namespace } from './namespace.ts';
import { installNetwork, type NetStack } from './stack.ts';

export interface TestNetwork {
  readonly shard: Shard;
  readonly machines: readonly Machine[];
  readonly stacks: readonly NetStack[];
  readonly trace: (TraceRecord & { readonly at: number })[];
  readonly log: ((line: string) => void) & { readonly lines: string[] };
}

/** Machines `m1`, `m2`… at 192.168.56.11, .12…, all switched on. */
export function network(count: number, seed = 1): TestNetwork {
  const names = Array.from({ length: count }, (_, i) => `m${i + 1}`);
  const trace: TestNetwork['trace'] = [];
  const plan = { seed, sites: names, lookahead: 0.25, epoch: 1_750_000_000_000 };
  const shard = new Shard(plan, () => true, ({ at, record }) => trace.push({ ...record, at }));
  const fabric: Fabric = {
    machines: names.map((name, i) => ({
      site: i, name, ip: `192.168.56.${11 + i}`, mac: `52:54:00:00:00:0${i + 1}`,
    })),
    latencyMs: 0.25,
    gateway: '192.168.56.1',
  };
  const stacks: NetStack[] = [];
  const machines = fabric.machines.map(({ name, ip, mac }) => {
    const machine = new Machine(shard.site(name), {
      name, role: 'worker', ip, mac, cpus: 2, memoryBytes: 4e9, diskBytes: 2e10, disk: {},
    });
    stacks.push(installNetwork(machine, fabric));
    machine.switchOn();
    return machine;
  });
  const lines: string[] = [];
  const log = Object.assign((line: string) => void lines.push(`${shard.now} ${line}`), { lines });
  return { shard, machines, stacks, trace, log };
}

/** Runs a story as a process of a machine. */
export function run(
  machine: Machine,
  story: (process: Process, net: Namespace) => Story<number | void>,
  net: Namespace = machine.net as Namespace,
): Process {
  return machine.spawn({
    program: {
      name: 'test',
      main: function* (process) {
        return (yield* story(process, net)) ?? 0;
      },
    },
    args: ['test'],
    net,
  });
}
