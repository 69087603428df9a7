/**
 * The kubelet: runs the Pods that are bound to its node, and says how they are. What the real one
 * does in many goroutines happens here in answer to events: Pods come from the API and from
 * manifests, changes of containers from the runtime (noticed once a second, as the PLEG does).
 * Upstream: pkg/kubelet/kubelet.go, pkg/kubelet/pleg/generic.go, pkg/kubelet/config.
 * Simplified: no eviction under pressure, no device plugins, no cgroups, no checkpoints.
 */
import { isDeepEqual } from '../../api/equal.ts';
import { keyOf } from '../../api/object.ts';
import type { Container as ContainerSpec, Node, Pod } from '../../api/types.gen.ts';
import type { Machine, Process } from '../../host/index.ts';
import { type Container, type ContainerRuntime, runtimeOf } from '../../host/runtime/index.ts';
import { assert, type Story } from '../../kernel/index.ts';
import { ApiClient } from '../client/api-client.ts';
import { type EventDraft, EventRecorder } from '../client/event-recorder.ts';
import { type Informer, InformerFactory } from '../client/informer.ts';
import { klog } from '../client/klog.ts';
import { resources } from '../client/resources.ts';
import { admissionProblem } from './admission.ts';
import { type AlarmEvent, Alarms } from './alarms.ts';
import { BackOff } from './back-off.ts';
import { type KubeletConfig, timing } from './config.ts';
import type { EnvironmentFacts } from './environment.ts';
import { findContainer, events } from './events.ts';
import { ImageManager } from './image-manager.ts';
import { MirrorPods } from './mirror-pods.ts';
import { NodeAgent } from './node-agent.ts';
import { allocatableOf, type NodeFacts, nodeLabels } from './node-status.ts';
import { ObjectReader } from './object-reader.ts';
import { type Eviction, PodWorker } from './pod-worker.ts';
import { ProbeManager } from './prober.ts';
import { KubeletServer } from './server.ts';
import { ServiceEnvironment } from './service-environment.ts';
import { isMirror, readStaticPods } from './static-pods.ts';
import { StatusManager } from './status-manager.ts';
import { runTask, type Task } from './task.ts';
import { PodDisk } from './volumes.ts';

export class Kubelet {
  readonly process: Process;
  readonly machine: Machine;
  readonly config: KubeletConfig;
  readonly runtime: ContainerRuntime;
  readonly alarms: Alarms;
  readonly images: ImageManager;
  readonly restartBackOff = new BackOff();
  readonly probes: ProbeManager;
  readonly disk: PodDisk;
  readonly statuses: StatusManager;
  /** By uid. */
  readonly workers = new Map<string, PodWorker>();
  private readonly client: ApiClient | undefined;
  private readonly recorder: EventRecorder | undefined;
  private readonly agent: NodeAgent | undefined;
  private readonly reader: ObjectReader;
  readonly mirrors: MirrorPods;
  private readonly tasks = new Set<Task>();
  private readonly stops: (() => void)[] = [];
  private readonly changedPods = new Set<string>();
  private services: ServiceEnvironment | undefined;
  private pods: Informer<Pod> | undefined;
  /** The node's own object: its labels decide which Pods may stay. */
  private nodes: Informer<Node> | undefined;
  private relist: number | undefined;
  private look: number | undefined;

  constructor(process: Process, config: KubeletConfig) {
    this.process = process;
    this.machine = process.machine;
    this.config = config;
    const runtime = runtimeOf(process.machine);
    assert(runtime, `${process.machine.name} has a container runtime`);
    this.runtime = runtime;
    this.alarms = new Alarms(process);
    this.images = new ImageManager(runtime);
    this.probes = new ProbeManager(this);
    if (config.server !== undefined) {
      const userAgent = `kubelet/${config.version} (linux/amd64) kubernetes/8adc0f0`;
      const { server, credential } = config;
      this.client = new ApiClient(process, { server, credential, userAgent, qps: 50, burst: 100 });
      const events = this.client.with({ qps: 50, burst: 100 });
      this.recorder = new EventRecorder(events, { component: 'kubelet', host: config.nodeName });
      this.agent = new NodeAgent(this, this.client.with({ qps: 5, burst: 10 }));
    }
    this.mirrors = new MirrorPods(this, this.client);
    this.reader = new ObjectReader(this.client);
    this.disk = new PodDisk(this.machine, this.client);
    this.statuses = new StatusManager(this.client, this.alarms);
  }

