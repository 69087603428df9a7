/**
 * A machine's container runtime: containerd with runc and its shims, as a kubelet sees it over
 * CRI. Sandboxes, containers and images live here; they outlive the `containerd` process (each has
 * a shim of its own), but nobody can ask for them while it is down.
 * Follows containerd 2.1 internal/cri/server and cri-api pkg/apis/runtime/v1.
 */
import { Actor } from '../../kernel/index.ts';
import type { Machine } from '../machine.ts';
import type { Process } from '../process.ts';
import type { Program } from '../program.ts';
import type { ContainerConfig, PodNetworks, SandboxConfig } from './config.ts';
import { addWork, keepBusy } from './cpu.ts';
import { Container } from './container.ts';
import { type Execution, startExec } from './exec.ts';
import { type Image, imageIdOf, referenceOf } from './image.ts';
import { LogFiles } from './logs.ts';
import { normalReference } from './reference.ts';
import { type ImageRegistry, unreachableRegistry } from './registry.ts';
import { type Outcome, failure, success } from './runtime-error.ts';
import { pullChart } from './pull-chart.ts';
import { Sandbox } from './sandbox.ts';

export interface RuntimeOptions {
  readonly registry: ImageRegistry;
  readonly networks: PodNetworks;
  /** What the line to the registries carries, in bytes a second. */
  readonly bandwidth?: number;
}

/** What a pull brought. */
export interface Pulled {
  readonly image: Image;
  /** Without waiting for other pulls. */
  readonly tookMs: number;
}

/** What there is of one Pod, oldest first. */
export interface PodRecords {
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly Container[];
}

const noRecords: PodRecords = { sandboxes: [], containers: [] };
const defaultBandwidth = 25_000_000;
const unavailable = failure(
  'Unavailable',
  'connection error: desc = "transport: Error while dialing: dial unix ' +
    '/run/containerd/containerd.sock: connect: connection refused"',
);

const runtimes = new WeakMap<Machine, ContainerRuntime>();

/** The machine's runtime, if it has one installed. */
export const runtimeOf = (machine: Machine): ContainerRuntime | undefined => runtimes.get(machine);

export class ContainerRuntime {
  readonly machine: Machine;
  readonly networks: PodNetworks;
  readonly registry: ImageRegistry;
  /** Everything that there is, by id, oldest first. */
  readonly sandboxes = new Map<string, Sandbox>();
  readonly containers = new Map<string, Container>();
  private readonly pods = new Map<string, PodRecords>();
  /** False when a fault keeps the machine from all registries. */
  canReachRegistry = true;
  private readonly images = new Map<string, Image>();
  private readonly logFiles = new LogFiles();
  private readonly bandwidth: number;
  private readonly listeners = new Set<(uid: string) => void>();
  private readonly upListeners = new Set<(isUp: boolean) => void>();
  private process: Process | undefined;

  constructor(machine: Machine, { registry, networks, bandwidth }: RuntimeOptions) {
    this.machine = machine;
    this.registry = registry;
    this.networks = networks;
    this.bandwidth = bandwidth ?? defaultBandwidth;
    runtimes.set(machine, this);
    machine.files.mount('/var/log/pods', this.logFiles);
    machine.onHalt(() => this.lose());
  }

  /** The program that systemd runs: while it lives, the runtime answers. */
  readonly program: Program = {
    name: 'containerd',
    start: (process) => {
      this.process = process;
      for (const container of this.containers.values()) container.find();
      for (const listener of this.upListeners) listener(true);
      return {
        ended: () => {
          if (this.process === process) this.process = undefined;
          for (const listener of this.upListeners) listener(false);
        },
      };
    },
  };

  get isUp(): boolean {
    return this.process?.isRunning ?? false;
  }

