import { Actor } from '../../kernel/index.ts';
import { Files } from '../files.ts';
import { type Identity, rootIdentity } from '../identity.ts';
import { Inbox } from '../inbox.ts';
import type { Machine } from '../machine.ts';
import type { Process } from '../process.ts';
import type { ContainerConfig } from './config.ts';
import { type ContainerEffect, type containerMachine, containerChart } from './container-chart.ts';
import { defaultPath, findExecutable } from './executables.ts';
import type { Image } from './image.ts';
import { ContainerLog } from './logs.ts';
import { ProcFiles } from './proc-files.ts';
import { type Outcome, failure, success } from './runtime-error.ts';
import type { Sandbox } from './sandbox.ts';

/** CRI's states. */
export type ContainerState = 'created' | 'running' | 'exited';

/** How a container's life ended. Times in ms since 1970. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly finishedAt: number;
}

export interface ContainerPort {
  readonly machine: Machine;
  changed(container: Container): void;
}

/** One run of one container: a process tree in its sandbox's network, over its image's files. */
export class Container {
  readonly id: string;
  readonly sandbox: Sandbox;
  readonly config: ContainerConfig;
  readonly image: Image;
  readonly log: ContainerLog;
  readonly files: Files;
  readonly identity: Identity;
  readonly env: Readonly<Record<string, string>>;
  /** ms since 1970. */
  readonly createdAt: number;
  startedAt: number | undefined;
  end: ContainerEnd | undefined;
  process: Process | undefined;
  readonly stdin = new Inbox<string>();
  /** What its processes said that they use. */
  memoryBytes: number;
  private readonly port: ContainerPort;
  private readonly actor: Actor<typeof containerMachine>;
  private created: ((outcome: Outcome<Container>) => void) | undefined;
  private started: ((outcome: Outcome<Container>) => void) | undefined;
  private stopped: (() => void)[] = [];

  constructor(
    port: ContainerPort,
    id: string,
    sandbox: Sandbox,
    config: ContainerConfig,
    image: Image,
    created: (outcome: Outcome<Container>) => void,
  ) {
    this.port = port;
    this.id = id;
    this.sandbox = sandbox;
    this.config = config;
    this.image = image;
    this.created = created;
    this.memoryBytes = image.memoryBytes;
    const { site } = port.machine;
    this.createdAt = site.clock;
    this.log = new ContainerLog(() => site.clock + (site.now % 1));
    this.files = rootOf(image, config);
    this.identity = identityIn(this.files, image, config);
    this.files.mount('/proc', new ProcFiles(port.machine, this), '/', true);
    if (config.security?.isRootReadOnly === true) this.files.freeze();
    this.env = {
      PATH: defaultPath,
      HOSTNAME: sandbox.config.hostname,
      HOME: homeOf(this.files, config.user ?? image.user),
      ...image.env,
      ...config.env,
    };
    if (!config.hasStdin) this.stdin.close();
    const timing = {
      createMs: site.chance.between(25, 60),
      startMs: site.chance.between(30, 80) + image.startMs,
      graceMs: 0,
    };
    const { namespace, name } = sandbox.config;
    const subject = `container ${namespace}/${name}/${config.name}`;
    this.actor = new Actor(site, containerChart, subject, timing, this.perform);
  }

  get state(): ContainerState {
    const { value } = this.actor;
    if (value === 'running' || value === 'stopping') return 'running';
    return value === 'exited' || value === 'removed' ? 'exited' : 'created';
  }

  /** SIGKILL's moment while it is being stopped, in simulated ms. */
  get killDueAt(): number | undefined {
    return this.actor.value === 'stopping' ? [...this.actor.due.values()][0] : undefined;
  }

  start(started: (outcome: Outcome<Container>) => void): void {
    this.started = started;
    this.actor.send({ type: 'start' });
  }

  /** Asks it to end, and makes it end after `graceMs`. Calls back at once if it is no more. */
  stop(graceMs: number, stopped: () => void): void {
    if (this.state === 'exited') return stopped();
    this.stopped.push(stopped);
    this.actor.send({ type: 'stop', graceMs });
  }

  remove(): void {
    this.actor.send({ type: 'remove' });
    this.actor.stop();
  }

  /** The runtime's alone: the machine has lost its power. */
  lose(): void {
    if (this.state === 'exited') return;
    this.end = { exitCode: 255, reason: 'Unknown', message: '', finishedAt: 0 };
    this.actor.send({ type: 'lost' });
  }

  /** The runtime's alone: the runtime is back and finds it dead. */
  find(): void {
    if (this.end?.finishedAt !== 0) return;
    this.end = { ...this.end, finishedAt: this.port.machine.site.clock };
  }

  /** Kills it for using more than its limit. */
  killOutOfMemory(): void {
    this.end = this.endOf(137, 'OOMKilled');
    this.process?.end(137, 'SIGKILL');
  }

  private readonly perform = (effect: ContainerEffect): void => {
    switch (effect.type) {
      case 'tellCreated':
        this.trace();
        this.created?.(success(this));
        this.created = undefined;
        return;
      case 'spawn':
        this.spawn();
        return;
      case 'tellStarted':
        this.tell();
        this.started?.(success(this));
        this.started = undefined;
        return;
      case 'terminate':
        this.trace();
        this.process?.kill(this.image.stopSignal);
        return;
      case 'kill':
        this.process?.kill('SIGKILL');
        return;
      case 'tellExited':
        this.exited();
        return;
      case 'tellRemoved':
        this.trace();
    }
  };

