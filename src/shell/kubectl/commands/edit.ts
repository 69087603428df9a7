/** `kubectl edit`. Follows kubectl pkg/cmd/edit/edit.go. */
import { command } from '../command.ts';
import { failed, throwAll } from '../errors.ts';
import { editObjects } from '../editing.ts';
import { editHelp } from '../help/edit.gen.ts';
import { pathOf } from '../discovery.ts';
import { type Info, fetchAll } from '../targets.ts';
import { fieldValidation } from './apply.ts';

export const edit = command(editHelp, function* (context, { args }, flags) {
  const { infos, errors } = yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    allowsType: true,
  }, { latest: true });
  throwAll(errors);
  const shown: Info[] = [];
  for (const info of infos) {
    const object = flags.subresource === '' ? info.object : yield* context.request({
      path: pathOf(info.resource, info.namespace, info.name, flags.subresource),
    });
    shown.push({ ...info, object });
  }
  if (shown.length === 0) throw failed('edit cancelled, no objects found');
  yield* editObjects({
    context, mode: 'normal', flags, help: editHelp, validation: fieldValidation(flags.validate),
  }, shown);
});
