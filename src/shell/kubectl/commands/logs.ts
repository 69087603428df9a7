/** `kubectl logs`. Follows kubectl pkg/cmd/logs/logs.go and polymorphichelpers/logsforobject.go. */
import { parseGoDuration } from '../../../api/duration.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import type { JsonObject } from '../../../api/object.ts';
import type { Pod } from '../../../api/types.gen.ts';
import { type Source, select } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ServerMessage } from '../../../k8s/client/index.ts';
import { type FlagsOf, type Words, command } from '../command.ts';
import type { Stream } from '../connection.ts';
import { defaultContainer, hasContainer, podOf, podsOf } from '../containers.ts';
import type { Context } from '../context.ts';
import { type Resource, kindName } from '../discovery.ts';
import { CommandError, bareMessage, failed, isNotFound } from '../errors.ts';
import { pods } from '../generate.ts';
import { logsHelp } from '../help/logs.gen.ts';
import { fetchAll } from '../targets.ts';

type LogsFlags = FlagsOf<(typeof logsHelp)['flags']>;

/** One container's log. */
interface LogSource {
  readonly pod: Pod;
  readonly container: string;
}

export const logs = command(logsHelp, function* (context, words, flags) {
  const { args, container } = check(words, flags);
  const sources = yield* sourcesOf(context, args, { ...flags, container });
  const query = queryOf(flags);
  if (flags.follow && sources.length > 1) {
    if (sources.length > flags['max-log-requests']) {
      throw failed(`you are attempting to follow ${sources.length} log streams, but maximum allowed ` +
        `concurrency is ${flags['max-log-requests']}, use --max-log-requests to increase the limit`);
    }
    return yield* followAll(context, sources, { flags, query });
  }
  for (const source of sources) {
    const prefix = flags.prefix ? prefixOf(source) : '';
    try {
      yield* printLogs(context, source, query, prefix);
    } catch (error) {
      if (!flags['ignore-errors'] || !(error instanceof CommandError)) throw error;
      context.printError(`${error.message}\n`);
    }
  }
});

const usage = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n" +
  'POD or TYPE/NAME is a required argument for the logs command';

