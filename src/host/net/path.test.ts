import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../socket.ts';
import type { EndpointSlice, Service } from '../../api/types.gen.ts';
import { jumps, rulesFor } from '../../k8s/kube-proxy/rules.ts';
import { proxiedPorts } from '../../k8s/kube-proxy/service-ports.ts';
import { Cni } from './cni.ts';
import type { Namespace } from './namespace.ts';
import { hopsText, network, pod, run, type TestNetwork, withPodNetwork } from './test-network.ts';

function* forever() {
  yield { op: 'sleep', ms: 1e9 };
}

function serve(net: TestNetwork, machine: number, namespace: Namespace, port = 80): void {
  run(
    net.machines[machine - 1]!,
    function* (process) {
      namespace.listen(process, port, (connection) => ({
        received: (payload) => connection.send(`${namespace.name}: ${String(payload)}`, 'answer'),
        closed: (reason) => net.log(`${namespace.name} closed ${reason}`),
      }));
      yield* forever();
    },
    namespace,
  );
}

function ask(
  net: TestNetwork,
  machine: number,
  namespace: Namespace,
  remote: Endpoint,
  detail: 'full' | 'brief' = 'full',
) {
  return run(
    net.machines[machine - 1]!,
    function* (process) {
      namespace.connect(
        process,
        remote,
        {
          opened: (connection) => connection.send('hi', 'question'),
          received: (payload, connection) => {
            net.log(String(payload));
            connection.close();
          },
          closed: (reason) => net.log(`${namespace.name}: ${reason}`),
        },
        { detail },
      );
      yield* forever();
    },
    namespace,
  );
}

const service = (clusterIP: string, spec = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'web' },
    spec: { clusterIP, ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }], ...spec },
  }) as unknown as Service;
const slice = (...ips: string[]) =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: {
      namespace: 'default',
      name: 'web-1',
      labels: { 'kubernetes.io/service-name': 'web' },
    },
    endpoints: ips.map((ip) => ({ addresses: [ip] })),
    ports: [{ port: 80, protocol: 'TCP' }],
  }) as unknown as EndpointSlice;

function proxy({ stacks }: TestNetwork, services: Service[], slices: EndpointSlice[]): void {
  for (const {
    filter: { tables },
    machine,
  } of stacks) {
    const set = rulesFor(proxiedPorts(services, slices, machine.name), {
      clusterCidr: '10.244.0.0/16',
    });
    for (const table of ['filter', 'nat'] as const) {
      for (const [name, rules] of set[table]) tables.setChain(table, name, rules);
    }
    for (const { table, from, rule } of jumps) tables.ensureRule(table, from, rule, 'first');
  }
}

function world(machines = 2, seed = 1) {
  const net = network(machines, seed);
  withPodNetwork(net);
  return net;
}

