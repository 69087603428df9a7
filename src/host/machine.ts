import type { Site } from '../kernel/index.ts';
import { type FileTable, Files } from './files.ts';
import { Process, type Spawn } from './process.ts';
import type { Program } from './program.ts';
import type { NetNamespace } from './socket.ts';

/** What a machine is made of. */
export interface MachineDescription {
  readonly name: string;
  /** What the stage calls it; not the cluster's business. */
  readonly role: 'control-plane' | 'worker' | 'workstation';
  readonly ip: string;
  readonly mac: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** What its disk holds when it is first switched on. */
  readonly disk: FileTable;
}

/**
 * A simulated Linux computer: processes, files, a network stack, power. It knows no Kubernetes.
 * What runs at boot is the business of `boot` (systemd, set by the world).
 */
export class Machine {
  readonly site: Site;
  readonly description: MachineDescription;
  readonly files: Files;
  readonly processes = new Map<number, Process>();
  /** What executable files can be (see executable.ts), by program name; the world fills it. */
  programs: ReadonlyMap<string, Program> = new Map();
  /** What lies at an address outside the world, for those who ask by its name. */
  web: (url: string) => string | undefined = () => undefined;
  isOn = false;
  /** When it was last switched on, in simulated ms. */
  bootedAt = 0;
  /** The network namespace of the host itself; the network stack sets it. */
  net!: NetNamespace;
  private lastPid = 0;
  private readonly boots: ((machine: Machine) => void)[] = [];
  private readonly halts: ((machine: Machine) => void)[] = [];

  constructor(site: Site, description: MachineDescription) {
    this.site = site;
    this.description = description;
    this.files = new Files(description.disk);
    for (const path of ['/tmp', '/run', '/root', '/etc', '/mnt', '/var/log', '/proc']) {
      this.files.makeDirectory(path);
    }
  }

  get name(): string {
    return this.description.name;
  }

  /** What happens at every boot, in the order added. */
  onBoot(boot: (machine: Machine) => void): void {
    this.boots.push(boot);
  }

  /** What happens when the power goes, after all processes are gone. */
  onHalt(halt: (machine: Machine) => void): void {
    this.halts.push(halt);
  }

  switchOn(): void {
    if (this.isOn) return;
    this.isOn = true;
    this.bootedAt = this.site.now;
    this.lastPid = 0;
    this.site.trace({ type: 'power', machine: this.name, isOn: true });
    for (const boot of this.boots) boot(this);
  }

  /** The plug is pulled: nobody is asked, nothing is said on the wire. */
  switchOff(): void {
    if (!this.isOn) return;
    this.isOn = false;
    for (const process of [...this.processes.values()]) process.end(137, 'SIGKILL');
    this.files.remove('/run');
    this.files.remove('/tmp');
    this.files.makeDirectory('/run');
    this.files.makeDirectory('/tmp');
    this.site.trace({ type: 'power', machine: this.name, isOn: false });
    for (const halt of this.halts) halt(this);
  }

  spawn(spawn: Spawn): Process {
    this.lastPid += 1;
    const process = new Process(this, this.lastPid, spawn);
    this.processes.set(process.pid, process);
    process.begin();
    return process;
  }

  /** A process as somebody in a container (or on the host) sees it: an init has PID 1 inside. */
  processByPid(pid: number, container: string | undefined): Process | undefined {
    if (container === undefined) return this.processes.get(pid);
    for (const process of this.processes.values()) {
      if (process.container === container && process.visiblePid === pid) return process;
    }
    return undefined;
  }

  /** The process's alone: it has ended. An init takes its whole namespace with it. */
  reap(process: Process): void {
    this.processes.delete(process.pid);
    if (!process.isInit) return;
    for (const other of [...this.processes.values()]) {
      if (other.container === process.container) other.end(137, 'SIGKILL');
    }
  }
}
