/**
 * `kubectl diff`: the live objects against what applying the files would make of them, as the
 * `diff -u -N` that kubectl starts shows it. Follows kubectl pkg/cmd/diff/diff.go.
 */
import type { JsonObject } from '../../../api/object.ts';
import { formatMicroTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, bareMessage, isNotFound, silently } from '../errors.ts';
import { diffHelp } from '../help/diff.gen.ts';
import { withoutManagedFields } from '../printers/output.ts';
import { yamlText } from '../printers/yaml.ts';
import { type Info, fetchAll, metadataOf, withMetadata } from '../targets.ts';
import { patchToApply, patchType, withoutNulls } from '../three-way.ts';
import { unifiedDiff } from '../unified-diff.ts';

type DiffFlags = FlagsOf<(typeof diffHelp)['flags']>;

export const diff = command(diffHelp, function* (context, { args }, flags) {
  if (args.length > 0) {
    throw new CommandError(`error: Unexpected args: [${args.join(' ')}]\n` +
      "See 'kubectl diff -h' for help and examples", 2);
  }
  if (flags['force-conflicts'] && !flags['server-side']) {
    throw new CommandError('error: --force-conflicts only works with --server-side', 2);
  }
  if (flags.filename.length === 0 && flags.kustomize === '') {
    throw new CommandError('error: must specify one of -f and -k', 2);
  }
  let hasDifference = false;
  try {
    const { infos, errors } = yield* fetchAll(context, {
      args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    });
    for (const info of infos) hasDifference = (yield* diffOne(context, info, flags)) || hasDifference;
    const [problem] = errors;
    if (problem !== undefined) throw problem;
  } catch (error) {
    // 1 is for differences: failures are told apart by a higher code.
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.message === '' ? '' : `error: ${bareMessage(error)}`, error.code + 1);
  }
  if (hasDifference) throw silently(1);
});

function* diffOne(context: Context, info: Info, flags: DiffFlags): Story<boolean> {
  let live: JsonObject | undefined;
  try {
    live = yield* context.get(info.resource, info.namespace, info.name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const merged = yield* mergedWith(context, info, live, flags);
  const { resource, namespace, name } = info;
  const file = [resource.group, resource.version, resource.kind, namespace, name]
    .filter((part) => part !== '').join('.');
  const clean = (object: JsonObject | undefined) =>
    object === undefined ? '' : yamlText(shown(object, flags));
  const [before, after] = [clean(live), clean(merged)];
  if (before === after) return false;
  const id = String(1_000_000_000 + (context.nowMs % 3_000_000_000));
  const time = `${formatMicroTime(context.nowMs).slice(0, 26).replace('T', ' ')}000 +0000`;
  const [from, to] = [`/tmp/LIVE-${id}/${file}`, `/tmp/MERGED-${id}/${file}`];
  context.print(`diff -u -N ${from} ${to}\n--- ${from}\t${time}\n+++ ${to}\t${time}\n`);
  context.print(unifiedDiff(before, after));
  return true;
}

/** What the server would make of the file. */
function* mergedWith(
  context: Context, info: Info, live: JsonObject | undefined, flags: DiffFlags,
): Story<JsonObject> {
  const { resource, namespace, name, object } = info;
  const usual = flags['server-side'] ? 'kubectl' : 'kubectl-client-side-apply';
  const fieldManager = flags.changed.has('field-manager') ? flags['field-manager'] : usual;
  const query = { dryRun: 'All', fieldManager };
  if (flags['server-side']) {
    return yield* context.request({
      method: 'PATCH', path: pathOf(resource, namespace, name), body: object,
      contentType: 'application/apply-patch+yaml',
      query: { ...query, force: String(flags['force-conflicts']) },
    });
  }
  if (live === undefined) {
    return yield* context.request({
      method: 'POST', path: pathOf(resource, namespace), body: withoutNulls(object), query,
    });
  }
  // What was applied has annotations, be they none: a file without them takes none away.
  const { annotations = {} } = metadataOf(object);
  const patch = patchToApply(resource, live, withMetadata(object, { annotations }));
  if (Object.keys(patch).length === 0) return live;
  return yield* context.request({
    method: 'PATCH', path: pathOf(resource, namespace, name), query, contentType: patchType(resource),
    body: withMetadata(patch, { resourceVersion: metadataOf(live).resourceVersion }),
  });
}

/** Without managed fields, and without a Secret's values. */
function shown(object: JsonObject, flags: DiffFlags): JsonObject {
  const clean = flags['show-managed-fields'] ? object : withoutManagedFields(object);
  const data = clean['data'] as JsonObject | undefined;
  if (clean['kind'] !== 'Secret' || data === undefined) return clean;
  return { ...clean, data: Object.fromEntries(Object.keys(data).map((key) => [key, '***'])) };
}
