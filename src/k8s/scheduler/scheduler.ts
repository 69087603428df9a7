/**
 * The scheduler at work: feeds the cache and the queue from its informers, decides, binds, and
 * tells why not. Upstream: pkg/scheduler/schedule_one.go, eventhandlers.go.
 */
import { isPodFinished } from '../../api/kinds/pod/facts.ts';
import { keyOf } from '../../api/object.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Process } from '../../host/index.ts';
import {
  type ApiClient,
  CacheView,
  EventRecorder,
  InformerFactory,
  isOk,
  objectPath,
  resources,
} from '../client/index.ts';
import { Cache } from './cache.ts';
import { decisionTable } from './decision-table.ts';
import { schedulerEvents } from './events.ts';
import { fitError } from './fit-error.ts';
import type { NodeInfo } from './node-info.ts';
import { matchesFor } from './plugins/volume-binding.ts';
import { type Eviction, preempt } from './preemption.ts';
import { type Decision, schedule } from './schedule.ts';
import { type Queued, SchedulingQueue } from './scheduling-queue.ts';
import { VolumeBinder } from './volume-binder.ts';

const schedulerName = 'default-scheduler';
/** Upstream's cycles take so long on a real machine; it also bounds one event's work. */
const cycleMs = 0.25;

export class Scheduler {
  readonly cache = new Cache();
  readonly queue: SchedulingQueue;
  private readonly process: Process;
  private readonly client: ApiClient;
  private readonly informers: InformerFactory;
  private readonly view: CacheView;
  private readonly recorder: EventRecorder;
  private readonly volumes: VolumeBinder;
  private readonly address: number;
  private isLeading = false;
  private isArmed = false;
  private nextStart = 0;

  constructor(client: ApiClient) {
    this.client = client;
    this.process = client.process;
    const { site, machine } = this.process;
    this.address = site.register(this);
    this.process.onExit(() => site.unregister(this.address));
    this.informers = new InformerFactory(client.with({ qps: 50, burst: 100 }));
    this.view = new CacheView(this.informers, () => site.clock);
    const events = client.with({ qps: 50, burst: 100 });
    this.recorder = new EventRecorder(events, { component: schedulerName, instance: machine.name });
    this.queue = new SchedulingQueue(site, () => this.arm());
    this.volumes = new VolumeBinder(client, this.informers);
    this.follow();
    this.informers.start();
  }

  /** Elected: decide from now on. */
  lead(): void {
    this.isLeading = true;
    this.informers.whenSynced(() => this.arm());
  }

  /** The kernel's alone: one scheduling cycle. */
  receive(): void {
    this.isArmed = false;
    if (!this.isLeading || !this.informers.hasSynced) return;
    const queued = this.queue.pop();
    if (queued === undefined) return;
    this.decide(queued);
    this.arm();
  }

  private arm(): void {
    if (this.isArmed || !this.isLeading || this.queue.sizes.active === 0) return;
    this.isArmed = true;
    this.process.site.after(cycleMs, this.address, {});
  }

  private follow(): void {
    const read = ['Service', 'ReplicaSet', 'Namespace', 'PodDisruptionBudget'] as const;
    for (const kind of read) this.informers.of(kind);
    const changed = () => this.queue.moveOn('volume changed');
    for (const kind of ['PersistentVolume', 'PersistentVolumeClaim', 'StorageClass'] as const) {
      this.informers.of(kind).on({ added: changed, updated: changed });
    }
    this.informers.of('Node').on({
      added: (node) => {
        this.cache.putNode(node);
        this.queue.moveOn('node added');
      },
      updated: (node, old) => {
        this.cache.putNode(node);
        if (isMoreThanHeartbeat(node, old)) this.queue.moveOn('node updated');
      },
      deleted: ({ metadata }) => this.cache.removeNode(metadata.name),
    });
    this.informers.of('Pod').on({
      added: (pod) => this.seen(pod, undefined),
      updated: (pod, old) => this.seen(pod, old),
      deleted: (pod) => this.gone(pod),
    });
  }

  private seen(pod: Pod, old: Pod | undefined): void {
    if (isPodFinished(pod)) return this.gone(pod);
    const { nodeName } = pod.spec;
    if (nodeName) {
      this.cache.addPod(pod, nodeName);
      if (old === undefined || !old.spec.nodeName) {
        this.queue.remove(keyOf(pod));
        this.queue.moveOn('pod added');
      } else if (pod.metadata.labels !== old.metadata.labels) this.queue.moveOn('pod added');
      return;
    }
    if (!isMine(pod)) return;
    if (pod.metadata.deletionTimestamp !== undefined) return this.queue.remove(keyOf(pod));
    if (old === undefined || !isMine(old)) this.queue.add(pod);
    else this.queue.update(pod, old);
  }

  private gone(pod: Pod): void {
    const key = keyOf(pod);
    this.queue.remove(key);
    this.cache.removePod(key);
    if (pod.spec.nodeName) this.queue.moveOn('pod deleted');
  }