  start(): void {
    const { runtime, config, machine } = this;
    this.log('I', 'server.go:530', `"Kubelet version" kubeletVersion="${config.version}"`);
    this.log('I', 'kubelet.go:2446', '"Starting kubelet main sync loop"');
    this.stops.push(runtime.onChange((uid) => this.noticed(uid)));
    this.stops.push(runtime.onUp(() => this.runtimeTurned()));
    new KubeletServer(this).start();
    const { staticPodPath } = config;
    if (staticPodPath !== undefined) {
      this.readManifests();
      this.stops.push(
        machine.files.watch((path) => {
          if (path.startsWith(staticPodPath)) this.lookSoon();
        }),
      );
    }
    if (this.client === undefined) return;
    this.agent?.start();
    this.watchApi(this.client);
  }

  /** The process is ending: Pods go on without it. */
  stop(): void {
    for (const stop of this.stops) stop();
    for (const worker of this.workers.values()) worker.stop();
    for (const task of this.tasks) task.cancel();
    this.probes.stopAll();
    this.agent?.stop();
    this.pods?.stop();
    this.nodes?.stop();
    this.services?.stop();
  }

  receive(event: AlarmEvent): void {
    this.alarms.receive(event);
  }

  /** Tells a story that ends with the kubelet. @param begun as in `runTask`. */
  run<R>(story: Story<R>, ended: (result: R) => void, begun?: (task: Task) => void): Task {
    let own: Task | undefined;
    return runTask(
      story,
      (result: R) => {
        if (own !== undefined) this.tasks.delete(own);
        ended(result);
      },
      (task) => {
        own = task;
        this.tasks.add(task);
        begun?.(task);
      },
    );
  }

  /** A line of the kubelet's own log. @param place `kubelet.go:2450`. */
  log(severity: 'I' | 'W' | 'E', place: string, message: string): void {
    klog(this.process, severity, place, message);
  }

  /** Writes an Event about a Pod (about its mirror, if it is a static one). */
  tell(pod: Pod, draft: EventDraft): void {
    this.recorder?.record({ ...pod, apiVersion: 'v1', kind: 'Pod' }, draft);
  }

  /** Writes an Event about the node. */
  tellNode(draft: EventDraft): void {
    const { nodeName } = this.config;
    this.recorder?.recordAbout({ kind: 'Node', name: nodeName, uid: nodeName }, draft);
  }

  /** Lets a Pod's worker look at it again. */
  update(uid: string): void {
    this.workers.get(uid)?.update();
  }

  /** The container's part of its Pod's spec. */
  specOf(container: Container): ContainerSpec | undefined {
    const pod = this.workers.get(container.sandbox.config.uid)?.pod;
    return pod === undefined ? undefined : findContainer(pod, container.config.name);
  }

  /** Why Pods with a network of their own cannot start; undefined when they can. */
  get networkProblem(): string | undefined {
    const { problem } = this.runtime.networks;
    return problem === undefined
      ? undefined
      : 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
          `message:Network plugin returns error: ${problem}`;
  }

  get nodeFacts(): NodeFacts {
    const { config, machine, runtime } = this;
    const problem = runtime.isUp ? this.networkProblem : 'container runtime is down';
    return { config, machine, runtime, problem };
  }

  /** The API's Node, once it is registered and the Pods that are bound to it are known. */
  get knownNode(): Node | undefined {
    return this.pods?.hasSynced ? this.agent?.node : undefined;
  }

  environmentFacts(pod: Pod, podIp: string): EnvironmentFacts {
    return {
      nodeName: this.config.nodeName,
      hostIp: this.config.nodeIp,
      podIp,
      services: this.services?.variablesFor(pod) ?? {},
      allocatable: allocatableOf(this),
      configMap: (namespace, name) => this.reader.configMap(namespace, name),
      secret: (namespace, name) => this.reader.secret(namespace, name),
    };
  }

  /** The API knows the node now: static Pods get their mirrors. */
  nodeRegistered(): void {
    for (const worker of this.workers.values()) if (worker.isStatic) this.mirrors.ensure(worker);
    this.lookAtNetwork();
  }

