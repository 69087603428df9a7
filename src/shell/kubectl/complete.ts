/**
 * `kubectl __complete`: what may come next on a command line, a candidate a line, and after them
 * how the shell shall take them. Completion scripts ask it.
 * Follows spf13/cobra completions.go and kubectl pkg/util/completion/completion.go.
 */
import type { Process } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { Context, type Shelf } from './context.ts';
import { pathOf } from './discovery.ts';
import { CommandError } from './errors.ts';
import { byLetter, parseFlags, takesValue, type FlagTable } from './flags.ts';
import { pods } from './generate.ts';
import { globalFlags } from './help/flags.gen.ts';
import { loadConfig } from './kubeconfig.ts';
import { findCommand } from './kubectl.ts';
import { itemsOf, metadataOf } from './targets.ts';

/** How the shell shall take the candidates, as cobra numbers it. */
const directive = { plain: 0, noSpace: 2, noFiles: 4, byEnding: 8 } as const;
const names: Readonly<Record<number, string>> = {
  0: 'ShellCompDirectiveDefault', 2: 'ShellCompDirectiveNoSpace', 4: 'ShellCompDirectiveNoFileComp',
  8: 'ShellCompDirectiveFilterFileExt',
};

interface Candidates {
  /** A tab and a description may follow. */
  readonly words: readonly string[];
  readonly directive: number;
}

const nothing: Candidates = { words: [], directive: directive.plain };
const listed = (words: readonly string[]): Candidates => ({ words, directive: directive.noFiles });

/** Answers for a command line without its first word; the last word is the one begun. */
export function* complete(
  process: Process, words: readonly string[], shelf: Shelf, isBare: boolean,
): Story<number> {
  const found = yield* candidates(process, words, shelf);
  for (const word of found.words) {
    const [line = ''] = word.split('\n');
    process.print(`${isBare ? line.split('\t')[0] : line}\n`);
  }
  process.print(`:${found.directive}\n`);
  process.printError(`Completion ended with directive: ${names[found.directive] ?? ''}\n`);
  return 0;
}

function* candidates(
  process: Process, words: readonly string[], shelf: Shelf,
): Story<Candidates> {
  const begun = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  let found: ReturnType<typeof findCommand>;
  try {
    found = findCommand(before);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return nothing;
  }
  const { command, path, rest } = found;
  const table: FlagTable = { ...globalFlags, ...command?.help.flags };
  const open = openFlag(table, rest, begun);
  const typed = open === undefined ? rest : rest.slice(0, open.isOwnWord ? -1 : undefined);
  let parsed: ReturnType<typeof parseFlags>;
  try {
    parsed = parseFlags(typed, table, path);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return nothing;
  }
  const context = new Context(process, parsed.flags as never, shelf);
  const ask: Asking = {
    context, command, path: path.replace(/^kubectl ?/, ''), args: parsed.args,
    begun: open?.begun ?? begun, changed: parsed.flags.changed,
  };
  try {
    if (open !== undefined) return yield* flagValues(ask, open.name);
    return begun.startsWith('-') ? flagNames(ask) : yield* wordsFor(ask);
  } catch (error) {
    // Without a server there is nothing to offer.
    if (!(error instanceof CommandError)) throw error;
    return listed([]);
  } finally {
    context.close();
  }
}

interface Asking {
  readonly context: Context;
  readonly command: Command | undefined;
  /** Without `kubectl`. */
  readonly path: string;
  readonly args: readonly string[];
  readonly begun: string;
  readonly changed: ReadonlySet<string>;
}

/** The flag whose value is being typed: `--name=va`, or a word after `-n`. */
function openFlag(table: FlagTable, rest: readonly string[], begun: string) {
  const equals = /^(--?[\w-]+)=(.*)$/s.exec(begun);
  const word = equals?.[1] ?? rest.at(-1) ?? '';
  if (equals === null && begun.startsWith('-')) return undefined;
  const name = word.startsWith('--') ? word.slice(2) : /^-\w+$/.test(word) ? byLetter(table, word.slice(-1)) : undefined;
  const flag = name === undefined ? undefined : table[name];
  if (name === undefined || flag === undefined) return undefined;
  if (equals === null && !takesValue(flag)) return undefined;
  return { name, begun: equals?.[2] ?? begun, isOwnWord: equals === null };
}