function check({ args }: Words, flags: LogsFlags) {
  const wrong = (message: string) =>
    new CommandError(`error: ${message}\nSee 'kubectl logs -h' for help and examples`);
  let { container } = flags;
  if (args.length === 0 && flags.selector === '') throw wrong(usage);
  if (args.length > 2) throw wrong(usage);
  if (flags.selector !== '' && args.length > 0) {
    throw wrong('only a selector (-l) or a POD name is allowed');
  }
  const [, second] = args;
  if (second !== undefined) {
    if (container !== '') throw failed('only one of -c or an inline [CONTAINER] arg is allowed');
    container = second;
  }
  if (flags['all-containers'] && container !== '') {
    throw failed(`--all-containers=true should not be specified with container name ${container}`);
  }
  if ((parseGoDuration(flags.since) ?? 0) < 0) throw failed('--since must be greater than 0');
  checkTime(flags['since-time']);
  if (flags['limit-bytes'] < 0) throw failed('--limit-bytes must be greater than 0');
  if (flags.tail < -1) throw failed('--tail must be greater than or equal to -1');
  if (flags['since-time'] !== '' && (parseGoDuration(flags.since) ?? 0) !== 0) {
    throw failed('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  return { args: args.slice(0, 1), container };
}

/** Go's time.Parse of RFC 3339. */
function checkTime(text: string): void {
  if (text === '' || parseTime(text) !== undefined) return;
  const layout = '2006-01-02T15:04:05Z07:00';
  throw failed(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: ` +
    `cannot parse ${JSON.stringify(text)} as "2006"`);
}

function queryOf(flags: LogsFlags): Readonly<Record<string, string | undefined>> {
  const since = parseGoDuration(flags.since) ?? 0;
  const tail = flags.selector !== '' && !flags.changed.has('tail') && !flags.follow ? 10
    : flags.selector !== '' && !flags.changed.has('tail') ? 10 : flags.tail;
  return {
    follow: flags.follow ? 'true' : undefined,
    previous: flags.previous ? 'true' : undefined,
    timestamps: flags.timestamps ? 'true' : undefined,
    sinceSeconds: since > 0 ? String(Math.ceil(since / 1000)) : undefined,
    sinceTime: flags['since-time'] || undefined,
    tailLines: tail >= 0 ? String(tail) : undefined,
    limitBytes: flags['limit-bytes'] > 0 ? String(flags['limit-bytes']) : undefined,
  };
}

function* sourcesOf(
  context: Context, args: readonly string[], flags: LogsFlags,
): Story<readonly LogSource[]> {
  const found = yield* findPods(context, args, flags);
  return found.flatMap((pod) => {
    if (flags['all-containers']) {
      const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
      return [...initContainers, ...containers, ...ephemeralContainers]
        .map(({ name }) => ({ pod, container: name }));
    }
    const container = flags.container || defaultContainer(context, pod);
    if (!hasContainer(pod, container)) {
      throw failed(`container ${container} is not valid for pod ${pod.metadata.name}`);
    }
    return [{ pod, container }];
  });
}

function* findPods(
  context: Context, args: readonly string[], flags: LogsFlags,
): Story<readonly Pod[]> {
  const [word] = args;
  if (word === undefined) {
    const { infos, errors } = yield* fetchAll(context, {
      args: ['pods'], selector: flags.selector, allowsType: true,
    });
    if (errors[0] !== undefined) throw errors[0];
    if (infos.length === 0) context.printError(`No resources found in ${context.namespace} namespace.\n`);
    return infos.map(({ object }) => object as unknown as Pod);
  }
  const slash = word.indexOf('/');
  const resource = slash < 0 ? pods : yield* context.resource(word.slice(0, slash));
  const object = yield* getNamed(context, resource, word.slice(slash + 1));
  if (resource.kind === 'Pod') return [object as unknown as Pod];
  const all = yield* podsOf(context, resource, object, 'get the logs from');
  if (flags['all-pods']) return all;
  const pod = yield* podOf(context, resource, object);
  if (all.length > 1) {
    context.printError(`Found ${all.length} pods, using ${kindName(pods)}/${pod.metadata.name}\n`);
  }
  return [pod];
}

/** An object that is not there is told of in the words of `logs` alone. */
function* getNamed(context: Context, resource: Resource, name: string): Story<JsonObject> {
  try {
    return yield* context.get(resource, context.namespace, name);
  } catch (error) {
    if (!(error instanceof CommandError) || !isNotFound(error)) throw error;
    throw failed(`error from server (NotFound): ${bareMessage(error)} in namespace ` +
      JSON.stringify(context.namespace));
  }
}

const prefixOf = ({ pod, container }: LogSource): string => `[pod/${pod.metadata.name}/${container}] `;

const logPath = ({ pod }: LogSource): string =>
  `/api/v1/namespaces/${pod.metadata.namespace ?? ''}/pods/${pod.metadata.name}/log`;

/** Prints a container's log, as long as it goes on. */
export function* printLogs(
  context: Context, source: LogSource,
  query: Readonly<Record<string, string | undefined>> = {}, prefix = '',
): Story {
  const stream = yield* openLog(context, source, query);
  const { body } = stream.response;
  if (stream.open === undefined) {
    if (typeof body === 'string') context.print(prefixed(body, prefix));
    return;
  }
  for (;;) {
    const found = yield* select([stream.open.inbox]);
    const message = found?.value as ServerMessage | undefined;
    if (message === undefined) return;
    if (message.type === 'data') context.print(prefixed(message.text, prefix));
  }
}

const openLog = (
  context: Context, source: LogSource, query: Readonly<Record<string, string | undefined>>,
): Story<Stream> =>
  context.stream({ path: logPath(source), query: { container: source.container, ...query } });

const prefixed = (text: string, prefix: string): string =>
  prefix === '' ? text : text.replace(/^(?=.)/gm, prefix);

/** Several logs at once, line by line as they come. */
function* followAll(
  context: Context, sources: readonly LogSource[],
  { flags, query }: { flags: LogsFlags; query: Readonly<Record<string, string | undefined>> },
): Story {
  const open: { inbox: Source; prefix: string }[] = [];
  for (const source of sources) {
    const stream = yield* openLog(context, source, query);
    const prefix = flags.prefix ? prefixOf(source) : '';
    if (stream.open !== undefined) open.push({ inbox: stream.open.inbox, prefix });
    else if (typeof stream.response.body === 'string') context.print(prefixed(stream.response.body, prefix));
  }
  while (open.length > 0) {
    const found = yield* select(open.map(({ inbox }) => inbox));
    const index = found?.index ?? 0;
    const message = found?.value as ServerMessage | undefined;
    if (message === undefined) open.splice(index, 1);
    else if (message.type === 'data') context.print(prefixed(message.text, open[index]?.prefix ?? ''));
  }
}

