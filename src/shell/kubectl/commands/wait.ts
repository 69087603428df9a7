/** `kubectl wait`. Follows kubectl pkg/cmd/wait. */
import { parseGoDuration } from '../../../api/duration.ts';
import type { JsonObject, ObjectMeta } from '../../../api/object.ts';
import { sleep } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, failed, isNotFound, throwAll } from '../errors.ts';
import { waitHelp } from '../help/wait.gen.ts';
import { fieldAt } from '../pod-spec.ts';
import { goValueText } from '../printers/go-value.ts';
import { pathFinder, relaxedPath } from '../printers/json-path.ts';
import { PathError } from '../printers/json-path-parse.ts';
import { Reporter } from '../printers/output.ts';
import { type Info, fetchAll, metadataOf } from '../targets.ts';
import { watchUntil } from '../waiting.ts';

type WaitFlags = FlagsOf<(typeof waitHelp)['flags']>;
const week = 604_800_000;

export const wait = command(waitHelp, function* (context, { args }, flags) {
  const condition = flags.for;
  const isMet = conditionOf(condition);
  const asked = parseGoDuration(flags.timeout) ?? 30_000;
  const timeoutMs = asked < 0 ? week : asked;
  const untilMs = context.process.site.now + timeoutMs;
  const isForDelete = condition.toLowerCase() === 'delete';
  if (condition.toLowerCase() === 'create') yield* waitForCreation(context, { args, flags, untilMs });
  const { infos, errors } = yield* fetchAll(context, selectionOf(args, flags), {
    latest: true, ignoreNotFound: isForDelete,
  });
  throwAll(errors);
  if (infos.length === 0 && !isForDelete) throw failed('no matching resources found');
  const reporter = new Reporter(context, flags, waitHelp);
  const problems: CommandError[] = [];
  for (const info of infos) {
    try {
      yield* waitForOne(context, info, { isMet, isForDelete, timeoutMs, untilMs });
      reporter.report(info.resource, info.object, 'condition met');
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error);
    }
  }
  throwAll(problems);
});

const selectionOf = (args: readonly string[], flags: WaitFlags) => ({
  args, filenames: flags.filename, isRecursive: flags.recursive, selector: flags.selector,
  fieldSelector: flags['field-selector'], selectAll: flags.all,
  allNamespaces: flags['all-namespaces'], allowsType: flags.all,
});

type Condition = (object: JsonObject | undefined) => boolean;

function conditionOf(text: string): Condition {
  const lower = text.toLowerCase();
  if (lower === 'delete') return (object) => object === undefined;
  if (lower === 'create') return (object) => object !== undefined;
  if (text.startsWith('condition=')) {
    const [name = '', ...value] = text.slice('condition='.length).split('=');
    return (object) => object !== undefined && hasCondition(object, name, value.join('=') || 'true');
  }
  if (text.startsWith('jsonpath=')) return pathCondition(text.slice('jsonpath='.length));
  throw failed(`unrecognized condition: ${JSON.stringify(text)}`);
}

function hasCondition(object: JsonObject, name: string, value: string): boolean {
  const conditions = (fieldAt(object, ['status', 'conditions']) ?? []) as readonly {
    type: string; status: string; observedGeneration?: number;
  }[];
  const found = conditions.find(({ type }) => type.toLowerCase() === name.toLowerCase());
  if (found === undefined) return false;
  const observed = found.observedGeneration ??
    (fieldAt(object, ['status', 'observedGeneration']) as number | undefined);
  const { generation } = metadataOf(object);
  if (observed !== undefined && generation !== undefined && observed < generation) return false;
  return found.status.toLowerCase() === value.toLowerCase();
}

function pathCondition(input: string): Condition {
  const parts = input.replaceAll('==', '\0').split('=').map((part) => part.replaceAll('\0', '=='));
  const [path = '', raw] = parts;
  if (path === '') throw failed('jsonpath expression cannot be empty');
  if (parts.length > 2) {
    throw failed("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or " +
      "--for=jsonpath='{.status.readyReplicas}'");
  }
  const value = raw?.replace(/^['"]+|['"]+$/g, '');
  if (value === '') {
    throw failed('jsonpath wait has to have a value after equal sign, like ' +
      "--for=jsonpath='{.status.readyReplicas}'=3");
  }
  let find: ReturnType<typeof pathFinder>;
  try {
    find = pathFinder(relaxedPath(path.replace(/^'|'$/g, '')), true);
  } catch (error) {
    throw error instanceof PathError ? failed(error.message) : error;
  }
  return (object) => {
    const [list = []] = object === undefined ? [] : find(object);
    if (list.length > 1) throw failed('given jsonpath expression matches more than one value');
    const [found] = list;
    if (found === undefined) return false;
    if (found !== null && typeof found === 'object' && value !== undefined) {
      throw failed('jsonpath leads to a nested object or list which is not supported');
    }
    return value === undefined || goValueText(found) === value;
  };
}

interface Wait {
  readonly isMet: Condition;
  readonly isForDelete: boolean;
  readonly timeoutMs: number;
  readonly untilMs: number;
}

function* waitForOne(
  context: Context, info: Info, { isMet, isForDelete, timeoutMs, untilMs }: Wait,
): Story {
  const { resource, name, object } = info;
  const { uid } = metadataOf(object);
  if (timeoutMs === 0) {
    if (isMet(isForDelete ? object : object)) return;
    throw failed(`condition not met for ${resource.plural}/${name}`);
  }
  const isDone = yield* watchUntil(context, info, (now) => {
    if (isForDelete) return now === undefined || (now['metadata'] as unknown as ObjectMeta).uid !== uid;
    return isMet(now);
  }, untilMs);
  if (!isDone) throw failed(`timed out waiting for the condition on ${resource.plural}/${name}`);
}

function* waitForCreation(
  context: Context, { args, flags, untilMs }: { args: readonly string[]; flags: WaitFlags; untilMs: number },
): Story {
  for (;;) {
    const { infos, errors } = yield* fetchAll(context, selectionOf(args, flags), { latest: true });
    const other = errors.find((error) => !isNotFound(error));
    if (other !== undefined) throw other;
    if (infos.length > 0 && errors.length === 0) return;
    if (context.process.site.now >= untilMs) throw failed('timed out waiting for the condition');
    yield* sleep(500);
  }
}