  private decide(queued: Queued): void {
    const { info } = queued;
    const { snapshot } = this.cache;
    const { chance } = this.process.site;
    const decision = schedule(info, snapshot, this.view, this.nextStart, (n) => chance.below(n));
    const count = snapshot.nodes.length;
    if (count > 0) this.nextStart = (this.nextStart + decision.evaluated) % count;
    this.process.site.trace({
      type: 'decision',
      pod: info.key,
      node: decision.node?.name ?? '',
      table: decisionTable(decision),
    });
    if (decision.node === undefined) this.fail(queued, decision);
    else this.bind(queued, decision.node);
  }

  private bind(queued: Queued, node: NodeInfo): void {
    const { pod, key } = queued.info;
    this.cache.addPod(pod, node.name);
    const matches = matchesFor(pod, node.node, this.view);
    if (matches.length === 0) return this.sendBinding(pod, key, node);
    this.volumes.bind(matches, pod.metadata.name, node.name, (isBound) => {
      if (isBound) return this.sendBinding(pod, key, node);
      this.queue.done(key);
      this.unassume(pod);
    });
  }

  private sendBinding(pod: Pod, key: string, node: NodeInfo): void {
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: {
        name: pod.metadata.name,
        namespace: pod.metadata.namespace ?? '',
        uid: pod.metadata.uid,
      },
      target: { kind: 'Node', name: node.name },
    };
    const path = objectPath(resources.Pod, key, 'binding');
    const because = `${node.name} is the best node for ${pod.metadata.name}`;
    this.client.request({ method: 'POST', path, body, because }, (response) => {
      this.queue.done(key);
      if (isOk(response)) {
        this.recorder.record(pod, schedulerEvents.scheduled(pod, node.name));
        return;
      }
      this.unassume(pod);
    });
  }

  /** The binding did not come about: the Pod is as it was, and tries again. */
  private unassume(pod: Pod): void {
    const key = keyOf(pod);
    const now = this.informers.of('Pod').store.get(key);
    if (now?.spec.nodeName) return;
    this.cache.removePod(key);
    this.queue.moveOn('pod deleted');
    if (now !== undefined && isMine(now)) this.queue.add(now);
  }

  private fail(queued: Queued, { rejected }: Decision): void {
    const { info } = queued;
    const { snapshot } = this.cache;
    const result =
      snapshot.nodes.length === 0 ? undefined : preempt(info, snapshot, rejected, this.view);
    const message = fitError(
      snapshot.nodes.length,
      rejected,
      result?.eviction === undefined ? result?.message : undefined,
    );
    if (result?.eviction !== undefined) this.evict(info.pod, result.eviction);
    this.queue.park(queued, [...new Set(rejected.map(({ plugin }) => plugin))]);
    const { pod } = info;
    this.recorder.record(pod, schedulerEvents.failed(message));
    this.patchCondition(pod, message, result?.eviction?.node.name);
  }

  private patchCondition(pod: Pod, message: string, nominated: string | undefined): void {
    const current = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    const isSame =
      current?.status === 'False' &&
      current.reason === 'Unschedulable' &&
      current.message === message;
    if (isSame && nominated === undefined) return;
    const now = formatTime(this.process.site.clock);
    const lastTransitionTime =
      current?.status === 'False' ? (current.lastTransitionTime ?? now) : now;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastProbeTime: null,
      lastTransitionTime,
    };
    const body = {
      status: {
        conditions: [condition],
        ...(nominated === undefined ? {} : { nominatedNodeName: nominated }),
      },
    };
    this.client.request(
      {
        method: 'PATCH',
        path: objectPath(resources.Pod, keyOf(pod), 'status'),
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body,
        because: `no node will do for ${pod.metadata.name}`,
      },
      () => undefined,
    );
  }

  private evict(preemptor: Pod, { node, victims }: Eviction): void {
    for (const { pod, key } of victims) {
      if (pod.metadata.deletionTimestamp !== undefined) continue;
      const because = `${preemptor.metadata.name} has a higher priority and needs ${node.name}`;
      const path = objectPath(resources.Pod, key);
      this.client.request({ method: 'DELETE', path, because }, (response) => {
        if (isOk(response))
          this.recorder.record(pod, schedulerEvents.preempted(preemptor, node.name));
      });
    }
  }
}

/** Ours to place, and not held back by a gate. */
const isMine = ({ spec }: Pod): boolean =>
  (spec.schedulerName ?? schedulerName) === schedulerName && !spec.schedulingGates?.length;

/** Kubelets report every few minutes; only what concerns scheduling is news. */
function isMoreThanHeartbeat(node: Node, old: Node): boolean {
  if (node.metadata.labels !== old.metadata.labels || node.spec !== old.spec) {
    if (
      JSON.stringify([node.metadata.labels, node.spec]) !==
      JSON.stringify([old.metadata.labels, old.spec])
    )
      return true;
  }
  return JSON.stringify(node.status?.allocatable) !== JSON.stringify(old.status?.allocatable);
}
