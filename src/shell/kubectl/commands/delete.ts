/** `kubectl delete`. Follows kubectl pkg/cmd/delete/delete.go. */
import { parseGoDuration } from '../../../api/duration.ts';
import type { JsonObject, ObjectMeta } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { take } from '../../../host/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { kindName, pathOf } from '../discovery.ts';
import { CommandError, ServerError, failed, isNotFound, throwAll } from '../errors.ts';
import { deleteHelp } from '../help/delete.gen.ts';
import { type DryRun, dryRunOf } from '../printers/output.ts';
import { type Info, type Source, findSources, fetchInfos } from '../targets.ts';
import { watchUntil } from '../waiting.ts';
import { sourced } from './apply.ts';
import { checkRawFlags, rawRequest } from './raw.ts';

type DeleteFlags = FlagsOf<(typeof deleteHelp)['flags']>;

export const deleteCommand = command(deleteHelp, function* (context, { args }, flags) {
  const grace = gracePeriod(context, flags);
  check(flags);
  const dryRun = dryRunOf(context, flags['dry-run']);
  if (flags.raw !== '') {
    checkRawFlags(flags, 'one at most');
    return yield* rawRequest(context, 'DELETE', flags.raw, flags.filename[0]);
  }
  const isBulk = flags.all || flags.selector !== '' || flags['field-selector'] !== '';
  const found = yield* findSources(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    selector: flags.selector, fieldSelector: flags['field-selector'], selectAll: flags.all,
    allNamespaces: flags['all-namespaces'],
  });
  const { infos, errors } = yield* named(context, found);
  if (flags.interactive && !(yield* confirmed(context, infos))) return;
  const run = { context, flags, grace, dryRun, ignoreNotFound: flags['ignore-not-found'] || isBulk };
  const { deleted, problems } = yield* deleteAll(run, infos);
  throwAll([...errors, ...problems]);
  if (infos.length === 0) context.print('No resources found\n');
  if (flags.wait && dryRun === 'none') yield* waitForAll(context, flags, deleted);
});

function gracePeriod(context: Context, flags: DeleteFlags): number {
  let grace = flags['grace-period'];
  if (flags.now) {
    if (grace !== -1) throw failed('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  if (grace === 0 && !flags.force) grace = 1;
  if (flags.force && grace < 0) grace = 0;
  if (grace === 0 && flags.force) {
    context.printError('Warning: Immediate deletion does not wait for confirmation that the running ' +
      'resource has been terminated. The resource may continue to run on the cluster indefinitely.\n');
  }
  if (grace > 0 && flags.force) {
    throw failed('--force and --grace-period greater than 0 cannot be specified together');
  }
  return grace;
}

function check(flags: DeleteFlags): void {
  if (flags.output !== '' && flags.output !== 'name') {
    throw failed(`unexpected -o output mode: ${flags.output}. We only support '-o name'`);
  }
  if (!['background', 'orphan', 'foreground', 'true', 'false'].includes(flags.cascade)) {
    throw failed(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan"`);
  }
}

/** Names stand for themselves: only lists have to be asked for. */
function* named(context: Context, found: { sources: readonly Source[]; errors: readonly CommandError[] }) {
  const infos: Info[] = [];
  const errors: CommandError[] = [...found.errors];
  for (const source of found.sources) {
    if (source.type === 'name') infos.push({ ...source, object: {}, source: '' });
    else {
      const listed = yield* fetchInfos(context, { sources: [source], isSingle: false, errors: [] });
      infos.push(...listed.infos);
      errors.push(...listed.errors);
    }
  }
  return { infos, errors };
}

function* confirmed(context: Context, infos: readonly Info[]): Story<boolean> {
  if (infos.length === 0) {
    context.print('No resources found\n');
    return false;
  }
  const names = infos.map(({ resource, name }) => `${kindName(resource)}/${name}\n`).join('');
  context.print(`You are about to delete the following ${infos.length} resource(s):\n${names}` +
    'Do you want to continue? (y/n): ');
  const answer = (yield* take(context.process.stdin)) ?? '';
  if (answer.trim().toLowerCase() === 'y') return true;
  context.print('deletion is cancelled\n');
  return false;
}

interface Run {
  readonly context: Context;
  readonly flags: DeleteFlags;
  readonly grace: number;
  readonly dryRun: DryRun;
  readonly ignoreNotFound: boolean;
}

interface Deleted {
  readonly info: Info;
  readonly uid: string | undefined;
}

function* deleteAll(run: Run, infos: readonly Info[]) {
  const deleted: Deleted[] = [];
  const problems: CommandError[] = [];
  warnOfScope(run, infos);
  for (const info of infos) {
    try {
      deleted.push({ info, uid: yield* deleteOne(run, info) });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (isNotFound(error) && run.ignoreNotFound) continue;
      problems.push(error);
    }
  }
  return { deleted, problems };
}

function warnOfScope({ context, flags }: Run, infos: readonly Info[]): void {
  const isScoped = context.settings.isNamespaceGiven && !flags['all-namespaces'];
  if (isScoped && infos.some(({ resource }) => !resource.isNamespaced)) {
    context.printError('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
  }
}

const policies: Readonly<Record<string, string>> = {
  background: 'Background', true: 'Background', orphan: 'Orphan', false: 'Orphan',
  foreground: 'Foreground',
};

function* deleteOne({ context, flags, grace, dryRun }: Run, info: Info): Story<string | undefined> {
  const { resource, namespace, name } = info;
  let uid: string | undefined;
  if (dryRun !== 'client') {
    try {
      const answer = yield* context.request({
        method: 'DELETE', path: pathOf(resource, namespace, name),
        query: { dryRun: dryRun === 'server' ? 'All' : undefined },
        body: {
          propagationPolicy: policies[flags.cascade] ?? 'Background',
          ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
        },
      });
      uid = uidOf(answer);
    } catch (error) {
      throw error instanceof ServerError ? sourced(error, 'deleting', info.source) : error;
    }
  }
  const kind = kindName(resource);
  const suffix = dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
  context.print(flags.output === 'name'
    ? `${kind}/${name}\n`
    : `${kind} "${name}" ${grace === 0 ? 'force deleted' : 'deleted'}${suffix}\n`);
  return uid;
}

/** Of what was deleted: the answer is a Status, or the object on its way out. */
function uidOf(answer: JsonObject): string | undefined {
  if (answer['kind'] === 'Status') return (answer['details'] as { uid?: string } | undefined)?.uid;
  return (answer['metadata'] as ObjectMeta | undefined)?.uid;
}

function* waitForAll(context: Context, flags: DeleteFlags, deleted: readonly Deleted[]): Story {
  const ms = parseGoDuration(flags.timeout) ?? 0;
  const untilMs = ms === 0 ? Infinity : context.process.site.now + ms;
  for (const { info, uid } of deleted) {
    const isGone = (object: JsonObject | undefined) =>
      object === undefined ||
      (uid !== undefined && (object['metadata'] as unknown as ObjectMeta).uid !== uid);
    const isDone = yield* watchUntil(context, info, isGone, untilMs);
    if (!isDone) {
      const { resource, name } = info;
      throw failed(`timed out waiting for the condition on ${resource.plural}` +
        `${resource.group === '' ? '' : `.${resource.group}`}/${name}`);
    }
  }
}