  private exited(): void {
    this.end ??= this.endOf(137, 'Error');
    this.log.end();
    this.tell();
    this.stopped.splice(0).forEach((stopped) => stopped());
    this.started?.(failure('Unknown', this.end.message));
    this.started = undefined;
  }

  private spawn(): void {
    const { config, image, sandbox } = this;
    const args =
      config.command.length > 0
        ? [...config.command, ...config.args]
        : [...image.entrypoint, ...(config.args.length > 0 ? config.args : image.command)];
    const cwd = config.workingDir ?? image.workingDir;
    const { PATH = defaultPath } = this.env;
    const found = findExecutable(image.programs, this.files, args, PATH, cwd);
    if (typeof found === 'string') return this.failStart(found);
    this.startedAt = this.port.machine.site.clock;
    const stdout = this.log.sink('stdout');
    this.process = this.port.machine.spawn({
      ...found,
      env: this.env,
      cwd,
      user: config.user ?? (image.user === '' ? 'root' : image.user),
      identity: this.identity,
      files: this.files,
      programs: image.programs,
      net: sandbox.net ?? this.port.machine.net,
      stdin: this.stdin,
      stdout,
      stderr: config.hasTty ? stdout : this.log.sink('stderr'),
      container: this.id,
      isInit: config.pidNamespace === undefined,
      ...(config.pidNamespace === undefined ? {} : { pidNamespace: config.pidNamespace }),
      ...(config.hasTty ? { tty: { columns: 80, foreground: [], isAtPrompt: false } } : {}),
    });
    if (this.process.tty !== undefined) this.process.tty.foreground = [this.process];
    this.process.onExit(this.onExit);
    this.actor.send({ type: 'started' });
  }

  private readonly onExit = (process: Process): void => {
    // When the power goes, nobody is there to write down what became of it.
    if (!this.port.machine.isOn) return;
    const code = process.exitCode ?? 0;
    this.end ??= this.endOf(code, code === 0 ? 'Completed' : 'Error');
    this.actor.send({ type: 'exited' });
  };

  private failStart(why: string): void {
    const message =
      'failed to create containerd task: failed to create shim task: ' +
      'OCI runtime create failed: runc create failed: unable to start container process: ' +
      `error during container init: ${why}: unknown`;
    this.startedAt = 0;
    this.end = this.endOf(128, 'StartError', message);
    this.actor.send({ type: 'startFailed' });
  }

  /** What it wrote into its file for that: 4 KiB at most. */
  get lastWords(): string {
    const { terminationMessagePath: path } = this.config;
    return path === undefined ? '' : (this.files.read(path) ?? '').slice(0, 4096);
  }

  private endOf(exitCode: number, reason: string, message = ''): ContainerEnd {
    return { exitCode, reason, message, finishedAt: this.port.machine.site.clock };
  }

  private tell(): void {
    this.trace();
    this.port.changed(this);
  }

  private trace(): void {
    const { machine } = this.port;
    const { namespace, name, uid } = this.sandbox.config;
    machine.site.trace({
      type: 'container',
      machine: machine.name,
      pod: `${namespace}/${name}`,
      uid,
      name: this.config.name,
      id: this.id,
      attempt: this.config.attempt,
      state: this.actor.value,
      image: this.config.image,
      pid: this.process?.pid ?? 0,
      ...(this.state === 'exited' && this.end !== undefined
        ? { exitCode: this.end.exitCode, reason: this.end.reason }
        : {}),
      ...(this.killDueAt === undefined ? {} : { dueAt: this.killDueAt }),
    });
  }
}

function rootOf(image: Image, { mounts, terminationMessagePath: lastWords }: ContainerConfig): Files {
  const files = new Files(image.files);
  files.makeDirectory('/tmp');
  if (files.read('/etc/passwd') !== undefined) files.makeDirectory('/root');
  for (const { containerPath, files: from, from: path, isReadOnly } of mounts) {
    files.mount(containerPath, from, path, isReadOnly);
  }
  // The runtime mounts a file for it, whoever the container is.
  if (lastWords !== undefined) files.provide(lastWords);
  return files;
}

/** Whom the container's processes are: of the asked user and group, or of the image's. */
function identityIn(files: Files, image: Image, config: ContainerConfig): Identity {
  const [user = '', group] = (config.user ?? image.user).split(':');
  const { supplementalGroups: more = [] } = config;
  if (config.group === undefined && more.length === 0 && (user === '' || user === '0')) {
    return rootIdentity;
  }
  const lines = (files.read('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'));
  const account = lines.find(([name, , id]) => name === user || id === user);
  const uid = Number(account?.[2] ?? (/^\d+$/.test(user) ? user : '0'));
  const gid = config.group ?? Number(/^\d+$/.test(group ?? '') ? group : (account?.[3] ?? 0));
  return { uid, gid, groups: [...new Set([gid, ...more])] };
}

/** What runc looks up in the container's own /etc/passwd; `/` for who is not there. */
function homeOf(files: Files, user: string): string {
  const wanted = user === '' ? 'root' : user;
  for (const line of (files.read('/etc/passwd') ?? '').split('\n')) {
    const [name, , id, , , home] = line.split(':');
    if (home !== undefined && (name === wanted || id === wanted)) return home;
  }
  return wanted === 'root' || wanted === '0' ? '/root' : '/';
}
