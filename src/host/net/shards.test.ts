import { expect, it } from 'vitest';
import { type Message, Shard } from '../../kernel/index.ts';
import { Machine } from '../machine.ts';
import { installNetwork } from './stack.ts';
import type { NetStack } from './stack.ts';

const names = ['m1', 'm2', 'm3'];
const fabric = {
  machines: names.map((name, i) => ({
    site: i,
    name,
    ip: `10.0.0.${i + 1}`,
    mac: `02:00:00:00:00:0${i + 1}`,
  })),
  latencyMs: 0.25,
};

/** Everybody talks to everybody, both ways of detail, over a network that loses packets. */
function build(mine: (name: string) => boolean): Shard {
  const plan = { seed: 11, sites: names, lookahead: 0.25, epoch: 0 };
  const shard = new Shard(plan, mine, () => undefined);
  for (const { name, ip, mac } of fabric.machines.filter((machine) => mine(machine.name))) {
    const machine = new Machine(shard.site(name), {
      name,
      ip,
      mac,
      role: 'worker',
      cpus: 1,
      memoryBytes: 1e9,
      diskBytes: 1e9,
      disk: {},
    });
    const stack = installNetwork(machine, fabric);
    stack.nic.loss = 0.05;
    stack.nic.jitterMs = 2;
    machine.switchOn();
    talk(machine, stack);
  }
  return shard;
}

function talk(machine: Machine, stack: NetStack): void {
  const log = (note: string) => machine.site.trace({ type: 'log', note });
  machine.spawn({
    args: ['peer'],
    program: {
      name: 'peer',
      *main(process) {
        stack.host.listen(process, 80, (connection) => ({
          received: (payload) => connection.send({ echo: payload }, 'echo'),
        }));
        for (const { ip } of fabric.machines) {
          for (const detail of ['full', 'brief'] as const) {
            let count = 0;
            stack.host.connect(
              process,
              { ip, port: 80 },
              {
                opened: (connection) => connection.send({ n: 0 }, 'first'),
                received: (payload, connection) => {
                  log(JSON.stringify(payload).slice(0, 40));
                  count += 1;
                  if (count < 20) connection.send({ n: count }, 'next');
                  else connection.close();
                },
                closed: (reason) => log(`closed ${reason}`),
              },
              { detail },
            );
          }
          stack.host.echo(process, ip, ({ ms }) => log(`echo ${ms}`));
        }
        yield { op: 'sleep', ms: 1e6 };
        return 0;
      },
    },
  });
}

const end = 60_000;

/** Shards in lock-step, as workers run them: what passes between them is a copy. */
function inShards(groups: readonly (readonly string[])[]): Record<string, string> {
  const shards = groups.map((group) => build((name) => group.includes(name)));
  for (;;) {
    const next = Math.min(...shards.map(({ queue }) => queue.nextAt));
    if (next > end) break;
    const limit = Math.min(next + 0.25, end + 0.25);
    const sent: Message[] = shards.flatMap((shard) => [...shard.run(limit)]);
    for (const shard of shards) shard.accept(structuredClone(sent));
  }
  return Object.assign({}, ...shards.map(({ hashes }) => hashes)) as Record<string, string>;
}

it('has the same history wherever the machines run', () => {
  const together = inShards([names]);
  expect(new Set(Object.values(together)).size).toBe(3);
  expect(inShards([['m1'], ['m2'], ['m3']])).toEqual(together);
  expect(inShards([['m3', 'm1'], ['m2']])).toEqual(together);
});
