/**
 * `--help`: the texts of a command, out of its literal. Follows kubectl pkg/util/templates.
 */
import type { Command, Flag, Help } from './command.ts';
import { groups } from './help/groups.gen.ts';
import { globalFlags } from './help/flags.gen.ts';

const footer = 'Use "kubectl options" for a list of global command-line options ' +
  '(applies to all commands).';

/** What `kubectl <path> --help` prints. */
export function helpText({ help }: Command, path: string): string {
  const parts = [help.long];
  if (help.aliases !== undefined) parts.push(`Aliases:\n${[help.name, ...help.aliases].join(', ')}`);
  if (help.examples !== '') parts.push(`Examples:\n${help.examples}`);
  const children = Object.values(help.children ?? {});
  if (children.length > 0) parts.push(`Available Commands:\n${listed(children)}`);
  const flags = Object.entries(help.flags);
  if (flags.length > 0) parts.push(`Options:\n${flagsText(help.flags)}`);
  parts.push(`Usage:\n  ${help.usage}`);
  const more = children.length > 0
    ? `Use "${path} <command> --help" for more information about a given command.\n` : '';
  parts.push(more + footer);
  return `${parts.join('\n\n')}\n`;
}

/** What `kubectl --help` prints. */
export const rootHelp = (commands: readonly Command[]): string =>
  'kubectl controls the Kubernetes cluster manager.\n\n' +
  ` Find more information at: https://kubernetes.io/docs/reference/kubectl/\n\n${rootUsage(commands)}`;

/** The commands, by their groups. */
export function rootUsage(commands: readonly Command[]): string {
  const sections = groups.map(({ title, commands: names }) => {
    const members = names.filter((name) => name !== 'options')
      .flatMap((name) => commands.filter(({ help }) => help.name === name)).map(({ help }) => help);
    return `${title}:\n${listed(members, commands.map(({ help }) => help))}`.trimEnd();
  });
  return `${sections.join('\n\n')}\n\nUsage:\n  kubectl [flags] [options]\n\n` +
    'Use "kubectl <command> --help" for more information about a given command.\n' + `${footer}\n`;
}

/** What `kubectl options` prints. */
export const optionsText = (home: string): string =>
  'The following options can be passed to any command:\n\n' +
  `${flagsText(globalFlags).replace('$HOME', home)}\n`;

/** A line for each command; siblings in other sections widen the column, too. */
function listed(commands: readonly Help[], siblings: readonly Help[] = commands): string {
  const width = Math.max(11, ...siblings.map(({ name }) => name.length));
  return commands.map(({ name, short }) => `  ${name.padEnd(width)}   ${short}`).join('\n');
}

const flagsText = (flags: Readonly<Record<string, Flag>>): string =>
  Object.entries(flags).map(([name, flag]) => flagText(name, flag)).join('\n\n');

function flagText(name: string, flag: Flag): string {
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  return `    ${short}--${name}=${defaultText(name, flag)}:\n\t${flag.usage.replaceAll('\n', '\n\t')}`;
}

function defaultText(name: string, { type, default: value }: Flag): string {
  if (Array.isArray(value)) return `[${value.join(',')}]`;
  return type === 'string' && name !== 'vmodule' ? `'${String(value)}'` : String(value);
}
