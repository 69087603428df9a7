/**
 * `kubectl proxy`: the API on a port of this machine, with the caller's credentials. Follows kubectl
 * pkg/cmd/proxy and pkg/proxy/proxy_server.go. Simplified: an answer comes whole, so a watch is told
 * when it has ended; no unix sockets.
 */
import type { Json } from '../../../api/object.ts';
import { type Connection, Inbox, normal, select } from '../../../host/index.ts';
import {
  type HttpRequest, type HttpResponse, httpResponse, isHttpRequest,
} from '../../../host/net/http.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse, Method, OpenStream, ServerMessage } from '../../../k8s/client/index.ts';
import { command } from '../command.ts';
import type { Stream } from '../connection.ts';
import type { Context } from '../context.ts';
import { ConnectionError, failed } from '../errors.ts';
import { proxyHelp } from '../help/proxy.gen.ts';

interface Arrival {
  readonly request: HttpRequest;
  readonly connection: Connection;
}

/** An answer that is still coming. */
interface Coming extends Arrival {
  readonly open: OpenStream;
  readonly head: ApiResponse;
  text: string;
}

interface Filter {
  readonly acceptPaths: readonly RegExp[];
  readonly rejectPaths: readonly RegExp[];
  readonly acceptHosts: readonly RegExp[];
  readonly rejectMethods: readonly RegExp[];
}

interface Rules {
  readonly apiPrefix: string;
  readonly filter: Filter | undefined;
  readonly www: string;
  readonly wwwPrefix: string;
}

export const proxy = command(proxyHelp, function* (context, _words, flags) {
  if (flags['unix-socket'] !== '') {
    if (flags.port !== 8001) {
      throw failed('cannot set --unix-socket and --port at the same time');
    }
    throw failed(`listen unix ${flags['unix-socket']}: bind: operation not supported`);
  }
  const slashed = (prefix: string) => (prefix.endsWith('/') ? prefix : `${prefix}/`);
  if (flags['disable-filter']) {
    context.log('W', 'proxy.go:191',
      'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious');
  }
  const rules: Rules = {
    apiPrefix: slashed(flags['api-prefix']),
    wwwPrefix: slashed(flags['www-prefix']),
    www: flags.www,
    filter: flags['disable-filter'] ? undefined : {
      acceptPaths: patterns(flags['accept-paths']),
      rejectPaths: patterns(flags['reject-paths']),
      acceptHosts: patterns(flags['accept-hosts']),
      rejectMethods: patterns(flags['reject-methods']),
    },
  };
  const arrivals = new Inbox<Arrival>();
  const port = listen(context, flags.address, flags.port, arrivals);
  context.print(`Starting to serve on ${flags.address}:${port}\n`);
  yield* serve(context, rules, arrivals);
});

const patterns = (text: string): readonly RegExp[] =>
  text === '' ? [] : text.split(',').map((pattern) => new RegExp(pattern));

// oxlint-disable-next-line max-params -- where, and who takes what comes
function listen(
  { process }: Context, address: string, wanted: number, arrivals: Inbox<Arrival>,
): number {
  const options = address === '0.0.0.0' ? {} : { ip: address };
  for (let tries = 0; tries < 100; tries += 1) {
    const port = wanted === 0 ? 32_768 + process.site.chance.below(28_232) : wanted;
    const listener = process.net.listen(process, port, () => ({
      received: (payload, connection) => {
        if (isHttpRequest(payload)) arrivals.push({ request: payload, connection });
      },
    }), options);
    if (listener !== undefined) return port;
    if (wanted !== 0) break;
  }
  throw failed(`listen tcp ${address}:${wanted}: bind: address already in use`);
}

function* serve(context: Context, rules: Rules, arrivals: Inbox<Arrival>): Story {
  const coming: Coming[] = [];
  for (;;) {
    const found = yield* select([arrivals, ...coming.map(({ open }) => open.inbox)]);
    if (found === undefined) continue;
    const one = coming[found.index - 1];
    if (one === undefined) {
      const begun = yield* answer(context, rules, found.value as Arrival);
      if (begun !== undefined) coming.push(begun);
    } else if (take(one, found.value as ServerMessage | undefined)) {
      coming.splice(coming.indexOf(one), 1);
    }
  }
}

