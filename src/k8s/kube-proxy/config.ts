/**
 * kube-proxy's flags and configuration file, as far as they matter here. Upstream:
 * pkg/proxy/apis/config, cmd/kube-proxy/app/options.go; kubeadm writes
 * `--config=/var/lib/kube-proxy/config.conf --hostname-override=$(NODE_NAME)`.
 */
import type { Files, Process } from '../../host/index.ts';
import { inClusterConfig } from '../client/in-cluster.ts';
import { type ClientConfig, clientConfig, parseKubeconfig } from '../client/index.ts';
import { readYaml } from '../client/read-yaml.ts';

export interface ProxyConfig {
  readonly client: ClientConfig;
  readonly nodeName: string;
  readonly clusterCidr: string | undefined;
  readonly healthPort: number;
  readonly metricsPort: number;
}

interface ConfigFile {
  readonly clusterCIDR?: string;
  readonly healthzBindAddress?: string;
  readonly metricsBindAddress?: string;
  readonly clientConnection?: { readonly kubeconfig?: string };
  readonly hostnameOverride?: string;
}

/** The configuration; or, as a text, why the program cannot run. */
export function readConfig(process: Process): ProxyConfig | string {
  const flags = flagsOf(process.args.slice(1));
  const at = flags.get('config');
  const text = at === undefined ? '' : process.files.read(at);
  if (text === undefined) {
    return `failed complete: open ${at ?? ''}: no such file or directory`;
  }
  const file = readYaml(text) as ConfigFile;
  const client = clientOf(process, file.clientConnection?.kubeconfig ?? flags.get('kubeconfig'));
  if (typeof client === 'string') return client;
  const cidr = flags.get('cluster-cidr') ?? file.clusterCIDR;
  return {
    client,
    nodeName: (
      flags.get('hostname-override') ||
      file.hostnameOverride ||
      process.machine.name
    ).toLowerCase(),
    clusterCidr: cidr === undefined || cidr === '' ? undefined : cidr.split(',')[0],
    healthPort: portOf(file.healthzBindAddress, 10_256),
    metricsPort: portOf(file.metricsBindAddress, 10_249),
  };
}

function clientOf(process: Process, path: string | undefined): ClientConfig | string {
  if (path === undefined || path === '') return inClusterConfig(process);
  const text = process.files.read(path);
  if (text === undefined) return `stat ${path}: no such file or directory`;
  const config = clientConfig(parseKubeconfig(text));
  if (config === undefined) return `invalid configuration: ${path}`;
  const token = config.credential === undefined ? tokenOf(text, process.files) : undefined;
  return token === undefined ? config : { ...config, credential: { type: 'token', token } };
}

/** kubeadm's kubeconfig for kube-proxy names the file of the ServiceAccount's token. */
function tokenOf(text: string, files: Files): string | undefined {
  const { users = [] } = readYaml(text) as {
    users?: readonly { readonly user?: { readonly tokenFile?: string } }[];
  };
  const path = users.find(({ user }) => user?.tokenFile !== undefined)?.user?.tokenFile;
  return path === undefined ? undefined : files.read(path)?.trim();
}

function flagsOf(args: readonly string[]): Map<string, string> {
  return new Map(
    args
      .filter((arg) => arg.startsWith('--'))
      .map((arg) => {
        const equals = arg.indexOf('=');
        return equals < 0 ? [arg.slice(2), 'true'] : [arg.slice(2, equals), arg.slice(equals + 1)];
      }),
  );
}

function portOf(address: string | undefined, byDefault: number): number {
  const port = Number(address?.slice(address.lastIndexOf(':') + 1));
  return Number.isInteger(port) && port > 0 ? port : byDefault;
}
