/**
 * systemd, as far as a node needs it: units that start at boot and again when they fail, a journal
 * for each, and the commands `systemctl` and `journalctl` with their layouts (systemd 252).
 */
import { formatTime } from '../kernel/calendar.ts';
import type { Story, Ticket } from '../kernel/index.ts';
import { Inbox } from './inbox.ts';
import type { Machine } from './machine.ts';
import type { Process, Sink } from './process.ts';
import { type Program, select } from './program.ts';
import { bytesText, journalTime, since, statusTime } from './systemd-text.ts';

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
class Service {
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
    this.note(service,
      `${service.fullName}: Scheduled restart job, restart counter is at ${service.restarts}.`);
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
    const isClean = code === 0 || process.endedBy === 'SIGTERM' || process.endedBy === 'SIGINT' ||
      process.endedBy === 'SIGHUP' || process.endedBy === 'SIGPIPE';
    const status = isKilled ? `${code - 128}/${(process.endedBy ?? '').slice(3)}`
      : `${code}/${code === 0 ? 'SUCCESS' : 'FAILURE'}`;
    service.lastExit = {
      code,
      text: `(code=${isKilled ? 'killed' : 'exited'}, ${isKilled ? 'signal' : 'status'}=` +
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
      this.note(service, `${service.fullName}: Main process exited, ` +
        `code=${isKilled ? 'killed' : 'exited'}, status=${status}`);
    }
    if (!isClean) {
      this.note(service, `${service.fullName}: Failed with result ` +
        `'${isKilled ? 'signal' : 'exit-code'}'.`);
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
        ? { dueAt: this.machine.site.now + service.unit.restartSec * 1000 } : {}),
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
          this.append(service, { source: service.unit.program.name, pid: service.lastPid, text: line });
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

const notBooted = 'System has not been booted with systemd as init system (PID 1). ' +
  "Can't operate.\nFailed to connect to bus: Host is down\n";

const systemctl: Program = {
  name: 'systemctl',
  *main(process) {
    const systemd = systemdOf(process.machine);
    if (systemd === undefined) {
      process.printError(notBooted);
      return 1;
    }
    const words = process.args.slice(1).filter((word) => !word.startsWith('-'));
    const [verb = 'list-units', ...names] = words;
    if (verb === 'list-units') return listUnits(process, systemd);
    if (verb === 'daemon-reload') return 0;
    if (!verbs.includes(verb)) {
      process.printError(`Unknown command verb ${verb}.\n`);
      return 1;
    }
    if (names.length === 0) {
      process.printError('Too few arguments.\n');
      return 1;
    }
    let code = 0;
    for (const name of names) code = (yield* operate(process, systemd, verb, name)) || code;
    return code;
  },
};

const verbs = ['start', 'stop', 'restart', 'status', 'enable', 'disable', 'is-active',
  'is-enabled', 'is-failed', 'reload', 'kill'];

function* operate(process: Process, systemd: Systemd, verb: string, name: string): Story<number> {
  const service = systemd.find(name);
  const full = name.endsWith('.service') ? name : `${name}.service`;
  if (service === undefined) return unknownUnit(process, verb, full);
  switch (verb) {
    case 'start':
      systemd.start(service);
      return 0;
    case 'stop':
      yield* stopped(systemd, service);
      return 0;
    case 'restart':
      yield* stopped(systemd, service);
      systemd.start(service);
      return 0;
    case 'kill':
      service.process?.kill(process.args.includes('-9') ? 'SIGKILL' : 'SIGTERM');
      return 0;
    case 'enable':
    case 'disable':
      return enable(process, service, verb === 'enable', systemd);
    case 'is-active':
      process.print(`${service.state}\n`);
      return service.state === 'active' ? 0 : 3;
    case 'is-failed':
      process.print(`${service.state}\n`);
      return service.state === 'failed' ? 0 : 1;
    case 'is-enabled':
      process.print(service.isEnabled ? 'enabled\n' : 'disabled\n');
      return service.isEnabled ? 0 : 1;
    case 'status':
      process.print(statusText(systemd, service));
      return service.state === 'active' ? 0 : 3;
    default:
      return 0;
  }
}

function unknownUnit(process: Process, verb: string, full: string): number {
  switch (verb) {
    case 'status':
      process.printError(`Unit ${full} could not be found.\n`);
      return 4;
    case 'is-active':
    case 'is-failed':
      process.print('inactive\n');
      return verb === 'is-active' ? 3 : 1;
    case 'is-enabled':
      process.printError(`Failed to get unit file state for ${full}: No such file or directory\n`);
      return 1;
    case 'enable':
    case 'disable':
      process.printError(`Failed to ${verb} unit: Unit file ${full} does not exist.\n`);
      return 1;
    case 'stop':
      process.printError(`Failed to stop ${full}: Unit ${full} not loaded.\n`);
      return 5;
    default:
      process.printError(`Failed to ${verb} ${full}: Unit ${full} not found.\n`);
      return 5;
  }
}

function* stopped(systemd: Systemd, service: Service): Story {
  const inbox = new Inbox<true>();
  systemd.stop(service, () => inbox.push(true));
  yield* select([inbox]);
}

function enable(process: Process, service: Service, isEnabled: boolean, systemd: Systemd): number {
  const link = `/etc/systemd/system/multi-user.target.wants/${service.fullName}`;
  if (isEnabled !== service.isEnabled) {
    process.printError(isEnabled
      ? `Created symlink ${link} → /lib/systemd/system/${service.fullName}.\n`
      : `Removed "${link}".\n`);
  }
  service.isEnabled = isEnabled;
  if (process.args.includes('--now')) {
    if (isEnabled) systemd.start(service);
    else systemd.stop(service, () => undefined);
  }
  return 0;
}

function statusText(systemd: Systemd, service: Service): string {
  const { unit, state } = service;
  const { machine } = systemd;
  const isRunning = service.process?.isRunning ?? false;
  const dot = state === 'active' ? '●' : state === 'failed' ? '×' : state === 'activating' ? '●' : '○';
  const what = {
    active: 'active (running)',
    inactive: 'inactive (dead)',
    failed: `failed (Result: ${service.lastExit?.text.includes('killed') ? 'signal' : 'exit-code'})`,
    activating: `activating (auto-restart)`,
    deactivating: 'deactivating (stop-sigterm)',
  }[state];
  const enabled = service.isEnabled ? 'enabled' : 'disabled';
  const lines = [
    `${dot} ${service.fullName} - ${unit.description}`,
    `     Loaded: loaded (/lib/systemd/system/${service.fullName}; ${enabled}; preset: enabled)`,
    `     Active: ${what} since ${statusTime(service.changedAt)}; ` +
      `${since(machine.site.clock - service.changedAt)} ago`,
  ];
  if (!isRunning && service.lastExit !== undefined) {
    lines.push(`    Process: ${service.lastPid} ExecStart=${unit.args.join(' ')} ${service.lastExit.text}`);
  }
  if (isRunning) {
    lines.push(`   Main PID: ${service.lastPid} (${unit.program.name})`, '      Tasks: 12 (limit: 4557)',
      `     Memory: ${bytesText(45_000_000)}`,
      `     CGroup: /system.slice/${service.fullName}`,
      `             └─${service.lastPid} ${unit.args.join(' ')}`);
  }
  const journal = service.journal.slice(-10).map((line) => journalText(machine, line));
  return [...lines, ...(journal.length === 0 ? [] : ['', ...journal])].join('\n') + '\n';
}

function listUnits(process: Process, systemd: Systemd): number {
  const rows = [...systemd.services.values()]
    .filter(({ state }) => state !== 'inactive')
    .sort((a, b) => (a.unit.name < b.unit.name ? -1 : 1));
  const width = Math.max(4, ...rows.map(({ fullName }) => fullName.length));
  process.print(`  ${'UNIT'.padEnd(width)} LOAD   ACTIVE     SUB     DESCRIPTION\n`);
  for (const { fullName, state, unit } of rows) {
    const sub = state === 'active' ? 'running' : state === 'failed' ? 'failed' : 'auto-restart';
    process.print(`${state === 'failed' ? '●' : ' '} ${fullName.padEnd(width)} loaded ` +
      `${state.padEnd(10)} ${sub.padEnd(7)} ${unit.description}\n`);
  }
  process.print(`\n${rows.length} loaded units listed.\n`);
  return 0;
}

const journalText = ({ name }: Machine, { time, source, pid, text }: JournalLine): string =>
  `${journalTime(time)} ${name} ${source}[${pid}]: ${text}`;

const journalctl: Program = {
  name: 'journalctl',
  *main(process) {
    const systemd = systemdOf(process.machine);
    const { args, machine } = process;
    const value = (...names: string[]) => {
      for (const [i, word] of args.entries()) {
        if (names.includes(word)) return args[i + 1];
        const long = names.find((name) => name.startsWith('--') && word.startsWith(`${name}=`));
        if (long !== undefined) return word.slice(long.length + 1);
      }
      return undefined;
    };
    const flags = args.filter((word) => /^-[a-z]+$/.test(word)).join('');
    const follows = flags.includes('f') || args.includes('--follow');
    const name = value('-u', '--unit', '-xeu', '-fu', '-eu', '-xu');
    const services = systemd === undefined ? []
      : name === undefined ? [...systemd.services.values()] : [systemd.find(name)];
    const lines = () => services.flatMap((service) => service?.journal ?? [])
      .toSorted((a, b) => a.time - b.time);
    const asked = value('-n', '--lines');
    const count = asked === undefined ? (follows ? 10 : Infinity) : Number(asked);
    const all = lines();
    if (all.length === 0) process.print('-- No entries --\n');
    const shown = count === Infinity ? all : all.slice(all.length - Math.min(count, all.length));
    for (const line of shown) process.print(`${journalText(machine, line)}\n`);
    if (follows) yield* follow(process, services, lines);
    return 0;
  },
};

function* follow(
  process: Process, services: readonly (Service | undefined)[], lines: () => readonly JournalLine[],
): Story {
  const news = new Inbox<true>();
  const told = () => {
    if (news.size === 0) news.push(true);
  };
  let last = lines().at(-1);
  for (const service of services) service?.followers.add(told);
  try {
    for (;;) {
      yield* select([news]);
      const all = lines();
      const from = last === undefined ? 0 : all.lastIndexOf(last) + 1;
      for (const line of all.slice(from)) process.print(`${journalText(process.machine, line)}\n`);
      last = all.at(-1);
    }
  } finally {
    for (const service of services) service?.followers.delete(told);
  }
}

/** The commands, to be put on every machine that has systemd. */
export const systemdPrograms: readonly Program[] = [systemctl, journalctl];

/** When a unit came into its state, as RFC 3339: for the stage. */
export const unitSince = (service: Service): string => formatTime(service.changedAt);
