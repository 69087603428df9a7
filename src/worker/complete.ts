/**
 * What the Tab key offers: commands, paths, and what kubectl knows. It looks at the world and
 * changes nothing in it, as no process runs for it.
 */
import { type Machine, type Process, normal } from '../host/index.ts';
import { builtins } from '../shell/builtins.ts';
import type { ApiObject } from '../api/object.ts';
import type { World } from '../world/bare.ts';
import type { completeKubectl } from './complete-kubectl.ts';
import type { Observer } from './observer/observer.ts';
import type { Completion } from './protocol.ts';

interface Scene {
  readonly world: World;
  readonly observer: Observer;
}

let forKubectl: typeof completeKubectl | undefined;

/** What kubectl completes comes with kubectl, after the first picture. */
export function offerKubectl(completer: typeof completeKubectl): void {
  forKubectl = completer;
}

/** How many choices are worth showing. */
const mostCandidates = 200;
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** In a world that is wholly here. */
export function complete(
  { world, observer }: Scene,
  terminal: string,
  line: string,
  cursor: number,
): Completion {
  const name = machineOf(world.definition.machines, terminal);
  const machine = world.machines.get(name);
  return machine === undefined
    ? { from: cursor, candidates: [] }
    : completeOn(machine, observer.objects.values(), line, cursor);
}

/** For the shell of a machine. `objects` are those that a command may name. */
export function completeOn(
  machine: Machine,
  objects: Iterable<ApiObject>,
  line: string,
  cursor: number,
): Completion {
  const typed = line.slice(0, cursor);
  const words = simpleCommand(typed);
  const word = words.at(-1) ?? '';
  const shell = shellOf(machine);
  const found = shell === undefined ? [] : choices(shell, objects, words);
  const candidates = [...new Set(found)].filter((each) => each.startsWith(word)).toSorted();
  return { from: cursor - word.length, candidates: candidates.slice(0, mostCandidates) };
}

/** Whether a line can name objects: only then must they be at hand. */
export const namesObjects = (line: string): boolean => /\b(k|kubectl)\s/.test(line);

/** `worker-1/1` is a terminal of that machine, any other one the workstation's. */
export function machineOf(
  machines: readonly { readonly name: string; readonly role: string }[],
  terminal: string,
): string {
  const name = terminal.split('/')[0];
  const found = machines.find((each) => each.name === name);
  return (found ?? machines.find(({ role }) => role === 'workstation'))?.name ?? '';
}

/** All that could stand for the last word. */
function choices(
  shell: Process,
  objects: Iterable<ApiObject>,
  words: readonly string[],
): readonly string[] {
  const word = words.at(-1) ?? '';
  const command = words[0] ?? '';
  if (words.length === 1) {
    return word.includes('/') ? paths(shell, word) : [...commandNames(shell), ...aliases];
  }
  if (command === 'kubectl' || command === 'k') {
    const offer = forKubectl?.(shell, objects, words.slice(1)) ?? [];
    return offer === 'paths' ? paths(shell, word) : offer;
  }
  // `if=FILE`, `--file=FILE`: what follows the sign is the path.
  const at = word.lastIndexOf('=') + 1;
  return paths(shell, word.slice(at)).map((path) => word.slice(0, at) + path);
}

/** Aliases of the console's .bashrc. */
const aliases = ['k', 'll'];

/** Words that may stand before a command. */
const prefixes = new Set(['sudo', 'time', 'watch', 'exec', 'then', 'do', 'else', '!', 'xargs']);

/** The words of the simple command in which the line ends; the last one may be empty. */
export function simpleCommand(typed: string): readonly string[] {
  let words: string[] = [];
  let word = '';
  let quote = '';
  for (const sign of typed) {
    if (quote !== '') {
      if (sign === quote) quote = '';
      else word += sign;
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (/[\s<>]/.test(sign)) {
      if (word !== '') words.push(word);
      word = '';
      // What follows a redirection is a path: an operand like others.
      if (/[<>]/.test(sign) && words.length === 0) words.push('');
    } else if (/[|;&(]/.test(sign)) {
      words = [];
      word = '';
    } else word += sign;
    if (words.length === 1 && (prefixes.has(words[0] ?? '') || isAssignment(words[0]))) words = [];
  }
  return [...words, word];
}

const isAssignment = (word: string | undefined): boolean => /^\w+=/.test(word ?? '');

/** The shell that reads a terminal. */
function shellOf(machine: Machine): Process | undefined {
  if (!machine.isOn) return undefined;
  const shells = [...machine.processes.values()].filter(
    ({ args, tty }) => args[0] === '-bash' && tty !== undefined,
  );
  return shells.find(({ tty }) => tty?.isAtPrompt === true) ?? shells[0];
}

function commandNames(shell: Process): string[] {
  const places = (shell.env['PATH'] ?? systemPath).split(':');
  const programs = places.flatMap((place) => shell.files.list(place) ?? []);
  return [...Object.keys(builtins), ...programs];
}

/** Paths that go on from what was typed; directories end with a slash. */
function paths(shell: Process, word: string): string[] {
  const at = word.lastIndexOf('/') + 1;
  const typedDirectory = word.slice(0, at);
  const home = shell.env['HOME'] ?? '/root';
  const directory = normal(typedDirectory.replace(/^~(?=\/)/, home) || '.', shell.cwd);
  const names = shell.files.list(directory) ?? [];
  const showsHidden = word.slice(at).startsWith('.');
  return names
    .filter((name) => showsHidden || !name.startsWith('.'))
    .map((name) => {
      const isDirectory = shell.files.stat(`${directory}/${name}`)?.type === 'directory';
      return `${typedDirectory}${name}${isDirectory ? '/' : ''}`;
    });
}
