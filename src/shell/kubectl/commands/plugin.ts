/** `kubectl plugin list`, and `kubectl alpha`, which has nothing in it. */
import { type Command, command, commandGroup } from '../command.ts';
import { CommandError } from '../errors.ts';
import { groups } from '../help/groups.gen.ts';
import { pluginHelp } from '../help/plugin.gen.ts';
import { findPlugins } from '../plugins.ts';

const own: readonly string[] = groups.flatMap(({ commands }) => [...commands]);

// oxlint-disable-next-line require-yield -- files only
const list = command(pluginHelp.children.list, function* (context, _words, flags) {
  const { paths, unread, warnings } = findPlugins(context.process, own);
  for (const line of unread) context.printError(line);
  if (paths.length === 0) {
    throw new CommandError('error: unable to find any kubectl plugins in your PATH');
  }
  context.print('The following compatible plugins are available:\n\n');
  for (const path of paths) {
    context.print(`${flags['name-only'] ? path.slice(path.lastIndexOf('/') + 1) : path}\n`);
    context.printError(warnings.get(path) ?? '');
  }
  const count = [...warnings.values()].join('').split('\n').length - 1;
  if (count === 0) return;
  throw new CommandError(`error: ${count === 1 ? 'one plugin warning was' : `${count} plugin warnings were`} found`);
});

export const plugin: Command = commandGroup(pluginHelp, [list]);
