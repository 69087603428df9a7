/**
 * systemd, as far as a node needs it: units that start at boot and again when they fail, and a
 * journal for each. Its commands are `systemctl` and `journalctl` (systemd 252).
 */
import type { Ticket } from '../kernel/index.ts';
import type { Machine } from './machine.ts';
import type { Process, Sink } from './process.ts';
import type { Program } from './program.ts';

/** What a unit file says. Times in seconds. */
export interface Unit {
  /** Without `.service`. */
  readonly name: string;
  readonly description: string;
  readonly program: Program;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly restart: 'always' | 'on-failure' | 'no';
  readonly restartSec: number;
  readonly isEnabled: boolean;
}

export interface JournalLine {
  /** ms since 1970. */
  readonly time: number;
  readonly source: string;
  readonly pid: number;
  readonly text: string;
}

type ActiveState = 'inactive' | 'active' | 'activating' | 'deactivating' | 'failed';

const keptLines = 1_000;
/** Upstream's DefaultTimeoutStopSec. */
const stopTimeoutMs = 90_000;

/** One unit, alive. */
export class Service {
  readonly unit: Unit;
  isEnabled: boolean;
  state: ActiveState = 'inactive';
  process: Process | undefined;
  /** When it came into its state, ms since 1970. */
  changedAt: number;
  lastExit: { readonly code: number; readonly text: string } | undefined;
  lastPid = 0;
  restarts = 0;
  readonly journal: JournalLine[] = [];
  readonly followers = new Set<() => void>();
  restartTicket: Ticket | undefined;
  stopTicket: Ticket | undefined;
  readonly stopped: (() => void)[] = [];

  constructor(unit: Unit, now: number) {
    this.unit = unit;
    this.isEnabled = unit.isEnabled;
    this.changedAt = now;
  }

  get fullName(): string {
    return `${this.unit.name}.service`;
  }
}

type SystemdEvent =
  | { readonly type: 'restart'; readonly unit: string }
  | { readonly type: 'stop-timeout'; readonly unit: string };

/** A machine's process 1. */
export class Systemd {
  readonly machine: Machine;
  readonly services = new Map<string, Service>();
  private readonly address: number;

  constructor(machine: Machine, units: readonly Unit[]) {
    this.machine = machine;
    this.address = machine.site.register(this);
    for (const unit of units) this.services.set(unit.name, new Service(unit, machine.site.clock));
    machine.onBoot(() => this.boot());
    machine.onHalt(() => this.halt());
    if (machine.isOn) this.boot();
  }

  /** `kubelet`, `kubelet.service`. */
  find(name: string): Service | undefined {
    return this.services.get(name.replace(/\.service$/, ''));
  }

  start(service: Service): void {
    if (service.process?.isRunning) return;
    this.machine.site.cancel(service.restartTicket ?? neverTicket);
    const { unit } = service;
    this.note(service, `Started ${service.fullName} - ${unit.description}.`);
    const process = this.machine.spawn({
      program: unit.program,
      args: unit.args,
      ...(unit.env === undefined ? {} : { env: unit.env }),
      stdout: this.sink(service),
    });
    service.process = process;
    service.lastPid = process.pid;
    this.enter(service, 'active');
    process.onExit((ended) => this.ended(service, ended));
  }

  /** SIGTERM, and SIGKILL after a minute and a half. */
  stop(service: Service, stopped: () => void): void {
    this.machine.site.cancel(service.restartTicket ?? neverTicket);
    const { process } = service;
    if (process === undefined || !process.isRunning) {
      if (service.state !== 'failed') this.enter(service, 'inactive');
      return stopped();
    }
    service.stopped.push(stopped);
    this.note(service, `Stopping ${service.fullName} - ${service.unit.description}...`);
    this.enter(service, 'deactivating');
    const event: SystemdEvent = { type: 'stop-timeout', unit: service.unit.name };
    service.stopTicket = this.machine.site.after(stopTimeoutMs, this.address, event);
    process.kill('SIGTERM');
  }

  /** The kernel's alone. */
  receive(event: SystemdEvent): void {
    const service = this.services.get(event.unit);
    if (service === undefined) return;
    if (event.type === 'stop-timeout') return service.process?.kill('SIGKILL');
    if (service.state !== 'activating') return;
    service.restarts += 1;
    this.note(
      service,
      `${service.fullName}: Scheduled restart job, restart counter is at ${service.restarts}.`,
    );
    this.start(service);
  }

