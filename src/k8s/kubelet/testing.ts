/**
 * For tests: one machine with its network, runtime and kubelet, and beside them the least API
 * server (client/testing.ts). What happens to a Pod is written down as a transcript.
 */
import type { Pod } from '../../api/types.gen.ts';
import { pod as podKind } from '../../api/kinds/pod.ts';
import type { Machine, Process, Program } from '../../host/index.ts';
import { Cni } from '../../host/net/cni.ts';
import { network } from '../../host/net/test-network.ts';
import { ContainerRuntime, type Image, ImageRegistry } from '../../host/runtime/index.ts';
import { sleep } from '../../host/index.ts';
import { workloadImages } from '../../images/index.ts';
import { ToyServer } from '../client/testing.ts';
import type { ApiRequest, ApiResponse, ClientMessage, ServerMessage } from '../client/wire.ts';
import { kubeletConfig, type KubeletConfig, kubeletProgram } from './index.ts';

const node = 'm1';

/** The few commands that tests need of a shell's user land. */
const commands: Readonly<Record<string, Program>> = {
  sleep: {
    name: 'sleep',
    *main(process) {
      yield* sleep(Number(process.args[1] ?? '0') * 1000);
      return 0;
    },
  },
  cat: {
    name: 'cat',
    *main(process) {
      const text = process.files.read(process.args[1] ?? '');
      if (text === undefined) {
        process.printError(`cat: can't open '${process.args[1]}': No such file or directory\n`);
        return 1;
      }
      process.print(text);
      return 0;
    },
  },
  env: {
    name: 'env',
    *main(process) {
      for (const key in process.env) process.print(`${key}=${process.env[key]}\n`);
      return 0;
    },
  },
  rm: {
    name: 'rm',
    *main(process) {
      process.files.remove(process.args.at(-1) ?? '');
      return 0;
    },
  },
  true: {
    name: 'true',
    *main() {
      return 0;
    },
  },
  false: {
    name: 'false',
    *main() {
      return 1;
    },
  },
  echo: {
    name: 'echo',
    *main(process) {
      process.print(`${process.args.slice(1).join(' ')}\n`);
      return 0;
    },
  },
};

/** `sh -c 'exit N'` and nothing else. */
const sh: Program = {
  name: 'sh',
  *main(process) {
    const script = process.args[1] === '-c' ? (process.args[2] ?? '') : '';
    for (const line of script.split(';')) {
      const [name = '', value = ''] = line.trim().split(' ');
      if (name === 'exit') return Number(value);
      if (name === 'sleep') yield* sleep(Number(value) * 1000);
      if (name === 'echo') process.print(`${line.trim().slice(5)}\n`);
    }
    return 0;
  },
};

export class KubeletRig {
  readonly net = network(1);
  readonly machine: Machine;
  readonly runtime: ContainerRuntime;
  readonly server: ToyServer;
  kubelet: Process | undefined;
  /** What kubelets logged so far. */
  journal = '';
  /** Status patches of Pods so far. */
  patches = 0;
  private readonly overrides: Partial<KubeletConfig>;
  private readonly history: string[] = [];
  private readonly seen = new Map<string, string>();

  constructor(overrides: Partial<KubeletConfig> = {}, extra: readonly Image[] = []) {
    this.overrides = overrides;
    const [machine] = this.net.machines;
    const [stack] = this.net.stacks;
    if (machine === undefined || stack === undefined) throw new Error('no machine');
    this.machine = machine;
    const registry = new ImageRegistry([...workloadImages({ sh, commands }), ...extra]);
    this.runtime = new ContainerRuntime(machine, { registry, networks: new Cni(stack) });
    const { site } = machine;
    this.server = new ToyServer(() => site.clock, site.chance);
    this.server.intercept = (request) => this.patchStatus(request);
    machine.files.makeDirectory('/etc/cni/net.d');
    machine.files.makeDirectory('/etc/kubernetes/manifests');
    machine.files.write(
      '/etc/cni/net.d/10-bridge.conflist',
      JSON.stringify({
        name: 'cbr0',
        plugins: [{ type: 'bridge', ipam: { subnet: '10.244.1.0/24' } }],
      }),
    );
    machine.files.write('/etc/resolv.conf', 'nameserver 127.0.0.53\n');
    this.startApi();
    this.startContainerd();
    this.startKubelet();
  }

  get now(): number {
    return this.net.shard.now;
  }

  startApi(): void {
    const { server } = this;
    this.machine.spawn({
      args: ['api'],
      program: {
        name: 'api',
        start: (process) => {
          process.net.listen(process, 6443, (connection) => {
            const answer = { answer: (message: ServerMessage) => connection.send(message) };
            return {
              received: (message) => server.take(message as ClientMessage, answer as never),
            };
          });
          return {};
        },
      },
    });
  }

  startContainerd(): Process {
    return this.machine.spawn({ program: this.runtime.program, args: ['/usr/bin/containerd'] });
  }

  startKubelet(): void {
    const { ip } = this.machine.description;
    const config = kubeletConfig({
      nodeName: node,
      nodeIp: ip,
      server: { ip, port: 6443 },
      ...this.overrides,
    });
    const journal = {
      write: (text: string) => {
        this.journal += text;
        return true;
      },
      end: () => undefined,
    };
    this.kubelet = this.machine.spawn({
      stdout: journal,
      program: kubeletProgram(() => config),
      args: ['/usr/bin/kubelet'],
    });
  }