describe('the path of a packet', () => {
  it('Pod to ClusterIP on another node: DNAT, VXLAN, and back', () => {
    const net = world();
    const client = pod(net, 1, 2);
    serve(net, 2, pod(net, 2, 5));
    proxy(net, [service('10.96.0.50')], [slice('10.244.2.5')]);
    ask(net, 1, client, { ip: '10.96.0.50', port: 80 });
    net.shard.runUntil(3_000);
    expect(net.log.lines.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'pod-2-5: hi',
      'pod-2-5 closed closed',
    ]);
    expect(hopsText(net).map((line) => line.replace(/:[3-6]\d{4}\b/g, ':PORT'))).toMatchSnapshot();
  });

  it.each(['full', 'brief'] as const)('works the same for %s connections', (detail) => {
    const net = world();
    const client = pod(net, 1, 2);
    serve(net, 2, pod(net, 2, 5));
    serve(net, 1, pod(net, 1, 6));
    proxy(net, [service('10.96.0.50')], [slice('10.244.2.5')]);
    ask(net, 1, client, { ip: '10.96.0.50', port: 80 }, detail);
    ask(net, 1, client, { ip: '10.244.1.6', port: 80 }, detail);
    ask(net, 1, net.stacks[0]!.host, { ip: '10.244.2.5', port: 80 }, detail);
    ask(net, 1, net.stacks[0]!.host, { ip: '192.168.56.12', port: 30080 }, detail);
    net.shard.runUntil(3_000);
    expect(
      net.log.lines
        .filter((l) => l.includes('hi'))
        .map((l) => l.split(' ')[1])
        .sort(),
    ).toEqual(['pod-1-6:', 'pod-2-5:', 'pod-2-5:', 'pod-2-5:']);
  });

  it('a Pod reaches itself through its Service', () => {
    const net = world(1);
    const self = pod(net, 1, 2);
    serve(net, 1, self);
    proxy(net, [service('10.96.0.50')], [slice('10.244.1.2')]);
    ask(net, 1, self, { ip: '10.96.0.50', port: 80 });
    net.shard.runUntil(3_000);
    expect(net.log.lines[0]).toContain('pod-1-2: hi');
  });

  it('spreads over the endpoints, by the seed', () => {
    const spread = (seed: number) => {
      const net = world(2, seed);
      const client = pod(net, 1, 2);
      for (const [machine, host] of [
        [1, 3],
        [2, 3],
        [2, 4],
      ] as const) {
        serve(net, machine, pod(net, machine, host));
      }
      proxy(net, [service('10.96.0.50')], [slice('10.244.1.3', '10.244.2.3', '10.244.2.4')]);
      for (let i = 0; i < 300; i++) ask(net, 1, client, { ip: '10.96.0.50', port: 80 });
      net.shard.runUntil(3_000);
      const counts: Record<string, number> = {};
      for (const line of net.log.lines.filter((l) => l.includes('hi'))) {
        const name = line.split(' ')[1]!;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    };
    const counts = spread(1);
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(300);
    for (const count of Object.values(counts)) expect(Math.abs(count - 100)).toBeLessThan(30);
    expect(spread(1)).toEqual(counts);
    expect(spread(2)).not.toEqual(counts);
  });

  it.each([
    ['a ClusterIP without endpoints', '10.96.0.50', 80, 'refused', 1],
    ['a closed port of a Pod', '10.244.2.5', 81, 'refused', 3],
    ['an address that no Pod has', '10.244.2.99', 80, 'unreachable', 3_010],
    ['a ClusterIP that is none', '10.96.0.77', 80, 'timeout', 127_010],
    ['an address in the LAN that nobody has', '192.168.56.99', 80, 'timeout', 127_010],
  ])('%s', (_, ip, port, reason, within) => {
    const net = world();
    const client = pod(net, 1, 2);
    serve(net, 2, pod(net, 2, 5));
    proxy(net, [service('10.96.0.50')], []);
    ask(net, 1, client, { ip, port });
    net.shard.runUntil(within);
    expect(net.log.lines.map((l) => l.split(' ').slice(1).join(' '))).toEqual([
      `pod-1-2: ${reason}`,
    ]);
  });

  it('pings Pods and machines, not ClusterIPs', () => {
    const net = world();
    const client = pod(net, 1, 2);
    pod(net, 2, 5);
    proxy(net, [service('10.96.0.50')], [slice('10.244.2.5')]);
    run(
      net.machines[0]!,
      function* (process) {
        for (const ip of ['10.244.2.5', '10.96.0.50', '192.168.56.12', '10.244.1.1', '127.0.0.1']) {
          client.echo(process, ip, ({ from, ttl }) => net.log(`${from} ttl ${ttl}`));
        }
        yield* forever();
      },
      client,
    );
    net.shard.runUntil(5_000);
    expect(net.log.lines.map((l) => l.split(' ').slice(1).join(' ')).sort()).toEqual([
      '10.244.1.1 ttl 64',
      '10.244.2.5 ttl 62',
      '127.0.0.1 ttl 64',
      '192.168.56.12 ttl 63',
    ]);
  });

  it('keeps a client with one endpoint when the Service says so', () => {
    const net = world();
    const client = pod(net, 1, 2);
    serve(net, 2, pod(net, 2, 3));
    serve(net, 2, pod(net, 2, 4));
    proxy(
      net,
      [service('10.96.0.50', { sessionAffinity: 'ClientIP' })],
      [slice('10.244.2.3', '10.244.2.4')],
    );
    for (let i = 0; i < 20; i++) ask(net, 1, client, { ip: '10.96.0.50', port: 80 });
    net.shard.runUntil(3_000);
    const names = new Set(
      net.log.lines.filter((l) => l.includes('hi')).map((l) => l.split(' ')[1]),
    );
    expect(names.size).toBe(1);
  });
});

