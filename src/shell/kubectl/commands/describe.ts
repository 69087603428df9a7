/** `kubectl describe`. Follows kubectl pkg/cmd/describe/describe.go. */
import type { Story } from '../../../kernel/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { describerFor } from '../describe/index.ts';
import { DescribeWriter } from '../describe/writer.ts';
import { CommandError, failed, isNotFound, throwAll } from '../errors.ts';
import { describeHelp } from '../help/describe.gen.ts';
import { type Info, fetchInfos, findSources } from '../targets.ts';

export const describe = command(describeHelp, function* (context, { args }, flags) {
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === '') {
    throw failed('You must specify the type of resource to describe. ' +
      'Use "kubectl api-resources" for a complete list of supported resources.');
  }
  const showEvents = flags['show-events'];
  const found = yield* findSources(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    selector: flags.selector, allNamespaces: flags['all-namespaces'], allowsType: true, isNested: true,
  });
  const { infos, errors } = yield* fetchInfos(context, found);
  const [problem] = errors;
  const isOneName = args.length === 2 && infos.length === 0 && errors.length === 1;
  if (isOneName && problem !== undefined && isNotFound(problem)) {
    return yield* describeMatching(context, args[0] ?? '', { prefix: args[1] ?? '', problem, showEvents });
  }
  const problems: CommandError[] = [...errors];
  let isFirst = true;
  for (const info of infos) {
    try {
      const text = yield* describeOne(context, info, showEvents);
      context.print(isFirst ? text : `\n\n${text}`);
      isFirst = false;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error);
    }
  }
  if (infos.length === 0 && problems.length === 0) {
    context.printError(flags['all-namespaces']
      ? 'No resources found\n' : `No resources found in ${context.namespace} namespace.\n`);
  }
  throwAll(problems);
});

/** A name that is none may be the beginning of some. */
function* describeMatching(
  context: Context, type: string,
  { prefix, problem, showEvents }: { prefix: string; problem: CommandError; showEvents: boolean },
): Story {
  const found = yield* findSources(context, { args: [type], allowsType: true });
  const { infos, errors } = yield* fetchInfos(context, found);
  throwAll(errors);
  const matching = infos.filter(({ name }) => name.startsWith(prefix));
  if (matching.length === 0) throw problem;
  for (const info of matching) {
    context.print(`${yield* describeOne(context, info, showEvents)}\n`);
  }
}

function* describeOne(context: Context, info: Info, showEvents: boolean): Story<string> {
  const { resource, namespace, name } = info;
  const object = yield* context.get(resource, namespace, name);
  const w = new DescribeWriter(context.nowMs);
  yield* describerFor(resource)(w, { context, resource, namespace, name, object, showEvents });
  return w.finish();
}
