/** `kubectl kustomize`. Follows kubectl pkg/cmd/kustomize and kustomize/commands/build. */
import { normal } from '../../../host/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { kustomizeHelp } from '../help/kustomize.gen.ts';
import { type Place, build, buildText } from '../kustomize/build.ts';

// oxlint-disable-next-line require-yield -- files only
export const kustomize = command(kustomizeHelp, function* (context, { args }, flags) {
  if (args.length > 1) throw failed('specify one path to kustomization.yaml');
  const restrictor = flags['load-restrictor'];
  if (!['LoadRestrictionsRootOnly', 'LoadRestrictionsNone', ''].includes(restrictor)) {
    throw failed(`illegal flag value --load-restrictor ${restrictor}; legal values: ` +
      '[LoadRestrictionsRootOnly LoadRestrictionsNone]');
  }
  const text = buildText(args[0] ?? '.', {
    ...placeOf(context), isFree: restrictor === 'LoadRestrictionsNone',
  });
  const { output } = flags;
  if (output === '') return context.print(text);
  const { files, cwd } = context.process;
  const path = normal(output, cwd);
  if (files.stat(path)?.type === 'directory') throw failed('output to a directory is not simulated');
  if (files.write(path, text) !== undefined) {
    throw failed(`open ${output}: no such file or directory`);
  }
});

/** The objects that `-k` stands for. */
export const kustomized = (context: Context, directory: string) =>
  build(directory, placeOf(context));

const placeOf = ({ process, shelf }: Context): Place => ({
  files: process.files, cwd: process.cwd, shelf, warn: (line) => process.printError(`${line}\n`),
});