const starting = (begun: string, words: readonly string[]): readonly string[] =>
  words.filter((word) => word.startsWith(begun));

const formats = 'json yaml name go-template go-template-file template templatefile jsonpath ' +
  'jsonpath-as-json jsonpath-file custom-columns custom-columns-file wide';

function* flagValues({ context, path, begun }: Asking, name: string): Story<Candidates> {
  const { contexts, clusters, users } = loadConfig(context.process, context.flags.kubeconfig);
  const known = (list: readonly { readonly name: string }[]) =>
    listed(starting(begun, list.map((one) => one.name).sort()));
  switch (name) {
    case 'namespace': return listed(starting(begun, yield* namesOf(context, 'namespaces')));
    case 'context': return known(contexts);
    case 'cluster': return known(clusters);
    case 'user': return known(users);
    case 'filename': return { words: ['json', 'yaml', 'yml'], directive: directive.byEnding };
    case 'output': return path === 'get' ? listed(starting(begun, formats.split(' '))) : nothing;
    default: return nothing;
  }
}

/** Flags that the command does not run without. */
const required: Readonly<Record<string, string>> = {
  scale: 'replicas', autoscale: 'max', run: 'image', 'create deployment': 'image', 'create job': 'image',
};

const described = (name: string, usage: string): string => `${name}\t${usage.split('\n')[0] ?? ''}`;

/** The flags themselves, the global ones first. */
function flagNames({ command, path, begun, changed }: Asking): Candidates {
  const own: FlagTable = {
    ...command?.help.flags,
    help: { short: 'h', type: 'boolean', default: false, usage: `help for ${path.split(' ').at(-1) || 'kubectl'}` },
  };
  const words = [globalFlags as FlagTable, own].flatMap((table) =>
    Object.keys(table).sort().flatMap((name) => {
      const { short, type, usage = '' } = table[name] ?? {};
      const isAgain = type === 'list' || type === 'array';
      if (changed.has(name) && !isAgain) return [];
      const long = described(`--${name}`, usage);
      return short === undefined ? [long] : [long, described(`-${short}`, usage)];
    }));
  return listed(starting(begun, words).filter((word) => word.split('\t')[0]?.startsWith(begun)));
}

function* wordsFor(ask: Asking): Story<Candidates> {
  const { command, path, args, begun, changed } = ask;
  const children = command === undefined ? commands : (command.children ?? []);
  if (children.length > 0 && args.length === 0) {
    const own = children.map(({ help: { name, short } }) => described(name, short));
    const all = command === undefined ? [...own, described('help', 'Help about any command')] : own;
    const below = starting(begun, all.toSorted());
    if (below.length > 0 || command?.run === undefined) return listed(below);
  }
  const needed = required[path];
  const found = yield* positional(ask);
  if (needed === undefined || changed.has(needed) || args.length > 0) return found;
  const flag = described(`--${needed}`, command?.help.flags[needed]?.usage ?? '');
  return { ...found, words: [...starting(begun, [flag]), ...found.words] };
}

const controllers = ['deployment', 'daemonset', 'statefulset'];
const scaled = ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'];

/** Commands that take certain types, and then their names. */
const typed: Readonly<Record<string, readonly string[]>> = {
  'rollout status': controllers, 'rollout history': controllers, 'rollout restart': controllers,
  'rollout undo': controllers, 'rollout pause': ['deployment'], 'rollout resume': ['deployment'],
  scale: scaled, autoscale: scaled, taint: ['node'],
  expose: ['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset'],
  'set image': ['daemonsets', 'deployments', 'pods', 'cronjobs', 'replicasets', 'replicationcontrollers', 'statefulsets'],
};
const anyType = new Set(['get', 'describe', 'delete', 'edit', 'label', 'annotate', 'patch', 'debug']);
const ofPods = new Set(['logs', 'exec', 'attach', 'port-forward']);
const podOwners = ['daemonsets', 'deployments', 'pods', 'jobs', 'replicasets', 'replicationcontrollers',
  'services', 'statefulsets'];
