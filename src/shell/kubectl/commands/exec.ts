/** `kubectl exec` and `kubectl attach`. Follows kubectl pkg/cmd/exec and pkg/cmd/attach. */
import type { Pod } from '../../../api/types.gen.ts';
import { type Words, command } from '../command.ts';
import { defaultContainer, findPod, podOf } from '../containers.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { attachIn } from '../attaching.ts';
import { attachHelp } from '../help/attach.gen.ts';
import { execHelp } from '../help/exec.gen.ts';
import { usageError } from '../pairs.ts';
import { execIn } from '../streams.ts';
import { fetchAll } from '../targets.ts';

export const exec = command(execHelp, function* (context, words, flags) {
  const { target, typed } = split(words, flags.filename.length > 0);
  const pod = target === undefined
    ? yield* podOfFile(context, flags.filename) : yield* findPod(context, target);
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw failed(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container = containerOf(context, pod, { named: flags.container, isQuiet: flags.quiet });
  const isTty = ttyOf(context, flags.stdin, flags.tty);
  yield* execIn(context, {
    namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, container,
    hasStdin: flags.stdin, isTty,
  }, typed);
});

function split({ args, dash }: Words, hasFile: boolean) {
  const before = dash < 0 ? args : args.slice(0, dash);
  const after = dash < 0 ? [] : args.slice(dash);
  const [target] = before;
  if (target === undefined && !hasFile) throw failed('pod, type/name or --filename must be specified');
  if (dash < 0 && args.length > 1) {
    throw usageError('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead', 'exec');
  }
  if (after.length === 0) throw failed('you must specify at least one command for the container');
  return { target, typed: after };
}

function* podOfFile(context: Context, filenames: readonly string[]) {
  const { infos, errors } = yield* fetchAll(context, { args: [], filenames }, { latest: true });
  const [info] = infos;
  if (errors[0] !== undefined) throw errors[0];
  if (info === undefined) throw failed('pod, type/name or --filename must be specified');
  return yield* podOf(context, info.resource, info.object);
}

function containerOf(
  context: Context, pod: Pod, { named, isQuiet }: { named: string; isQuiet: boolean },
): string {
  return named === '' ? defaultContainer(context, pod, isQuiet) : named;
}

/** A terminal can be had only where there is one. */
function ttyOf(context: Context, hasStdin: boolean, wantsTty: boolean): boolean {
  if (!wantsTty || !hasStdin) return wantsTty;
  if (context.process.tty !== undefined) return true;
  context.printError('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return false;
}

export const attach = command(attachHelp, function* (context, { args }, flags) {
  const [target] = args;
  if (target === undefined) throw failed('at least 1 argument is required for attach');
  if (args.length > 2) throw failed(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: ${args.join(' ')}`);
  const pod = yield* findPod(context, args.length === 2 ? args.join('/') : target);
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw failed(`cannot attach a container in a completed pod; current phase is ${phase}`);
  }
  const container = containerOf(context, pod, { named: flags.container, isQuiet: flags.quiet });
  yield* attachIn(context, pod, { ...flags, container });
});