describe('what breaks', () => {
  const talk = (net: TestNetwork, detail: 'full' | 'brief') => {
    const [a, b] = net.machines;
    run(b!, function* (process, host) {
      host.listen(process, 80, () => ({
        received: (payload) => net.log(`b got ${String(payload)}`),
        closed: (reason) => net.log(`b closed ${reason}`),
      }));
      yield* forever();
    });
    return run(a!, function* (process, host) {
      const connection = host.connect(
        process,
        { ip: '192.168.56.12', port: 80 },
        {
          received: () => undefined,
          closed: (reason) => net.log(`a closed ${reason}`),
        },
        { detail },
      );
      for (let i = 1; i <= 3; i++) {
        yield { op: 'sleep', ms: 1_000 };
        connection.send(i);
      }
      yield* forever();
    });
  };

  it.each(['full', 'brief'] as const)('a short cut is made good again (%s)', (detail) => {
    const net = network(2);
    talk(net, detail);
    net.shard.runUntil(1_500);
    net.stacks[1]!.nic.isCut = true;
    net.shard.runUntil(2_500);
    net.stacks[1]!.nic.isCut = false;
    net.shard.runUntil(20_000);
    expect(net.log.lines.map((l) => l.split(' ').slice(1).join(' '))).toEqual([
      'b got 1',
      'b got 2',
      'b got 3',
    ]);
  });

  it('a long cut ends a brief connection on both sides', () => {
    const net = network(2);
    talk(net, 'brief');
    net.shard.runUntil(1_500);
    net.stacks[0]!.nic.isCut = true;
    net.shard.runUntil(100_000);
    expect(net.log.lines.map((l) => l.split(' ').slice(1).join(' ')).sort()).toEqual([
      'a closed timeout',
      'b closed timeout',
      'b got 1',
    ]);
  });

  it.each(['full', 'brief'] as const)('a machine that rebooted answers RST (%s)', (detail) => {
    const net = network(2);
    talk(net, detail);
    net.shard.runUntil(1_500);
    net.machines[1]!.switchOff();
    net.machines[1]!.switchOn();
    net.shard.runUntil(10_000);
    expect(net.log.lines.map((l) => l.split(' ').slice(1).join(' '))).toEqual([
      'b got 1',
      'a closed reset',
    ]);
  });

  it('a machine without power is silent', () => {
    const net = network(2);
    net.machines[1]!.switchOff();
    talk(net, 'full');
    net.shard.runUntil(130_000);
    expect(net.log.lines).toEqual(['127000 a closed timeout']);
    const syns = net.trace.filter((r) => r['type'] === 'flight' && r['what'] === 'SYN');
    expect(syns.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000]);
  });

  it('loses packets and stays in order', () => {
    const net = network(2);
    net.stacks[0]!.nic.loss = 0.3;
    net.stacks[1]!.nic.loss = 0.3;
    net.stacks[0]!.nic.jitterMs = 20;
    talk(net, 'full');
    net.shard.runUntil(60_000);
    expect(net.log.lines.map((l) => l.split(' ').slice(1).join(' '))).toEqual([
      'b got 1',
      'b got 2',
      'b got 3',
    ]);
  });

  it('a process that ends closes its connections', () => {
    const net = network(2);
    const process = talk(net, 'brief');
    net.shard.runUntil(1_500);
    process.kill('SIGKILL');
    net.shard.runUntil(2_000);
    expect(net.log.lines.at(-1)).toContain('b closed closed');
  });
});

describe('CNI', () => {
  it('gives addresses one after the other, and back', () => {
    const net = network(1);
    const { files } = net.machines[0]!;
    const cni = new Cni(net.stacks[0]!);
    expect(cni.problem).toBe('cni plugin not initialized');
    files.makeDirectory('/etc/cni/net.d');
    files.write(
      '/etc/cni/net.d/10-flannel.conflist',
      JSON.stringify({
        name: 'cbr0',
        cniVersion: '0.3.1',
        plugins: [{ type: 'flannel', delegate: {} }, { type: 'portmap' }],
      }),
    );
    expect(cni.problem).toBeUndefined();
    expect(cni.add('a')).toMatchObject({
      ok: false,
      error: {
        message:
          'plugin type="flannel" failed (add): failed to load flannel \'subnet.env\' file: ' +
          'open /run/flannel/subnet.env: no such file or directory. ' +
          'Check the flannel pod log for this node.',
      },
    });
    files.makeDirectory('/run/flannel');
    files.write(
      '/run/flannel/subnet.env',
      'FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.3.1/24\nFLANNEL_MTU=1450\n',
    );
    const ips = ['a', 'b', 'c'].map((id) => {
      const added = cni.add(id);
      return added.ok ? added.value.ip : undefined;
    });
    expect(ips).toEqual(['10.244.3.2', '10.244.3.3', '10.244.3.4']);
    cni.remove('b');
    const next = cni.add('d');
    expect(next.ok && next.value.ip).toBe('10.244.3.5');
    expect(files.list('/var/lib/cni/networks/cbr0')).toEqual([
      '10.244.3.2',
      '10.244.3.4',
      '10.244.3.5',
      'last_reserved_ip.0',
    ]);
  });
});
