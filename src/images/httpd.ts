import type { Connection, Process, Program } from '../host/index.ts';
import { type HttpRequest, type HttpResponse, httpResponse, utf8Length } from '../host/net/http.ts';
import { defineImage, type TagDefinition } from './define-image.ts';
import { pathOf, serveHttp } from './http-server.ts';
import { apacheTime, commonLogTime, httpTime } from './log-times.ts';

const MB = 1_000_000;
const root = '/usr/local/apache2/htdocs';

/** Apache's server as its official image runs it. */
const httpdProgram = (version: string): Program => ({
  name: 'httpd',
  start: (process) => {
    const note = (module: string, level: string, text: string) =>
      process.printError(
        `[${apacheTime(process.site.clock)}] [${module}:${level}] [pid 1:tid 1] ${text}\n`,
      );
    const ip = process.net.ip ?? '127.0.0.1';
    const unnamed =
      "AH00558: httpd: Could not reliably determine the server's fully qualified " +
      `domain name, using ${ip}. Set the 'ServerName' directive globally to suppress this message\n`;
    process.printError(unnamed + unnamed);
    if (
      !serveHttp(process, 80, (request, connection) =>
        answer(process, version, request, connection),
      )
    ) {
      process.printError(
        '(98)Address already in use: AH00072: make_sock: ' +
          'could not bind to address 0.0.0.0:80\n',
      );
      process.end(1);
      return {};
    }
    note(
      'mpm_event',
      'notice',
      `AH00489: Apache/${version} (Unix) configured -- resuming normal operations`,
    );
    note('core', 'notice', "AH00094: Command line: 'httpd -D FOREGROUND'");
    return {
      signal: (signal) => {
        if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
        note('mpm_event', 'notice', 'AH00491: caught SIGTERM, shutting down');
        process.end(0);
        return true;
      },
    };
  },
});

function answer(
  process: Process,
  version: string,
  request: HttpRequest,
  connection: Connection,
): HttpResponse {
  const now = process.site.clock;
  const path = pathOf(request);
  const text = process.files.read(`${root}${path.endsWith('/') ? `${path}index.html` : path}`);
  const base = { Date: httpTime(now), Server: `Apache/${version} (Unix)` };
  const response =
    text === undefined
      ? httpResponse(404, notFoundPage, {
          ...base,
          'Content-Type': 'text/html; charset=iso-8859-1',
        })
      : httpResponse(200, request.method === 'HEAD' ? '' : text, {
          ...base,
          'Accept-Ranges': 'bytes',
          'Content-Type': 'text/html',
        });
  process.print(
    `${connection.remote.ip} - - [${commonLogTime(now)}] ` +
      `"${request.method} ${request.path} HTTP/1.1" ${response.status} ${utf8Length(response.body)}\n`,
  );
  return response;
}

const notFoundPage = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>404 Not Found</title>
</head><body>
<h1>Not Found</h1>
<p>The requested URL was not found on this server.</p>
</body></html>
`;

const tag = (version: string, sizeBytes: number): TagDefinition => ({
  sizeBytes,
  env: { HTTPD_VERSION: version },
  programs: {
    '/usr/local/bin/httpd-foreground': httpdProgram(version),
    '/usr/local/apache2/bin/httpd': httpdProgram(version),
  },
});

export const httpd = defineImage({
  repository: 'httpd',
  layers: 6,
  command: ['httpd-foreground'],
  workingDir: '/usr/local/apache2',
  ports: [80],
  userLand: 'debian-slim',
  startMs: 60,
  memoryBytes: 8 * MB,
  files: {
    '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n',
  },
  tags: {
    '2.4': tag('2.4.63', 58.9 * MB),
    '2.4.63': tag('2.4.63', 58.9 * MB),
    '2.4-alpine': { ...tag('2.4.63', 22.0 * MB), userLand: 'alpine' },
    alpine: { ...tag('2.4.63', 22.0 * MB), userLand: 'alpine' },
    latest: tag('2.4.63', 58.9 * MB),
  },
});
