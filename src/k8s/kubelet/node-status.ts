/**
 * The Node that a kubelet registers, and its status. Upstream: pkg/kubelet/kubelet_node_status.go,
 * pkg/kubelet/nodestatus/setters.go. Simplified: no pressure ever, one architecture.
 */
import { formatTime } from '../../kernel/calendar.ts';
import { formatQuantity } from '../../api/quantity.ts';
import type { Node, NodeCondition, NodeStatus } from '../../api/types.gen.ts';
import type { Machine } from '../../host/index.ts';
import { type ContainerRuntime, imageIdOf, referenceOf } from '../../host/runtime/index.ts';
import type { KubeletConfig } from './config.ts';

export interface NodeFacts {
  readonly config: KubeletConfig;
  readonly machine: Machine;
  readonly runtime: ContainerRuntime;
  /** Why the node is not ready, if it is not. */
  readonly problem: string | undefined;
}

const kibi = 1024;

const kibibytes = (bytes: number): string => `${Math.floor(bytes / kibi)}Ki`;

/** What Linux leaves of a machine's memory and disk for others. */
const memoryOf = ({ description: { memoryBytes } }: Machine): number =>
  Math.floor((memoryBytes * 0.957) / kibi) * kibi;
const diskOf = ({ description: { diskBytes } }: Machine): number =>
  Math.floor((diskBytes * 0.965) / kibi) * kibi;

/** Amounts for Pods: CPU in thousandths of a core, the rest in whole units. */
export const allocatableOf = ({ machine, config }: Pick<NodeFacts, 'machine' | 'config'>) => ({
  cpu: machine.description.cpus * 1000,
  memory: memoryOf(machine) - config.evictionHardMemoryBytes,
  pods: config.maxPods,
  'ephemeral-storage': Math.floor(diskOf(machine) * 0.9),
});

/** Labels that every Node has. */
export const nodeLabels = ({
  nodeName,
  nodeLabels: own,
}: KubeletConfig): Record<string, string> => ({
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': nodeName,
  'kubernetes.io/os': 'linux',
  ...own,
});

/** The Node as it is first registered. */
export function newNode(facts: NodeFacts): Node {
  const { config } = facts;
  const taints = config.registerWithTaints;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: config.nodeName,
      labels: nodeLabels(config),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: taints.length === 0 ? {} : { taints },
    status: nodeStatus(facts, undefined),
  } as unknown as Node;
}

/** The status now; conditions that did not change keep their times. */
export function nodeStatus(facts: NodeFacts, old: NodeStatus | undefined): NodeStatus {
  const { config, machine, runtime } = facts;
  const { cpus } = machine.description;
  const allocatable = allocatableOf(facts);
  const huge = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0' };
  return {
    addresses: [
      { address: config.nodeIp, type: 'InternalIP' },
      { address: config.nodeName, type: 'Hostname' },
    ],
    allocatable: {
      cpu: String(cpus),
      'ephemeral-storage': String(allocatable['ephemeral-storage']),
      ...huge,
      memory: kibibytes(allocatable.memory),
      pods: String(config.maxPods),
    },
    capacity: {
      cpu: String(cpus),
      'ephemeral-storage': kibibytes(diskOf(machine)),
      ...huge,
      memory: kibibytes(memoryOf(machine)),
      pods: String(config.maxPods),
    },
    conditions: conditionsOf(facts, old?.conditions),
    daemonEndpoints: { kubeletEndpoint: { Port: config.port } },
    images: imagesOf(runtime),
    nodeInfo: {
      architecture: 'amd64',
      bootID: bootIdOf(machine),
      containerRuntimeVersion: 'containerd://2.1.1',
      kernelVersion: '6.8.0-60-generic',
      kubeProxyVersion: '',
      kubeletVersion: config.version,
      machineID: machineIdOf(machine),
      operatingSystem: 'linux',
      osImage: 'Ubuntu 24.04.2 LTS',
      systemUUID: uuidFrom(machineIdOf(machine)),
    },
    runtimeHandlers: [
      { features: { recursiveReadOnlyMounts: true, userNamespaces: true }, name: '' },
      { features: { recursiveReadOnlyMounts: true, userNamespaces: true }, name: 'runc' },
    ],
  };
}

/** The largest fifty, as upstream's nodeStatusMaxImages has it. */
function imagesOf(runtime: ContainerRuntime): NonNullable<NodeStatus['images']> {
  return [...runtime.localImages]
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (referenceOf(a) < referenceOf(b) ? -1 : 1))
    .slice(0, 50)
    .map((image) => ({
      names: [imageIdOf(image), referenceOf(image)],
      sizeBytes: image.sizeBytes,
    }));
}

function conditionsOf(
  { machine, problem }: NodeFacts,
  old: readonly NodeCondition[] | undefined,
): readonly NodeCondition[] {
  const now = formatTime(machine.site.clock);
  const make = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const before = old?.find((condition) => condition.type === type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : undefined;
    return {
      lastHeartbeatTime: now,
      lastTransitionTime: lastTransitionTime ?? now,
      message,
      reason,
      status,
      type,
    };
  };
  return [
    make(
      'MemoryPressure',
      'False',
      'KubeletHasSufficientMemory',
      'kubelet has sufficient memory available',
    ),
    make('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    make('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    problem === undefined
      ? make('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : make('Ready', 'False', 'KubeletNotReady', problem),
  ];
}

/** What a machine is known by: the same at every boot. */
function machineIdOf({ name, description: { mac } }: Machine): string {
  return hex(`${name}/${mac}`);
}

/** A new one at every boot. */
export const bootIdOf = ({ name, bootedAt }: Machine): string =>
  uuidFrom(hex(`${name}@${bootedAt}`));

function hex(text: string): string {
  let id = '';
  for (let round = 0; round < 4; round++) {
    let hash = 0x811c9dc5 ^ Math.imul(round + 1, 0x9e3779b1);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    id += ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
  }
  return id;
}

const uuidFrom = (id: string): string =>
  [
    id.slice(0, 8),
    id.slice(8, 12),
    `4${id.slice(13, 16)}`,
    `8${id.slice(17, 20)}`,
    id.slice(20),
  ].join('-');

/** CPU in thousandths as a quantity. */
export const cpuText = (millis: number): string =>
  formatQuantity({ nanos: BigInt(millis) * 1_000_000n, format: 'DecimalSI' });
