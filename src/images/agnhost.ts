import { formatMicroTime } from '../kernel/calendar.ts';
import type { Process, Program } from '../host/index.ts';
import { type HttpRequest, httpResponse } from '../host/net/http.ts';
import { pause } from '../host/runtime/pause.ts';
import { bindNslookup, dig } from './bind-tools.ts';
import { defineImage } from './define-image.ts';
import { pathOf, queryOf, serveHttp } from './http-server.ts';
import { klogTime } from './log-times.ts';

const MB = 1_000_000;
const plain = { 'Content-Type': 'text/plain; charset=utf-8' };
const hostname = (process: Process): string => process.env['HOSTNAME'] ?? 'localhost';

/** The value of `--name=value` or `--name value`. */
function option(process: Process, name: string, otherwise: string): string {
  const { args } = process;
  const at = args.findIndex((word) => word.split('=')[0] === `--${name}`);
  if (at < 0) return otherwise;
  const word = args[at] ?? '';
  return (word.includes('=') ? word.slice(word.indexOf('=') + 1) : args[at + 1]) ?? otherwise;
}

const endOnTerm = (process: Process) => ({
  signal: (signal: string) => {
    if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
    process.end(143);
    return true;
  },
});

/** Serves its host's name, its client's address, an echo: what network tests ask. */
function netexec(process: Process) {
  const port = Number(option(process, 'http-port', '8080'));
  const udpPort = Number(option(process, 'udp-port', '8081'));
  const log = (text: string) =>
    process.printError(`I${klogTime(process.site.clock)}       1 log.go:195] ${text}\n`);
  serveHttp(process, port, (request, { remote }) => {
    log(`GET ${request.path}`);
    return answerNetexec(process, request, `${remote.ip}:${remote.port}`);
  });
  const socket = process.net.openUdp(process, udpPort, ({ from, payload }) => {
    const words = String(payload).trim().split(' ');
    if (words[0] === 'hostname') socket?.send(from, hostname(process));
    else if (words[0] === 'echo') socket?.send(from, words.slice(1).join(' '));
    else if (words[0] === 'clientip') socket?.send(from, `${from.ip}:${from.port}`);
  });
  log(`Started HTTP server on port ${port}`);
  log(`Started UDP server on port  ${udpPort}`);
  return endOnTerm(process);
}

function answerNetexec(process: Process, request: HttpRequest, client: string) {
  switch (pathOf(request)) {
    case '/':
      return httpResponse(200, `NOW: ${goTime(process)}`, plain);
    case '/hostname':
    case '/hostName':
      return httpResponse(200, hostname(process), plain);
    case '/clientip':
      return httpResponse(200, client, plain);
    case '/healthz':
      return httpResponse(200, '', plain);
    case '/echo':
      return httpResponse(
        Number(queryOf(request, 'code') ?? '200'),
        queryOf(request, 'msg') ?? '',
        plain,
      );
    case '/exit': {
      process.after(0, { type: 'exit', code: Number(queryOf(request, 'code') ?? '0') });
      return httpResponse(200, '', plain);
    }
    default:
      return httpResponse(404, '404 page not found\n', plain);
  }
}

function serveHostname(process: Process) {
  const port = Number(option(process, 'port', '9376'));
  process.printError(
    `I${klogTime(process.site.clock)}       1 log.go:195] ` + 'Serving on port ' + `${port}.\n`,
  );
  serveHttp(process, port, () => httpResponse(200, `${hostname(process)}\n`, plain));
  return endOnTerm(process);
}

/** Healthy for ten seconds, then not: the documentation's liveness example. */
function liveness(process: Process) {
  const startedAt = process.site.now;
  serveHttp(process, 8080, (request) => {
    if (pathOf(request) !== '/healthz') return httpResponse(404, '404 page not found\n', plain);
    const seconds = (process.site.now - startedAt) / 1000;
    return seconds <= 10
      ? httpResponse(200, 'ok', plain)
      : httpResponse(500, `error: ${seconds.toFixed(9)}`, plain);
  });
  return endOnTerm(process);
}

function echoServer(process: Process) {
  serveHttp(process, Number(option(process, 'port', '8080')), (request) =>
    httpResponse(200, `${hostname(process)}\n${request.body}`, plain),
  );
  return endOnTerm(process);
}

const usage =
  'Usage:\n  app [command]\n\nAvailable Commands:\n' +
  ['entrypoint-tester', 'liveness', 'netexec', 'pause', 'serve-hostname']
    .map((name) => `  ${name}\n`)
    .join('');

const agnhostProgram: Program = {
  name: 'agnhost',
  start: (process) => {
    const behaviours: Readonly<Record<string, (process: Process) => object>> = {
      netexec,
      liveness,
      'serve-hostname': serveHostname,
      echo: echoServer,
    };
    const command = process.args[1] ?? '';
    if (command === 'pause') {
      process.print('Paused\n');
      return pause.start?.(process) ?? {};
    }
    if (command === 'entrypoint-tester') {
      process.print(`[${process.args.join(' ')}]\n`);
      process.end(0);
      return {};
    }
    const behave = behaviours[command];
    if (behave === undefined) {
      process.printError(
        command === '' ? usage : `Error: unknown command "${command}" for "app"\n`,
      );
      process.end(command === '' ? 0 : 1);
      return {};
    }
    return {
      ...behave(process),
      receive: (event: { readonly code: number }) => process.end(event.code),
    };
  },
};

const agnhostDefinition = {
  layers: 15,
  entrypoint: ['/agnhost'],
  command: ['pause'],
  userLand: 'alpine',
  memoryBytes: 5 * MB,
  programs: {
    '/agnhost': agnhostProgram,
    '/usr/bin/nslookup': bindNslookup,
    '/usr/bin/dig': dig,
  },
} as const;

export const agnhost = defineImage({
  ...agnhostDefinition,
  repository: 'registry.k8s.io/e2e-test-images/agnhost',
  tags: {
    '2.39': { sizeBytes: 51.1 * MB },
    '2.40': { sizeBytes: 51.2 * MB },
    '2.45': { sizeBytes: 51.4 * MB },
    '2.47': { sizeBytes: 51.4 * MB },
    '2.52': { sizeBytes: 53.6 * MB },
    '2.53': { sizeBytes: 53.6 * MB },
  },
});

const startsWith = (command: string): Program => ({
  name: agnhostProgram.name,
  start: (process) => {
    (process as { args: readonly string[] }).args = ['/agnhost', command, ...process.args.slice(1)];
    return agnhostProgram.start?.(process) ?? {};
  },
});

export const livenessImage = defineImage({
  repository: 'registry.k8s.io/liveness',
  command: ['/server'],
  sizeBytes: 1.9 * MB,
  programs: { '/server': startsWith('liveness') },
  tags: { latest: {} },
});

export const serveHostnameImage = defineImage({
  repository: 'registry.k8s.io/serve_hostname',
  entrypoint: ['/serve-hostname'],
  sizeBytes: 5 * MB,
  ports: [9376],
  programs: { '/serve-hostname': startsWith('serve-hostname') },
  tags: { latest: {}, 'v1.4': {} },
});

/** As Go prints the time: with the reading of its steady clock. */
function goTime({ site, startedAt }: Process): string {
  const [date = '', time = ''] = formatMicroTime(site.clock).replace('Z', '').split('T');
  const steady = ((site.now - startedAt) / 1000).toFixed(9);
  return `${date} ${time.replace(/\.?0+$/, '')} +0000 UTC m=+${steady}`;
}
