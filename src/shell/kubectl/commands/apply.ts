/**
 * `kubectl apply`: three-way, or by the server. Follows kubectl pkg/cmd/apply/apply.go, patcher.go.
 */
import type { JsonObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { groupVersion, pathOf, resourceAndKind } from '../discovery.ts';
import {
  CommandError, ServerError, bareMessage, failed, isConflict, isNotFound, throwAll,
} from '../errors.ts';
import { applyHelp } from '../help/apply.gen.ts';
import { type DryRun, Reporter, dryRunOf, printerFor } from '../printers/output.ts';
import { type Info, fetchAll, metadataOf } from '../targets.ts';
import {
  applyPatch, lastAppliedKey, patchToApply, withLastApplied, withoutNulls,
} from '../three-way.ts';
import { listOf } from './get.ts';
import { applyEditLastApplied, applySetLastApplied, applyViewLastApplied } from './apply-last-applied.ts';
import { migrate } from './apply-migrate.ts';
import { prunableKinds, prune } from './apply-prune.ts';

export type ApplyFlags = FlagsOf<(typeof applyHelp)['flags']>;

export const apply = command(applyHelp, function* (context, { args }, flags) {
  if (args.length > 0) {
    throw new CommandError(`error: Unexpected args: [${args.join(' ')}]\n` +
      "See 'kubectl apply -h' for help and examples");
  }
  if (flags.filename.length === 0 && flags.kustomize === '') {
    throw failed('must specify one of -f and -k');
  }
  if (flags.filename.length > 0 && flags.kustomize !== '') {
    throw failed('only one of -f or -k can be specified');
  }
  const dryRun = dryRunOf(context, flags['dry-run']);
  check(flags, dryRun);
  const prunable = flags.prune ? yield* prunableKinds(context, flags['prune-allowlist']) : [];
  const { infos, errors } = yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    validates: flags.validate !== 'false' && flags.validate !== 'ignore', selector: flags.selector,
  });
  if (infos.length === 0 && errors.length === 0) throw failed('no objects passed to apply');
  const problems: CommandError[] = [...errors];
  const applied: Info[] = [];
  // A format that there is not is found out when all is applied.
  const wrong = formatProblem(context, flags);
  const reporter = new Reporter(context, wrong === undefined ? flags : { ...flags, output: 'json' }, applyHelp);
  for (const info of infos) {
    try {
      applied.push(yield* applyOne({ context, flags, dryRun, reporter }, info));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error);
    }
  }
  throwAll(problems);
  if (wrong !== undefined) throw wrong;
  if (reporter.showsObject) printApplied(reporter, applied);
  if (flags.prune) yield* prune(context, flags, { applied, prunable });
}, [applyEditLastApplied, applySetLastApplied, applyViewLastApplied]);

/** The ways to say `--validate`. */
const validations = new Set(['true', 'strict', 'warn', 'ignore', 'false']);

/** Refuses a `--validate` that is none. */
export function checkValidate(validate: string): void {
  if (validations.has(validate.toLowerCase())) return;
  throw failed(`invalid - validate option ${JSON.stringify(validate)}; must be one of: strict (or true), ` +
    'warn, ignore (or false)');
}