  /** The worker's: the Pod has ended here, and all is cleaned up. */
  finished(worker: PodWorker): void {
    const { uid } = worker;
    this.statuses.finish(uid);
    this.restartBackOff.drop(uid);
    this.images.backOff.drop(uid);
    if (worker.isStatic || !this.isKnown(worker.pod)) this.forget(worker);
  }

  traceBackOff(pod: Pod, name: string, dueAt: number, delayMs: number): void {
    this.tracePod(pod, { type: 'back-off', name, dueAt, delayMs });
  }

  traceProbe(pod: Pod, name: string, probe: string, isSuccess: boolean): void {
    this.tracePod(pod, { type: 'probe', name, probe: probe.toLowerCase(), isSuccess });
  }

  /** The Pod of that name, as its source has it. */
  findPod(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.workers.values()) {
      const { metadata } = worker.pod;
      if (metadata.name === name && (metadata.namespace ?? 'default') === namespace) return worker;
    }
    return undefined;
  }

  private tracePod(
    pod: Pod,
    record: { readonly type: string; readonly [field: string]: unknown },
  ): void {
    const { name, namespace = '', uid } = pod.metadata;
    this.machine.site.trace({
      ...record,
      machine: this.machine.name,
      pod: `${namespace}/${name}`,
      uid,
    });
  }

  private watchApi(client: ApiClient): void {
    const factory = new InformerFactory(client);
    const selection = { fieldSelector: `spec.nodeName=${this.config.nodeName}` };
    const pods = factory.select(resources.Pod, selection) as unknown as Informer<Pod>;
    this.pods = pods;
    const ownNode = { fieldSelector: `metadata.name=${this.config.nodeName}` };
    this.nodes = factory.select(resources.Node, ownNode) as unknown as Informer<Node>;
    this.nodes.start();
    // Pods start only when their Services are known: the environment depends on them.
    this.services = new ServiceEnvironment(factory.of('Service'));
    this.services.start(() => {
      pods.on({
        added: (pod) => this.added(pod),
        updated: (pod, old) => this.updated(pod, old),
        deleted: (pod) => this.deleted(pod),
        replaced: () => this.listed(),
      });
      pods.start();
    });
  }

  private added(pod: Pod): void {
    if (isMirror(pod)) return this.mirrors.seen(pod);
    const known = this.workers.get(pod.metadata.uid);
    if (known !== undefined) return known.take(pod, false);
    this.begin(pod, false, this.problemOf(pod));
  }

  private updated(pod: Pod, old: Pod): void {
    if (isMirror(pod)) return this.mirrors.seen(pod);
    const worker = this.workers.get(pod.metadata.uid);
    if (worker === undefined) return this.added(pod);
    const isChanged =
      !isDeepEqual(old.spec, pod.spec) ||
      !isDeepEqual(old.metadata.labels, pod.metadata.labels) ||
      !isDeepEqual(old.metadata.annotations, pod.metadata.annotations) ||
      gatesChanged(pod, old);
    worker.take(pod, isChanged);
    this.statuses.observe(pod.metadata.uid, pod);
  }

  private deleted(pod: Pod): void {
    if (isMirror(pod)) return this.mirrors.deleted(pod);
    const worker = this.workers.get(pod.metadata.uid);
    if (worker === undefined) return;
    if (worker.isFinished) this.forget(worker);
    else worker.terminate();
  }

  /** The first list is here: what runs without being on it has to go. */
  private listed(): void {
    for (const worker of this.workers.values()) if (worker.isStatic) this.mirrors.ensure(worker);
    for (const uid of this.runtime.podUids) {
      if (!this.workers.has(uid)) this.removeOrphan(uid);
    }
  }

  private removeOrphan(uid: string): void {
    for (const { id } of this.runtime.recordsOf(uid).sandboxes) {
      this.runtime.stopPodSandbox(id, () => this.runtime.removePodSandbox(id));
    }
    this.disk.remove(uid);
  }

  private begin(pod: Pod, isStatic: boolean, eviction: Eviction | undefined): void {
    if (eviction !== undefined) {
      this.tell(pod, events.rejected(eviction.reason, eviction.message));
    }
    const rejected =
      eviction === undefined
        ? undefined
        : { reason: eviction.reason, message: `Pod was rejected: ${eviction.message}` };
    const worker = new PodWorker(this, pod, isStatic, rejected);
    this.workers.set(pod.metadata.uid, worker);
    worker.begin();
  }

  /** Pods that run here already are not asked again. */
  private problemOf(pod: Pod): Eviction | undefined {
    const { uid, deletionTimestamp } = pod.metadata;
    const isNew = this.runtime.recordsOf(uid).sandboxes.length === 0;
    if (
      !isNew ||
      deletionTimestamp !== undefined ||
      (pod.status?.phase ?? 'Pending') !== 'Pending'
    ) {
      return undefined;
    }
    const others = [...this.workers.values()]
      .filter((worker) => worker.eviction === undefined && !worker.isFinished)
      .map((worker) => worker.pod);
    const node = this.nodes?.store.get(this.config.nodeName) ?? this.agent?.node;
    const labels = node?.metadata.labels ?? nodeLabels(this.config);
    return admissionProblem(pod, others, allocatableOf(this), labels);
  }

  private isKnown(pod: Pod): boolean {
    return this.pods?.store.get(keyOf(pod))?.metadata.uid === pod.metadata.uid;
  }

  private forget(worker: PodWorker): void {
    const { uid } = worker;
    if (this.workers.get(uid) === worker) this.workers.delete(uid);
    worker.stop();
    this.statuses.forget(uid);
    for (const { id } of this.runtime.recordsOf(uid).sandboxes) this.runtime.removePodSandbox(id);
    this.disk.remove(uid);
    this.changedPods.delete(uid);
  }

  /** inotify tells of changes; half-written files are read a moment later. */
  private lookSoon(): void {
    this.look ??= this.alarms.after(100, 'read manifests', () => {
      this.look = undefined;
      this.readManifests();
    });
  }

  private readManifests(): void {
    const { staticPodPath = '', nodeName } = this.config;
    const pods = readStaticPods(this.machine, staticPodPath, nodeName);
    const wanted = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const worker of this.workers.values()) {
      if (worker.isStatic && !wanted.has(worker.uid)) this.endStatic(worker);
    }
    for (const pod of pods) {
      const known = this.workers.get(pod.metadata.uid);
      // An edited manifest is another Pod of the same name: it waits until the old one is gone.
      const isBlocked = [...this.workers.values()].some(
        (worker) =>
          worker.isStatic && worker.uid !== pod.metadata.uid && keyOf(worker.pod) === keyOf(pod),
      );
      if (known === undefined && !isBlocked) this.begin(pod, true, undefined);
    }
  }

  private endStatic(worker: PodWorker): void {
    if (worker.isTerminating) return;
    worker.terminate();
    this.mirrors.drop(worker.pod);
    this.lookSoon();
  }

  /** The runtime went away or came back: then what changed meanwhile is seen. */
  private runtimeTurned(): void {
    this.agent?.refresh();
    if (this.runtime.isUp && this.changedPods.size > 0) this.relistSoon();
  }

  private noticed(uid: string): void {
    this.changedPods.add(uid);
    this.relistSoon();
  }

  /** The PLEG: changes are seen at the next full second of the kubelet's life. */
  private relistSoon(): void {
    if (this.relist !== undefined) return;
    const period = timing.genericPlegRelistPeriod;
    const age = this.machine.site.now - this.process.startedAt;
    this.relist = this.alarms.after(period - (age % period), 'relist', () => {
      this.relist = undefined;
      if (!this.runtime.isUp) return;
      const changed = [...this.changedPods];
      this.changedPods.clear();
      for (const pod of changed) this.update(pod);
    });
  }

  /** Until the network plugin answers, the runtime's state is looked at every five seconds. */
  private lookAtNetwork(): void {
    if (this.networkProblem === undefined) return this.agent?.refresh();
    this.alarms.after(5_000, 'runtime status', () => this.lookAtNetwork());
  }
}

/** Somebody set a condition that the Pod's readiness waits for. */
function gatesChanged(pod: Pod, old: Pod): boolean {
  const gates = pod.spec?.readinessGates ?? [];
  return gates.some(({ conditionType }) => {
    const find = ({ status }: Pod) =>
      status?.conditions?.find(({ type }) => type === conditionType);
    return find(pod)?.status !== find(old)?.status;
  });
}