  /** Calls back with a Pod's uid whenever something of it changed. Returns the way to stop that. */
  onChange(changed: (uid: string) => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  /** Calls back when the runtime comes up or goes down. */
  onUp(changed: (isUp: boolean) => void): () => void {
    this.upListeners.add(changed);
    return () => this.upListeners.delete(changed);
  }

  /** Images on the machine, by name. */
  get localImages(): readonly Image[] {
    return [...new Set(this.images.values())];
  }

  /** The image of that name, if it is on the machine. */
  findImage(name: string): Image | undefined {
    return this.images.get(normalReference(name) ?? name);
  }

  /** Puts an image on the machine without a pull (what an installation disk brings). */
  loadImage(image: Image): void {
    this.images.set(referenceOf(image), image);
    this.images.set(imageIdOf(image), image);
  }

  removeImage(image: Image): void {
    this.images.delete(referenceOf(image));
    this.images.delete(imageIdOf(image));
  }

  /** Makes a sandbox with its network. */
  runPodSandbox(config: SandboxConfig, done: (outcome: Outcome<Sandbox>) => void): void {
    if (!this.isUp) return done(unavailable);
    const port = { machine: this.machine, networks: this.networks, changed: this.sandboxChanged };
    const sandbox: Sandbox = new Sandbox(port, this.newId(), config, (outcome) => {
      // What could not be set up is taken down again, and nobody hears of it.
      if (!outcome.ok) this.removePodSandbox(sandbox.id);
      done(outcome);
    });
    this.sandboxes.set(sandbox.id, sandbox);
    const { sandboxes, containers } = this.recordsOf(config.uid);
    this.pods.set(config.uid, { sandboxes: [...sandboxes, sandbox], containers });
  }

  stopPodSandbox(id: string, done: (outcome: Outcome<undefined>) => void): void {
    if (!this.isUp) return done(unavailable);
    const sandbox = this.sandboxes.get(id);
    if (sandbox === undefined) return done(success(undefined));
    // CRI: containers that still run are killed without grace.
    for (const container of this.containersOf(id)) container.stop(0, () => undefined);
    sandbox.stop(() => done(success(undefined)));
  }

  /** Forgets a stopped sandbox and its containers. */
  removePodSandbox(id: string): void {
    for (const container of this.containersOf(id)) this.removeContainer(container.id);
    const sandbox = this.sandboxes.get(id);
    if (sandbox === undefined) return;
    sandbox.remove();
    this.sandboxes.delete(id);
    const { uid } = sandbox.config;
    const { sandboxes, containers } = this.recordsOf(uid);
    const rest = sandboxes.filter((other) => other !== sandbox);
    if (rest.length === 0 && containers.length === 0) this.pods.delete(uid);
    else this.pods.set(uid, { sandboxes: rest, containers });
  }

  /** Brings an image to the machine. */
  pullImage(name: string, done: (outcome: Outcome<Pulled>) => void): void {
    if (!this.isUp) return done(unavailable);
    const { site } = this.machine;
    const startedAt = site.now;
    const resolved = this.canReachRegistry
      ? this.registry.resolve(name)
      : unreachableRegistry(name);
    const size =
      resolved.ok && this.findImage(name) !== resolved.value ? resolved.value.sizeBytes : 0;
    const timing = {
      resolveMs: site.chance.between(350, 700),
      downloadMs: site.chance.jitter((size / this.bandwidth) * 1000, 0.3),
    };
    const trace = (state: string) =>
      site.trace({
        type: 'pull',
        machine: this.machine.name,
        image: name,
        state,
        startedAt,
        dueAt: startedAt + timing.resolveMs + (resolved.ok ? timing.downloadMs : 0),
        sizeBytes: size,
      });
    const actor: Actor<typeof pullChart.machine> = new Actor(
      site,
      pullChart,
      `pull ${name}`,
      resolved.ok ? timing : { ...timing, downloadMs: 0 },
      () => {
        trace(resolved.ok ? 'done' : 'failed');
        actor.stop();
        if (!this.isUp) return done(unavailable);
        if (!resolved.ok) return done(resolved);
        this.loadImage(resolved.value);
        done(success({ image: resolved.value, tookMs: site.now - startedAt }));
      },
    );
    trace(actor.value);
  }

  createContainer(
    sandboxId: string,
    config: ContainerConfig,
    done: (outcome: Outcome<Container>) => void,
  ): void {
    if (!this.isUp) return done(unavailable);
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox === undefined || !sandbox.isReady) {
      return done(failure('Unknown', `failed to find sandbox id "${sandboxId}": not found`));
    }
    const image = this.findImage(config.image);
    if (image === undefined) {
      return done(failure('NotFound', `failed to get image "${config.image}": not found`));
    }
    const port = { machine: this.machine, changed: this.containerChanged };
    const container = new Container(port, this.newId(), sandbox, config, image, done);
    this.containers.set(container.id, container);
    const { uid } = sandbox.config;
    const { sandboxes, containers } = this.recordsOf(uid);
    this.pods.set(uid, { sandboxes, containers: [...containers, container] });
    this.logFiles.add(logPath(container), container.log);
  }

