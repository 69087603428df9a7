/**
 * flannel's programs: flanneld, and what its Pod's init containers run to put the CNI plugin and
 * its configuration onto the machine. Upstream: flannel-io/flannel, Documentation/kube-flannel.yml.
 */
import type { Files, Process, Program } from '../../host/index.ts';
import { executable } from '../../host/executable.ts';
import { inClusterConfig } from '../client/in-cluster.ts';
import { klog } from '../client/klog.ts';
import { Flanneld, type FlannelOptions } from './flanneld.ts';

export const flanneld: Program = {
  name: 'flanneld',
  start(process) {
    const options = readOptions(process);
    if (typeof options !== 'string') return new Flanneld(process, options);
    klog(process, 'E', 'main.go:251', `Failed to create SubnetManager: ${options}`);
    process.end(1);
    return {};
  },
};

/** `cp -f SOURCE TARGET` and `install-conf SOURCE TARGET`: both copy one file. */
function copyProgram(name: string): Program {
  return {
    name,
    *main(process) {
      const paths = process.args.slice(1).filter((arg) => !arg.startsWith('-'));
      const [from = '', to = ''] = paths;
      return copy(process.files, from, to) ? 0 : fail(process, from);
    },
  };
}

/** init container `install-cni-plugin` (the image's `cp`): /flannel → /opt/cni/bin/flannel. */
export const installCniPlugin = copyProgram('cp');
/** init container `install-cni`: cni-conf.json → /etc/cni/net.d/10-flannel.conflist. */
export const installConf = copyProgram('install-conf');

/** What the image flannel-cni-plugin has in its root. */
export const cniPluginFiles: Readonly<Record<string, string>> = {
  '/flannel': executable('flannel'),
};

function copy(files: Files, from: string, to: string): boolean {
  const text = files.read(from);
  return text !== undefined && files.write(to, text) === undefined;
}

function fail(process: Process, path: string): number {
  process.printError(
    `${process.args[0] ?? 'cp'}: can't stat '${path}': No such file or directory\n`,
  );
  return 1;
}

function readOptions(process: Process): FlannelOptions | string {
  const flags = new Map(
    process.args.slice(1).map((arg): [string, string] => {
      const [name = '', value = 'true'] = arg.replace(/^--?/, '').split('=');
      return [name, value];
    }),
  );
  if (!flags.has('kube-subnet-mgr')) return 'only --kube-subnet-mgr is simulated';
  const client = inClusterConfig(process);
  if (typeof client === 'string') return `unable to initialize inclusterconfig: ${client}`;
  const at = flags.get('net-config-path') ?? '/etc/kube-flannel/net-conf.json';
  const network = networkOf(process.files.read(at));
  if (network === undefined)
    return `failed to read net conf: open ${at}: no such file or directory`;
  return {
    client,
    network,
    healthPort: Number(flags.get('healthz-port') ?? 0),
    subnetFile: flags.get('subnet-file') ?? '/run/flannel/subnet.env',
    isMasquerading: flags.get('ip-masq') === 'true',
  };
}

const networkOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /"Network"\s*:\s*"([^"]+)"/.exec(text)?.[1];
