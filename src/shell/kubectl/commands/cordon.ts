/** `kubectl cordon` and `kubectl uncordon`. Follows kubectl pkg/cmd/drain/drain.go. */
import type { JsonObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, bareMessage, throwAll } from '../errors.ts';
import { cordonHelp } from '../help/cordon.gen.ts';
import { uncordonHelp } from '../help/uncordon.gen.ts';
import { usageError } from '../pairs.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { type Info, fetchAll } from '../targets.ts';
import { patchBetween, patchType } from '../three-way.ts';

interface NodeFlags {
  readonly selector: string;
  readonly 'dry-run': string;
}

export const cordon = command(cordonHelp, function* (context, { args }, flags) {
  const nodes = yield* findNodes(context, args, flags, 'cordon');
  yield* setSchedulable(context, nodes, { flags, isCordon: true });
});

export const uncordon = command(uncordonHelp, function* (context, { args }, flags) {
  const nodes = yield* findNodes(context, args, flags, 'uncordon');
  yield* setSchedulable(context, nodes, { flags, isCordon: false });
});

/** The nodes that the words or the selector name. */
export function* findNodes(
  context: Context, args: readonly string[], flags: NodeFlags, verb: string,
): Story<readonly Info[]> {
  if (args.length === 0 && flags.selector === '') throw usageError(`USAGE: ${verb} NODE [flags]`, verb);
  if (args.length > 0 && flags.selector !== '') {
    throw usageError('cannot specify both a node name and a --selector option', verb);
  }
  const names = args.map((arg) => arg.replace(/^(nodes?|no)\//, ''));
  const { infos, errors } = yield* fetchAll(context, {
    args: ['nodes', ...names], selector: flags.selector, allowsType: args.length === 0,
  });
  throwAll(errors);
  return infos;
}

/** Marks nodes as (un)schedulable, and says so. */
export function* setSchedulable(
  context: Context, nodes: readonly Info[],
  { flags, isCordon }: { flags: NodeFlags; isCordon: boolean },
): Story {
  const dryRun = dryRunOf(context, flags['dry-run']);
  const reporter = new Reporter(context, flags, cordonHelp);
  const done = isCordon ? 'cordoned' : 'uncordoned';
  for (const info of nodes) {
    const { unschedulable = false } = (info.object['spec'] ?? {}) as { unschedulable?: boolean };
    if (unschedulable === isCordon) {
      reporter.report(info.resource, info.object, `already ${done}`);
      continue;
    }
    try {
      if (dryRun !== 'client') yield* patchNode(context, info, isCordon, dryRun === 'server');
      reporter.report(info.resource, info.object, done);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const verb = isCordon ? 'cordon' : 'uncordon';
      context.printError(`error: unable to ${verb} node ${JSON.stringify(info.name)}: ${bareMessage(error)}\n`);
    }
  }
}

function* patchNode(context: Context, info: Info, isCordon: boolean, isDry: boolean): Story {
  const { unschedulable: _, ...spec } = (info.object['spec'] ?? {}) as JsonObject;
  const after = { ...info.object, spec: isCordon ? { ...spec, unschedulable: true } : spec };
  yield* context.request({
    method: 'PATCH', path: pathOf(info.resource, '', info.name),
    contentType: patchType(info.resource), body: patchBetween(info.resource, info.object, after),
    query: { dryRun: isDry ? 'All' : undefined },
  });
}
