/**
 * What probes and hooks do: run a command in a container, ask over HTTP, knock at a port.
 * Upstream: pkg/probe/{http,tcp,exec}; texts of failures are Go's.
 */
import type { Container as ContainerSpec, HTTPGetAction } from '../../api/types.gen.ts';
import type { CloseReason } from '../../host/index.ts';
import { httpRequest, type HttpResponse, isHttpResponse } from '../../host/net/http.ts';
import type { Container } from '../../host/runtime/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { Kubelet } from './kubelet.ts';
import { wait } from './task.ts';

export interface ExecResult {
  readonly code: number;
  /** Standard output and error, mixed. */
  readonly output: string;
  /** It could not be run at all, or took too long. */
  readonly problem: string | undefined;
}

/** Runs a command in a container. @param timeoutMs undefined waits for ever. */
export function* execIn(
  kubelet: Kubelet,
  container: Container,
  command: readonly string[],
  timeoutMs: number | undefined,
): Story<ExecResult> {
  return yield* wait<ExecResult>((done) => {
    let output = '';
    const sink = {
      write: (text: string) => {
        output += text;
        return true;
      },
      end: () => undefined,
    };
    const outcome = kubelet.runtime.exec(container.id, { command, stdout: sink, stderr: sink });
    if (!outcome.ok) {
      done({
        code: -1,
        output,
        problem: `rpc error: code = ${outcome.error.code} desc = ${outcome.error.message}`,
      });
      return;
    }
    const process = outcome.value;
    let isLate = false;
    const alarm =
      timeoutMs === undefined
        ? undefined
        : kubelet.alarms.after(timeoutMs, `exec ${command.join(' ')}`, () => {
            isLate = true;
            process.end(137, 'SIGKILL');
          });
    process.onExit(() => {
      kubelet.alarms.cancel(alarm);
      const problem = isLate
        ? `command timed out: "${command.join(' ')}" timed out after ${(timeoutMs ?? 0) / 1000}s`
        : undefined;
      done({ code: process.exitCode ?? 0, output, problem });
    });
  });
}

/** A port by number, or by the name that the container gives it. */
export function portOf(port: number | string, spec: ContainerSpec): number | undefined {
  if (typeof port === 'number') return port;
  if (/^\d+$/.test(port)) return Number(port);
  return spec.ports?.find(({ name }) => name === port)?.containerPort;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Set when no answer came; Go's words. */
  readonly error: string | undefined;
}

/**
 * Probes come every few seconds, from every kubelet, for ever: traced packet by packet but not hop
 * by hop. An idle world runs twice as fast for it.
 */
const detail = 'brief';

/** One GET, over a connection of its own. */
export function* httpGet(
  kubelet: Kubelet,
  action: HTTPGetAction,
  host: string,
  port: number,
  timeoutMs: number,
  purpose: string,
): Story<HttpAnswer> {
  const { path = '/', httpHeaders = [], scheme = 'HTTP' } = action;
  const at = path.startsWith('/') ? path : `/${path}`;
  const url = `${scheme.toLowerCase()}://${host}:${port}${at}`;
  const failed = (error: string): HttpAnswer => ({
    status: 0,
    body: '',
    error: `Get "${url}": ${error}`,
  });
  const headers: Record<string, string> = {
    host: `${host}:${port}`,
    'user-agent': `kube-${purpose}/1.33`,
    accept: '*/*',
    connection: 'close',
  };
  for (const { name, value } of httpHeaders) headers[name.toLowerCase()] = value;
  return yield* wait<HttpAnswer>((done) => {
    const finish = once(
      kubelet,
      timeoutMs,
      url,
      (late) => {
        connection.close();
        done(late);
      },
      failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)'),
      done,
    );
    const connection = kubelet.process.net.connect(
      kubelet.process,
      { ip: host, port },
      {
        opened: (open) => open.send(httpRequest('GET', at, headers), `GET ${at}`),
        received: (payload, open) => {
          if (!isHttpResponse(payload)) return;
          open.close();
          const { status, body } = payload as HttpResponse;
          finish({ status, body, error: undefined });
        },
        closed: (reason) =>
          finish(failed(reason === 'closed' ? 'EOF' : dialError(host, port, reason))),
      },
      { timeoutMs, detail },
    );
  });
}

/** Undefined when the port took the connection; else Go's words. */
export function* tcpConnect(
  kubelet: Kubelet,
  host: string,
  port: number,
  timeoutMs: number,
): Story<string | undefined> {
  return yield* wait<string | undefined>((done) => {
    const late = dialError(host, port, 'timeout');
    const finish = once<string | undefined>(
      kubelet,
      timeoutMs,
      `${host}:${port}`,
      (text) => {
        connection.close();
        done(text);
      },
      late,
      done,
    );
    const connection = kubelet.process.net.connect(
      kubelet.process,
      { ip: host, port },
      {
        opened: (open) => {
          open.close();
          finish(undefined);
        },
        received: () => undefined,
        closed: (reason) => finish(dialError(host, port, reason)),
      },
      { timeoutMs, detail },
    );
  });
}

/** Whichever comes first: an answer, or the end of patience. */
function once<T>(
  kubelet: Kubelet,
  timeoutMs: number,
  what: string,
  onLate: (value: T) => void,
  late: T,
  done: (value: T) => void,
): (value: T) => void {
  let isOver = false;
  const alarm = kubelet.alarms.after(timeoutMs, what, () => {
    if (isOver) return;
    isOver = true;
    onLate(late);
  });
  return (value) => {
    if (isOver) return;
    isOver = true;
    kubelet.alarms.cancel(alarm);
    done(value);
  };
}

const errnos: Readonly<Record<string, string>> = {
  refused: 'connect: connection refused',
  timeout: 'i/o timeout',
  unreachable: 'connect: no route to host',
  reset: 'read: connection reset by peer',
};

const dialError = (host: string, port: number, reason: CloseReason): string =>
  `dial tcp ${host}:${port}: ${errnos[reason] ?? reason}`;
