/**
 * A command in a container (exec), and a container's own process (attach): standard streams over
 * channels. Upstream: pkg/kubelet/kubelet_pods.go (GetExec, GetAttach) and containerd's
 * internal/cri/server/container_{exec,attach}.go. Simplified: a terminal's lines come whole, edited
 * by whoever shows it.
 */
import { Inbox, type Tty, interrupt } from '../../../host/index.ts';
import type { Container } from '../../../host/runtime/index.ts';
import { type ApiRequest, channels } from '../../client/wire.ts';
import type { Kubelet } from '../kubelet.ts';
import { flagOf } from '../log-reader.ts';
import type { PodWorker } from '../pod-worker.ts';
import type { Reply, Session } from './reply.ts';

/** What may wait for a command that does not read; a real pipe would stop its writer instead. */
const unreadMost = 64 * 1024 * 1024;

/** Who asks for what. */
export interface StreamRequest {
  readonly worker: PodWorker;
  /** The container's name. */
  readonly name: string;
  readonly request: ApiRequest;
}

function runningContainer(
  kubelet: Kubelet,
  { worker, name }: StreamRequest,
): Container | undefined {
  const { containers } = kubelet.runtime.recordsOf(worker.uid);
  return containers.findLast(({ config, state }) => config.name === name && state === 'running');
}

export function exec(kubelet: Kubelet, asked: StreamRequest, reply: Reply): Session | undefined {
  const container = runningContainer(kubelet, asked);
  if (container === undefined) {
    reply.whole(500, `container not found ("${asked.name}")`);
    return undefined;
  }
  const { query } = asked.request;
  const words = query?.['command'] ?? [];
  const hasTty = flagOf(query, 'tty');
  const tty: Tty | undefined = hasTty
    ? { columns: 80, rows: 24, foreground: [], isAtPrompt: false }
    : undefined;
  const stdin = new Inbox<string>();
  if (!flagOf(query, 'stdin')) stdin.close();
  const sink = (channel: number) => ({
    write: (text: string) => {
      if (text !== '') reply.data(channel, text);
      return true;
    },
    end: () => undefined,
  });
  const stdout = sink(channels.stdout);
  reply.begin(101);
  const started = kubelet.runtime.exec(container.id, {
    command: typeof words === 'string' ? [words] : words,
    stdin,
    stdout,
    stderr: hasTty ? stdout : sink(channels.stderr),
    ...(tty === undefined ? {} : { tty }),
  });
  if (!started.ok) {
    reply.error(`error executing command in container: ${started.error.message}`);
    return undefined;
  }
  const process = started.value;
  if (tty !== undefined) tty.foreground = [process];
  process.onExit(() => reply.exit(process.exitCode ?? 0));
  let unread = 0;
  return {
    data: (channel, text, isEnd) => {
      unread = stdin.size === 0 ? text.length : unread + text.length;
      if (unread > unreadMost) {
        reply.error('error executing command in container: the command does not read its input');
        stdin.close();
      } else input({ stdin, tty }, channel, text, isEnd);
    },
    // The command goes on when its client leaves, as it does with containerd.
    ended: () => {
      reply.mute();
      stdin.close();
    },
  };
}

export function attach(kubelet: Kubelet, asked: StreamRequest, reply: Reply): Session | undefined {
  const container = runningContainer(kubelet, asked);
  const { name, namespace = '' } = asked.worker.pod.metadata;
  if (container === undefined) {
    reply.whole(500, `container ${asked.name} not found in pod ${name}_${namespace}`);
    return undefined;
  }
  reply.begin(101);
  const hasInput = flagOf(asked.request.query, 'stdin');
  const unwatch = container.log.watch((stream, text) => reply.data(channels[stream], text));
  const unfollow = container.log.follow(() => {
    if (!container.log.isEnded) return;
    leave();
    reply.exit(0);
  });
  const leave = () => {
    unwatch();
    unfollow();
    if (hasInput && container.config.isStdinOnce) container.stdin.close();
  };
  return {
    data: (channel, text, isEnd) => {
      const tty = container.process?.tty;
      if (!hasInput && channel !== channels.resize) return;
      const closes = isEnd && container.config.isStdinOnce;
      input({ stdin: container.stdin, tty }, channel, text, closes);
    },
    ended: leave,
  };
}

interface Console {
  readonly stdin: Inbox<string>;
  readonly tty: Tty | undefined;
}

// oxlint-disable-next-line max-params -- a piece of a channel, and where it goes
function input({ stdin, tty }: Console, channel: number, text: string, isEnd: boolean): void {
  if (channel === channels.resize) return resize(tty, text);
  if (channel !== channels.stdin) return;
  if (tty !== undefined && text.includes('\x03')) {
    interrupt(tty);
    return;
  }
  if (tty !== undefined && text === '\x04') {
    // Ctrl-D at the beginning of a line: an empty read.
    stdin.push('');
    return;
  }
  if (text !== '') stdin.push(text);
  if (isEnd) stdin.close();
}

function resize(tty: Tty | undefined, text: string): void {
  if (tty === undefined) return;
  const width = /"Width":(\d+)/.exec(text)?.[1];
  const height = /"Height":(\d+)/.exec(text)?.[1];
  if (width !== undefined) tty.columns = Number(width);
  if (height !== undefined) tty.rows = Number(height);
}
