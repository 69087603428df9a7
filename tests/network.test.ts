import { expect, it } from 'vitest';
import { executable } from '../src/host/executable.ts';
import { Files, type Machine, type Process, type Program } from '../src/host/index.ts';
import { Cni } from '../src/host/net/cni.ts';
import { httpResponse } from '../src/host/net/http.ts';
import type { Namespace } from '../src/host/net/namespace.ts';
import { serveHttp } from '../src/host/net/serve-http.ts';
import { network as fabric, type TestNetwork } from '../src/host/net/test-network.ts';
import { coredns } from '../src/k8s/coredns/index.ts';
import { flanneld, installConf } from '../src/k8s/flannel/index.ts';
import { kubeProxy } from '../src/k8s/kube-proxy/index.ts';
import { ToyServer } from '../src/k8s/client/testing.ts';
import { network as commands } from '../src/shell/commands/net/index.ts';

const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;
const netConf =
  '{"Network": "10.244.0.0/16", "EnableNFTables": false, "Backend": {"Type": "vxlan"}}';
const cniConf = `{"name": "cbr0", "cniVersion": "0.3.1", "plugins": [
  {"type": "flannel", "delegate": {"hairpinMode": true, "isDefaultGateway": true}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}`;

class Cluster {
  readonly net: TestNetwork = fabric(3);
  readonly api: ToyServer;
  readonly cnis = this.net.stacks.map((stack) => new Cni(stack));
  readonly daemons = new Map<string, Process>();

  constructor() {
    const [head] = this.net.machines as [Machine];
    this.api = new ToyServer(() => head.site.clock, head.site.chance);
    const { api } = this;
    head.spawn({
      args: ['kube-apiserver'],
      program: {
        name: 'kube-apiserver',
        start: (process) => {
          process.net.listen(process, 6443, (connection) => {
            const toy = Object.assign({ answer: (message: unknown) => connection.send(message) });
            return {
              received: (message) => api.take(message as never, toy as never),
              closed: () => api.forget(toy as never),
            };
          });
          return {};
        },
      },
    });
    this.service('default', 'kubernetes', '10.96.0.1', [
      { name: 'https', port: 443, targetPort: 6443 },
    ]);
    this.slice('default', 'kubernetes', 'https', 6443, ['192.168.56.11']);
    for (const namespace of ['default', 'kube-system']) {
      api.put(`/api/v1/namespaces/${namespace}`, {
        kind: 'Namespace',
        metadata: { name: namespace },
      });
    }
    this.net.machines.forEach((machine, i) => {
      api.put(`/api/v1/nodes/${machine.name}`, {
        kind: 'Node',
        metadata: { name: machine.name },
        spec: { podCIDR: `10.244.${i}.0/24` },
        status: {},
      });
      for (const at of [
        '/etc/kube-flannel',
        '/etc/cni/net.d',
        '/var/run/secrets/kubernetes.io/serviceaccount',
      ]) {
        machine.files.makeDirectory(at);
      }
      machine.files.write('/etc/kube-flannel/net-conf.json', netConf);
      machine.files.write('/etc/kube-flannel/cni-conf.json', cniConf);
      machine.files.write('/var/run/secrets/kubernetes.io/serviceaccount/token', 'token');
      machine.files.write('/opt', executable('flannel'));
    });
  }

