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

/** More events in one go are a mistake of the test or of the network. */
const stepsMax = 200_000;

/** Machines `m1`, `m2`… at 192.168.56.11, .12…, all switched on. */
export function network(count: number, seed = 1): TestNetwork {
  const names = Array.from({ length: count }, (_, i) => `m${i + 1}`);
  const trace: TestNetwork['trace'] = [];
  const plan = { seed, sites: names, lookahead: 0.25, epoch: 1_750_000_000_000 };
  const shard = new Shard(
    plan,
    () => true,
    ({ at, record }) => trace.push({ ...record, at }),
  );
  const fabric: Fabric = {
    machines: names.map((name, i) => ({
      site: i,
      name,
      ip: `192.168.56.${11 + i}`,
      mac: `52:54:00:00:00:0${i + 1}`,
    })),
    latencyMs: 0.25,
    gateway: '192.168.56.1',
  };
  const stacks: NetStack[] = [];
  const machines = fabric.machines.map(({ name, ip, mac }) => {
    const machine = new Machine(shard.site(name), {
      name,
      role: 'worker',
      ip,
      mac,
      cpus: 2,
      memoryBytes: 4e9,
      diskBytes: 2e10,
      disk: {},
    });
    stacks.push(installNetwork(machine, fabric));
    machine.switchOn();
    return machine;
  });
  const run = shard.runUntil.bind(shard);
  shard.runUntil = (until) => {
    const before = shard.steps;
    while (shard.queue.nextAt <= until) {
      shard.step(Infinity);
      if (shard.steps - before < stepsMax) continue;
      throw new Error(`no end: ${JSON.stringify(trace.slice(-12), undefined, 1)}`);
    }
    run(until);
  };
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

/** Gives machine `mN` the Pod network 10.244.N.0/24 and routes to the others, as flannel does. */
export function withPodNetwork({ stacks }: TestNetwork): void {
  stacks.forEach((stack, i) => {
    const { host } = stack;
    host.addDevice({
      name: 'flannel.1',
      kind: 'vxlan',
      mac: vtepMac(i),
      mtu: 1_450,
      vxlan: { id: 1, local: stack.self.ip, port: 8472, device: 'eth0' },
    });
    host.addAddress('flannel.1', `10.244.${i + 1}.0`, 32);
    stacks.forEach((other, j) => {
      if (j === i) return;
      const via = `10.244.${j + 1}.0`;
      host.setNeighbour({ ip: via, mac: vtepMac(j), device: 'flannel.1', isPermanent: true });
      host.setFdb({
        mac: vtepMac(j),
        device: 'flannel.1',
        remote: other.self.ip,
        isPermanent: true,
      });
      host.addRoute({ destination: `${via}/24`, via, device: 'flannel.1', isOnLink: true });
    });
  });
}

const vtepMac = (i: number): string => `3e:00:00:00:00:0${i + 1}`;

/** A Pod's namespace on machine `m<machine>`, at 10.244.<machine>.<host>. */
export function pod(net: TestNetwork, machine: number, host: number): Namespace {
  const stack = net.stacks[machine - 1] as NetStack;
  const namespace = stack.addPodNamespace(`pod-${machine}-${host}`);
  stack.attach(namespace, {
    ip: `10.244.${machine}.${host}`,
    podCidr: `10.244.${machine}.0/24`,
    clusterCidr: '10.244.0.0/16',
    mtu: 1_450,
  });
  return namespace;
}

/** The trace of packets as text: hops, flights, drops. */
export function hopsText(net: TestNetwork): string[] {
  return net.trace.flatMap((record) => {
    const { type, machine, where, note, src, dst, from, to, what, reason } =
      record as never as Record<string, string>;
    if (type === 'hop') return [`${machine} ${where}: ${src} > ${dst} ${note}`.trim()];
    if (type === 'flight') return from === to ? [] : [`${from} ==> ${to}: ${what}`];
    return type === 'drop' ? [`${machine} drop: ${reason}`] : [];
  });
}
