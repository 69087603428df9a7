import type { MachineDescription } from '../host/index.ts';

/** A world before anything has happened: its machines, and what kubeadm has left on their disks. */
export interface WorldDefinition {
  readonly name: string;
  readonly machines: readonly Omit<MachineDescription, 'disk'>[];
  /** One way between two machines, in ms; also the shards' lookahead. */
  readonly latencyMs: number;
  /**
   * When the page opens, in simulated ms: the machines have booted, all nodes are Ready, and what
   * came up with them has settled. A test holds every world to it.
   */
  readonly openAt: number;
  /**
   * `rig`: etcd, the API server and the controller manager run as plain services of the first
   * machine, as upstream's API tests start them; no kubelet, scheduler or add-on. Otherwise
   * kubeadm has set the cluster up.
   */
  readonly setup: 'kubeadm' | 'rig';
}

const GiB = 2 ** 30;

const machine = (
  name: string,
  role: MachineDescription['role'],
  host: number,
): Omit<MachineDescription, 'disk'> => ({
  name,
  role,
  ip: `192.168.${56 + Math.floor(host / 250)}.${host % 250}`,
  mac: `08:00:27:00:${(host >> 8).toString(16).padStart(2, '0')}:${(host & 255).toString(16).padStart(2, '0')}`,
  cpus: role === 'workstation' ? 4 : 2,
  memoryBytes: (role === 'workstation' ? 8 : 4) * GiB,
  diskBytes: 40 * GiB,
});

/** A laptop, a control plane, and workers. */
const cluster = (name: string, workers: number): WorldDefinition => ({
  name,
  machines: [
    machine('laptop', 'workstation', 2),
    machine('control-plane', 'control-plane', 10),
    ...Array.from({ length: workers }, (_, i) => machine(`worker-${i + 1}`, 'worker', 11 + i)),
  ],
  latencyMs: 0.25,
  openAt: 120_000,
  setup: 'kubeadm',
});

/** Worlds by name. `nodes-N` has N workers. */
export function worldByName(name: string): WorldDefinition | undefined {
  if (name === 'three-nodes') return cluster(name, 2);
  if (name === 'one-node') return cluster(name, 0);
  if (name === 'rig') return { ...cluster(name, 0), setup: 'rig' };
  const size = /^nodes-([1-9]\d{0,3})$/.exec(name);
  return size === null ? undefined : cluster(name, Number(size[1]));
}

/** For menus and messages. */
export const worldNames = ['three-nodes', 'one-node', 'nodes-N', 'rig'] as const;
export const defaultWorld = 'three-nodes';
