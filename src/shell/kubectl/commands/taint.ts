/** `kubectl taint`. Follows kubectl pkg/cmd/taint. */
import { isLabelValue, isQualifiedName } from '../../../api/name-rules.ts';
import type { JsonObject } from '../../../api/object.ts';
import type { Node, Taint } from '../../../api/types.gen.ts';
import { type FlagsOf, command } from '../command.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, failed, throwAll } from '../errors.ts';
import { taintHelp } from '../help/taint.gen.ts';

import { usageError } from '../pairs.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { taintText } from '../describe/metadata.ts';
import { fetchAll } from '../targets.ts';
import { patchBetween, patchType } from '../three-way.ts';
import { fieldValidation } from './apply.ts';

type TaintFlags = FlagsOf<(typeof taintHelp)['flags']>;

export const taint = command(taintHelp, function* (context, { args }, flags) {
  const { resources, specs } = split(args);
  const [add, remove] = readTaints(specs);
  const [type = '', ...names] = resources;
  const resource = yield* context.resource(type);
  if (resource.kind !== 'Node') {
    throw failed(`invalid resource type ${type}, only node types are supported`);
  }
  check(flags, names, { add, remove });
  const { infos, errors } = yield* fetchAll(context, {
    args: flags.all || flags.selector !== '' ? ['nodes'] : ['nodes', ...names],
    selector: flags.selector, selectAll: flags.all,
  }, { latest: true });
  const problems: CommandError[] = [...errors];
  const dryRun = dryRunOf(context, flags['dry-run']);
  // Its printer is made before the dry run is known: it never says so.
  const reporter = new Reporter(context, { ...flags, 'dry-run': 'none' }, taintHelp);
  for (const info of infos) {
    try {
      const node = info.object as unknown as Node;
      const { taints, done } = changed(node, { add, remove }, flags.overwrite);
      const { taints: _, ...spec } = (info.object['spec'] ?? {}) as JsonObject;
      const after = {
        ...info.object, spec: taints.length === 0 ? spec : { ...spec, taints: taints as never },
      };
      const object = dryRun === 'client' ? after : yield* context.request({
        method: 'PATCH', path: pathOf(resource, '', info.name), contentType: patchType(resource),
        body: patchBetween(resource, info.object, after),
        query: {
          dryRun: dryRun === 'server' ? 'All' : undefined,
          fieldManager: flags['field-manager'], fieldValidation: fieldValidation(flags.validate),
        },
      });
      reporter.report(resource, object, done);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error);
    }
  }
  throwAll(problems);
});

function split(args: readonly string[]) {
  const isTaint = (word: string) => word.includes('=') || word.includes(':') || word.endsWith('-');
  const first = args.findIndex(isTaint);
  const resources = first < 0 ? args : args.slice(0, first);
  const specs = first < 0 ? [] : args.slice(first);
  const stray = specs.find((word) => !isTaint(word));
  if (stray !== undefined) throw failed(`all resources must be specified before taint changes: ${stray}`);
  if (resources.length === 0) throw failed('one or more resources must be specified as <resource> <name>');
  if (specs.length === 0) throw failed('at least one taint update is required');
  return { resources, specs };
}

function readTaints(specs: readonly string[]): readonly [readonly Taint[], readonly Taint[]] {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  for (const spec of specs) {
    if (spec.endsWith('-')) {
      const { key, effect } = readTaint(spec.slice(0, -1));
      remove.push({ key, effect });
      continue;
    }
    const one = readTaint(spec);
    if (one.effect === '') throw usageError(`invalid taint spec: ${spec}`, 'taint');
    if (add.some(({ key, effect }) => key === one.key && effect === one.effect)) {
      throw usageError('duplicated taints with the same key and effect: ' +
        `{${one.key} ${one.value ?? ''} ${one.effect} <nil>}`, 'taint');
    }
    add.push(one);
  }
  return [add, remove];
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function readTaint(spec: string): Taint {
  const invalid = (why = '') => usageError(`invalid taint spec: ${spec}${why}`, 'taint');
  const parts = spec.split(':');
  if (parts.length > 2) throw invalid();
  const [pair = '', effect = ''] = parts;
  if (parts.length === 2 && !effects.includes(effect)) {
    throw usageError(`invalid taint effect: ${effect}, unsupported taint effect`, 'taint');
  }
  const [key = '', value = '', ...more] = parts.length === 2 ? pair.split('=') : [pair];
  if (more.length > 0) throw invalid();
  const problems = [...isLabelValue(value), ...isQualifiedName(key)];
  if (problems.length > 0) throw invalid(`, ${problems.join('; ')}`);
  return { key, effect, ...(value === '' ? {} : { value }) };
}

interface Changes {
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}

function check(flags: TaintFlags, names: readonly string[], { add, remove }: Changes): void {
  const both = add.flatMap((one) => remove
    .filter(({ key, effect }) => key === one.key && (effect === '' || effect === one.effect))
    .map(({ key, effect }) => `${key}=${effect}`));
  if (both.length > 0) {
    throw failed('can not both modify and remove the following taint(s) in the same command: ' +
      both.join(', '));
  }
  if (flags.all && flags.selector !== '') {
    throw failed("setting 'all' parameter with a non empty selector is prohibited");
  }
  if (!flags.all && flags.selector === '' && names.length === 0) {
    throw failed("at least one resource name must be specified since 'all' parameter is not set");
  }
}

function changed({ metadata, spec }: Node, { add, remove }: Changes, overwrite: boolean) {
  const old = spec?.taints ?? [];
  const isSame = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
  const existing = add.filter((one) => old.some((other) => isSame(one, other))).map(({ key }) => key);
  if (!overwrite && existing.length > 0) {
    throw failed(`node ${metadata.name} already has ${existing.join(',')} taint(s) with same ` +
      'effect(s) and --overwrite is false');
  }
  let taints = [...add, ...old.filter((other) => !add.some((one) => isSame(one, other)))];
  const isAdded = taints.length !== old.length;
  let isRemoved = false;
  const missing: CommandError[] = [];
  for (const one of remove) {
    const rest = taints.filter((other) =>
      other.key !== one.key || (one.effect !== '' && other.effect !== one.effect));
    isRemoved = rest.length !== taints.length;
    if (!isRemoved) missing.push(failed(`taint ${JSON.stringify(taintText(one))} not found`));
    taints = rest;
  }
  throwAll(missing);
  const done = (isAdded && isRemoved) || overwrite ? 'modified' : isAdded ? 'tainted' : 'untainted';
  return { taints, done };
}