/** True when the answer is complete, and sent. */
function take(one: Coming, message: ServerMessage | undefined): boolean {
  if (message?.type === 'event') one.text += `${JSON.stringify(message.event)}\n`;
  else if (message?.type === 'data') one.text += message.text;
  else if (message === undefined || message.type === 'end') {
    send(one, responseOf({ ...one.head, body: one.text }, one.request));
    return true;
  }
  return false;
}

function* answer(context: Context, rules: Rules, arrival: Arrival): Story<Coming | undefined> {
  const { request } = arrival;
  const [asked = '/'] = request.path.split('?');
  if (rules.www !== '' && asked.startsWith(rules.wwwPrefix)) {
    send(arrival, fileOf(context, rules, asked));
    return undefined;
  }
  if (!asked.startsWith(rules.apiPrefix)) {
    send(arrival, plain(404, '404 page not found\n'));
    return undefined;
  }
  if (rules.filter !== undefined && !isAccepted(rules.filter, request, asked)) {
    send(arrival, plain(403, 'Forbidden\n'));
    return undefined;
  }
  const isKept = rules.apiPrefix.startsWith('/api') || rules.apiPrefix === '/';
  const path = isKept ? request.path : `/${request.path.slice(rules.apiPrefix.length)}`;
  try {
    const { response, open } = yield* passedOn(context, request, path);
    const isStream = open !== undefined && response.body === null;
    if (isStream) return { ...arrival, open, head: response, text: '' };
    send(arrival, responseOf(response, request));
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    context.log('E', 'proxy_server.go:147', `Error while proxying request: ${error.message}`);
    send(arrival, plain(500, `${error.message}\n`));
  }
  return undefined;
}

function* passedOn(context: Context, request: HttpRequest, path: string): Story<Stream> {
  const [base = '/', search = ''] = path.split(/\?(.*)/s);
  const type = request.headers['content-type'];
  return yield* context.connection.open({
    method: request.method as Method,
    path: base,
    query: queryOf(search),
    headers: {
      accept: request.headers['accept'] ?? '*/*',
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(request.body === '' ? {} : { body: bodyOf(request.body, type ?? '') }),
    because: context.typed,
  });
}

function queryOf(search: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const pair of search.split('&').filter((text) => text !== '')) {
    const [name, value = ''] = pair.split(/=(.*)/s).map(unescaped);
    const known = query[name ?? ''];
    query[name ?? ''] = known === undefined ? value : [known, value].flat();
  }
  return query;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function bodyOf(text: string, type: string): Json {
  if (type.includes('yaml')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const matches = (text: string, expressions: readonly RegExp[]): boolean =>
  expressions.some((expression) => expression.test(text));

function isAccepted(filter: Filter, { method, headers }: HttpRequest, path: string): boolean {
  const host = (headers['host'] ?? 'localhost').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return !matches(path, filter.rejectPaths) && !matches(method, filter.rejectMethods) &&
    matches(path, filter.acceptPaths) && matches(host, filter.acceptHosts);
}

function fileOf({ process }: Context, { www, wwwPrefix }: Rules, asked: string): HttpResponse {
  const path = normal(`${normal(www, process.cwd)}/${asked.slice(wwwPrefix.length)}`);
  const text = process.files.read(path) ?? process.files.read(`${path}/index.html`);
  return text === undefined ? plain(404, '404 page not found\n') : plain(200, text);
}

const plain = (status: number, text: string): HttpResponse =>
  httpResponse(status, text, { 'Content-Type': 'text/plain; charset=utf-8' });

/** Objects are indented for those who look at them (apiserver: isPrettyPrint). */
function responseOf({ status, headers, body }: ApiResponse, request: HttpRequest): HttpResponse {
  if (typeof body === 'string') {
    return httpResponse(status, body, { 'Content-Type': 'text/plain', ...headers });
  }
  const agent = request.headers['user-agent'] ?? 'curl';
  const isPretty = /^(?:curl|Wget|Mozilla)/.test(agent);
  const text = isPretty ? JSON.stringify(body, undefined, 2) : `${JSON.stringify(body)}\n`;
  return httpResponse(status, text, { 'Content-Type': 'application/json', ...headers });
}

function send({ connection, request }: Arrival, response: HttpResponse): void {
  connection.send(response, `${response.status} ${response.reason}`);
  if (request.headers['connection'] === 'close') connection.close();
}
