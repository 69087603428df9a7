/** `kubectl patch` and `kubectl replace`. Follows kubectl pkg/cmd/patch and pkg/cmd/replace. */
import { parseGoDuration } from '../../../api/duration.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import type { Json, JsonObject } from '../../../api/object.ts';
import { jsonPatch, mergePatch, strategicMerge } from '../../../api/patch/index.ts';
import { normal } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, ServerError, failed, isNotFound, throwAll } from '../errors.ts';
import { patchHelp } from '../help/patch.gen.ts';
import { replaceHelp } from '../help/replace.gen.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { type Info, fetchAll, metadataOf, withMetadata } from '../targets.ts';
import { definitionOf, withLastApplied } from '../three-way.ts';
import { watchUntil } from '../waiting.ts';
import { checkValidate, fieldValidation, sourced } from './apply.ts';
import { checkRawFlags, rawRequest } from './raw.ts';

type PatchFlags = FlagsOf<(typeof patchHelp)['flags']>;

const mediaTypes: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export const patch = command(patchHelp, function* (context, { args }, flags) {
  const mediaType = mediaTypes[flags.type.toLowerCase()];
  if (flags.patch === '' && flags['patch-file'] === '') {
    throw failed('must specify --patch or --patch-file containing the contents of the patch');
  }
  if (flags.patch !== '' && flags['patch-file'] !== '') {
    throw failed('cannot specify --patch and --patch-file together');
  }
  if (mediaType === undefined) {
    throw failed(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.type)}`);
  }
  if (flags.local && args.length > 0) throw failed('cannot specify --local and server resources');
  const body = bodyOf(context, flags);
  const { infos, errors } = yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, isLocal: flags.local,
  }, { latest: !flags.local });
  const dryRun = dryRunOf(context, flags['dry-run']);
  const reporter = new Reporter(context, flags, patchHelp, { isFresh: true });
  const problems: CommandError[] = [...errors];
  for (const info of infos) {
    try {
      const isHere = flags.local || dryRun === 'client';
      const object = isHere ? applied(info, body, flags.type.toLowerCase()) : yield* context.request({
        method: 'PATCH', body, contentType: mediaType,
        path: pathOf(info.resource, info.namespace, info.name, flags.subresource),
        query: { dryRun: dryRun === 'server' ? 'All' : undefined, fieldManager: flags['field-manager'] },
      });
      const { kind = info.resource.kind, apiVersion = '' } = object as { kind?: string; apiVersion?: string };
      const group = apiVersion.includes('/') ? apiVersion.split('/')[0] ?? '' : info.resource.group;
      // A subresource may be of another kind: a Scale.
      const told = flags.subresource === 'scale' ? { kind, group } : info.resource;
      reporter.report(told, object, isSame(info.object, object) ? 'patched (no change)' : 'patched');
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(isUntaken(error) ? untaken(mediaType, info, error) : error);
    }
  }
  if (infos.length === 0 && problems.length === 0) throw failed('no objects passed to patch');
  throwAll(problems);
});

const isUntaken = (error: CommandError): boolean =>
  error instanceof ServerError && error.status.reason === 'UnsupportedMediaType';

/** Custom resources take no strategic merge patches. */
const untaken = (type: string, { resource }: Info, { message }: CommandError): CommandError => {
  const words = message.replace(/^Error from server \(\w+\): /, '');
  const kind = `${resource.group}/${resource.version}, Kind=${resource.kind}`;
  return failed(`${type} is not supported by ${kind}: ${words}`);
};

const isSame = (a: JsonObject, b: JsonObject): boolean =>
  isDeepEqual(withMetadata(a, { managedFields: undefined }), withMetadata(b, { managedFields: undefined }));

function bodyOf(context: Context, flags: PatchFlags): Json {
  const file = flags['patch-file'];
  const text = file === '' ? flags.patch : context.process.files.read(normal(file, context.process.cwd));
  if (text === undefined) {
    throw failed(`unable to read patch file: open ${file}: no such file or directory`);
  }
  const { value, problem } = decodeYaml(text);
  if (problem !== undefined) {
    throw failed(`unable to parse ${JSON.stringify(flags.patch)}: yaml: ${problem}`);
  }
  return value ?? null;
}

function applied({ object, resource }: Info, body: Json, type: string): JsonObject {
  if (type === 'json') return jsonPatch(object, body as never) as JsonObject;
  const definition = definitionOf(resource);
  if (type === 'merge' || definition === undefined) return mergePatch(object, body) as JsonObject;
  return strategicMerge(definition, object, body as JsonObject);
}

type ReplaceFlags = FlagsOf<(typeof replaceHelp)['flags']>;

export const replace = command(replaceHelp, function* (context, { args }, flags) {
  checkReplace(flags);
  if (flags.raw !== '') {
    checkRawFlags(flags);
    return yield* rawRequest(context, 'PUT', flags.raw, flags.filename[0]);
  }
  const { infos, errors } = yield* fetchAll(context, {
    // Words count only where something is deleted first.
    args: flags.force ? args : [], filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    validates: flags.validate !== 'false',
  });
  const reporter = new Reporter(context, flags, replaceHelp);
  const problems: CommandError[] = [...errors];
  for (const info of infos) {
    try {
      const object = yield* replaceOne(context, info, flags);
      reporter.report(info.resource, object, 'replaced');
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error instanceof ServerError ? sourced(error, 'replacing', info.source) : error);
    }
  }
  throwAll(problems);
});

function checkReplace(flags: ReplaceFlags): void {
  if (flags['grace-period'] >= 0 && !flags.force) throw failed('--grace-period must have --force specified');
  if ((parseGoDuration(flags.timeout) ?? 0) !== 0 && !flags.force) {
    throw failed('--timeout must have --force specified');
  }
  if (flags.force && flags['dry-run'] !== 'none') throw failed('--dry-run can not be used when --force is set');
  if (flags.filename.length === 0 && flags.kustomize === '') throw failed('must specify one of -f and -k');
  checkValidate(flags.validate);
}

function* replaceOne(context: Context, info: Info, flags: ReplaceFlags): Story<JsonObject> {
  const dryRun = dryRunOf(context, flags['dry-run']);
  const object = flags['save-config'] ? withLastApplied(info.object) : info.object;
  if (dryRun === 'client') return object;
  const path = pathOf(info.resource, info.namespace, info.name, flags.subresource);
  const query = {
    dryRun: dryRun === 'server' ? 'All' : undefined, fieldManager: flags['field-manager'],
    fieldValidation: fieldValidation(flags.validate),
  };
  if (!flags.force) {
    // Without a version in the file the newest one is meant.
    const version = metadataOf(object).resourceVersion ??
      metadataOf(yield* context.get(info.resource, info.namespace, info.name)).resourceVersion;
    return yield* context.request({
      method: 'PUT', path, query, body: withMetadata(object, { resourceVersion: version }),
    });
  }
  try {
    yield* context.request({
      method: 'DELETE', path, body: { propagationPolicy: 'Background', gracePeriodSeconds: 0 },
    });
    context.print(`${info.resource.kind.toLowerCase()}${info.resource.group === '' ? '' : `.${info.resource.group}`} "${info.name}" deleted\n`);
    yield* watchUntil(context, info, (now) => now === undefined);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return yield* context.request({
    method: 'POST', path: pathOf(info.resource, info.namespace), query, body: object,
  });
}
