/** What can follow in a kubectl command line, out of the commands' own literals and the objects. */
import type { Kind } from '../api/kind.ts';
import { kinds } from '../api/kinds/index.ts';
import type { ApiObject } from '../api/object.ts';
import type { Process } from '../host/index.ts';
import type { Command } from '../shell/kubectl/command.ts';
import { commands } from '../shell/kubectl/commands/index.ts';
import { type FlagTable, byLetter, takesValue } from '../shell/kubectl/flags.ts';
import { globalFlags } from '../shell/kubectl/help/flags.gen.ts';
import { loadConfig } from '../shell/kubectl/kubeconfig.ts';

/** Words after `kubectl`; the last one is being typed. `paths`: a file's name is wanted. */
export function completeKubectl(
  shell: Process,
  objects: Iterable<ApiObject>,
  words: readonly string[],
): readonly string[] | 'paths' {
  const line = new Line(words.slice(0, -1));
  const word = words.at(-1) ?? '';
  if (line.pending !== undefined) return flagValues(line.pending, objects, line);
  const glued = /^--([\w-]+)=/.exec(word);
  if (glued !== null) {
    const values = flagValues(glued[1] ?? '', objects, line);
    return values === 'paths' ? values : values.map((value) => `--${glued[1]}=${value}`);
  }
  if (word.startsWith('-')) return Object.keys(line.flags).map((name) => `--${name}`);
  if (line.children.length > 0) return line.children.map(({ help }) => help.name);
  const namespace = line.values.get('namespace') ?? currentNamespace(shell);
  return operands(line, [...objects], namespace, word);
}

/** A command line as far as it has been typed. */
class Line {
  command: Command | undefined;
  readonly path: string[] = [];
  readonly operands: string[] = [];
  readonly values = new Map<string, string>();
  /** The flag whose value comes next. */
  pending: string | undefined;

  constructor(words: readonly string[]) {
    for (const word of words) this.take(word);
  }

  get children(): readonly Command[] {
    return this.command === undefined ? commands : (this.command.children ?? []);
  }

  get flags(): FlagTable {
    return { ...globalFlags, ...this.command?.help.flags };
  }

  private take(word: string): void {
    if (this.pending !== undefined) {
      this.values.set(this.pending, word);
      this.pending = undefined;
    } else if (word.startsWith('-')) this.flag(word);
    else {
      const child = this.children.find(
        ({ help }) => help.name === word || help.aliases?.includes(word),
      );
      if (child === undefined) this.operands.push(word);
      else {
        this.command = child;
        this.path.push(child.help.name);
      }
    }
  }

  private flag(word: string): void {
    const { flags } = this;
    const [, long, glued] = /^--([\w-]+)(?:=(.*))?$/.exec(word) ?? [];
    const name = long ?? byLetter(flags, word.slice(1, 2));
    if (name === undefined) return;
    const value = glued ?? (long === undefined && word.length > 2 ? word.slice(2) : undefined);
    if (value !== undefined) this.values.set(name, value);
    else if (flags[name] !== undefined && takesValue(flags[name])) this.pending = name;
  }
}

const outputs = ['json', 'yaml', 'name', 'wide', 'jsonpath=', 'go-template=', 'custom-columns='];

