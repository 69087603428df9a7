/**
 * /proc of a container, made when somebody reads it: its processes with their status, command line
 * and environment, and the root of each.
 */
import { type Entry, Files } from '../files.ts';
import type { Machine } from '../machine.ts';
import type { Process } from '../process.ts';
import { capabilityLines } from './capabilities.ts';
import type { Container } from './container.ts';

const directory: Entry = { type: 'directory', mode: 0o555 };
const names = ['cmdline', 'comm', 'environ', 'root', 'status'];

export class ProcFiles extends Files {
  private readonly machine: Machine;
  private readonly container: Container;

  constructor(machine: Machine, container: Container) {
    super();
    this.machine = machine;
    this.container = container;
  }

  override entry(path: string): Entry | undefined {
    if (path === '/') return directory;
    const [, pid = '', name, ...below] = path.split('/');
    const process = this.find(pid);
    if (process === undefined) return undefined;
    if (name === undefined) return directory;
    if (name === 'root') return process.files.entry(`/${below.join('/')}`);
    const text = this.textOf(process, name);
    return text === undefined || below.length > 0 ? undefined : { type: 'file', text, mode: 0o444 };
  }

  override list(path: string): readonly string[] | undefined {
    if (path === '/') return this.processes().map(({ visiblePid }) => String(visiblePid)).sort();
    const [, pid = '', name, ...below] = path.split('/');
    const process = this.find(pid);
    if (name === 'root') return process?.files.list(`/${below.join('/')}`);
    return process === undefined || name !== undefined ? undefined : names;
  }

  private processes(): Process[] {
    const { id, config } = this.container;
    const { pidNamespace = id } = config;
    return [...this.machine.processes.values()].filter(
      (process) => pidNamespace === 'host' || process.pidNamespace === pidNamespace,
    );
  }

  private find(pid: string): Process | undefined {
    const all = this.processes();
    return all.find(({ visiblePid }) => pid === 'self' || String(visiblePid) === pid);
  }

  private textOf(process: Process, name: string): string | undefined {
    switch (name) {
      case 'cmdline':
        return process.args.map((word) => `${word}\0`).join('');
      case 'comm':
        return `${commandOf(process)}\n`;
      case 'environ':
        return Object.entries(process.env).map(([key, value]) => `${key}=${value}\0`).join('');
      case 'status':
        return statusOf(process, this.container);
      default:
        return undefined;
    }
  }
}

const commandOf = ({ args, program }: Process): string =>
  (args[0] ?? program.name).replace(/^.*\//, '').slice(0, 15);

function statusOf(process: Process, { config }: Container): string {
  const { visiblePid, parent, identity } = process;
  const { uid, gid, groups } = identity;
  const four = (id: number) => [id, id, id, id].join('\t');
  const parentPid = process.isInit || parent?.container !== process.container ? 0 : parent?.visiblePid;
  return (
    `Name:\t${commandOf(process)}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t${visiblePid}\n` +
    `Ngid:\t0\nPid:\t${visiblePid}\nPPid:\t${parentPid ?? 0}\nTracerPid:\t0\n` +
    `Uid:\t${four(uid)}\nGid:\t${four(gid)}\nFDSize:\t64\nGroups:\t${groups.join(' ')} \n` +
    `Threads:\t1\n${capabilityLines(config.security ?? {}, uid === 0)}`
  );
}
