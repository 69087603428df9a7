/** Completion of kubectl's words, out of the literals that the parser and `--help` read. */
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { takesValue } from './flags.ts';
import { globalFlags } from './help/flags.gen.ts';

/** What a world can say of its resources; `undefined` when it is not known. */
export interface Names {
  /** `pods`, `deployments.apps`, short names. */
  readonly types: () => readonly string[];
  /** The names of a type's objects, in the namespace if one was given. */
  readonly names: (type: string, namespace: string | undefined) => readonly string[];
  readonly namespaces: () => readonly string[];
  /** The containers of a Pod. */
  readonly containers?: (pod: string, namespace: string | undefined) => readonly string[];
}

const outputs = ['json', 'yaml', 'wide', 'name', 'jsonpath=', 'go-template=', 'custom-columns='];
/** Commands whose first word is a Pod's name. */
const podWords = new Set(['logs', 'exec', 'attach', 'port-forward']);
const nodeWords = new Set(['cordon', 'uncordon', 'drain']);
const typed = new Set([
  'get', 'describe', 'delete', 'edit', 'label', 'annotate', 'scale', 'expose', 'patch', 'wait', 'explain',
  'autoscale', 'taint',
]);

/**
 * The candidates for the word at `cursor`.
 * @param words the words after `kubectl`; the one at `cursor` may be unfinished, or not there yet.
 */
export function complete(words: readonly string[], cursor: number, names: Names): readonly string[] {
  const before = words.slice(0, cursor);
  const word = words[cursor] ?? '';
  const { command, args, among, namespace } = walk(before);
  const flags = { ...globalFlags, ...command?.help.flags };
  const previous = before.at(-1) ?? '';
  const pending = flagNamed(flags, previous);
  if (pending !== undefined && takesValue(pending.flag)) {
    return startingWith(valuesOf(pending.name, { names, namespace, args }), word);
  }
  if (word.startsWith('-')) {
    const long = Object.keys(flags).map((name) => `--${name}`);
    return startingWith([...long, '--help'].sort(), word);
  }
  if (among.length > 0 && args.length === 0) {
    return startingWith(among.map(({ help }) => help.name).sort(), word);
  }
  return startingWith(wordsFor(command, args, { names, namespace, word }), word);
}

interface Walk {
  readonly command: Command | undefined;
  readonly args: readonly string[];
  readonly among: readonly Command[];
  readonly namespace: string | undefined;
}

function walk(words: readonly string[]): Walk {
  let command: Command | undefined;
  let among: readonly Command[] = commands;
  let namespace: string | undefined;
  const args: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word.startsWith('-')) {
      const found = flagNamed({ ...globalFlags, ...command?.help.flags }, word);
      const isNamespace = found?.name === 'namespace' || word.startsWith('--namespace=');
      if (isNamespace) namespace = word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[i + 1];
      if (found !== undefined && takesValue(found.flag)) i += 1;
      continue;
    }
    const next = args.length === 0
      ? among.find(({ help }) => help.name === word || help.aliases?.includes(word)) : undefined;
    if (next === undefined) args.push(word);
    else [command, among] = [next, next.children ?? []];
  }
  return { command, args, among, namespace };
}

type Flags = Readonly<Record<string, NonNullable<Command['help']['flags']>[string]>>;

function flagNamed(flags: Flags, word: string) {
  if (!word.startsWith('-') || word.includes('=')) return undefined;
  const name = word.startsWith('--')
    ? word.slice(2) : Object.keys(flags).find((one) => flags[one]?.short === word.slice(-1));
  const flag = name === undefined ? undefined : flags[name];
  return name === undefined || flag === undefined ? undefined : { name, flag };
}

interface Place {
  readonly names: Names;
  readonly namespace: string | undefined;
}

function valuesOf(flag: string, place: Place & { readonly args: readonly string[] }): readonly string[] {
  const { names, namespace, args } = place;
  switch (flag) {
    case 'namespace': return names.namespaces();
    case 'output': return outputs;
    case 'dry-run': return ['client', 'none', 'server'];
    case 'cascade': return ['background', 'foreground', 'orphan'];
    case 'container': return names.containers?.((args[0] ?? '').replace(/^pods?\//, ''), namespace) ?? [];
    default: return [];
  }
}

function wordsFor(
  command: Command | undefined, args: readonly string[], { names, namespace, word }: Place & { readonly word: string },
): readonly string[] {
  const name = command?.help.name ?? '';
  const slash = word.indexOf('/');
  if (slash > 0) {
    const type = word.slice(0, slash);
    return names.names(type, namespace).map((one) => `${type}/${one}`);
  }
  if (podWords.has(name)) return args.length === 0 ? names.names('pods', namespace) : [];
  if (nodeWords.has(name)) return names.names('nodes', namespace);
  const isRollout = command?.help.usage.startsWith('kubectl rollout ') === true;
  const isSet = command?.help.usage.startsWith('kubectl set ') === true;
  if (isRollout && args.length === 0) return ['daemonset', 'deployment', 'statefulset'];
  if (args.length === 0) return typed.has(name) || isSet ? names.types() : [];
  const [type = ''] = args;
  if (type.includes('/')) return [];
  return typed.has(name) || isRollout || isSet ? names.names(type, namespace) : [];
}

const startingWith = (candidates: readonly string[], word: string): readonly string[] =>
  [...new Set(candidates)].filter((candidate) => candidate.startsWith(word));
