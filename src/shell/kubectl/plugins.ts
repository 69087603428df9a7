/**
 * Plugins: an executable `kubectl-foo` on the PATH is `kubectl foo`.
 * Follows kubectl pkg/cmd/cmd.go (HandlePluginCommand) and pkg/cmd/plugin/plugin.go.
 */
import { type Process, programIn } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import { CommandError } from './errors.ts';
import { runExternal } from './external.ts';

const pathOf = ({ env }: Process): readonly string[] =>
  (env['PATH'] ?? '').split(':').filter((place) => place.trim() !== '');

/** The plugin with the longest name that the words have; undefined when there is none. */
export function* runPlugin(process: Process, words: readonly string[]): Story<number | undefined> {
  const [first = ''] = words;
  if (first.startsWith('-')) {
    const word = words.find((one) => !one.startsWith('-') && one !== '');
    if (word === undefined) return undefined;
    const place = words.indexOf(word);
    const found = words.slice(place).find((one) => lookUp(process, `kubectl-${one}`) !== undefined);
    if (found === undefined) return undefined;
    throw new CommandError(`Error: flags cannot be placed before plugin name: ${first}`);
  }
  const end = words.findIndex((word) => word.startsWith('-'));
  const parts = (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll('-', '_'));
  for (let count = parts.length; count > 0; count -= 1) {
    const path = lookUp(process, `kubectl-${parts.slice(0, count).join('-')}`);
    if (path === undefined) continue;
    const code = yield* runExternal(process, [path, ...words.slice(count)]);
    return typeof code === 'number' ? code : 126;
  }
  return undefined;
}

const isExecutable = (process: Process, path: string): boolean => {
  const entry = process.files.stat(path);
  return entry?.type === 'file' && ((entry.mode & 0o111) !== 0 || programIn(entry.text) !== undefined);
};

const lookUp = (process: Process, name: string): string | undefined =>
  pathOf(process).map((place) => `${place}/${name}`).find((path) => isExecutable(process, path));

/** What `kubectl plugin list` finds: the plugins, and what is wrong with some of them. */
export interface FoundPlugins {
  readonly paths: readonly string[];
  /** A line each, for standard error. */
  readonly unread: readonly string[];
  readonly warnings: ReadonlyMap<string, string>;
}

/** Looks through the PATH. @param commands kubectl's own, which no plugin can replace. */
export function findPlugins(process: Process, commands: readonly string[]): FoundPlugins {
  const paths: string[] = [];
  const unread: string[] = [];
  const warnings = new Map<string, string>();
  const seen = new Map<string, string>();
  for (const place of new Set(pathOf(process))) {
    const names = process.files.list(place);
    if (names === undefined) {
      unread.push(`Unable to read directory ${JSON.stringify(place)} from your PATH: ` +
        `open ${place}: no such file or directory. Skipping...\n`);
      continue;
    }
    for (const name of names.filter((one) => one.startsWith('kubectl-'))) {
      const path = `${place}/${name}`;
      paths.push(path);
      const warning = warningOf(process, path, { name, seen, commands });
      if (warning !== '') warnings.set(path, warning);
      if (!seen.has(name)) seen.set(name, path);
    }
  }
  return { paths, unread, warnings };
}

function warningOf(
  process: Process, path: string,
  { name, seen, commands }: {
    name: string; seen: ReadonlyMap<string, string>; commands: readonly string[];
  },
): string {
  const lines: string[] = [];
  if (!isExecutable(process, path)) {
    lines.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  }
  const first = seen.get(name);
  const word = name.slice('kubectl-'.length);
  if (commands.includes(word)) {
    lines.push(`warning: ${name} overwrites existing command: "kubectl ${word}"`);
  } else if (first !== undefined) {
    lines.push(`warning: ${path} is overshadowed by a similarly named plugin: ${first}`);
  }
  return lines.map((line) => `  - ${line}\n`).join('');
}
