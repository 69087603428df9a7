/** `systemctl`, in the words and layouts of systemd 252. */
import type { Story } from '../kernel/index.ts';
import { Inbox } from './inbox.ts';
import { journalText } from './journalctl.ts';
import type { Process } from './process.ts';
import { type Program, select } from './program.ts';
import { type Service, type Systemd, systemdOf } from './systemd-manager.ts';
import { since, statusTime } from './systemd-text.ts';

const notBooted =
  'System has not been booted with systemd as init system (PID 1). ' +
  "Can't operate.\nFailed to connect to bus: Host is down\n";

/** Starts, stops and shows units. */
export const systemctl: Program = {
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

const verbs = [
  'start',
  'stop',
  'restart',
  'status',
  'enable',
  'disable',
  'is-active',
  'is-enabled',
  'is-failed',
  'reload',
  'kill',
];

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
    process.printError(
      isEnabled
        ? `Created symlink ${link} → /lib/systemd/system/${service.fullName}.\n`
        : `Removed "${link}".\n`,
    );
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
  const dot =
    state === 'active' ? '●' : state === 'failed' ? '×' : state === 'activating' ? '●' : '○';
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
    lines.push(
      `    Process: ${service.lastPid} ExecStart=${unit.args.join(' ')} ${service.lastExit.text}`,
    );
  }
  if (isRunning) {
    lines.push(
      `   Main PID: ${service.lastPid} (${unit.program.name})`,
      `     CGroup: /system.slice/${service.fullName}`,
      `             └─${service.lastPid} ${unit.args.join(' ')}`,
    );
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
    process.print(
      `${state === 'failed' ? '●' : ' '} ${fullName.padEnd(width)} loaded ` +
        `${state.padEnd(10)} ${sub.padEnd(7)} ${unit.description}\n`,
    );
  }
  process.print(`\n${rows.length} loaded units listed.\n`);
  return 0;
}
