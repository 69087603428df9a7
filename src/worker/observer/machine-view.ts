/** What the stage shows of a machine, and of the Node that its kubelet registered. */
import { type Amounts, amountOf } from '../../api/kinds/pod/facts.ts';
import type { Node } from '../../api/types.gen.ts';
import type { MachineDescription } from '../../host/index.ts';
import type { ComponentView, MachineView } from '../protocol.ts';

/** What is known of a machine beside its Node. */
export interface MachineFacts {
  readonly description: Omit<MachineDescription, 'disk'>;
  isOn: boolean;
  isCableCut: boolean;
  readonly components: Map<string, ComponentView>;
  /** Sum of the requests of the Pods bound to it. */
  requested: Amounts;
}

/** Daemons that are shown as organs of a machine, in this order. */
export const organs = [
  'etcd',
  'kube-apiserver',
  'kube-scheduler',
  'kube-controller-manager',
  'containerd',
  'kubelet',
  'kube-proxy',
  'flanneld',
] as const;

export function machineView(facts: MachineFacts, node: Node | undefined): MachineView {
  const { description, isOn, isCableCut, components, requested } = facts;
  const allocatable = node?.status?.allocatable ?? {};
  const level = (name: string) => ({
    requested: requested[name] ?? 0,
    allocatable: amountOf(name, String(allocatable[name] ?? '0')),
  });
  return {
    name: description.name,
    role: description.role,
    ip: description.ip,
    isOn,
    isCableCut,
    ...(node === undefined
      ? {}
      : {
          nodeStatus: nodeStatus(node),
          cpu: level('cpu'),
          memory: level('memory'),
          ...(node.spec?.podCIDR === undefined ? {} : { podCIDR: node.spec.podCIDR }),
        }),
    taints: (node?.spec?.taints ?? []).map(
      ({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`,
    ),
    components: organs.flatMap((name) => components.get(name) ?? []),
  };
}

/** The STATUS column of `kubectl get nodes`. */
export function nodeStatus(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const status = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable === true ? `${status},SchedulingDisabled` : status;
}

/** Whether the control plane has given the machine up: its Pods' states are not known. */
export const isLost = (node: Node | undefined): boolean =>
  node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'Unknown';
