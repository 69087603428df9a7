/** What is on the machines' disks when they are first switched on: as kubeadm leaves them. */
import { type FileTable, type MachineDescription, executable } from '../host/index.ts';
import { writeKubeconfig } from '../k8s/client/index.ts';
import type { WorldDefinition } from './definition.ts';
import { controlPlaneManifests } from './kubeadm/manifests.ts';
import { rigFiles } from './rig/files.ts';
import { shelf } from './shelf.ts';

export const homeOf = (role: MachineDescription['role']): string =>
  role === 'workstation' ? '/home/learner' : '/root';

/** The control plane's address, as kubeconfigs name it. */
export function serverUrl(world: WorldDefinition): string {
  const ip = world.machines.find(({ role }) => role === 'control-plane')?.ip ?? '127.0.0.1';
  return `https://${ip}:6443`;
}

/** Where the PATH leads besides /usr/bin. */
const emptyFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/sbin'];

/** The disk of one machine. @param programs names of the programs in /usr/bin. */
export function diskOf(
  world: WorldDefinition,
  machine: WorldDefinition['machines'][number],
  programs: readonly string[],
): FileTable {
  return {
    ...system(world, machine, programs),
    ...(machine.role === 'workstation' ? workstation(world) : node(world, machine)),
  };
}

function system(
  world: WorldDefinition,
  { name, role }: WorldDefinition['machines'][number],
  programs: readonly string[],
): FileTable {
  const hosts = world.machines.slice(0, 50).map((other) => `${other.ip} ${other.name}\n`);
  const home = homeOf(role);
  return {
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n${hosts.join('')}`,
    '/etc/resolv.conf': 'nameserver 192.168.56.1\n',
    '/etc/os-release':
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
    [`${home}/.bashrc`]: 'alias k=kubectl\nalias ll="ls -l"\n',
    '/etc/passwd':
      'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\n',
    ...Object.fromEntries(programs.map((program) => [`/usr/bin/${program}`, executable(program)])),
    ...Object.fromEntries(emptyFolders.map((folder) => [`${folder}/.keep`, ''])),
    [`${home}/.profile`]: 'if [ -d "$HOME/bin" ]; then\n  PATH="$HOME/bin:$PATH"\nfi\n',
    '/bin/sh': executable('sh'),
    '/bin/bash': executable('bash'),
  };
}

function workstation(world: WorldDefinition): FileTable {
  const files = shelf.map(({ name, text }) => [`/home/learner/${name}`, text] as const);
  return {
    '/home/learner/.kube/config': adminConfig(world),
    '/home/learner/.ssh/config': 'Host *\n  User root\n',
    '/home/learner/.ssh/id_ed25519.pub': learnerKey,
    ...Object.fromEntries(files),
  };
}

/** With it the learner gets into the machines as root. */
const learnerKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKubariumKubariumKubariumKubariumKubarium0a learner@laptop\n';

const adminConfig = (world: WorldDefinition): string =>
  writeKubeconfig({
    clusterName: 'kubernetes',
    server: serverUrl(world),
    userName: 'kubernetes-admin',
    subject: { commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] },
  });

function node(
  world: WorldDefinition,
  { name, ip, role }: WorldDefinition['machines'][number],
): FileTable {
  const server = serverUrl(world);
  if (world.setup === 'rig') return rigFiles(server);
  const config = (userName: string, organizations: readonly string[] = []) =>
    writeKubeconfig({
      clusterName: 'kubernetes',
      server,
      userName,
      subject: { commonName: userName, organizations },
    });
  const common: FileTable = {
    '/etc/kubernetes/kubelet.conf': config(`system:node:${name}`, ['system:nodes']),
    '/var/lib/kubelet/config.yaml':
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n' +
      'clusterDNS:\n- 10.96.0.10\nclusterDomain: cluster.local\n' +
      'staticPodPath: /etc/kubernetes/manifests\n',
    '/root/.ssh/authorized_keys': learnerKey,
    '/opt/cni/bin/.keep': '',
    '/etc/cni/net.d/.keep': '',
  };
  if (role !== 'control-plane') return { ...common, '/etc/kubernetes/manifests/.keep': '' };
  const manifests = Object.entries(controlPlaneManifests(name, ip));
  return {
    ...common,
    '/etc/kubernetes/admin.conf': adminConfig(world),
    '/root/.kube/config': adminConfig(world),
    '/etc/kubernetes/super-admin.conf': config('kubernetes-super-admin', ['system:masters']),
    '/etc/kubernetes/controller-manager.conf': config('system:kube-controller-manager'),
    '/etc/kubernetes/scheduler.conf': config('system:kube-scheduler'),
    '/var/lib/etcd/.keep': '',
    ...Object.fromEntries(
      manifests.map(([file, text]) => [`/etc/kubernetes/manifests/${file}`, text]),
    ),
  };
}