function flagValues(
  flag: string,
  objects: Iterable<ApiObject>,
  line: Line,
): readonly string[] | 'paths' {
  switch (flag) {
    case 'namespace':
      return [...objects].filter(({ kind }) => kind === 'Namespace').map(nameOf);
    case 'filename':
    case 'kustomize':
    case 'kubeconfig':
    case 'from-file':
    case 'patch-file':
      return 'paths';
    case 'output':
      return outputs;
    case 'dry-run':
      return ['client', 'none', 'server'];
    case 'container':
      return containersOf(objects, line.operands[0]?.replace(/^pods?\//, ''));
    default:
      return [];
  }
}

const nameOf = ({ metadata }: ApiObject): string => metadata.name;

/** Of the Pod that is named, or of any. */
function containersOf(objects: Iterable<ApiObject>, pod: string | undefined): string[] {
  const names: string[] = [];
  for (const object of objects) {
    if (object.kind !== 'Pod' || (pod !== undefined && object.metadata.name !== pod)) continue;
    const { spec } = object as unknown as { spec: { containers: { name: string }[] } };
    names.push(...spec.containers.map(({ name }) => name));
  }
  return names;
}

/** Commands whose operand is the name of a Pod, or `TYPE/NAME`. */
const ofPods = new Set(['logs', 'exec', 'attach', 'port-forward', 'debug', 'cp']);
const ofNodes = new Set(['cordon', 'uncordon', 'drain']);
/** What can be rolled out, scaled, exposed. */
const typed: Readonly<Record<string, readonly string[]>> = {
  rollout: ['deployments', 'daemonsets', 'statefulsets'],
  scale: ['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets'],
  autoscale: ['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets'],
  expose: ['deployments', 'pods', 'replicasets', 'replicationcontrollers', 'services'],
  taint: ['nodes'],
};
/** Commands that name objects by type and name. */
const takesTypes = new Set([
  'get',
  'describe',
  'delete',
  'edit',
  'label',
  'annotate',
  'patch',
  'wait',
  'explain',
  'rollout',
  'scale',
  'autoscale',
  'expose',
  'taint',
  'set',
  'events',
]);

function operands(
  { path, operands: given }: Line,
  objects: readonly ApiObject[],
  namespace: string,
  word: string,
): readonly string[] | 'paths' {
  const verb = path[0] ?? '';
  const namesOf = (kind: Kind | undefined) => namesIn(objects, kind, namespace);
  if (ofNodes.has(verb)) return namesOf(kindOf('nodes'));
  if (ofPods.has(verb)) {
    if (verb === 'cp') return 'paths';
    return given.length === 0 ? namesOf(kindOf('pods')) : [];
  }
  if (!takesTypes.has(verb)) return [];
  const [type, name] = word.split(/\/(.*)/s) as [string, string | undefined];
  if (name !== undefined) return namesOf(kindOf(type)).map((each) => `${type}/${each}`);
  const first = given[0];
  if (first !== undefined && !first.includes('/')) {
    const taken = new Set(given.slice(1));
    return verb === 'explain' ? [] : namesOf(kindOf(first)).filter((each) => !taken.has(each));
  }
  return typed[verb] ?? typeNames(word);
}

/** Long names, and the short one that was typed. */
function typeNames(word: string): string[] {
  const served = kinds.filter(({ verbs }) => verbs.includes('get'));
  const short = word === '' ? [] : served.flatMap(({ shortNames }) => shortNames);
  return [...new Set(served.map(({ plural }) => plural)), ...short.filter((each) => each === word)];
}

const kindOf = (word: string): Kind | undefined =>
  kinds.find(
    ({ plural, singular, shortNames, kind }) =>
      [plural, singular, ...shortNames].includes(word) || kind.toLowerCase() === word,
  );

function namesIn(
  objects: readonly ApiObject[],
  kind: Kind | undefined,
  namespace: string,
): string[] {
  if (kind === undefined) return [];
  return objects
    .filter(
      (object) =>
        object.kind === kind.kind &&
        (!kind.namespaced || (object.metadata.namespace ?? '') === namespace),
    )
    .map(nameOf);
}

/** The namespace of the current context. */
function currentNamespace(shell: Process): string {
  try {
    const { contexts, currentContext } = loadConfig(shell, '');
    const context = contexts.find(({ name }) => name === currentContext);
    const { namespace } = context?.value ?? {};
    return typeof namespace === 'string' && namespace !== '' ? namespace : 'default';
  } catch {
    return 'default'; // A kubeconfig that cannot be read says nothing of namespaces.
  }
}
