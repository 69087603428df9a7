/**
 * `kubectl apply view-last-applied`, `set-last-applied` and `edit-last-applied`.
 * Follows kubectl pkg/cmd/apply/apply_view_last_applied.go and apply_set_last_applied.go.
 */
import type { JsonObject } from '../../../api/object.ts';
import { type Command, command } from '../command.ts';
import { pathOf } from '../discovery.ts';
import { failed, throwAll } from '../errors.ts';
import { applyHelp } from '../help/apply.gen.ts';
import { compactJson, prettyJson } from '../printers/json.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { yamlText } from '../printers/yaml.ts';
import { editObjects } from '../editing.ts';
import { type Info, fetchAll, metadataOf, withMetadata } from '../targets.ts';
import { lastAppliedKey, patchBetween, patchType } from '../three-way.ts';
import { fieldValidation } from './apply.ts';

const { children } = applyHelp;

export const applyViewLastApplied: Command = command(
  children['view-last-applied'],
  function* (context, { args }, flags) {
    const { output } = flags;
    const { infos, errors } = yield* fetchAll(context, {
      args, filenames: flags.filename, isRecursive: flags.recursive, selector: flags.selector,
      selectAll: flags.all,
    }, { latest: true });
    throwAll(errors);
    for (const { object } of infos) {
      const text = metadataOf(object).annotations?.[lastAppliedKey];
      // kubectl means to complain, and wraps an error that is none.
      if (text === undefined) continue;
      if (!['', 'yaml', 'json'].includes(output)) {
        throw failed(`Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
      }
      const value = JSON.parse(text) as JsonObject;
      context.print(output === 'json' ? `${prettyJson(value)}\n` : yamlText(value));
    }
  },
);

export const applySetLastApplied: Command = command(
  children['set-last-applied'],
  function* (context, { args }, flags) {
    const help = children['set-last-applied'];
    const { infos, errors } = yield* fetchAll(context, {
      args, filenames: flags.filename,
    });
    throwAll(errors);
    const dryRun = dryRunOf(context, flags['dry-run']);
    const reporter = new Reporter(context, flags, help);
    for (const info of infos) {
      const live = yield* context.get(info.resource, info.namespace, info.name);
      const annotations = metadataOf(live).annotations ?? {};
      if (annotations[lastAppliedKey] === undefined && !flags['create-annotation']) {
        throw failed(`no last-applied-configuration annotation found on resource: ${info.name}, ` +
          'to create the annotation, run the command with --create-annotation');
      }
      const text = `${compactJson(info.object)}\n`;
      if (annotations[lastAppliedKey] === text) {
        context.print(`set-last-applied ${info.name}: no changes required.\n`);
        continue;
      }
      const after = withMetadata(live, { annotations: { ...annotations, [lastAppliedKey]: text } });
      const body = patchBetween(info.resource, live, after);
      const object = dryRun === 'client' ? after : yield* context.request({
        method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name), body,
        contentType: patchType(info.resource),
        query: { dryRun: dryRun === 'server' ? 'All' : undefined },
      });
      reporter.report(info.resource, object, 'configured');
    }
  },
);

export const applyEditLastApplied: Command = command(
  children['edit-last-applied'],
  function* (context, { args }, flags) {
    const { infos, errors } = yield* fetchAll(context, {
      args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
      allowsType: true,
    }, { latest: true });
    throwAll(errors);
    const applied = infos.flatMap((info): Info[] => {
      const text = metadataOf(info.object).annotations?.[lastAppliedKey];
      return text === undefined ? [] : [{ ...info, object: JSON.parse(text) as JsonObject }];
    });
    if (applied.length === 0) {
      throw failed('no last-applied-configuration annotation found on resources, to create the ' +
        'annotation, use command `kubectl apply set-last-applied --create-annotation`');
    }
    const help = children['edit-last-applied'];
    const validation = fieldValidation(flags.validate);
    yield* editObjects({ context, mode: 'apply', flags, help, validation }, applied);
  },
);
