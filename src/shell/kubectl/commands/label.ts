/** `kubectl label` and `kubectl annotate`. Follows kubectl pkg/cmd/label and pkg/cmd/annotate. */
import { isLabelValue } from '../../../api/name-rules.ts';
import type { JsonObject } from '../../../api/object.ts';
import { createMergePatch } from '../../../api/patch/index.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, failed, throwAll } from '../errors.ts';
import { annotateHelp } from '../help/annotate.gen.ts';
import { labelHelp } from '../help/label.gen.ts';
import { splitPairs } from '../pairs.ts';
import { compactJson } from '../printers/json.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { type Info, fetchInfos, findSources, metadataOf, withMetadata } from '../targets.ts';

type LabelFlags = FlagsOf<(typeof labelHelp)['flags']>;

/** What differs between the two commands. */
interface Manner {
  readonly what: 'label' | 'annotation';
  readonly field: 'labels' | 'annotations';
  readonly help: typeof labelHelp | typeof annotateHelp;
  readonly manager: string;
}

const manners = {
  label: { what: 'label', field: 'labels', help: labelHelp, manager: 'kubectl-label' },
  annotate: { what: 'annotation', field: 'annotations', help: annotateHelp, manager: 'kubectl-annotate' },
} as const satisfies Record<string, Manner>;

export const label = command(labelHelp, function* (context, { args }, flags) {
  yield* change(context, args, { flags, manner: manners.label });
});

export const annotate = command(annotateHelp, function* (context, { args }, flags) {
  yield* change(context, args, { flags, manner: manners.annotate });
});

interface Changes {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

interface Run {
  readonly flags: LabelFlags | FlagsOf<(typeof annotateHelp)['flags']>;
  readonly manner: Manner;
}

function* change(context: Context, args: readonly string[], run: Run): Story {
  const { flags, manner } = run;
  const { resources, pairs } = splitPairs(args, manner.what);
  const changes = manner.what === 'label' ? readLabels(pairs) : readAnnotations(pairs);
  check(run, resources, changes);
  const found = yield* findSources(context, {
    args: resources, filenames: flags.filename, isRecursive: flags.recursive,
    kustomize: flags.kustomize, selector: flags.selector, fieldSelector: flags['field-selector'],
    selectAll: flags.all, allNamespaces: flags['all-namespaces'], isLocal: flags.local,
  });
  if (!found.isSingle && flags['resource-version'] !== '') {
    throw failed('--resource-version may only be used with a single resource');
  }
  const { infos, errors } = yield* fetchInfos(context, found, { latest: !flags.local });
  const problems: CommandError[] = [...errors];
  const reporter = new Reporter(context, flags, manner.help, { isFresh: true });
  for (const info of infos) {
    try {
      const { object, done } = yield* changeOne(context, info, changes, run);
      if (flags.list) list(context, info, object, { manner, isSingle: found.isSingle });
      else reporter.report(info.resource, object, done);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error);
    }
  }
  throwAll(problems);
}