/** Commands that take names of one sort. */
const named: Readonly<Record<string, string>> = {
  cordon: 'nodes', uncordon: 'nodes', drain: 'nodes', 'top node': 'nodes', 'top pod': 'pods',
  'create token': 'serviceaccounts',
};

function* positional(ask: Asking): Story<Candidates> {
  const { context, path, args, begun } = ask;
  if (path === 'completion') return args.length > 0 ? listed([]) : listed(starting(begun, ['bash', 'zsh', 'fish', 'powershell']));
  if (path.startsWith('config ')) return configured(ask);
  if (ofPods.has(path)) return yield* podOrOwner(ask);
  const sort = named[path];
  if (sort !== undefined) {
    const left = (yield* namesOf(context, sort)).filter((name) => !args.includes(name));
    return listed(args.length > 0 && path !== 'drain' ? [] : starting(begun, left));
  }
  const types = typed[path];
  if (types === undefined && !anyType.has(path)) return nothing;
  if (args.length === 0) {
    if (begun.includes('/')) return listed(yield* pairsOf(context, begun));
    return listed(starting(begun, types ?? (yield* typesOf(context))));
  }
  const [type = ''] = args;
  const left = (yield* namesOf(context, type)).filter((name) => !args.slice(1).includes(name));
  return listed(starting(begun, left));
}

function configured({ context, path, args, begun }: Asking): Candidates {
  const { contexts, clusters, users } = loadConfig(context.process, context.flags.kubeconfig);
  const last = path.split(' ').at(-1) ?? '';
  const lists: Readonly<Record<string, readonly { readonly name: string }[]>> = {
    'use-context': contexts, 'delete-context': contexts, 'set-context': contexts,
    'rename-context': contexts, 'get-contexts': contexts, 'delete-cluster': clusters,
    'set-cluster': clusters, 'delete-user': users, 'set-credentials': users,
  };
  const list = lists[last];
  if (list === undefined) return nothing;
  return listed(args.length > 0 ? [] : starting(begun, list.map(({ name }) => name).sort()));
}

function* podOrOwner({ context, path, args, begun }: Asking): Story<Candidates> {
  if (args.length === 0) {
    if (begun.includes('/')) return listed(yield* pairsOf(context, begun));
    const own = starting(begun, yield* namesOf(context, 'pods'));
    const owners = starting(begun, podOwners.map((type) => `${type}/`));
    const isOpen = owners.length > 0 && own.length === 0;
    return { words: [...own, ...owners], directive: isOpen ? directive.noSpace | directive.noFiles : directive.noFiles };
  }
  if (args.length > 1 || (path !== 'logs' && path !== 'attach')) return listed([]);
  const pod = yield* context.get(pods, context.namespace, args[0] ?? '');
  const { initContainers = [], containers = [] } = pod['spec'] as
    Readonly<Record<string, readonly { readonly name: string }[]>>;
  return listed(starting(begun, [...initContainers, ...containers].map(({ name }) => name)));
}

/** `po/we` as `po/web`. */
function* pairsOf(context: Context, begun: string): Story<readonly string[]> {
  const [type = '', name = ''] = begun.split('/');
  return starting(name, yield* namesOf(context, type)).map((one) => `${type}/${one}`);
}

function* namesOf(context: Context, type: string): Story<readonly string[]> {
  const resource = yield* context.resource(type);
  const list = yield* context.request({
    path: pathOf(resource, resource.isNamespaced ? context.namespace : ''),
  });
  return itemsOf(list).map((item) => metadataOf(item).name);
}

/** All that can be asked for, by group. */
function* typesOf(context: Context): Story<readonly string[]> {
  const found = (yield* context.resources()).filter(({ verbs }) => verbs.includes('get'))
    .map(({ group, plural }) => [group, group === '' ? plural : `${plural}.${group}`] as const);
  const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
  const sorted = found.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return [...new Set(sorted.map(([, name]) => name))];
}

