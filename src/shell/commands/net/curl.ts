/**
 * curl 7.88 for HTTP: the messages are its own (lib/connect.c, lib/multi.c, src/tool_operate.c).
 * HTTPS reaches the API server, which speaks its own messages; certificates are not checked
 * beyond "is there an authority", which there is not unless -k or --cacert is given.
 */
import { type Process, type Program, normal } from '../../../host/index.ts';
import { type Exchange, exchange } from '../../../host/net/exchange.ts';
import {
  type HttpResponse,
  httpRequest,
  httpResponse,
  isHttpResponse,
  utf8Length,
} from '../../../host/net/http.ts';
import { resolve } from '../../../host/net/resolver.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiRequest, ServerMessage } from '../../../k8s/client/wire.ts';
import { type CurlOptions, curlOptions } from './curl-options.ts';
import { progress } from './curl-progress.ts';
import { parseUrl, type WebAddress } from './url.ts';
import { fetchOutside } from './outside.ts';

const redirectsMax = 50;

interface Failure {
  readonly code: number;
  readonly message: string;
}
interface Transfer {
  readonly response: HttpResponse;
  readonly ip: string;
  readonly ms: number;
}

export const curl: Program = {
  name: 'curl',
  *main(process) {
    const options = curlOptions(process);
    const help = "curl: try 'curl --help' or 'curl --manual' for more information\n";
    if (typeof options === 'string') {
      process.printError(`curl: ${options}\n${help}`);
      return 2;
    }
    if (options.urls.length === 0) {
      process.printError(`curl: no URL specified!\n${help}`);
      return 2;
    }
    let status = 0;
    for (const url of options.urls) status = yield* transfer(process, url, options);
    return status;
  },
};

function* transfer(process: Process, url: string, options: CurlOptions): Story<number> {
  const isMetered =
    !options.isSilent &&
    process.tty === undefined &&
    options.output === undefined &&
    !options.isRemoteName;
  const begun = process.site.now;
  const address = parseUrl(url);
  if (address === undefined)
    return report(process, options, {
      code: 3,
      message: 'URL using bad/illegal format or missing URL',
    });
  const done = yield* followed(process, address, options);
  const ms = process.site.now - begun;
  if ('code' in done) {
    if (isMetered && done.code !== 1) process.printError(progress(0, ms));
    if (options.writeOut !== undefined) writeOut(process, options.writeOut, undefined, ms, '');
    return report(process, options, done);
  }
  const { response } = done;
  const isFailed = options.failsOnError && response.status >= 400;
  if (isMetered) process.printError(progress(isFailed ? 0 : utf8Length(response.body), ms));
  if (!isFailed) deliver(process, address, options, response);
  if (options.writeOut !== undefined) writeOut(process, options.writeOut, response, ms, done.ip);
  if (!isFailed) return 0;
  const message = `The requested URL returned error: ${response.status}`;
  return report(process, options, { code: 22, message });
}

function report(process: Process, options: CurlOptions, { code, message }: Failure): number {
  if (options.showsErrors) process.printError(`curl: (${code}) ${message}\n`);
  return code;
}

function* followed(
  process: Process,
  first: WebAddress,
  options: CurlOptions,
): Story<Transfer | Failure> {
  let address = first;
  for (let hops = 0; ; hops++) {
    const done = yield* fetch(process, address, options);
    if ('code' in done || !options.followsRedirects) return done;
    const { status, headers } = done.response;
    const location = headers['Location'] ?? headers['location'];
    if (status < 300 || status > 399 || location === undefined) return done;
    if (hops >= redirectsMax)
      return { code: 47, message: `Maximum (${redirectsMax}) redirects followed` };
    const next = location.startsWith('/') ? { ...address, path: location } : parseUrl(location);
    if (next === undefined) return done;
    address = next;
  }
}

function* fetch(
  process: Process,
  address: WebAddress,
  options: CurlOptions,
): Story<Transfer | Failure> {
  const { host, port, scheme } = address;
  if (scheme !== 'http' && scheme !== 'https') {
    return { code: 1, message: `Protocol "${scheme}" not supported or disabled in libcurl` };
  }
  const begun = process.site.now;
  const page = yield* fetchOutside(process, address);
  if (page !== undefined) {
    return { response: page, ip: '', ms: process.site.now - begun };
  }
  const ip = host === 'localhost' ? '127.0.0.1' : yield* resolve(process, host);
  if (ip === undefined) return { code: 6, message: `Could not resolve host: ${host}` };
  say(process, options, `*   Trying ${ip}:${port}...`);
  const spent = process.site.now - begun;
  const left = (ms: number | undefined) => (ms === undefined ? undefined : Math.max(0, ms - spent));
  const result = yield* exchange(process, { ip, port }, payloadOf(address, options), {
    note: `${methodOf(options)} ${address.path}`,
    connectTimeoutMs: left(options.connectTimeoutMs),
    timeoutMs: left(options.maxTimeMs),
    opened: () => sayRequest(process, address, ip, options),
  });
  const ms = process.site.now - begun;
  if (result.type === 'failure') {
    return failureOf(process, options, address, ip, { ...result, ms });
  }
  const response = responseOf(result.payload);
  if (response === undefined) return { code: 1, message: 'Received HTTP/0.9 when not allowed' };
  if (scheme === 'https' && !options.isInsecure) return untrusted;
  sayHead(process, options, response);
  say(process, options, `* Connection #0 to host ${host} left intact`);
  return { response, ip, ms };
}

