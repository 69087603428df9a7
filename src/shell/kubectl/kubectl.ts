/**
 * kubectl, the Kubernetes client: turns words into requests and answers into text, word for word as
 * kubectl v1.33.1 does. It talks to the API server only; it knows nothing of the simulation.
 * Follows kubernetes/kubectl pkg/cmd/cmd.go and spf13/cobra.
 */
import type { Process, Program } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { Command, GlobalFlags } from './command.ts';
import { commands } from './commands/index.ts';
import { complete } from './complete.ts';
import { Context, type Shelf } from './context.ts';
import { CommandError } from './errors.ts';
import { type FlagTable, byLetter, parseFlags, takesValue } from './flags.ts';
import { globalFlags } from './help/flags.gen.ts';
import { runPlugin } from './plugins.ts';
import { changeCause, recordFlag, recordWarning } from './record.ts';
import { helpText, rootHelp, rootUsage } from './usage.ts';

/** kubectl with a shelf of manifests that stand for URLs. */
export const kubectlWith = (shelf: Shelf): Program => ({
  name: 'kubectl',
  main: (process) => main(process, shelf),
});

export const kubectl: Program = kubectlWith(() => undefined);

function* main(process: Process, shelf: Shelf): Story<number> {
  try {
    return yield* begin(process, process.args.slice(1), shelf);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { message, code, output } = error;
    if (output !== '') process.print(output);
    if (message !== '') process.printError(message.endsWith('\n') ? message : `${message}\n`);
    return code;
  }
}

/** What is no command of its own: questions of completion scripts, plugins, `alpha`. */
function* begin(process: Process, words: readonly string[], shelf: Shelf): Story<number> {
  const [first = ''] = words;
  if (first === '__complete' || first === '__completeNoDesc') {
    return yield* complete(process, words.slice(1), shelf, first === '__completeNoDesc');
  }
  if (first === 'alpha') {
    process.printError('No alpha commands are available in this version of kubectl\n');
    return 0;
  }
  const isOwnWord = (word: string): boolean =>
    word === 'help' || commands.some(({ help: { name } }) => name === word);
  const isOwn = first.startsWith('-') ? words.some(isOwnWord) : isOwnWord(first);
  const code = isOwn || first === '' ? undefined : yield* runPlugin(process, words);
  return code ?? (yield* run(process, words, shelf));
}

function* run(process: Process, words: readonly string[], shelf: Shelf): Story<number> {
  // `kubectl help scale` is `kubectl scale --help`.
  if (words[0] === 'help') return yield* help(process, words.slice(1), shelf);
  const found = findCommand(words);
  const { command, path, rest } = found;
  if (command === undefined) {
    process.print(rootHelp(commands));
    return 0;
  }
  const table = { ...globalFlags, ...command.help.flags, ...recordFlag(path) };
  const parsed = parseFlags(rest, table, path);
  if (parsed.wantsHelp) {
    process.print(helpText(command, path));
    return 0;
  }
  if (command.run === undefined) {
    if (parsed.args.length > 0 && !deaf.has(path)) {
      throw new CommandError(`error: unknown command ${JSON.stringify(parsed.args.join(' '))}\n` +
        `See '${path} -h' for help and examples`);
    }
    return groupHelp(process, command, path);
  }
  const context = new Context(process, globalValues(parsed.flags, command), shelf);
  if (parsed.flags.changed.has('record')) process.printError(recordWarning);
  if (parsed.flags['record'] === true) context.cause = changeCause(path, parsed);
  try {
    yield* command.run(context, parsed, parsed.flags as never);
    context.checkWarnings();
  } finally {
    context.close();
  }
  return 0;
}

function* help(process: Process, words: readonly string[], shelf: Shelf): Story<number> {
  const [topic = ''] = words.filter((word) => !word.startsWith('-'));
  const isKnown = topic === '' || commands.some(({ help: { name } }) => name === topic);
  if (isKnown) return yield* run(process, [...words, '--help'], shelf);
  const shown = words.map((word) => `\`${word}\``).join(' ');
  process.printError(`Unknown help topic [${shown}]\n\n\n${rootUsage(commands)}`);
  return 0;
}

/** Groups without a subcommand: some call it a mistake, and some say so on standard error. */
/** Groups that print their help whatever word follows. */
const deaf = new Set(['kubectl certificate']);

const onError = new Set(['set', 'create secret', 'create service', 'auth', 'top', 'config', 'plugin']);
const mistaken = new Set([...onError, 'rollout']);

function groupHelp(process: Process, command: Command, path: string): number {
  const name = path.replace(/^kubectl /, '');
  const text = helpText(command, path);
  if (onError.has(name)) process.printError(text);
  else process.print(text);
  return mistaken.has(name) ? 1 : 0;
}

/** The global flags' values; a command's own flag of the same name hides a global one. */
function globalValues(flags: Readonly<Record<string, unknown>>, command: Command): GlobalFlags {
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(globalFlags)) {
    values[name] = command.help.flags[name] === undefined ? flags[name] : flag.default;
  }
  return values as unknown as GlobalFlags;
}

interface Found {
  /** Undefined: `kubectl` alone. */
  readonly command: Command | undefined;
  /** `kubectl rollout status`. */
  readonly path: string;
  /** The words without those that name the command. */
  readonly rest: readonly string[];
}

/** Finds the command that the words name; flags may stand before and between its names. */
export function findCommand(words: readonly string[]): Found {
  let command: Command | undefined;
  let path = 'kubectl';
  let rest = words;
  let among = commands;
  for (;;) {
    const at = firstWord(rest, command);
    const word = at < 0 ? undefined : rest[at];
    const next = among.find(({ help }) => help.name === word || help.aliases?.includes(word ?? ''));
    if (next === undefined) {
      if (command === undefined) refuse(rest, word);
      return { command, path, rest };
    }
    command = next;
    path = `${path} ${next.help.name}`;
    rest = rest.toSpliced(at, 1);
    among = next.children ?? [];
  }
}

/** `kubectl` without a command: help, or a complaint about the word or the flag. */
function refuse(words: readonly string[], word: string | undefined): void {
  if (word !== undefined) throw unknownCommand(word);
  parseFlags(words, globalFlags, 'kubectl');
}

/** Where the first word stands that is neither a flag nor a flag's value. */
function firstWord(words: readonly string[], command: Command | undefined): number {
  const table: FlagTable = { ...globalFlags, ...command?.help.flags };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '--') return -1;
    if (!word.startsWith('-') || word === '-') return i;
    if (word.includes('=')) continue;
    const name = word.startsWith('--') ? word.slice(2) : byLetter(table, word.slice(-1));
    const flag = name === undefined ? undefined : table[name];
    const isAlone = word.startsWith('--') || word.length === 2;
    if (flag !== undefined && isAlone && takesValue(flag)) i += 1;
  }
  return -1;
}

function unknownCommand(word: string): CommandError {
  const similar = commands.map(({ help }) => help.name)
    .filter((name) => distance(word, name) <= 2 || name.startsWith(word.toLowerCase()));
  const suggestions = similar.length === 0
    ? '' : `\n\nDid you mean this?\n${similar.map((name) => `\t${name}\n`).join('')}`;
  return new CommandError(`error: unknown command ${JSON.stringify(word)} for "kubectl"${suggestions}`);
}

/** Levenshtein's distance, without regard to case. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, x] of [...a.toLowerCase()].entries()) {
    const next = [i + 1];
    for (const [j, y] of [...b.toLowerCase()].entries()) {
      const swap = (row[j] ?? 0) + (x === y ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
