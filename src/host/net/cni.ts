/**
 * Container networking as CNI has it: a configuration file in /etc/cni/net.d says which plugins
 * give a Pod its network. Known plugins: `flannel` (asks /run/flannel/subnet.env, then delegates
 * to bridge), `bridge` and `portmap`, with `host-local` addresses. Upstream: containerd/go-cni, flannel-io/cni-plugin, containernetworking/plugins.
 */
import type { Files } from '../files.ts';
import type { PodNetworks, SandboxConfig } from '../runtime/config.ts';
import { failure, type Outcome, success } from '../runtime/runtime-error.ts';
import type { NetNamespace } from '../socket.ts';
import { HostLocal } from './host-local.ts';
import { mapPorts, unmapPorts } from './port-map.ts';
import type { NetStack } from './stack.ts';

const confDirectory = '/etc/cni/net.d';
const subnetFile = '/run/flannel/subnet.env';

/** What the plugins were told to do. */
interface BridgeConf {
  readonly network: string;
  readonly subnet: string;
  readonly clusterCidr: string | undefined;
  readonly mtu: number;
}

interface PluginFile {
  readonly name?: string;
  readonly type?: string;
  readonly mtu?: number;
  readonly subnetFile?: string;
  readonly ipam?: {
    readonly subnet?: string;
    readonly ranges?: readonly (readonly { readonly subnet?: string }[])[];
  };
}
interface ConfList extends PluginFile {
  readonly plugins?: readonly PluginFile[];
}

/** A machine's network plugin, as its container runtime calls it. */
export class Cni implements PodNetworks {
  private readonly stack: NetStack;
  private readonly attached = new Map<string, { readonly network: string; readonly ip: string }>();
  private conf: ConfList | undefined;
  private isStale = true;

  constructor(stack: NetStack) {
    this.stack = stack;
    stack.machine.files.watch((path) => {
      if (path.startsWith(confDirectory)) this.isStale = true;
    });
    // The sandboxes went with the power; the files that reserve their addresses did not.
    stack.machine.onHalt(() => this.attached.clear());
  }

  get problem(): string | undefined {
    return this.load() === undefined ? 'cni plugin not initialized' : undefined;
  }

  add(sandboxId: string, config?: Pick<SandboxConfig, 'hostPorts'>): Outcome<NetNamespace> {
    const conf = this.load();
    if (conf === undefined) return failure('Unknown', 'cni plugin not initialized');
    const plugin = conf.plugins?.[0] ?? conf;
    const type = plugin.type ?? '';
    const bridge = bridgeConf(conf, plugin, this.stack.machine.files);
    if (typeof bridge === 'string') return this.failed(type, bridge);
    const { network, subnet } = bridge;
    const ip = new HostLocal(this.stack.machine.files, network, subnet).allocate(sandboxId);
    if (ip === undefined) return this.failed(type, exhausted(type, subnet));
    const namespace = this.stack.addPodNamespace(sandboxId);
    this.stack.attach(namespace, { ip, podCidr: subnet, ...bridge });
    this.attached.set(sandboxId, { network, ip });
    const hostPorts = conf.plugins?.some(({ type: t }) => t === 'portmap')
      ? (config?.hostPorts ?? [])
      : [];
    mapPorts(this.stack.filter.tables, { sandboxId, network, ip, subnet, hostPorts });
    return success(namespace);
  }

  remove(sandboxId: string): void {
    const { network, ip } = this.attached.get(sandboxId) ?? {};
    unmapPorts(this.stack.filter.tables, sandboxId);
    this.stack.removeNamespace(sandboxId);
    this.attached.delete(sandboxId);
    if (network !== undefined && ip !== undefined) {
      new HostLocal(this.stack.machine.files, network, '').release(ip);
    }
  }

  private failed(type: string, why: string): Outcome<NetNamespace> {
    return failure('Unknown', `plugin type="${type}" failed (add): ${why}`);
  }

  /** The first configuration by name; containerd reads the folder again when it changes. */
  private load(): ConfList | undefined {
    if (!this.isStale) return this.conf;
    this.isStale = false;
    const { files } = this.stack.machine;
    const name = files.list(confDirectory)?.find((n) => /\.(?:conf|conflist|json)$/.test(n));
    this.conf = name === undefined ? undefined : parsed(files.read(`${confDirectory}/${name}`));
    return this.conf;
  }
}

function parsed(text: string | undefined): ConfList | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ConfList;
  } catch (error) {
    // A broken file is as good as none: containerd logs it and stays uninitialized.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function bridgeConf(conf: ConfList, plugin: PluginFile, files: Files): BridgeConf | string {
  const network = conf.name ?? 'cbr0';
  if (plugin.type === 'bridge') {
    const subnet = plugin.ipam?.subnet ?? plugin.ipam?.ranges?.[0]?.[0]?.subnet;
    if (subnet === undefined) return 'no IP ranges specified';
    return { network, subnet, clusterCidr: undefined, mtu: plugin.mtu ?? 1_500 };
  }
  if (plugin.type !== 'flannel') {
    return `failed to find plugin "${plugin.type ?? ''}" in path [/opt/cni/bin]`;
  }
  const at = plugin.subnetFile ?? subnetFile;
  const text = files.read(at);
  if (text === undefined) {
    return (
      `failed to load flannel 'subnet.env' file: open ${at}: no such file or directory. ` +
      'Check the flannel pod log for this node.'
    );
  }
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
  const gateway = value('FLANNEL_SUBNET') ?? '';
  return {
    network,
    subnet: gateway.replace(/\.\d+\//, '.0/'),
    clusterCidr: value('FLANNEL_NETWORK'),
    mtu: Number(value('FLANNEL_MTU') ?? 1_450),
  };
}

const exhausted = (type: string, subnet: string): string =>
  `${type === 'flannel' ? 'failed to delegate add: ' : ''}failed to allocate for range 0: ` +
  `no IP addresses available in range set: ${HostLocal.rangeText(subnet)}`;