  service(namespace: string, name: string, clusterIP: string, ports: object[], spec = {}): void {
    this.api.put(`/api/v1/namespaces/${namespace}/services/${name}`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name },
      spec: { clusterIP, ports, ...spec },
    });
  }

  slice(
    namespace: string,
    name: string,
    portName: string,
    port: number,
    ips: string[],
    protocol = 'TCP',
  ): void {
    this.api.put(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/${name}-1`, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      addressType: 'IPv4',
      metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
      ports: [{ name: portName, port, protocol }],
    });
  }

  daemon(machine: number, program: Program, args: string[], net?: Namespace, env = {}): string[] {
    const out: string[] = [];
    const sink = { write: (text: string) => (out.push(text), true), end: () => undefined };
    this.daemons.set(
      `${program.name} ${machine}`,
      this.net.machines[machine]!.spawn({
        program,
        args: [program.name, ...args],
        stdout: sink,
        ...(net === undefined ? {} : { net }),
        container: `${program.name}-${machine}`,
        env: {
          KUBERNETES_SERVICE_HOST: '10.96.0.1',
          KUBERNETES_SERVICE_PORT: '443',
          NODE_NAME: `m${machine + 1}`,
          ...env,
        },
      }),
    );
    return out;
  }

  pod(machine: number, id: string): Namespace {
    const added = this.cnis[machine]!.add(id);
    if (!added.ok) throw new Error(added.error.message);
    return added.value as Namespace;
  }

  /** What a command prints in a Pod (or on the machine itself), and its exit code. */
  run(machine: number, net: Namespace | undefined, line: string, ms = 60_000): string {
    const host = this.net.machines[machine]!;
    const args = line.split(' ');
    const program = commands.find(({ name }) => name === args[0])!;
    let out = '';
    const sink = { write: (text: string) => ((out += text), true), end: () => undefined };
    const files = new Files({
      '/etc/resolv.conf':
        'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    });
    const process = host.spawn({
      program,
      args,
      stdout: sink,
      tty: { columns: 80 } as never,
      ...(net === undefined ? {} : { net, container: 'shell', files }),
    });
    this.net.shard.runUntil(this.net.shard.now + ms);
    if (process.isRunning) {
      process.kill('SIGINT');
      return `${out}(interrupted)`;
    }
    return `${out}(exit ${process.exitCode})`;
  }
}

/** Three nodes with flannel, kube-proxy and CoreDNS, and a web server on the last one. */
function cluster() {
  const c = new Cluster();
  for (const machine of [0, 1, 2]) {
    c.daemon(machine, kubeProxy, [
      '--cluster-cidr=10.244.0.0/16',
      `--hostname-override=m${machine + 1}`,
    ]);
    c.daemon(machine, installConf, [
      '/etc/kube-flannel/cni-conf.json',
      '/etc/cni/net.d/10-flannel.conflist',
    ]);
  }
  return c;
}

it('boots only when kube-proxy can reach the API server without a Service', () => {
  const c = cluster();
  c.net.shard.runUntil(40_000);
  // In-cluster addresses are kube-proxy's own work: it cannot begin with them.
  expect(c.net.stacks[1]!.filter.tables.chain('nat', 'KUBE-SERVICES')).toBeUndefined();
});

function running() {
  const c = new Cluster();
  const kubeconfig = `apiVersion: v1
clusters: [{ cluster: { server: "https://192.168.56.11:6443" }, name: default }]
contexts: [{ context: { cluster: default, user: default }, name: default }]
current-context: default
users: [{ name: default, user: { tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token } }]
`;
  const logs: string[][] = [];
  for (const machine of [0, 1, 2]) {
    const { files } = c.net.machines[machine]!;
    files.makeDirectory('/var/lib/kube-proxy');
    files.write('/var/lib/kube-proxy/kubeconfig.conf', kubeconfig);
    files.write(
      '/var/lib/kube-proxy/config.conf',
      'clusterCIDR: 10.244.0.0/16\nclientConnection: { kubeconfig: /var/lib/kube-proxy/kubeconfig.conf }\n',
    );
    c.daemon(machine, kubeProxy, [
      '--config=/var/lib/kube-proxy/config.conf',
      `--hostname-override=m${machine + 1}`,
    ]);
    c.daemon(machine, installConf, [
      '/etc/kube-flannel/cni-conf.json',
      '/etc/cni/net.d/10-flannel.conflist',
    ]);
    // A SYN that left before the rules were there would be remembered without translation.
    c.net.shard.runUntil(c.net.shard.now + 1_000);
    logs.push(
      c.daemon(machine, flanneld, ['--ip-masq', '--kube-subnet-mgr', '--healthz-port=8081']),
    );
  }
  c.net.shard.runUntil(8_000);
  const files = c.net.machines[1]!.files;
  files.makeDirectory('/etc/coredns');
  files.write('/etc/coredns/Corefile', corefile);
  const dns = c.pod(1, 'coredns');
  const dnsLog = c.daemon(1, coredns, ['-conf', '/etc/coredns/Corefile'], dns);
  c.service('kube-system', 'kube-dns', '10.96.0.10', [{ name: 'dns', port: 53, protocol: 'UDP' }]);
  c.slice('kube-system', 'kube-dns', 'dns', 53, [dns.ip!], 'UDP');
  const web = c.pod(2, 'web');
  c.service('default', 'web', '10.96.0.50', [{ name: 'http', port: 80, nodePort: 30080 }]);
  c.slice('default', 'web', 'http', 80, [web.ip!]);
  c.service('default', 'none', '10.96.0.51', [{ port: 80 }]);
  c.service('default', 'set', 'None', [{ name: 'http', port: 80 }]);
  c.slice('default', 'set', 'http', 80, [web.ip!]);
  c.daemon(
    2,
    {
      name: 'nginx',
      start: (process) => {
        serveHttp(process, 80, ({ path }) =>
          path === '/'
            ? httpResponse(200, 'Welcome\n', { 'Content-Type': 'text/plain' })
            : httpResponse(404, 'no\n'),
        );
        return {};
      },
    },
    [],
    web,
  );
  c.net.shard.runUntil(12_000);
  const client = c.pod(1, 'client');
  return { c, client, logs, dnsLog, web };
}

it('flanneld cannot begin before Services work, and says so', () => {
  const c = new Cluster();
  const log = c.daemon(1, flanneld, ['--ip-masq', '--kube-subnet-mgr'], undefined, {
    NODE_NAME: '',
    POD_NAME: 'kube-flannel-ds-x',
    POD_NAMESPACE: 'kube-flannel',
  });
  c.net.shard.runUntil(31_000);
  expect(c.daemons.get('flanneld 1')!.exitCode).toBe(1);
  expect(log.at(-1)).toContain(
    "] Failed to create SubnetManager: error retrieving pod spec for 'kube-flannel/kube-flannel-ds-x': " +
      'Get "https://10.96.0.1:443/api/v1/namespaces/kube-flannel/pods/kube-flannel-ds-x": ' +
      'dial tcp 10.96.0.1:443: i/o timeout\n',
  );
});

it('flanneld needs a podCIDR', () => {
  const { c } = running();
  c.api.put('/api/v1/nodes/m4', { kind: 'Node', metadata: { name: 'm4' }, spec: {}, status: {} });
  const log = c.daemon(1, flanneld, ['--kube-subnet-mgr'], undefined, { NODE_NAME: 'm4' });
  c.net.shard.runUntil(c.net.shard.now + 100);
  expect(log.at(-1)).toContain(
    '] Error registering network: failed to acquire lease: node "m4" pod cidr not assigned\n',
  );
});

it('flannel tells its Node, its subnet file, and the kernel', () => {
  const { c } = running();
  const node = c.api.objects.get('/api/v1/nodes/m2')!;
  expect(node.metadata.annotations).toMatchObject({
    'flannel.alpha.coreos.com/backend-type': 'vxlan',
    'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
    'flannel.alpha.coreos.com/public-ip': '192.168.56.12',
  });
  expect(c.net.machines[1]!.files.read('/run/flannel/subnet.env')).toBe(
    'FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n',
  );
  const mac = c.net.stacks[2]!.host.devices.get('flannel.1')!.mac;
  expect(c.run(1, undefined, 'ip route', 10)).toBe(
    [
      'default via 192.168.56.1 dev eth0 ',
      '10.244.0.0/24 via 10.244.0.0 dev flannel.1 onlink ',
      '10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1 ',
      '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink ',
      '192.168.56.0/24 dev eth0 proto kernel scope link src 192.168.56.12 ',
      '(exit 0)',
    ].join('\n'),
  );
  expect(c.run(1, undefined, 'bridge fdb show dev flannel.1', 10)).toContain(
    `${mac} dev flannel.1 dst 192.168.56.13 self permanent\n`,
  );
  expect(c.run(1, undefined, 'iptables-save -t nat', 10)).toContain(
    '-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
  );
});

it('names, Services and Pods work from a Pod', () => {
  const { c, client, web } = running();
  const ip = web.ip!;
  const transcript = [
    'nslookup web',
    'nslookup web.default.svc.cluster.local',
    'nslookup set.default.svc.cluster.local',
    `nslookup ${ip}`,
    'nslookup -type=srv _http._tcp.web.default.svc.cluster.local',
    'nslookup nosuch.default.svc.cluster.local',
    'curl http://web',
    'curl -sI web',
    'curl none',
    'curl nosuch',
    'curl -m 2 10.96.0.99',
    'curl 192.168.56.11:30080',
    'curl -k https://kubernetes/api/v1/namespaces/default',
    'wget -qO- http://web.default',
    'wget -O- http://web/x',
    'wget http://none',
    'wget -T 3 http://10.96.0.99/',
    'wget nosuch',
    `ping -c 2 ${ip}`,
    'ping -c 1 -W 2 10.96.0.50',
    `traceroute ${ip}`,
    'nc -zv web 80',
    'nc -zv none 80',
    'ip addr',
    'ip route',
  ]
    .map((line) => `$ ${line}\n${c.run(1, client, line)}`)
    .join('\n');
  expect(transcript).toMatchSnapshot();
});

it('CoreDNS says what it is doing, and when it is gone names are too', () => {
  const { c, client, dnsLog } = running();
  expect(dnsLog.join('')).toBe('.:53\nCoreDNS-1.12.0\nlinux/amd64, go1.23.3, 51e11f166\n');
  c.daemons.get('coredns 1')!.kill('SIGTERM');
  c.net.shard.runUntil(c.net.shard.now + 6_000);
  expect(dnsLog.at(-1)).toBe('[INFO] plugin/health: Going into lameduck mode for 5s\n');
  expect(c.run(1, client, 'nslookup web', 30_000)).toBe(
    ';; connection timed out; no servers could be reached\n\n(exit 1)',
  );
  expect(c.run(1, client, 'curl web', 60_000)).toBe(
    'curl: (6) Could not resolve host: web\n(exit 6)',
  );
});

it('a host port leads to its Pod until the Pod is gone', () => {
  const { c } = running();
  const hostPorts = [{ hostPort: 8080, containerPort: 80, protocol: 'TCP' }];
  const added = c.cnis[2]!.add('ported', { hostPorts });
  const net = (added as unknown as { value: Namespace }).value;
  c.daemon(
    2,
    {
      name: 'second',
      start: (process) => {
        serveHttp(process, 80, () => httpResponse(200, 'second\n'));
        return {};
      },
    },
    [],
    net,
  );
  expect(c.run(0, undefined, 'curl -s 192.168.56.13:8080')).toBe('second\n(exit 0)');
  expect(c.run(2, undefined, 'curl -s 192.168.56.13:8080')).toBe('second\n(exit 0)');
  expect(c.run(2, net, 'curl -s 192.168.56.13:8080')).toBe('second\n(exit 0)');
  c.daemons.get('second 2')!.kill('SIGKILL');
  c.cnis[2]!.remove('ported');
  expect(c.run(0, undefined, 'curl -s 192.168.56.13:8080')).toBe('(exit 7)');
  expect(c.run(2, undefined, 'iptables-save -t nat', 10)).not.toContain('CNI-DN-');
});

it('CoreDNS finds out that it asks itself', () => {
  const { c, dnsLog } = running();
  c.net.machines[1]!.files.write('/etc/resolv.conf', 'nameserver 127.0.0.1\n');
  const log = c.daemon(1, coredns, ['-conf', '/etc/coredns/Corefile'], c.pod(1, 'second'));
  c.net.shard.runUntil(c.net.shard.now + 6_000);
  expect(dnsLog.join('')).not.toContain('FATAL');
  expect(log.at(-1)).toMatch(
    /^\[FATAL\] plugin\/loop: Loop \(127\.0\.0\.1:\d+ -> :53\) detected for zone "\."/,
  );
});

it('kube-proxy keeps its distance between rounds', () => {
  const { c } = running();
  const begun = c.net.shard.now;
  for (let i = 0; i < 50; i++) {
    c.slice('default', 'web', 'http', 80, [`10.244.2.${100 + i}`]);
    c.net.shard.runUntil(begun + 100 * (i + 1));
  }
  c.net.shard.runUntil(begun + 7_000);
  const rounds = c.net.trace.filter(
    ({ type, machine, at }) => type === 'kube-proxy' && machine === 'm2' && at > begun,
  );
  expect(rounds.length).toBeGreaterThanOrEqual(5);
  expect(rounds.length).toBeLessThanOrEqual(8);
  const chain = c.net.stacks[1]!.filter.tables.table('nat');
  expect(
    [...chain.values()].some(({ rules }) =>
      rules.some((r) => r.target.type === 'DNAT' && r.target.to === '10.244.2.149:80'),
    ),
  ).toBe(true);
  expect(
    [...chain.values()].some(({ rules }) =>
      rules.some((r) => r.target.type === 'DNAT' && r.target.to === '10.244.2.148:80'),
    ),
  ).toBe(false);
});
