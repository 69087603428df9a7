/** Shells in containers and their like: streams both ways, and how they end. */
import type { Status } from '../../api/status.ts';
import type { Story } from '../../kernel/index.ts';
import { select } from '../../host/index.ts';
import { type ServerMessage, channels } from '../../k8s/client/index.ts';
import type { Stream } from './connection.ts';
import type { Call, Context } from './context.ts';
import { CommandError, ServerError, failed } from './errors.ts';

export interface StreamTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly hasStdin: boolean;
  readonly isTty: boolean;
}

/** Runs a command in a container (`kubectl exec`). */
export function* execIn(
  context: Context, target: StreamTarget, words: readonly string[],
): Story {
  yield* join(context, 'exec', target, { command: words });
}

/** Joins a container's main process (`kubectl attach`). */
export function* attachTo(context: Context, target: StreamTarget): Story {
  yield* join(context, 'attach', target, {});
}

// oxlint-disable-next-line max-params -- a verb, its target and its words
function* join(
  context: Context, verb: 'exec' | 'attach', target: StreamTarget,
  extra: Readonly<Record<string, readonly string[]>>,
): Story {
  const { namespace, pod, container, hasStdin, isTty } = target;
  const { open, response } = yield* opened(context, {
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/${verb}`,
    query: {
      ...extra, container, stdout: 'true',
      ...(hasStdin ? { stdin: 'true' } : {}),
      ...(isTty ? { tty: 'true' } : { stderr: 'true' }),
    },
  });
  if (open === undefined) {
    if (typeof response.body === 'string') context.print(response.body);
    return;
  }
  const { columns } = context.process.tty ?? {};
  if (isTty && columns !== undefined) {
    open.stream.send(channels.resize, `{"Width":${columns},"Height":24}\n`);
  }
  const { stdin } = context.process;
  let isReading = hasStdin;
  for (;;) {
    const found = yield* select(isReading ? [open.inbox, stdin] : [open.inbox]);
    if (found?.index === 1) {
      const text = found.value as string | undefined;
      isReading = text !== undefined;
      open.stream.send(channels.stdin, text ?? '', text === undefined);
      continue;
    }
    const message = found?.value as ServerMessage | undefined;
    if (message === undefined || message.type === 'end') return;
    if (message.type === 'data') take(context, message.channel, message.text);
  }
}

/**
 * Opens the stream. What the kubelet refuses comes down a WebSocket that is open already: then it
 * is an error of the stream, no longer one of the server.
 */
function* opened(context: Context, call: Call): Story<Stream> {
  try {
    return yield* context.stream(call);
  } catch (error) {
    if (!(error instanceof ServerError) || error.status.reason !== 'InternalError') throw error;
    throw failed(error.status.message ?? '');
  }
}

/** One piece of output; the error channel's Status ends it all when it is a failure. */
function take(context: Context, channel: number, text: string): void {
  if (channel === channels.stdout) context.print(text);
  else if (channel === channels.stderr) context.printError(text);
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
