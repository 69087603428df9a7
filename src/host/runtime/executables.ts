/** Finds what a command runs: execvp in a tree of files where some paths are programs. */
import { type Files, normal } from '../files.ts';
import type { Program } from '../program.ts';

export type Programs = Readonly<Record<string, Program>>;

/** A program and the arguments it gets (a script's interpreter gets the script first). */
export interface Executable {
  readonly program: Program;
  readonly args: readonly string[];
}

export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What `args` would run; or, as a text, why not: the end of runc's message. */
export function findExecutable(
  programs: Programs,
  files: Files,
  args: readonly string[],
  path: string,
  cwd: string,
): Executable | string {
  const found = find(programs, files, args, path, cwd);
  const next = typeof found === 'string' ? undefined : found.program.becomes?.(found.args);
  return next === undefined ? found : find(programs, files, next, path, cwd);
}

function find(
  programs: Programs,
  files: Files,
  args: readonly string[],
  path: string,
  cwd: string,
): Executable | string {
  const [name = ''] = args;
  if (name.includes('/')) {
    const at = normal(name, cwd);
    return (
      load(programs, files, at, args) ??
      (files.stat(at) === undefined
        ? `exec: "${name}": stat ${name}: no such file or directory`
        : `exec: "${name}": permission denied`)
    );
  }
  for (const directory of path.split(':')) {
    const found = load(programs, files, `${directory}/${name}`, args);
    if (found !== undefined) return found;
  }
  return `exec: "${name}": executable file not found in $PATH`;
}

function load(
  programs: Programs,
  files: Files,
  at: string,
  args: readonly string[],
): Executable | undefined {
  const program = programs[at];
  if (program !== undefined) return { program, args };
  const entry = files.entry(at);
  if (entry?.type === 'link') return load(programs, files, normal(entry.target, '/bin'), args);
  if (entry?.type !== 'file' || !entry.text.startsWith('#!')) return undefined;
  const line = entry.text.slice(2, entry.text.indexOf('\n')).trim().split(' ');
  const words = line[0] === '/usr/bin/env' ? [`/bin/${line[1] ?? 'sh'}`] : line;
  const interpreter = programs[words[0] ?? ''] ?? programs['/bin/sh'];
  if (interpreter === undefined) return undefined;
  return { program: interpreter, args: [...words, at, ...args.slice(1)] };
}
