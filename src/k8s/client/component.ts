/**
 * What every component of the control plane begins with: flags, kubeconfig, log lines, the health
 * port, and (if told so) an election. Upstream: component-base, cmd/kube-*.
 */
import type { Process } from '../../host/index.ts';
import { httpResponse } from '../../host/net/http.ts';
import { serveHttp } from '../../host/net/serve-http.ts';
import { civilTime } from '../../kernel/calendar.ts';
import { ApiClient, type ClientOptions } from './api-client.ts';
import { clientConfig, parseKubeconfig } from './kubeconfig.ts';
import { LeaderElection } from './leader-election.ts';

export const kubernetesVersion = 'v1.33.1';

/** `--name=value`, `--name value` and `--name` (which is `true`), later ones winning. */
export function parseFlags(args: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let i = 1; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('--')) continue;
    const equals = arg.indexOf('=');
    const next = args[i + 1];
    if (equals > 0) flags.set(arg.slice(2, equals), arg.slice(equals + 1));
    else if (next !== undefined && !next.startsWith('--')) flags.set(arg.slice(2), next);
    else flags.set(arg.slice(2), 'true');
  }
  return flags;
}

/** A line of klog: `I0102 03:04:05.678901       1 leaderelection.go:271] "..."`. */
export function log(process: Process, level: 'I' | 'W' | 'E', source: string, text: string): void {
  const { clock } = process.site;
  const { month, day, hour, minute, second } = civilTime(clock);
  const two = (value: number) => String(value).padStart(2, '0');
  const micros = String(Math.floor((clock % 1000) * 1000)).padStart(6, '0');
  const time = `${two(hour)}:${two(minute)}:${two(second)}.${micros}`;
  const pid = String(process.pid).padStart(7);
  process.printError(`${level}${two(month)}${two(day)} ${time} ${pid} ${source}] ${text}\n`);
}

/** What went wrong, when a component cannot begin. */
export interface StartProblem {
  readonly problem: string;
}

/** A client after the `--kubeconfig` flag's file. */
export function clientFromFlags(
  process: Process,
  flags: ReadonlyMap<string, string>,
  options: Omit<ClientOptions, 'server' | 'credential' | 'userAgent'>,
): ApiClient | StartProblem {
  const path = flags.get('kubeconfig') ?? '';
  const text = process.files.read(path);
  if (text === undefined) return { problem: `stat ${path}: no such file or directory` };
  const config = clientConfig(parseKubeconfig(text));
  if (config === undefined) return { problem: `invalid configuration: ${path}` };
  const { server, credential } = config;
  const userAgent = `${process.program.name}/${kubernetesVersion} (linux/amd64) kubernetes/8adc0f0`;
  return new ApiClient(process, { ...options, server, credential, userAgent });
}

/** Answers health checks (/healthz, /livez, /readyz) with `ok` on a port of its own. */
export function serveHealth(process: Process, port: number, ip?: string): boolean {
  const listener = serveHttp(
    process,
    port,
    ({ path }) =>
      /^\/(healthz|livez|readyz)(\/|\?|$)/.test(path)
        ? httpResponse(200, 'ok', { 'Content-Type': 'text/plain; charset=utf-8' })
        : httpResponse(404, '404 page not found\n', {
            'Content-Type': 'text/plain; charset=utf-8',
          }),
    ip,
  );
  return listener !== undefined;
}

/** Begins at once, or (with `--leader-elect`, the default) when this copy has been elected. */
export function whenLeading(
  client: ApiClient,
  flags: ReadonlyMap<string, string>,
  lease: string,
  begin: () => void,
): LeaderElection | undefined {
  const { process } = client;
  if (flags.get('leader-elect') === 'false') {
    begin();
    return undefined;
  }
  log(
    process,
    'I',
    'leaderelection.go:257',
    `attempting to acquire leader lease kube-system/${lease}...`,
  );
  return new LeaderElection(client, lease, {
    lead: () => {
      log(
        process,
        'I',
        'leaderelection.go:271',
        `successfully acquired lease kube-system/${lease}`,
      );
      begin();
    },
    lost: () => {
      log(process, 'E', 'server.go:337', '"Leaderelection lost"');
      process.end(1);
    },
  });
}
