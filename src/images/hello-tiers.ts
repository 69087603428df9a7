/** "Connect a frontend to a backend": a greeter, and an nginx that passes requests on to it. */
import type { Connection, Process, Program } from '../host/index.ts';
import { Inbox, take } from '../host/index.ts';
import { exchange } from '../host/net/exchange.ts';
import { type HttpRequest, type HttpResponse, httpResponse, isHttpResponse } from '../host/net/http.ts';
import { resolve } from '../host/net/resolver.ts';
import type { Story } from '../kernel/index.ts';
import { defineImage } from './define-image.ts';
import { serveHttp } from './http-server.ts';
import { slashTime } from './log-times.ts';
import { quitNginx } from './nginx-program.ts';

const MB = 1_000_000;
const upstream = 'hello';

const greeter: Program = {
  name: 'hello',
  start: (process) => {
    const json = { 'Content-Type': 'application/json' };
    serveHttp(process, 80, () => httpResponse(200, '{"message":"Hello"}\n', json));
    return {};
  },
};

export const helloBackend = defineImage({
  repository: 'gcr.io/google-samples/hello-go-gke',
  entrypoint: ['/usr/src/app/hello'],
  sizeBytes: 4.9 * MB,
  ports: [80],
  programs: { '/usr/src/app/hello': greeter },
  tags: { '1.0': {} },
});

interface Visit {
  readonly request: HttpRequest;
  readonly connection: Connection;
}

const frontend: Program = {
  name: 'nginx',
  start: (process) => {
    if (process.args.includes('-s')) return quitNginx(process);
    const visits = new Inbox<Visit>();
    process.machine.spawn({
      program: passer(process, visits),
      args: ['nginx: worker process'],
      parent: process,
      user: 'nginx',
      stdout: process.stdout,
      stderr: process.stderr,
    });
    return {
      signal: (signal) => {
        if (!['SIGTERM', 'SIGQUIT', 'SIGINT'].includes(signal)) return false;
        process.end(0);
        return true;
      },
    };
  },
};

const passer = (master: Process, visits: Inbox<Visit>): Program => ({
  name: 'nginx',
  *main(process) {
    // nginx looks its upstream up once, when it starts, and will not start without.
    const ip = yield* resolve(process, upstream);
    if (ip === undefined) {
      master.printError(
        `${slashTime(process.site.clock)} [emerg] 1#1: host not found in upstream "${upstream}" ` +
          'in /etc/nginx/conf.d/frontend.conf:2\n' +
          `nginx: [emerg] host not found in upstream "${upstream}" in /etc/nginx/conf.d/frontend.conf:2\n`,
      );
      master.end(1);
      return 1;
    }
    serveHttp(master, 80, (request, connection) => {
      visits.push({ request, connection });
      return undefined;
    });
    for (;;) {
      const visit = yield* take(visits);
      if (visit === undefined) return 0;
      const response = yield* passOn(process, ip, visit.request);
      visit.connection.send(response, `${response.status} ${response.reason}`);
    }
  },
});

function* passOn(process: Process, ip: string, request: HttpRequest): Story<HttpResponse> {
  const inner = { ...request, headers: { ...request.headers, host: upstream, connection: 'close' } };
  const result = yield* exchange(process, { ip, port: 80 }, inner, {
    note: `${request.method} ${request.path}`, connectTimeoutMs: 60_000,
  });
  if (result.type === 'answer' && isHttpResponse(result.payload)) {
    const { headers } = result.payload;
    return { ...result.payload, headers: { Server: 'nginx/1.13.3', ...headers } };
  }
  const title = '<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.13.3</center>';
  return httpResponse(502, `<html>\r\n<body bgcolor="white">\r\n${title}\r\n</body>\r\n</html>\r\n`, {
    Server: 'nginx/1.13.3', 'Content-Type': 'text/html',
  });
}

export const helloFrontend = defineImage({
  repository: 'gcr.io/google-samples/hello-frontend',
  command: ['nginx', '-g', 'daemon off;'],
  sizeBytes: 41.9 * MB,
  layers: 4,
  ports: [80],
  userLand: 'debian',
  files: {
    '/etc/nginx/conf.d/frontend.conf':
      'upstream Backend {\n    server hello;\n}\n\nserver {\n    listen 80;\n\n    location / {\n' +
      '        proxy_pass http://Backend;\n    }\n}\n',
  },
  programs: { '/usr/sbin/nginx': frontend },
  tags: { '1.0': {} },
});