function formatProblem(context: Context, flags: ApplyFlags): CommandError | undefined {
  try {
    printerFor(context, flags, applyHelp);
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

function check(flags: ApplyFlags, dryRun: DryRun): void {
  checkValidate(flags.validate);
  const isServerSide = flags['server-side'];
  if (flags['force-conflicts'] && !isServerSide) {
    throw failed('--force-conflicts only works with --server-side');
  }
  if (dryRun === 'client' && isServerSide) {
    throw failed("--dry-run=client doesn't work with --server-side " +
      '(did you mean --dry-run=server instead?)');
  }
  if (isServerSide && flags.force) throw failed('--force cannot be used with --server-side');
  if (dryRun === 'server' && flags.force) throw failed('--dry-run=server cannot be used with --force');
  if (flags.all && flags.selector !== '') {
    throw failed('cannot set --all and --selector at the same time');
  }
  if (flags.prune && !flags.all && flags.selector === '') {
    throw failed('all resources selected for prune without explicitly passing --all. To prune all ' +
      'resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector');
  }
}

function printApplied(reporter: Reporter, applied: readonly Info[]): void {
  const objects = applied.map(({ object }) => object);
  const [first] = applied;
  if (first === undefined) return;
  reporter.report(first.resource, applied.length === 1 ? first.object : listOf(objects), '');
}

interface Run {
  readonly context: Context;
  readonly flags: ApplyFlags;
  readonly dryRun: DryRun;
  readonly reporter: Reporter;
}

const objectName = ({ resource, name }: Info): string => `${resource.plural}/${name}`;

function* applyOne(run: Run, info: Info): Story<Info> {
  if (info.name === '' && metadataOf(info.object).generateName) {
    throw failed(`from ${metadataOf(info.object).generateName ?? ''}: cannot use generate name with apply`);
  }
  if (run.flags['server-side']) return yield* applyOnServer(run, info);
  const { context, dryRun } = run;
  // The client refuses before it asks: a path without a name would be the whole collection's.
  if (info.name === '') {
    throw failed(`error when retrieving current configuration of:\n${described(info)}\n` +
      `from server for: "${info.source}": resource name may not be empty`);
  }
  let current: JsonObject;
  try {
    current = yield* context.get(info.resource, info.namespace, info.name);
  } catch (error) {
    if (isNotFound(error)) return yield* create(run, info);
    throw error instanceof ServerError ? sourced(error, `retrieving current configuration of:\n` +
      `${described(info)}\nfrom server for:`, info.source) : error;
  }
  const modified = withLastApplied(info.object);
  if (dryRun === 'client') return tell(run, { ...info, object: current }, 'configured');
  if (metadataOf(current).annotations?.[lastAppliedKey] === undefined) {
    context.printError(`Warning: resource ${objectName(info)} is missing the ${lastAppliedKey} ` +
      'annotation which is required by kubectl apply. kubectl apply should only be used on ' +
      'resources created declaratively by either kubectl create --save-config or kubectl apply. ' +
      'The missing annotation will be patched automatically.\n');
  }
  const patch = patchToApply(info.resource, current, modified);
  if (Object.keys(patch).length === 0) return tell(run, { ...info, object: current }, 'unchanged');
  const object = yield* applyPatch(context, info, patch, {
    ...query(run, 'kubectl-client-side-apply'), current, modified, force: run.flags.force,
  });
  warnOfDeletion(run, { ...info, object });
  return tell(run, { ...info, object }, 'configured');
}

function* create(run: Run, info: Info): Story<Info> {
  const { context, dryRun } = run;
  const body = withoutNulls(withLastApplied(info.object));
  if (dryRun === 'client') return tell(run, { ...info, object: body }, 'created');
  try {
    const object = yield* context.request({
      method: 'POST', path: pathOf(info.resource, info.namespace), body,
      query: query(run, 'kubectl-client-side-apply').query,
    });
    return tell(run, { ...info, object }, 'created');
  } catch (error) {
    throw error instanceof ServerError ? sourced(error, 'error when creating', info.source) : error;
  }
}

const query = ({ flags, dryRun }: Run, manager: string) => ({
  query: {
    dryRun: dryRun === 'server' ? 'All' : undefined,
    fieldManager: flags.changed.has('field-manager') ? flags['field-manager'] : manager,
    fieldValidation: fieldValidation(flags.validate),
  },
});

/** `--validate` as the server's query parameter. */
export const fieldValidation = (validate: string): string =>
  ({ true: 'Strict', strict: 'Strict', warn: 'Warn', ignore: 'Ignore', false: 'Ignore' })[validate] ??
  'Strict';

const described = ({ resource, namespace, name }: Info): string =>
  `${resourceAndKind(resource)}\nName: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`;

/** Says which file an answer is about (cmdutil.AddSourceToErr). */
export function sourced(error: ServerError, verb: string, source: string): CommandError {
  if (source === '') return error;
  const head = `${verb.startsWith('error') ? verb : `error when ${verb}`} ${JSON.stringify(source)}`;
  if (error.status.reason === 'Invalid' && error.status.details !== undefined) return error;
  return new ServerError({ ...error.status, message: `${head}: ${bareMessage(error)}` });
}

function warnOfDeletion({ context }: Run, info: Info): void {
  if (metadataOf(info.object).deletionTimestamp === undefined) return;
  context.printError(`Warning: Detected changes to resource ${info.name} ` +
    'which is currently being deleted.\n');
}

function tell({ reporter }: Run, info: Info, done: string): Info {
  if (!reporter.showsObject) reporter.report(info.resource, info.object, done);
  return info;
}

const conflictAdvice = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

function* applyOnServer(run: Run, info: Info): Story<Info> {
  const { context, flags } = run;
  const manager = flags.changed.has('field-manager') ? flags['field-manager'] : 'kubectl';
  const patch = (body: JsonObject, fieldManager: string) => context.request({
    method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name, flags.subresource),
    contentType: 'application/apply-patch+yaml', body,
    query: { ...query(run, manager).query, fieldManager, force: String(flags['force-conflicts']) },
  });
  let object: JsonObject;
  try {
    object = yield* patch(info.object, manager);
  } catch (error) {
    if (!(error instanceof ServerError) || !isConflict(error)) throw error;
    throw failed(`${error.status.message ?? ''}\n${conflictAdvice}`);
  }
  const annotation = metadataOf(object).annotations?.[lastAppliedKey];
  if (manager === 'kubectl' && annotation !== undefined && !isMigrated(object)) {
    const { name, namespace } = metadataOf(object);
    const annotations = { [lastAppliedKey]: annotation };
    object = yield* patch({
      apiVersion: groupVersion(info.resource), kind: info.resource.kind,
      metadata: { annotations, name, ...(namespace === undefined ? {} : { namespace }) },
    }, 'kubectl-last-applied');
  }
  if (run.dryRun === 'none' && (yield* migrate(context, info, { object, manager }))) {
    object = yield* patch(info.object, manager);
  }
  warnOfDeletion(run, { ...info, object });
  return tell(run, { ...info, object }, 'serverside-applied');
}

/** Whether someone already owns the annotation by server-side apply. */
const isMigrated = (object: JsonObject): boolean =>
  (metadataOf(object).managedFields ?? []).some(({ operation, fieldsV1 }) =>
    operation === 'Apply' && JSON.stringify(fieldsV1 ?? {}).includes(lastAppliedKey));