function check({ flags, manner }: Run, resources: readonly string[], { set, remove }: Changes): void {
  if (flags.list && flags.output !== '') {
    throw failed('--list and --output may not be specified together');
  }
  for (const one of ['selector', 'field-selector'] as const) {
    if (flags.all && flags[one] !== '') throw failed(`cannot set --all and --${one} at the same time`);
  }
  if (flags.local && resources.length > 0) {
    throw failed('can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set');
  }
  if (flags.filename.length === 0 && flags.kustomize === '') {
    if (flags.local) {
      throw failed('one or more files must be specified as -f pod.yaml or --filename=pod.json');
    }
    if (resources.length === 0) {
      throw failed('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    }
  }
  const isEmpty = Object.keys(set).length === 0 && remove.length === 0;
  if (isEmpty && !flags.list) throw failed(`at least one ${manner.what} update is required`);
}

function readLabels(pairs: readonly string[]): Changes {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const pair of pairs) {
    if (!pair.includes('=')) {
      remove.push(pair.slice(0, -1));
      continue;
    }
    const [key = '', value = '', ...more] = pair.split('=');
    if (more.length > 0) throw failed(`invalid label spec: ${pair}`);
    const problems = isLabelValue(value);
    if (problems.length > 0) {
      throw failed(`invalid label value: ${JSON.stringify(pair)}: ${problems.join(';')}`);
    }
    set[key] = value;
  }
  if (remove.some((key) => set[key] !== undefined)) {
    throw failed('can not both modify and remove a label in the same command');
  }
  return { set, remove };
}

function readAnnotations(pairs: readonly string[]): Changes {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at > 0) set[pair.slice(0, at)] = pair.slice(at + 1);
    else remove.push(pair.slice(0, -1));
  }
  if (remove.some((key) => set[key] !== undefined)) {
    throw failed('can not both modify and remove the following annotation(s) in the same command: ' +
      remove.filter((key) => set[key] !== undefined).join(', '));
  }
  return { set, remove };
}

function* changeOne(context: Context, info: Info, { set, remove }: Changes, run: Run) {
  const { flags, manner } = run;
  const dryRun = dryRunOf(context, flags['dry-run']);
  const old = metadataOf(info.object)[manner.field] ?? {};
  const isSent = dryRun !== 'client' && !flags.local && !flags.list;
  if (isSent && manner.what === 'label') {
    for (const key of remove) {
      if (old[key] === undefined) context.print(`label ${JSON.stringify(key)} not found.\n`);
    }
  }
  if (!flags.overwrite) checkOverwrites(old, set, manner);
  const next: Record<string, string> = { ...old, ...set };
  for (const key of remove) delete next[key];
  const version = flags['resource-version'];
  const after = withMetadata(info.object, {
    [manner.field]: next,
    ...(version === '' ? {} : { resourceVersion: version }),
  });
  const done = doneText(info.object, after, run);
  if (!isSent) return { object: after, done };
  const before = version === '' ? info.object : withMetadata(info.object, { resourceVersion: '' });
  const object = yield* context.request({
    method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name),
    contentType: 'application/merge-patch+json', body: createMergePatch(before, after),
    query: {
      dryRun: dryRun === 'server' ? 'All' : undefined,
      fieldManager: flags['field-manager'] || manner.manager,
    },
  });
  return { object, done };
}

function checkOverwrites(
  old: Readonly<Record<string, string>>, set: Changes['set'], { what }: Manner,
): void {
  if (what === 'label') {
    throwAll(Object.keys(set).filter((key) => old[key] !== undefined && old[key] !== set[key])
      .map((key) => failed(`'${key}' already has a value (${old[key]}), and --overwrite is false`)));
    return;
  }
  const declared = Object.keys(set)
    .filter((key) => key !== 'kubernetes.io/change-cause' && old[key] !== undefined)
    .map((key) => `'${key}' already has a value (${old[key]})`);
  if (declared.length > 0) {
    throw failed('--overwrite is false but found the following declared annotation(s): ' +
      declared.join('; '));
  }
}

function doneText(before: JsonObject, after: JsonObject, { flags, manner }: Run): string {
  if (manner.what === 'annotation') return 'annotated';
  const [old, next] = [compactJson(before), compactJson(after)];
  if (old === next) return 'not labeled';
  return !flags.overwrite && next.length < old.length ? 'unlabeled' : 'labeled';
}

function list(
  context: Context, info: Info, object: JsonObject,
  { manner, isSingle }: { manner: Manner; isSingle: boolean },
): void {
  const { kind, group } = info.resource;
  if (!isSingle) context.print(`Listing ${manner.field} for ${kind}.${group}/${info.name}:\n`);
  const pairs = metadataOf(object)[manner.field] ?? {};
  for (const key of Object.keys(pairs).sort()) {
    context.print(`${isSingle ? '' : ' '}${key}=${pairs[key] ?? ''}\n`);
  }
}

