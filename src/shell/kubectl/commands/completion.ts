/** `kubectl completion`. Follows kubectl pkg/cmd/completion/completion.go, with scripts of our own. */
import { command } from '../command.ts';
import { completionScripts } from '../completion-scripts.ts';
import { completionHelp } from '../help/completion.gen.ts';
import { usageError } from '../pairs.ts';

// oxlint-disable-next-line require-yield -- a text only
export const completion = command(completionHelp, function* (context, { args }) {
  const [shell] = args;
  if (shell === undefined) throw usageError('Shell not specified.', 'completion');
  if (args.length > 1) throw usageError('Too many arguments. Expected only the shell type.', 'completion');
  const script = completionScripts[shell];
  if (script === undefined) {
    throw usageError(`Unsupported shell type ${JSON.stringify(shell)}.`, 'completion');
  }
  context.print(script);
});