  private boot(): void {
    for (const service of this.services.values()) {
      service.restarts = 0;
      if (service.isEnabled) this.start(service);
    }
  }

  private halt(): void {
    for (const service of this.services.values()) {
      for (const ticket of [service.restartTicket, service.stopTicket]) {
        if (ticket !== undefined) this.machine.site.cancel(ticket);
      }
      service.process = undefined;
      service.state = 'inactive';
      service.stopped.splice(0);
    }
  }

  private ended(service: Service, process: Process): void {
    if (!this.machine.isOn || service.process !== process) return;
    const { unit } = service;
    this.machine.site.cancel(service.stopTicket ?? neverTicket);
    const wasAsked = service.state === 'deactivating';
    const code = process.exitCode ?? 0;
    const isKilled = process.endedBy !== undefined;
    const isClean =
      code === 0 ||
      process.endedBy === 'SIGTERM' ||
      process.endedBy === 'SIGINT' ||
      process.endedBy === 'SIGHUP' ||
      process.endedBy === 'SIGPIPE';
    const status = isKilled
      ? `${code - 128}/${(process.endedBy ?? '').slice(3)}`
      : `${code}/${code === 0 ? 'SUCCESS' : 'FAILURE'}`;
    service.lastExit = {
      code,
      text:
        `(code=${isKilled ? 'killed' : 'exited'}, ${isKilled ? 'signal' : 'status'}=` +
        `${isKilled ? (process.endedBy ?? '').slice(3) : status})`,
    };
    if (wasAsked) {
      this.note(service, `${service.fullName}: Deactivated successfully.`);
      this.note(service, `Stopped ${service.fullName} - ${unit.description}.`);
      this.enter(service, 'inactive');
      service.stopped.splice(0).forEach((stopped) => stopped());
      return;
    }
    if (!isClean || isKilled) {
      this.note(
        service,
        `${service.fullName}: Main process exited, ` +
          `code=${isKilled ? 'killed' : 'exited'}, status=${status}`,
      );
    }
    if (!isClean) {
      this.note(
        service,
        `${service.fullName}: Failed with result ` + `'${isKilled ? 'signal' : 'exit-code'}'.`,
      );
    } else {
      this.note(service, `${service.fullName}: Deactivated successfully.`);
    }
    const restarts = unit.restart === 'always' || (unit.restart === 'on-failure' && !isClean);
    if (!restarts) return this.enter(service, isClean ? 'inactive' : 'failed');
    this.enter(service, 'activating');
    const event: SystemdEvent = { type: 'restart', unit: unit.name };
    service.restartTicket = this.machine.site.after(unit.restartSec * 1000, this.address, event);
  }

  private enter(service: Service, state: ActiveState): void {
    if (service.state === state) return;
    service.state = state;
    service.changedAt = this.machine.site.clock;
    this.machine.site.trace({
      type: 'unit',
      machine: this.machine.name,
      unit: service.unit.name,
      state,
      ...(state === 'activating'
        ? { dueAt: this.machine.site.now + service.unit.restartSec * 1000 }
        : {}),
    });
  }

  private note(service: Service, text: string): void {
    this.append(service, { source: 'systemd', pid: 1, text });
  }

  private append(service: Service, line: Omit<JournalLine, 'time'>): void {
    service.journal.push({ time: this.machine.site.clock, ...line });
    if (service.journal.length > keptLines) service.journal.shift();
    for (const follower of service.followers) follower();
  }

  private sink(service: Service): Sink {
    let rest = '';
    return {
      write: (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          this.append(service, {
            source: service.unit.program.name,
            pid: service.lastPid,
            text: line,
          });
        }
        return true;
      },
      end: () => undefined,
    };
  }
}

/** Stands for no ticket: calling it off does nothing. */
const neverTicket: Ticket = { at: 0, origin: 0, seq: 0, site: 0, to: -1, event: undefined };

const managers = new WeakMap<Machine, Systemd>();

/** Gives a machine its units; those that are enabled start at every boot. */
export function installSystemd(machine: Machine, units: readonly Unit[]): Systemd {
  const systemd = new Systemd(machine, units);
  managers.set(machine, systemd);
  return systemd;
}

/** The machine's process 1, if it has one. */
export const systemdOf = (machine: Machine): Systemd | undefined => managers.get(machine);