  startContainer(id: string, done: (outcome: Outcome<Container>) => void): void {
    const container = this.containers.get(id);
    if (!this.isUp) return done(unavailable);
    if (container === undefined) return done(notFound(id));
    container.start(done);
  }

  /** SIGTERM (or the image's own), and after `graceMs` SIGKILL. */
  stopContainer(id: string, graceMs: number, done: (outcome: Outcome<undefined>) => void): void {
    if (!this.isUp) return done(unavailable);
    const container = this.containers.get(id);
    if (container === undefined) return done(notFound(id));
    container.stop(graceMs, () => done(success(undefined)));
  }

  removeContainer(id: string): void {
    const container = this.containers.get(id);
    if (container === undefined) return;
    if (container.state === 'running') container.process?.kill('SIGKILL');
    container.remove();
    this.logFiles.drop(logPath(container));
    this.containers.delete(id);
    const { uid } = container.sandbox.config;
    const { sandboxes, containers } = this.recordsOf(uid);
    this.pods.set(uid, {
      sandboxes,
      containers: containers.filter((other) => other !== container),
    });
  }

  /** Starts a process in a container's namespaces. */
  exec(id: string, execution: Execution): Outcome<Process> {
    if (!this.isUp) return unavailable;
    const container = this.containers.get(id);
    if (container === undefined) return notFound(id);
    return startExec(this.machine, container, execution);
  }

  /** What there is of a Pod. */
  recordsOf(uid: string): PodRecords {
    return this.pods.get(uid) ?? noRecords;
  }

  /** The Pods that there is something of, by uid. */
  get podUids(): readonly string[] {
    return [...this.pods.keys()];
  }

  private containersOf(sandboxId: string): readonly Container[] {
    const uid = this.sandboxes.get(sandboxId)?.config.uid ?? '';
    return this.recordsOf(uid).containers.filter(({ sandbox }) => sandbox.id === sandboxId);
  }

  /** A process says how much memory it uses now; above the limit, its container is killed. */
  useMemory(process: Process, bytes: number): void {
    const container = this.containers.get(process.container ?? '');
    if (container === undefined) return;
    container.memoryBytes = bytes;
    if (bytes > (container.config.memoryLimitBytes ?? Infinity)) container.killOutOfMemory();
  }

  /** A process worked for so many ms of one core: what `kubectl top` tells of. */
  useCpu(process: Process, ms: number): void {
    const container = this.containers.get(process.container ?? '');
    if (container !== undefined) addWork(container, ms);
  }

  /** A process keeps so many thousandths of a core busy from now on. */
  keepBusy(process: Process, millis: number): void {
    const container = this.containers.get(process.container ?? '');
    if (container !== undefined) keepBusy(container, millis, this.machine.site.clock);
  }

  private readonly sandboxChanged = (sandbox: Sandbox): void => this.changed(sandbox.config.uid);

  private readonly containerChanged = (container: Container): void =>
    this.changed(container.sandbox.config.uid);

  private changed(uid: string): void {
    for (const listener of this.listeners) listener(uid);
  }

  private lose(): void {
    for (const container of this.containers.values()) container.lose();
    for (const sandbox of this.sandboxes.values()) sandbox.lose();
  }

  private newId(): string {
    const { chance } = this.machine.site;
    let id = '';
    for (let i = 0; i < 8; i++) id += chance.next().toString(16).padStart(8, '0');
    return id;
  }
}

const notFound = (id: string) =>
  failure('NotFound', `an error occurred when try to find container "${id}": not found`);

/** Below /var/log/pods. */
function logPath({ config, sandbox }: Container): string {
  const { namespace, name, uid } = sandbox.config;
  return `/${namespace}_${name}_${uid}/${config.name}/${config.attempt}.log`;
}
