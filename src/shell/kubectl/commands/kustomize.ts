/** `kubectl kustomize`. Follows kubectl pkg/cmd/kustomize and kustomize/commands/build. */
import type { JsonObject } from '../../../api/object.ts';
import { normal } from '../../../host/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { kustomizeHelp } from '../help/kustomize.gen.ts';
import { type Place, build } from '../kustomize/build.ts';
import { Resource, effectiveNamespace } from '../kustomize/resource.ts';
import { yamlText } from '../printers/yaml.ts';

// oxlint-disable-next-line require-yield -- files only
export const kustomize = command(kustomizeHelp, function* (context, { args }, flags) {
  if (args.length > 1) throw failed('specify one path to kustomization.yaml');
  const restrictor = flags['load-restrictor'];
  if (!['LoadRestrictionsRootOnly', 'LoadRestrictionsNone', ''].includes(restrictor)) {
    throw failed(`illegal flag value --load-restrictor ${restrictor}; legal values: ` +
      '[LoadRestrictionsRootOnly LoadRestrictionsNone]');
  }
  const place = { ...placeOf(context), isFree: restrictor === 'LoadRestrictionsNone' };
  const objects = build(args[0] ?? '.', place);
  const text = objects.map((object) => yamlText(object)).join('---\n');
  const { output } = flags;
  if (output === '') return context.print(text);
  const { files, cwd } = context.process;
  const path = normal(output, cwd);
  if (files.stat(path)?.type === 'directory') {
    for (const object of objects) files.write(`${path}/${fileNameOf(object)}`, yamlText(object));
    return;
  }
  if (files.write(path, text) !== undefined) {
    throw failed(`open ${output}: no such file or directory`);
  }
});

/** `default_apps_v1_deployment_web.yaml`: one file for each object. */
function fileNameOf(object: JsonObject): string {
  const { id } = new Resource(object);
  const namespace = id.isClusterScoped ? '' : effectiveNamespace(id);
  const parts = [namespace, id.group, id.version, id.kind, id.name].filter((part) => part !== '');
  return `${parts.join('_').toLowerCase()}.yaml`;
}

/** The objects that `-k` stands for. */
export const kustomized = (context: Context, directory: string) =>
  build(directory, placeOf(context));

const placeOf = ({ process, shelf }: Context): Place => ({
  files: process.files, cwd: process.cwd, shelf, warn: (line) => process.printError(`${line}\n`),
});
