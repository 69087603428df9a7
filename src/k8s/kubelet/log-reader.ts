/**
 * What `kubectl logs` asks of a container's log: tail, since, timestamps, a limit in bytes, follow.
 * Upstream: pkg/kubelet/kubelet_pods.go (validateContainerLogStatus), pkg/kubelet/kuberuntime/logs.
 */
import { parseTime } from '../../kernel/calendar.ts';
import type { ContainerStatus, PodStatus } from '../../api/types.gen.ts';
import { type ContainerLog, type LogLine, nanoTime } from '../../host/runtime/index.ts';

export interface LogOptions {
  readonly isPrevious: boolean;
  readonly follows: boolean;
  readonly hasTimestamps: boolean;
  readonly tailLines: number | undefined;
  /** ms since 1970; earlier lines are left out. */
  readonly since: number | undefined;
  readonly limitBytes: number | undefined;
}

type Query = Readonly<Record<string, string | readonly string[]>>;

/** One value of a query; the first, if there are several. */
export function valueOf(query: Query | undefined, name: string): string | undefined {
  const value = query?.[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** Go's strconv.ParseBool, where anything else is false. */
export const flagOf = (query: Query | undefined, name: string): boolean =>
  /^(1|t|T|true|TRUE|True)$/.test(valueOf(query, name) ?? '');

/** @param now ms since 1970. */
export function logOptions(query: Query | undefined, now: number): LogOptions {
  const number = (name: string) => {
    const text = valueOf(query, name);
    return text === undefined || text === '' ? undefined : Number(text);
  };
  const seconds = number('sinceSeconds');
  const tail = number('tailLines');
  return {
    isPrevious: flagOf(query, 'previous'),
    follows: flagOf(query, 'follow'),
    hasTimestamps: flagOf(query, 'timestamps'),
    tailLines: tail === undefined || tail < 0 ? undefined : tail,
    since:
      seconds === undefined ? parseTime(valueOf(query, 'sinceTime') ?? '') : now - seconds * 1000,
    limitBytes: number('limitBytes'),
  };
}

/** The id of the container whose log is meant; or why there is none. */
export function loggedContainer(
  pod: string,
  name: string,
  status: PodStatus | undefined,
  isPrevious: boolean,
): { readonly id: string } | { readonly problem: string } {
  const found: ContainerStatus | undefined =
    status?.containerStatuses?.find((container) => container.name === name) ??
    status?.ephemeralContainerStatuses?.find((container) => container.name === name) ??
    status?.initContainerStatuses?.find((container) => container.name === name);
  const about = `container "${name}" in pod "${pod}"`;
  if (found === undefined) return { problem: `${about} is not available` };
  const last = found.lastState?.terminated?.containerID ?? '';
  const { running, terminated, waiting } = found.state ?? {};
  if (isPrevious) {
    return last === '' ? { problem: `previous terminated ${about} not found` } : idOf(last);
  }
  if (running !== undefined) return idOf(found.containerID ?? '');
  if (terminated !== undefined) {
    const id = terminated.containerID || last;
    return id === '' ? { problem: `${about} is terminated` } : idOf(id);
  }
  if (found.lastState?.terminated !== undefined) {
    return last === '' ? { problem: `${about} is terminated` } : idOf(last);
  }
  if (waiting === undefined) return { problem: `${about} is waiting to start - no logs yet` };
  switch (waiting.reason) {
    case 'ErrImagePull':
      return { problem: `${about} is waiting to start: image can't be pulled` };
    case 'ImagePullBackOff':
      return { problem: `${about} is waiting to start: trying and failing to pull image` };
    default:
      return { problem: `${about} is waiting to start: ${waiting.reason ?? ''}` };
  }
}

const idOf = (text: string) => ({ id: text.replace(/^containerd:\/\//, '') });

/** Reads a log from where one was. */
export class LogReader {
  private readonly log: ContainerLog;
  private readonly options: LogOptions;
  /** How many lines, dropped ones included, have been read. */
  private position: number;
  private bytesLeft: number;

  constructor(log: ContainerLog, options: LogOptions) {
    this.log = log;
    this.options = options;
    this.bytesLeft = options.limitBytes ?? Infinity;
    const { tailLines } = options;
    this.position =
      tailLines === undefined ? 0 : Math.max(0, log.dropped + log.lines.length - tailLines);
  }

  /** There is nothing more to come. */
  get isOver(): boolean {
    return this.log.isEnded || this.bytesLeft <= 0;
  }

  /** What has come since the last time. */
  read(): string {
    const { lines, dropped } = this.log;
    let text = '';
    for (let i = Math.max(this.position - dropped, 0); i < lines.length; i++) {
      const line = lines[i] as LogLine;
      if (this.options.since !== undefined && line.time < this.options.since) continue;
      text += this.options.hasTimestamps
        ? `${nanoTime(line.time)} ${line.text}\n`
        : `${line.text}\n`;
    }
    this.position = dropped + lines.length;
    const cut = text.length > this.bytesLeft ? text.slice(0, this.bytesLeft) : text;
    this.bytesLeft -= cut.length;
    return cut;
  }
}
