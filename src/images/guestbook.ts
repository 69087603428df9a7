/** The guestbook's web tier: Apache and a script that asks Redis, leaders for writing. */
import type { Connection, Process, Program } from '../host/index.ts';
import { Inbox, take } from '../host/index.ts';
import { exchange } from '../host/net/exchange.ts';
import { type HttpRequest, type HttpResponse, httpResponse, utf8Length } from '../host/net/http.ts';
import { resolve } from '../host/net/resolver.ts';
import type { Story } from '../kernel/index.ts';
import { defineImage } from './define-image.ts';
import { pathOf, queryOf, serveHttp } from './http-server.ts';
import { commonLogTime } from './log-times.ts';

const MB = 1_000_000;

const page = `<html>
  <head>
    <title>Guestbook</title>
  </head>
  <body>
    <h2>Guestbook</h2>
    <form onsubmit="sign(); return false">
      <input id="message" placeholder="Messages"> <button>Submit</button>
    </form>
    <div id="messages"></div>
    <script>
      const ask = (query) => fetch('guestbook.php?key=messages&' + query).then((r) => r.json());
      const show = () => ask('cmd=get').then(({ data }) => { messages.innerText = data.replaceAll(',', '\\n'); });
      const sign = () => ask('cmd=get').then(({ data }) =>
        ask('cmd=set&value=' + encodeURIComponent(data + ',' + message.value))).then(show);
      show();
    </script>
  </body>
</html>
`;

/** The names of the two Services, which the versions of the image do not share. */
interface Tiers {
  readonly leader: string;
  readonly follower: string;
}

interface Visit {
  readonly request: HttpRequest;
  readonly connection: Connection;
}

const frontend = (tiers: Tiers): Program => ({
  name: 'apache2',
  start: (process) => {
    const visits = new Inbox<Visit>();
    process.printError(
      "AH00558: apache2: Could not reliably determine the server's fully qualified " +
        `domain name, using ${process.net.ip ?? '127.0.0.1'}. Set the 'ServerName' ` +
        'directive globally to suppress this message\n',
    );
    serveHttp(process, 80, (request, connection) => {
      visits.push({ request, connection });
      return undefined;
    });
    process.machine.spawn({
      program: worker(process, tiers, visits),
      args: ['apache2', '-DFOREGROUND'],
      parent: process,
      user: 'www-data',
      stdout: process.stdout,
      stderr: process.stderr,
    });
    return {
      signal: (signal) => {
        if (!['SIGTERM', 'SIGINT', 'SIGQUIT'].includes(signal)) return false;
        process.end(0);
        return true;
      },
    };
  },
});

const worker = (master: Process, tiers: Tiers, visits: Inbox<Visit>): Program => ({
  name: 'apache2',
  *main(process) {
    for (;;) {
      const visit = yield* take(visits);
      if (visit === undefined) return 0;
      const { request, connection } = visit;
      const response = yield* answer(process, tiers, request);
      connection.send(response, `${response.status} ${response.reason}`);
      master.print(
        `${connection.remote.ip} - - [${commonLogTime(process.site.clock)}] "${request.method} ` +
          `${request.path} HTTP/1.1" ${response.status} ${utf8Length(response.body)} "-" ` +
          `"${request.headers['user-agent'] ?? '-'}"\n`,
      );
    }
  },
});

function* answer(process: Process, tiers: Tiers, request: HttpRequest): Story<HttpResponse> {
  const html = { Server: 'Apache/2.4.38 (Debian)', 'Content-Type': 'text/html; charset=UTF-8' };
  const path = pathOf(request);
  if (path === '/' || path === '/index.html') return httpResponse(200, page, html);
  if (path !== '/guestbook.php') return httpResponse(404, '404 Not Found\n', html);
  const json = { ...html, 'Content-Type': 'application/json' };
  const command = queryOf(request, 'cmd');
  const key = queryOf(request, 'key') ?? '';
  if (command === undefined) return httpResponse(200, 'PHP Version 7.4.3\n', html);
  const words = command === 'set' ? ['set', key, queryOf(request, 'value') ?? ''] : ['get', key];
  const reply = yield* askRedis(process, command === 'set' ? tiers.leader : tiers.follower, words);
  if (reply === undefined) return httpResponse(500, '', html);
  if (command === 'set') return httpResponse(200, '{"message": "Updated"}', json);
  const data = reply === '(nil)' ? '' : reply.replace(/^"(.*)"$/, '$1');
  return httpResponse(200, `{"data": "${data}"}`, json);
}

function* askRedis(
  process: Process, host: string, words: readonly string[],
): Story<string | undefined> {
  const ip = yield* resolve(process, host);
  if (ip === undefined) {
    process.printError(
      'PHP Fatal error:  Uncaught Predis\\Connection\\ConnectionException: php_network_getaddresses: ' +
        `getaddrinfo failed: Name or service not known [tcp://${host}:6379]\n`,
    );
    return undefined;
  }
  const endpoint = { ip, port: 6379 };
  const options = { note: words.join(' '), timeoutMs: 5_000 };
  const result = yield* exchange(process, endpoint, { type: 'redis', words }, options);
  if (result.type === 'answer') return String(result.payload);
  process.printError(
    'PHP Fatal error:  Uncaught Predis\\Connection\\ConnectionException: ' +
      `Connection refused [tcp://${host}:6379]\n`,
  );
  return undefined;
}

const web = (tiers: Tiers) => ({
  programs: { '/usr/local/bin/apache2-foreground': frontend(tiers) },
});

const frontendIn = (repository: string, tag: string, tiers: Tiers) =>
  defineImage({
    repository,
    command: ['apache2-foreground'],
    sizeBytes: 173 * MB,
    layers: 16,
    ports: [80],
    userLand: 'debian',
    memoryBytes: 12 * MB,
    tags: { [tag]: web(tiers) },
  });

export const guestbookFrontend = frontendIn(
  'us-docker.pkg.dev/google-samples/containers/gke/gb-frontend', 'v5',
  { leader: 'redis-leader', follower: 'redis-follower' },
);
/** Of the ReplicaSet's page; its Services had older names. */
const old = { leader: 'redis-master', follower: 'redis-slave' };
export const oldFrontend = frontendIn('gcr.io/google_samples/gb-frontend', 'v3', old);
export const olderFrontend = frontendIn('gcr.io/google-samples/gb-frontend', 'v4', old);
