/**
 * Watches over the nodes: every 5 s it asks who has sent a sign of life (Lease or status). Who has
 * not for the grace period is declared Unknown, tainted, and its Pods are called not ready.
 * Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (monitorNodeHealth).
 */
import { podCondition } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type { Lease, Node, NodeCondition, Pod } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import {
  type ApiClient,
  type ControllerContext,
  EventRecorder,
  Harness,
  type InformerFactory,
  performWrites,
  type Write,
} from '../../client/index.ts';
import type { Loop, LoopOptions } from '../options.ts';
import { nodeEvents } from './events.ts';
import {
  nodeTaintController,
  notReady,
  readyCondition,
  swapNoExecute,
  unreachable,
  writeTaints,
} from './taints.ts';
import { Zones } from './zones.ts';

const startupGraceMs = 60_000;
const watchedConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** When the controller itself last saw a sign of life: other clocks are not to be trusted. */
interface Health {
  heartbeat: string | undefined;
  renewTime: string | undefined;
  probedAt: number;
}

export const nodeLifecycle: Loop = (context, options) => {
  new Harness(context, nodeTaintController).start();
  new NodeLifecycle(context, options).start();
};

class NodeLifecycle {
  private readonly client: ApiClient;
  private readonly informers: InformerFactory;
  private readonly options: LoopOptions;
  private readonly recorder: EventRecorder;
  private readonly address: number;
  private readonly health = new Map<string, Health>();
  private readonly known = new Map<string, Node>();
  private readonly toTaint = new Set<string>();
  private readonly zones = new Zones();