  /** Runs for so long and notes what statuses and Events came, with their times. */
  run(ms: number): void {
    const until = this.now + ms;
    while (this.now < until) {
      this.net.shard.runUntil(Math.min(until, this.now + 100));
      this.observe();
    }
  }

  /** Runs until something holds; fails the test when it does not come. */
  runUntil(holds: () => boolean, limitMs = 120_000): void {
    const limit = this.now + limitMs;
    while (!holds()) {
      if (this.now >= limit) throw new Error(`it never came\n${this.transcript()}`);
      this.run(100);
    }
  }

  /** Binds a Pod to the node, defaulted as the API server does it. */
  create(pod: object): void {
    const { metadata, spec } = pod as { metadata: { name: string }; spec: object };
    const whole = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'default', ...metadata },
      spec: { ...spec, nodeName: node },
      status: { phase: 'Pending' },
    };
    const defaulted = podKind.defaults?.(whole as never) ?? whole;
    this.server.put(this.pathOf(metadata.name), defaulted as object);
  }

  /** Marks a Pod as deleted. */
  delete(name: string, graceSeconds = 30): void {
    const pod = this.pod(name);
    if (pod === undefined) return;
    this.server.put(this.pathOf(name), {
      ...pod,
      metadata: {
        ...pod.metadata,
        deletionTimestamp: '2025-01-01T00:00:00Z',
        deletionGracePeriodSeconds: graceSeconds,
      },
    });
  }

  pod(name: string): Pod | undefined {
    return this.server.objects.get(this.pathOf(name)) as Pod | undefined;
  }

  isReady(name: string): boolean {
    return (
      this.pod(name)?.status?.conditions?.some(
        ({ type, status }) => type === 'Ready' && status === 'True',
      ) ?? false
    );
  }

  /** Events and statuses so far, a line each; clears them. */
  transcript(): string {
    return this.history.splice(0).join('\n');
  }

  /** The toy server would drop a deleted Pod at the first patch. */
  private patchStatus({ method, path, body }: ApiRequest): ApiResponse | undefined {
    if (method !== 'PATCH' || !path.includes('/pods/')) return undefined;
    const key = path.replace(/\/status$/, '');
    const pod = this.server.objects.get(key) as Pod | undefined;
    if (pod === undefined) return { status: 404, body: { message: 'not found' } };
    const patch = (body as unknown as { status: Record<string, unknown> }).status;
    const status: Record<string, unknown> = { ...pod.status };
    for (const field in patch) {
      if (patch[field] === null) delete status[field];
      else status[field] = merged(patch[field]);
    }
    this.patches += 1;
    return { status: 200, body: this.server.put(key, { ...pod, status }) as never };
  }

  private pathOf(name: string): string {
    return `/api/v1/namespaces/default/pods/${name}`;
  }

  private observe(): void {
    for (const [path, object] of this.server.objects) {
      const text = describe(path, object as unknown as Record<string, unknown>);
      if (text === undefined || this.seen.get(path) === text) continue;
      this.seen.set(path, text);
      this.history.push(`${(this.now / 1000).toFixed(1)}s ${text}`);
    }
    for (const path of this.seen.keys()) {
      if (this.server.objects.has(path)) continue;
      this.seen.delete(path);
      this.history.push(`${(this.now / 1000).toFixed(1)}s gone: ${path.split('/').pop() ?? ''}`);
    }
  }
}

function describe(path: string, object: Record<string, unknown>): string | undefined {
  if (path.includes('/events/')) {
    const { type, reason, message, count } = object as Record<string, string>;
    if ((object['involvedObject'] as { kind: string }).kind !== 'Pod') return undefined;
    return `${type} ${reason}${Number(count) > 1 ? ` x${count}` : ''} ${message}`;
  }
  if (!path.includes('/pods/')) return undefined;
  const {
    metadata: { name, deletionTimestamp },
    status,
  } = object as unknown as Pod;
  const containers = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ].map(({ name: container, state, ready, restartCount }) => {
    const what =
      state?.running !== undefined
        ? 'running'
        : (state?.waiting?.reason ?? `${state?.terminated?.reason} ${state?.terminated?.exitCode}`);
    return `${container}=${what}${ready ? ' ready' : ''}${restartCount > 0 ? ` r${restartCount}` : ''}`;
  });
  return [
    `pod ${name}:`,
    ...(deletionTimestamp === undefined ? [] : ['deleted']),
    status?.phase ?? '',
    ...(status?.reason === undefined ? [] : [status.reason]),
    ...(status?.podIP === undefined ? [] : [status.podIP]),
    ...containers,
  ].join(' ');
}

/** Takes a patch's directives out of what it patches with. */
function merged(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const items = value as readonly Record<string, unknown>[];
  return items
    .filter((item) => item['$patch'] !== 'delete')
    .map((item) =>
      Object.fromEntries(
        Object.entries(item).filter(([key, field]) => field !== null || key === 'lastProbeTime'),
      ),
    );
}
