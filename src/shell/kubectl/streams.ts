/** Shells in containers and their like: streams both ways, and how they end. */
import type { Status } from '../../api/status.ts';
import type { Story } from '../../kernel/index.ts';
import { type Inbox, select } from '../../host/index.ts';
import { type OpenStream, type ServerMessage, channels } from '../../k8s/client/index.ts';
import type { Context } from './context.ts';
import { CommandError, failed } from './errors.ts';

export interface StreamTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly hasStdin: boolean;
  readonly isTty: boolean;
}

/** Where a stream's input comes from and its output goes to. */
export interface StreamEnds {
  readonly stdin: Inbox<string>;
  print(text: string): void;
  printError(text: string): void;
}

const consoleEnds = (context: Context): StreamEnds => ({
  stdin: context.process.stdin,
  print: (text) => context.print(text),
  printError: (text) => context.printError(text),
});

/** Runs a command in a container (`kubectl exec`). */
// oxlint-disable-next-line max-params -- where, what, and between which ends
export function* execIn(
  context: Context, target: StreamTarget, words: readonly string[],
  ends: StreamEnds = consoleEnds(context),
): Story {
  yield* join(context, 'exec', target, { command: words }, ends);
}

/** Joins a container's main process (`kubectl attach`). */
export function* attachTo(context: Context, target: StreamTarget): Story {
  yield* join(context, 'attach', target, {}, consoleEnds(context));
}

// oxlint-disable-next-line max-params -- a verb, its target, its words and its ends
function* join(
  context: Context, verb: 'exec' | 'attach', target: StreamTarget,
  extra: Readonly<Record<string, readonly string[]>>, ends: StreamEnds,
): Story {
  const { namespace, pod, container, hasStdin, isTty } = target;
  const { open, response } = yield* context.stream({
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/${verb}`,
    query: {
      ...extra, container, stdout: 'true',
      ...(hasStdin ? { stdin: 'true' } : {}),
      ...(isTty ? { tty: 'true' } : { stderr: 'true' }),
    },
    headers: { 'sec-websocket-protocol': 'v5.channel.k8s.io' },
  });
  if (open === undefined) {
    if (typeof response.body === 'string') ends.print(response.body);
    return;
  }
  const { columns, rows = 24 } = context.process.tty ?? {};
  if (isTty && columns !== undefined) {
    open.stream.send(channels.resize, `{"Width":${columns},"Height":${rows}}\n`);
  }
  const { process } = context;
  if (isTty && process.tty !== undefined) {
    // The terminal is raw: Ctrl-C is a character for the other side.
    process.trap = (signal) => {
      if (signal === 'SIGINT') open.stream.send(channels.stdin, interruption);
      return signal === 'SIGINT';
    };
  }
  try {
    yield* pump(open, ends, hasStdin, isTty);
  } finally {
    process.trap = undefined;
  }
}

// oxlint-disable-next-line max-params -- a stream, its ends, and what kind of input there is
function* pump(open: OpenStream, ends: StreamEnds, hasStdin: boolean, isTty: boolean): Story {
  let isReading = hasStdin;
  for (;;) {
    const found = yield* select(isReading ? [open.inbox, ends.stdin] : [open.inbox]);
    if (found?.index === 1) {
      const text = found.value as string | undefined;
      // A terminal's end of file is an empty read: the other terminal must make one, too.
      isReading = text !== undefined && (isTty || text !== '');
      open.stream.send(channels.stdin, text === '' && isTty ? endOfFile : (text ?? ''), !isReading);
      continue;
    }
    const message = found?.value as ServerMessage | undefined;
    if (message === undefined || message.type === 'end') return;
    if (message.type === 'data') take(ends, message.channel, message.text);
  }
}

const endOfFile = '\u0004';
const interruption = '\u0003';

/** One piece of output; the error channel's Status ends it all when it is a failure. */
function take(ends: StreamEnds, channel: number, text: string): void {
  if (channel === channels.stdout) ends.print(text);
  else if (channel === channels.stderr) ends.printError(text);
  else if (channel === channels.error && text !== '') {
    const status = JSON.parse(text) as Status;
    if (status.status !== 'Failure') return;
    const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
    if (status.reason as string === 'NonZeroExitCode' || code !== undefined) {
      throw new CommandError(`command terminated with exit code ${code ?? '1'}`, Number(code ?? 1));
    }
    throw failed(status.message ?? '');
  }
}
