/**
 * What the scheduler keeps of Pods and nodes: sums that are brought up to date with each change,
 * so that a decision adds nothing up.
 * Upstream: pkg/scheduler/framework/types.go (PodInfo, NodeInfo).
 */
import { amountOf, type Amounts, podRequests } from '../../api/kinds/pod/facts.ts';
import { keyOf } from '../../api/object.ts';
import type { Node, Pod, PodAffinityTerm, Taint } from '../../api/types.gen.ts';

/** What a container without requests counts as when nodes are compared. */
const assumedMilliCpu = 100;
const assumedMemory = 200 * 1024 * 1024;

/** A Pod and what follows from its spec, worked out once. */
export interface PodInfo {
  readonly pod: Pod;
  readonly key: string;
  readonly requests: Amounts;
  readonly milliCpu: number;
  readonly memory: number;
  /** Requests other than CPU and memory: mostly none. */
  readonly others: readonly (readonly [name: string, amount: number])[];
  readonly assumedMilliCpu: number;
  readonly assumedMemory: number;
  /** `TCP/0.0.0.0:80` of each host port. */
  readonly ports: readonly HostPort[];
  /** Namespace and labels as one text: Pods of one template share it. */
  readonly group: string;
  readonly antiAffinity: readonly PodAffinityTerm[];
  readonly hasAffinity: boolean;
  readonly priority: number;
}

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const infos = new WeakMap<Pod, PodInfo>();

/** The facts of a Pod; the same object gives the same facts. */
export function podInfo(pod: Pod): PodInfo {
  let info = infos.get(pod);
  if (info === undefined) infos.set(pod, (info = makePodInfo(pod)));
  return info;
}

function makePodInfo(pod: Pod): PodInfo {
  const requests = podRequests(pod);
  const { affinity, priority } = pod.spec;
  let [cpu, memory] = [0, 0];
  for (const { resources } of pod.spec.containers) {
    if (resources?.requests?.['cpu'] === undefined) cpu += assumedMilliCpu;
    if (resources?.requests?.['memory'] === undefined) memory += assumedMemory;
  }
  const antiAffinity =
    affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    pod,
    key: keyOf(pod),
    requests,
    milliCpu: requests['cpu'] ?? 0,
    memory: requests['memory'] ?? 0,
    others: Object.entries(requests).filter(
      ([name, amount]) => name !== 'cpu' && name !== 'memory' && amount > 0,
    ),
    assumedMilliCpu: (requests['cpu'] ?? 0) + cpu,
    assumedMemory: (requests['memory'] ?? 0) + memory,
    ports: hostPorts(pod),
    group: groupOf(pod),
    antiAffinity,
    hasAffinity: affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined,
    priority: priority ?? 0,
  };
}

function hostPorts({ spec }: Pod): readonly HostPort[] {
  const ports: HostPort[] = [];
  for (const container of spec.containers) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort)
        ports.push({ ip: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP', port: hostPort });
    }
  }
  return ports;
}

function groupOf({ metadata: { namespace = '', labels } }: Pod): string {
  if (labels === undefined) return `${namespace}|`;
  return `${namespace}|${Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',')}`;
}

/** Pods of one node that have the same namespace and labels. */
export interface Group {
  /** As `PodInfo.group` has it. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  count: number;
}

export class NodeInfo {
  node: Node;
  readonly name: string;
  readonly pods = new Map<string, PodInfo>();
  readonly groups = new Map<string, Group>();
  /** Pods that forbid others to come near. */
  readonly repellent = new Map<string, PodInfo>();
  /** Pods with any rule on other Pods. */
  readonly affine = new Map<string, PodInfo>();
  milliCpu = 0;
  memory = 0;
  assumedMilliCpu = 0;
  assumedMemory = 0;
  readonly others = new Map<string, number>();
  readonly ports: HostPort[] = [];
  allocatableMilliCpu = 0;
  allocatableMemory = 0;
  allocatablePods = 0;
  isUnschedulable = false;
  /** Undefined when there are none. */
  taints: readonly Taint[] | undefined;
  /** Sizes of the images that it has, by name. */
  images: ReadonlyMap<string, number> = new Map();
  private allocatable: Amounts = {};

  constructor(node: Node) {
    this.node = node;
    this.name = node.metadata.name;
    this.update(node);
  }

  update(node: Node): void {
    const isNewStatus = this.node === node || this.node.status !== node.status;
    this.node = node;
    const { unschedulable = false, taints = [] } = node.spec;
    this.isUnschedulable = unschedulable;
    this.taints = taints.length === 0 ? undefined : taints;
    if (!isNewStatus) return;
    const amounts: Record<string, number> = {};
    const list = node.status?.allocatable ?? node.status?.capacity ?? {};
    for (const name in list) amounts[name] = amountOf(name, list[name] ?? '0');
    this.allocatable = amounts;
    this.allocatableMilliCpu = amounts['cpu'] ?? 0;
    this.allocatableMemory = amounts['memory'] ?? 0;
    this.allocatablePods = amounts['pods'] ?? 0;
    this.images = new Map(
      (node.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) =>
        names.map((name) => [name, sizeBytes] as const),
      ),
    );
  }

  allocatableOf(resource: string): number {
    return this.allocatable[resource] ?? 0;
  }

  add(info: PodInfo): void {
    this.pods.set(info.key, info);
    this.count(info, 1);
    if (info.antiAffinity.length > 0) this.repellent.set(info.key, info);
    if (info.hasAffinity) this.affine.set(info.key, info);
    this.ports.push(...info.ports);
  }

  remove(key: string): void {
    const info = this.pods.get(key);
    if (info === undefined) return;
    this.pods.delete(key);
    this.count(info, -1);
    this.repellent.delete(key);
    this.affine.delete(key);
    for (const port of info.ports) this.ports.splice(this.ports.indexOf(port), 1);
  }

  private count(info: PodInfo, sign: 1 | -1): void {
    this.milliCpu += sign * info.milliCpu;
    this.memory += sign * info.memory;
    this.assumedMilliCpu += sign * info.assumedMilliCpu;
    this.assumedMemory += sign * info.assumedMemory;
    for (const [name, amount] of info.others) {
      this.others.set(name, (this.others.get(name) ?? 0) + sign * amount);
    }
    const { namespace = '', labels } = info.pod.metadata;
    const group = this.groups.get(info.group);
    if (group === undefined) {
      const { group: name } = info;
      this.groups.set(name, { name, namespace, labels, count: 1 });
    } else if ((group.count += sign) === 0) this.groups.delete(info.group);
  }
}
