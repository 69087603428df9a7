/** What the subcommands of `kubectl config` have in common. */
import type { Help } from '../command.ts';
import type { Context } from '../context.ts';
import { type CommandError, failed } from '../errors.ts';
import { type Kubeconfig, loadConfig, shownPath } from '../kubeconfig.ts';
import { defaultFile } from '../kubeconfig-file.ts';
import { helpText } from '../usage.ts';

/** The merged config; files may be missing. */
export const loadLenient = ({ process, flags }: Context): Kubeconfig =>
  loadConfig(process, flags.kubeconfig, true);

/** The file that new things go to, as messages name it. */
export const shownDefault = ({ process, flags: { kubeconfig } }: Context): string =>
  shownPath(process, kubeconfig, defaultFile(process, kubeconfig));

/** Prints the help; the error that may follow it names the arguments. */
export function helpError(
  context: Context, help: Help, args: readonly string[],
  message = `Unexpected args: [${args.join(' ')}]`,
): CommandError {
  context.print(helpText({ help }, `kubectl config ${help.name}`));
  return failed(message);
}
