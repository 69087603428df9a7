/** nginx as its official image runs it: pages from /usr/share/nginx/html, logs on stdout. */
import type { Connection, Daemon, Process, Program, Signal } from '../host/index.ts';
import { type HttpRequest, type HttpResponse, httpResponse, utf8Length } from '../host/net/http.ts';
import { pathOf, serveHttp } from './http-server.ts';
import { commonLogTime, httpTime, slashTime } from './log-times.ts';

const root = '/usr/share/nginx/html';
const defaultSite = '/etc/nginx/conf.d/default.conf';

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
};

const worker: Program = { name: 'nginx', start: () => ({}) };

/** @param version `1.25.5`. @param isChatty whether the image's entry point tells what it does. */
export const nginxProgram = (version: string, isChatty: boolean): Program => ({
  name: 'nginx',
  start: (process) => {
    if (process.args.includes('-v')) {
      process.printError(`nginx version: nginx/${version}\n`);
      process.end(0);
      return {};
    }
    if (process.args.includes('-t')) {
      process.printError(
        'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n' +
          'nginx: configuration file /etc/nginx/nginx.conf test is successful\n',
      );
      process.end(0);
      return {};
    }
    if (process.args.includes('-s')) return quitNginx(process);
    return runMaster(process, version, isChatty);
  },
});

const signals: Readonly<Record<string, Signal>> = {
  quit: 'SIGQUIT',
  stop: 'SIGTERM',
  reload: 'SIGHUP',
};

/** `nginx -s quit` sends a signal to the master of the same container. */
export function quitNginx(process: Process): Daemon {
  const { args, machine, pidNamespace } = process;
  const signal = signals[args[args.indexOf('-s') + 1] ?? ''];
  const master = [...machine.processes.values()].find(
    (other) =>
      other.program.name === 'nginx' && other.pidNamespace === pidNamespace && other.visiblePid === 1,
  );
  if (signal !== undefined && master !== undefined) master.kill(signal);
  process.end(signal === undefined || master === undefined ? 1 : 0);
  return {};
}

/** The official image's entry point: tells what it sets up, then becomes nginx. */
export const nginxEntrypoint = (version: string): Program => ({
  ...nginxProgram(version, true),
  becomes: (args) => (/^nginx(-debug)?$/.test(args[1] ?? 'nginx') ? undefined : args.slice(1)),
});

/** What it cannot write, in the words of its log; and on the console, for it has no log yet. */
function complainOf(process: Process, level: string, text: string): void {
  const { clock } = process.site;
  process.printError(`${slashTime(clock)} [${level}] 1#1: ${text}\nnginx: [${level}] ${text}\n`);
}

const numbers: Readonly<Record<string, string>> = {
  EACCES: '13: Permission denied',
  EROFS: '30: Read-only file system',
};

/** Makes the directories that it keeps bodies in. Whether it may. */
function makePaths(process: Process): boolean {
  if (process.identity.uid !== 0) {
    complainOf(
      process,
      'warn',
      'the "user" directive makes sense only if the master process runs with super-user ' +
        'privileges, ignored in /etc/nginx/nginx.conf:2',
    );
  }
  for (const name of ['client_temp', 'proxy_temp', 'fastcgi_temp', 'uwsgi_temp', 'scgi_temp']) {
    const path = `/var/cache/nginx/${name}`;
    const error = process.files.makeDirectory(path);
    const why = numbers[error ?? ''];
    if (why === undefined) continue;
    complainOf(process, 'emerg', `mkdir() "${path}" failed (${why})`);
    return false;
  }
  return true;
}

/** Writes its PID where `nginx -s` looks for it. Whether it may. */
function writePid(process: Process): boolean {
  const path = '/run/nginx.pid';
  const error = process.files.makeDirectory('/run') ?? process.files.write(path, '1\n');
  const why = numbers[error ?? ''];
  if (why === undefined) return true;
  complainOf(process, 'emerg', `open() "${path}" failed (${why})`);
  return false;
}