  constructor({ client, informers }: ControllerContext, options: LoopOptions) {
    this.client = client;
    this.informers = informers;
    this.options = options;
    this.recorder = new EventRecorder(client, { component: 'node-controller' });
    const { process } = client;
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  start(): void {
    for (const kind of ['Node', 'Lease', 'Pod'] as const) this.informers.of(kind);
    this.rest();
  }

  /** The kernel's alone: one round. */
  receive(): void {
    this.rest();
    const isReady = ['Node', 'Lease', 'Pod'].every(
      (kind) => this.informers.of(kind as 'Node').hasSynced,
    );
    if (!isReady) return;
    const nodes = this.informers.of('Node').store.list();
    this.register(nodes);
    this.zones.assess(nodes);
    // All zones at once: more likely we are cut off. Nobody new is driven off.
    if (this.zones.isAllDown) this.toTaint.clear();
    for (const node of nodes) this.watchOver(node);
    for (const name of [...this.toTaint]) this.driveOff(name);
  }

  private get now(): number {
    return this.client.process.site.now;
  }

  private rest(): void {
    this.client.process.site.after(this.options.nodeMonitorPeriodMs, this.address, {});
  }

  private register(nodes: readonly Node[]): void {
    const names = new Set<string>();
    for (const node of nodes) {
      const { name } = node.metadata;
      names.add(name);
      if (!this.known.has(name)) this.tellOf(node, nodeEvents.registered(name));
      this.known.set(name, node);
    }
    for (const [name, node] of [...this.known]) {
      if (names.has(name)) continue;
      this.tellOf(node, nodeEvents.removing(name));
      this.known.delete(name);
      this.health.delete(name);
      this.toTaint.delete(name);
    }
  }

  private watchOver(node: Node): void {
    const observed = readyCondition(node);
    const silentMs = this.now - this.signOfLife(node).probedAt;
    const graceMs = observed === undefined ? startupGraceMs : this.options.nodeMonitorGracePeriodMs;
    const isSilent = silentMs > graceMs;
    if (isSilent && observed?.status !== 'Unknown') this.declareUnknown(node);
    this.taintBy(node, isSilent ? 'Unknown' : observed?.status);
    const wasReady = observed?.status === 'True';
    const isReady = wasReady && !isSilent;
    if (wasReady && !isReady) this.tellOf(node, nodeEvents.notReady(node.metadata.name));
    if (!isReady && observed !== undefined) this.markPods(node, wasReady);
  }

  private signOfLife(node: Node): Health {
    const { name } = node.metadata;
    const lease: Lease | undefined = this.informers
      .of('Lease')
      .store.get(`kube-node-lease/${name}`);
    const heartbeat = readyCondition(node)?.lastHeartbeatTime;
    const renewTime = lease?.spec?.renewTime;
    let health = this.health.get(name);
    if (health === undefined) {
      this.health.set(name, (health = { heartbeat, renewTime, probedAt: this.now }));
    } else if (health.heartbeat !== heartbeat || health.renewTime !== renewTime) {
      const isAlive = readyCondition(node)?.status !== 'Unknown' || health.renewTime !== renewTime;
      health.heartbeat = heartbeat;
      health.renewTime = renewTime;
      if (isAlive) health.probedAt = this.now;
    }
    return health;
  }

  private declareUnknown(node: Node): void {
    const time = formatTime(this.client.process.site.clock);
    const unknown = watchedConditions.map((type) => this.unknown(node, type, time));
    const before = node.status?.conditions ?? [];
    const isOf = (type: string) => (condition: NodeCondition) => condition.type === type;
    // In their places, which an update keeps; those that never were come last.
    const conditions = [
      ...before.map((condition) => unknown.find(isOf(condition.type)) ?? condition),
      ...unknown.filter(({ type }) => !before.some(isOf(type))),
    ];
    this.write({
      verb: 'update',
      kind: 'Node',
      key: keyOf(node),
      subresource: 'status',
      body: { ...node, status: { ...node.status, conditions } },
      because:
        `no sign of life from ${node.metadata.name} for ` +
        `${this.options.nodeMonitorGracePeriodMs / 1000} s`,
    });
  }

  private unknown(node: Node, type: string, time: string): NodeCondition {
    const current = node.status?.conditions?.find((condition) => condition.type === type);
    if (current === undefined) {
      return {
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: time,
      };
    }
    if (current.status === 'Unknown') return current;
    return {
      ...current,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: time,
    };
  }

  /** Taints of nodes that are not ready wait for the zone's token; well nodes lose them at once. */
  private taintBy(node: Node, status: string | undefined): void {
    const { name } = node.metadata;
    const has = (key: string) =>
      node.spec.taints?.some((taint) => taint.key === key && taint.effect === 'NoExecute') ?? false;
    if (status === 'True') {
      this.toTaint.delete(name);
      this.swap(node, undefined, [notReady, unreachable], `${name} is ready again`);
      return;
    }
    const [wanted, other] = status === 'False' ? [notReady, unreachable] : [unreachable, notReady];
    if (has(other)) this.swap(node, wanted, [other], `${name} is now ${wanted}`);
    else if (!has(wanted)) this.toTaint.add(name);
  }

  private driveOff(name: string): void {
    const node = this.informers.of('Node').store.get(name);
    const status = node === undefined ? undefined : readyCondition(node)?.status;
    // What was declared this round must come through the cache first: 5 s later, as upstream.
    if (node === undefined || (status !== 'False' && status !== 'Unknown')) return;
    if (!this.zones.tryTaint(node, this.now)) return;
    this.toTaint.delete(name);
    const [add, remove] = status === 'False' ? [notReady, unreachable] : [unreachable, notReady];
    this.swap(node, add, [remove], `${name} is ${add}: Pods that do not tolerate it must go`);
  }

  private swap(
    node: Node,
    add: string | undefined,
    remove: readonly string[],
    because: string,
  ): void {
    const taints = swapNoExecute(node, add, remove, this.client.process.site.clock);
    if (taints !== undefined) this.write(writeTaints(node, taints, because));
  }

  /** Pods on a node that is not ready are not ready either: Services stop sending to them. */
  private markPods(node: Node, isNews: boolean): void {
    for (const pod of this.informers.of('Pod').store.byIndex('onNode', node.metadata.name)) {
      const ready = podCondition(pod, 'Ready');
      if (ready?.status !== 'True') continue;
      this.write(markNotReady(pod, formatTime(this.client.process.site.clock)));
      if (isNews) this.recorder.record(pod, nodeEvents.podOnNotReady());
    }
  }

  private tellOf(node: Node, draft: Parameters<EventRecorder['record']>[1]): void {
    // Upstream's node events are about the name, without a version.
    const { name, uid } = node.metadata;
    this.recorder.recordAbout({ kind: 'Node', name, uid }, draft);
  }

  private write(write: Write): void {
    // What fails is tried again in the next round.
    performWrites(
      this.client,
      [write],
      { wrote: () => undefined, failed: () => undefined },
      () => undefined,
    );
  }
}

/** An update, as upstream's UpdateStatus is: the controller's role allows no patch. */
const markNotReady = (pod: Pod, time: string): Write => ({
  verb: 'update',
  kind: 'Pod',
  key: keyOf(pod),
  subresource: 'status',
  body: {
    ...pod,
    status: {
      ...pod.status,
      conditions: (pod.status?.conditions ?? []).map((condition) =>
        condition.type === 'Ready'
          ? { ...condition, status: 'False', lastTransitionTime: time }
          : condition,
      ),
    },
  },
  because: `${pod.spec.nodeName} is not ready, and so its Pods are not`,
});
