/** Where a command's program is. */
import { type Process, type Program, normal, programIn } from '../host/index.ts';
import type { ShellState } from './state.ts';

export interface Found {
  readonly program: Program;
  /** The path of a shell script, which `program` (sh) shall run. */
  readonly script?: string;
  readonly path: string;
}

/** Looks a command up in PATH, as execvp does; a text says why not. */
export function findProgram(process: Process, state: ShellState, name: string): Found | string {
  const path =
    state.variables.get('PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const places = name.includes('/')
    ? [normal(name, process.cwd)]
    : path.split(':').map((place) => normal(`${place}/${name}`));
  for (const at of places) {
    const own = process.programs?.[at];
    if (own !== undefined) return { program: own, path: at };
    const entry = process.files.stat(at);
    if (entry === undefined) continue;
    if (entry.type === 'directory') {
      if (name.includes('/')) return 'Is a directory';
      continue;
    }
    if (entry.type !== 'file') continue;
    const programName = programIn(entry.text);
    const program =
      programName === undefined && process.programs !== undefined
        ? process.programs['/bin/sh']
        : process.machine.programs.get(programName ?? 'sh');
    if (programName === undefined && (entry.mode & 0o111) === 0) return 'Permission denied';
    if (program === undefined) return 'cannot execute binary file: Exec format error';
    return { program, path: at, ...(programName === undefined ? { script: at } : {}) };
  }
  return name.includes('/') ? 'No such file or directory' : 'not found';
}