function runMaster(process: Process, version: string, isChatty: boolean) {
  const page = process.files.read(defaultSite);
  const canSetUp = page === undefined || process.files.write(defaultSite, page) === undefined;
  if (isChatty) process.print(canSetUp ? entrypointLines : lockedLines);
  if (!makePaths(process)) {
    process.end(1);
    return {};
  }
  const note = (...texts: readonly string[]) => {
    if (isChatty) process.printError(notices(process.site.clock, texts));
  };
  if (
    !serveHttp(process, 80, (request, connection) => answer(process, version, request, connection))
  ) {
    process.printError(
      `${slashTime(process.site.clock)} [emerg] 1#1: ` +
        'bind() to 0.0.0.0:80 failed (98: Address already in use)\n',
    );
    process.end(1);
    return {};
  }
  if (!writePid(process)) {
    process.end(1);
    return {};
  }
  // What `ps` shows of it from now on.
  const words = process.args.filter((word) => !word.endsWith('/docker-entrypoint.sh'));
  (process as { args: readonly string[] }).args = [`nginx: master process ${words.join(' ')}`];
  const child = process.machine.spawn({
    program: worker,
    args: ['nginx: worker process'],
    parent: process,
    user: 'nginx',
    stdout: process.stdout,
    stderr: process.stderr,
  });
  note(
    'using the "epoll" event method',
    `nginx/${version}`,
    'built by gcc 12.2.0 (Debian 12.2.0-14) ',
    'OS: Linux 6.8.0-60-generic',
    'getrlimit(RLIMIT_NOFILE): 1048576:1048576',
    'start worker processes',
    `start worker process ${workerPid}`,
  );
  return {
    signal: (signal: string) => {
      if (signal === 'SIGHUP') {
        note('signal 1 (SIGHUP) received, reconfiguring');
        return true;
      }
      const isGraceful = signal === 'SIGQUIT';
      if (!isGraceful && signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
      note(
        `signal ${isGraceful ? 3 : 15} (${signal}) received, ` +
          (isGraceful ? 'shutting down' : 'exiting'),
      );
      if (isChatty) {
        const last = [...(isGraceful ? ['gracefully shutting down'] : []), 'exiting', 'exit'];
        process.printError(notices(process.site.clock, last, workerPid));
      }
      note(
        `signal 17 (SIGCHLD) received from ${workerPid}`,
        `worker process ${workerPid} exited with code 0`,
        'exit',
      );
      child.end(0);
      process.end(0);
      return true;
    },
  };
}

function notices(now: number, texts: readonly string[], pid = 1): string {
  const head = `${slashTime(now)} [notice] ${pid}#${pid}: `;
  return texts.map((text) => `${head}${text}\n`).join('');
}

/** As the container sees it: its own PID namespace, after the entry point's scripts. */
const workerPid = 29;

/** @param site what it did to the site's file. */
const linesOf = (...site: readonly string[]) =>
  [
    '/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration',
    '/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/',
    '/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh',
    ...site.map((text) => `10-listen-on-ipv6-by-default.sh: info: ${text}`),
    '/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh',
    '/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh',
    '/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh',
    '/docker-entrypoint.sh: Configuration complete; ready for start up',
  ].join('\n') + '\n';

const entrypointLines = linesOf(
  `Getting the checksum of ${defaultSite}`,
  `Enabled listen on IPv6 in ${defaultSite}`,
);
const lockedLines = linesOf(`can not modify ${defaultSite} (read-only file system?)`);

function answer(
  process: Process,
  version: string,
  request: HttpRequest,
  connection: Connection,
): HttpResponse {
  const now = process.site.clock;
  const path = pathOf(request);
  const file = `${root}${path.endsWith('/') ? `${path}index.html` : path}`;
  const text = process.files.read(file);
  const base = { Server: `nginx/${version}`, Date: httpTime(now) };
  const isHead = request.method === 'HEAD';
  let response: HttpResponse;
  if (request.method !== 'GET' && !isHead) {
    response = errorPage(405, version, base);
  } else if (text !== undefined) {
    response = httpResponse(200, isHead ? '' : text, {
      ...base,
      'Content-Type': types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      'Content-Length': String(utf8Length(text)),
      Connection: 'keep-alive',
      'Accept-Ranges': 'bytes',
    });
  } else {
    response = errorPage(
      path.endsWith('/') && process.files.list(`${root}${path}`) !== undefined ? 403 : 404,
      version,
      base,
    );
    process.printError(missing(now, file, request, connection));
  }
  process.print(accessLine(now, request, response, connection));
  return response;
}

function errorPage(
  status: number,
  version: string,
  base: Readonly<Record<string, string>>,
): HttpResponse {
  const title = `${status} ${{ 403: 'Forbidden', 405: 'Not Allowed' }[status] ?? 'Not Found'}`;
  // Older than 1.15: the page has a colour.
  const body = /^1\.([0-9]|1[0-4])\./.test(version) ? '<body bgcolor="white">' : '<body>';
  return httpResponse(
    status,
    [
      '<html>',
      `<head><title>${title}</title></head>`,
      body,
      `<center><h1>${title}</h1></center>`,
      `<hr><center>nginx/${version}</center>`,
      '</body>',
      '</html>',
      '',
    ].join('\r\n'),
    { ...base, 'Content-Type': 'text/html', Connection: 'keep-alive' },
  );
}

const missing = (now: number, file: string, request: HttpRequest, connection: Connection): string =>
  `${slashTime(now)} [error] ${workerPid}#${workerPid}: *1 open() "${file}" failed ` +
  `(2: No such file or directory), client: ${connection.remote.ip}, server: localhost, ` +
  `request: "${request.method} ${request.path} HTTP/1.1", host: "${request.headers['host'] ?? ''}"\n`;

const accessLine = (
  now: number,
  request: HttpRequest,
  response: HttpResponse,
  connection: Connection,
): string =>
  `${connection.remote.ip} - - [${commonLogTime(now)}] ` +
  `"${request.method} ${request.path} HTTP/1.1" ${response.status} ${utf8Length(response.body)} ` +
  `"${request.headers['referer'] ?? '-'}" "${request.headers['user-agent'] ?? '-'}" ` +
  `"${request.headers['x-forwarded-for'] ?? '-'}"\n`;