const untrusted: Failure = {
  code: 60,
  message:
    'SSL certificate problem: unable to get local issuer certificate\n' +
    'More details here: https://curl.se/docs/sslcerts.html\n\n' +
    'curl failed to verify the legitimacy of the server and therefore could not\n' +
    'establish a secure connection to it. To learn more about this situation and\n' +
    'how to fix it, please visit the web page mentioned above.',
};

const methodOf = (options: CurlOptions): string =>
  options.method ?? (options.isHead ? 'HEAD' : options.body === undefined ? 'GET' : 'POST');

function payloadOf(address: WebAddress, options: CurlOptions): unknown {
  const method = methodOf(options);
  const { path, scheme, authority } = address;
  if (scheme === 'http') {
    const headers = { host: authority, ...options.headers };
    return httpRequest(method, path, headers, options.body ?? '');
  }
  const [base = '/', search = ''] = path.split(/\?(.*)/s);
  const token = /^bearer\s+(.+)$/i.exec(options.headers['authorization'] ?? '')?.[1];
  const request: ApiRequest = {
    method: method as ApiRequest['method'],
    path: base,
    query: Object.fromEntries(
      search
        .split('&')
        .filter((pair) => pair !== '')
        .map((pair) => {
          const [name = '', value = ''] = pair.split(/=(.*)/s);
          return [decodeURIComponent(name), decodeURIComponent(value)];
        }),
    ),
    headers: options.headers,
    ...(token === undefined ? {} : { credential: { type: 'token', token } }),
    ...(options.body === undefined ? {} : { body: options.body }),
  };
  return { type: 'request', id: 1, request };
}

function responseOf(payload: unknown): HttpResponse | undefined {
  if (isHttpResponse(payload)) return payload;
  const message = payload as ServerMessage | undefined;
  if (message?.type !== 'response') return undefined;
  const { status, body, headers } = message.response;
  const text = typeof body === 'string' ? body : JSON.stringify(body, undefined, 2);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  return httpResponse(status, text, { 'Content-Type': type, ...headers });
}

function failureOf(
  process: Process,
  options: CurlOptions,
  address: WebAddress,
  ip: string,
  { phase, reason, ms }: Exchange & { type: 'failure' },
): Failure {
  const whole = Math.floor(ms);
  const { host, port } = address;
  if (reason === 'late') {
    const message =
      phase === 'connect'
        ? `Connection timed out after ${whole} milliseconds`
        : `Operation timed out after ${whole} milliseconds with 0 bytes received`;
    return { code: 28, message };
  }
  if (phase === 'answer') {
    return reason === 'closed'
      ? { code: 52, message: 'Empty reply from server' }
      : { code: 56, message: 'Recv failure: Connection reset by peer' };
  }
  const why = { refused: 'Connection refused', unreachable: 'No route to host' }[reason as string];
  say(process, options, `* connect to ${ip} port ${port} failed: ${why ?? 'Connection timed out'}`);
  const message =
    `Failed to connect to ${host} port ${port} after ${whole} ms: ` +
    "Couldn't connect to server";
  say(process, options, `* ${message}`);
  say(process, options, '* Closing connection 0');
  return { code: reason === 'timeout' ? 28 : 7, message };
}

function say(process: Process, options: CurlOptions, line: string): void {
  if (options.isVerbose) process.printError(`${line}\n`);
}

function sayRequest(process: Process, address: WebAddress, ip: string, options: CurlOptions): void {
  const { host, port, path, authority } = address;
  say(process, options, `* Connected to ${host} (${ip}) port ${port} (#0)`);
  say(process, options, `> ${methodOf(options)} ${path} HTTP/1.1`);
  say(process, options, `> Host: ${authority}`);
  for (const [name, value] of Object.entries(options.headers)) {
    say(process, options, `> ${headerName(name)}: ${value}`);
  }
  say(process, options, '> ');
}

const headerName = (name: string): string =>
  name.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());

const headLines = ({ status, reason, headers }: HttpResponse): string[] => [
  `HTTP/1.1 ${status} ${reason}`,
  ...Object.entries(headers).map(([name, v]) => `${name}: ${v}`),
  '',
];

function sayHead(process: Process, options: CurlOptions, response: HttpResponse): void {
  for (const line of headLines(response)) say(process, options, `< ${line}`);
}

function deliver(
  process: Process,
  address: WebAddress,
  options: CurlOptions,
  response: HttpResponse,
): void {
  const head = options.showsHeaders ? `${headLines(response).join('\r\n')}\r\n` : '';
  const text = head + (options.isHead ? '' : response.body);
  const name = options.isRemoteName
    ? address.path.replace(/\?.*/, '').split('/').at(-1)
    : options.output;
  if (name === undefined || name === '-') process.print(text);
  else if (name !== '/dev/null') process.files.write(normal(name, process.cwd), text);
}

function writeOut(
  process: Process,
  format: string,
  response: HttpResponse | undefined,
  ms: number,
  ip: string,
): void {
  const values: Readonly<Record<string, string>> = {
    http_code: String(response?.status ?? 0).padStart(3, '0'),
    response_code: String(response?.status ?? 0).padStart(3, '0'),
    time_total: (ms / 1000).toFixed(6),
    size_download: String(response === undefined ? 0 : utf8Length(response.body)),
    remote_ip: ip,
  };
  process.print(
    format
      .replaceAll(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t'),
  );
}
