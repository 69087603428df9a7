/** Puts a world together: machines, their networks, what is installed on them, what starts at boot. */
import { kinds } from '../api/kinds/index.ts';
import type { Descriptions } from '../api/open-api.ts';
import { Machine, type Program } from '../host/index.ts';
import { Cni } from '../host/net/cni.ts';
import { type Fabric, installNetwork } from '../host/net/index.ts';
import { ContainerRuntime, crictl, type Image, ImageRegistry } from '../host/runtime/index.ts';
import { installSystemd, systemdPrograms } from '../host/systemd.ts';
import { type ImagePrograms, workloadImages } from '../images/index.ts';
import { kubeApiserver } from '../k8s/apiserver/index.ts';
import { clientConfig, parseKubeconfig } from '../k8s/client/index.ts';
import { EtcdDisk, etcdProgram } from '../k8s/etcd/index.ts';
import { kubeletConfig, kubeletProgram } from '../k8s/kubelet/index.ts';
import type { Shard } from '../kernel/index.ts';
import { commands } from '../shell/commands/index.ts';
import { network } from '../shell/commands/net/index.ts';
import { sshd } from '../shell/commands/net/sshd.ts';
import { kubectl } from '../shell/kubectl/late.ts';
import { shell } from '../shell/shell.ts';
import { type Answer, ApiPort } from './api-port.ts';
import { controlPlaneImages, isPreloaded } from './control-plane-images.ts';
import type { WorldDefinition } from './definition.ts';
import { diskOf, serverUrl } from './disks.ts';
import { Hand } from './hand.ts';
import { webPage } from './web.ts';
import { addonsProgram } from './kubeadm/addons-program.ts';
import { rigUnits } from './rig/units.ts';

/** Programs of every machine, by name. */
const userPrograms: readonly Program[] = [
  shell('sh'),
  shell('bash'),
  ...commands,
  ...network,
  ...systemdPrograms,
  crictl,
  kubectl,
];
const byName = new Map(userPrograms.map((program) => [program.name, program] as const));

const imagePrograms: ImagePrograms = {
  sh: shell('sh'),
  commands: Object.fromEntries(byName),
};

/** What a world is handed from outside: where answers go, and prose that is loaded late. */
export interface Outside {
  readonly answer: Answer;
  readonly descriptions: () => Descriptions | undefined;
}

/** The machines of this shard, by name, in the world's order. */
export function assemble(
  definition: WorldDefinition,
  shard: Shard,
  outside: Outside,
): ReadonlyMap<string, Machine> {
  const fabric: Fabric = {
    latencyMs: definition.latencyMs,
    machines: definition.machines.map(({ name, ip, mac }, site) => ({ site, name, ip, mac })),
    prefixLength: 16,
    gateway: '192.168.56.1',
  };
  // Each world has a disk of its own under etcd, so that worlds never meet.
  const servers = {
    etcd: etcdProgram(new EtcdDisk()),
    apiserver: kubeApiserver(kinds, outside.descriptions),
  };
  const images = [...workloadImages(imagePrograms), ...controlPlaneImages(servers)];
  const store = { images, registry: new ImageRegistry(images), servers };
  const machines = new Map<string, Machine>();
  for (const site of shard.sites.values()) {
    const machine = install(definition, site.name, shard, fabric, store, outside.answer);
    machines.set(site.name, machine);
  }
  return machines;
}

/** What can be pulled, all that there is, and the two programs that keep the cluster's state. */
interface Installable {
  readonly images: readonly Image[];
  readonly registry: ImageRegistry;
  readonly servers: { readonly etcd: Program; readonly apiserver: Program };
}

function install(
  definition: WorldDefinition,
  name: string,
  shard: Shard,
  fabric: Fabric,
  store: Installable,
  answer: Answer,
): Machine {
  const description = definition.machines.find((machine) => machine.name === name);
  if (description === undefined) throw new Error(`${name} is a machine of ${definition.name}`);
  const disk = diskOf(definition, description, [...byName.keys()]);
  const machine = new Machine(shard.site(name), { ...description, disk });
  machine.web = webPage;
  machine.programs = byName;
  const stack = installNetwork(machine, fabric);
  const isNode = description.role !== 'workstation';
  const server = serverOf(definition);
  const port = description.ip === server.ip ? new ApiPort(machine, server, answer) : undefined;
  new Hand(machine, stack.nic, port);
  if (isNode && definition.setup === 'rig') {
    installSystemd(machine, rigUnits(store.servers, description.ip));
  } else if (isNode) installNode(definition, machine, store, new Cni(stack));
  return machine;
}

/** A machine on which kubeadm has been: containerd and a kubelet under systemd. */
function installNode(
  definition: WorldDefinition,
  machine: Machine,
  { images, registry }: Installable,
  networks: Cni,
): void {
  const runtime = new ContainerRuntime(machine, { registry, networks });
  for (const image of images) if (isPreloaded(image)) runtime.loadImage(image);
  const { name, role } = machine.description;
  const kubelet = kubeletProgram(() => {
    const config = clientConfig(
      parseKubeconfig(machine.files.read('/etc/kubernetes/kubelet.conf') ?? ''),
    );
    return kubeletConfig({
      nodeName: name,
      nodeIp: machine.description.ip,
      server: config?.server,
      credential: config?.credential,
      ...(role === 'control-plane' ? controlPlaneNode : {}),
    });
  });
  const isFirst = role === 'control-plane';
  const controlPlanes = definition.machines.filter(({ role }) => role === 'control-plane');
  const addons = addonsProgram(
    serverUrl(definition),
    controlPlanes.map(({ name }) => name),
  );
  installSystemd(machine, [
    {
      name: 'containerd',
      description: 'containerd container runtime',
      program: runtime.program,
      args: ['/usr/bin/containerd'],
      restart: 'always',
      restartSec: 5,
      isEnabled: true,
    },
    {
      name: 'kubelet',
      description: 'kubelet: The Kubernetes Node Agent',
      program: kubelet,
      args: [
        '/usr/bin/kubelet',
        '--config=/var/lib/kubelet/config.yaml',
        '--kubeconfig=/etc/kubernetes/kubelet.conf',
      ],
      restart: 'always',
      restartSec: 10,
      isEnabled: true,
    },
    ...(isFirst
      ? [
          {
            name: 'kubeadm-addons',
            description: 'what kubeadm init creates once the control plane answers',
            program: addons,
            args: ['/usr/bin/kubeadm', 'init', 'phase', 'addon', 'all'],
            restart: 'no' as const,
            restartSec: 1,
            isEnabled: true,
          },
        ]
      : []),
    {
      name: 'ssh',
      description: 'OpenBSD Secure Shell server',
      program: sshd,
      args: ['/usr/sbin/sshd', '-D'],
      restart: 'on-failure',
      restartSec: 1,
      isEnabled: true,
    },
  ]);
}

/** What kubeadm gives the kubelet of a control plane; its labels come with mark-control-plane. */
const controlPlaneNode = {
  nodeLabels: {},
  registerWithTaints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
};

const serverOf = (definition: WorldDefinition) => ({
  ip: definition.machines.find(({ role }) => role === 'control-plane')?.ip ?? '127.0.0.1',
  port: 6443,
});
