/**
 * The way through the server to what a Pod, a Service or a Node serves by itself:
 * `…/pods/web:8080/proxy/path`. Follows pkg/registry/core/{pod,service,node} (ResourceLocation),
 * apimachinery pkg/util/proxy/upgradeaware.go and transport.go. Streams are not upgraded; TLS is
 * known by its ports.
 */
import { StatusError, badRequest, notFound, serviceUnavailable } from '../../../api/status.ts';
import type { Endpoints, Pod, Service } from '../../../api/types.gen.ts';
import { type CloseReason, type Connection } from '../../../host/index.ts';
import { type HttpResponse, httpRequest, isHttpResponse } from '../../../host/net/http.ts';
import type { Json } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiRequest, ApiResponse } from '../../client/wire.ts';
import { type Exchange, statusAnswer } from '../exchange.ts';
import { rewriteLinks, rewriteUrl } from './html-links.ts';
import { addressOf, forwardTo, kubeletPort } from './node-proxy.ts';

interface Target {
  readonly scheme: string;
  readonly ip: string;
  readonly port: number;
}

/** `https:web:8443` in its parts; the port may be a name. */
interface Named {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

const dialTimeoutMs = 30_000;

// oxlint-disable-next-line require-yield -- a handler is a story, whether or not it has to wait
export function* proxy(x: Exchange): Story<ApiResponse | undefined> {
  const { request, route } = x;
  const place = placeOf(request.path, route.namespace !== '');
  const target = locate[route.plural]?.(x, namedOf(x));
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (place.path === '' && isRead) return redirect(`${request.path}/${queryOf(request)}`);
  if (target === undefined) {
    forwardToKubelet(x, place.path);
    return undefined;
  }
  exchange(x, target, place);
  return undefined;
}

interface Place {
  /** The request's path up to and with `proxy`. */
  readonly prefix: string;
  /** What follows; it begins with a slash, if there is anything. */
  readonly path: string;
}

function placeOf(path: string, isNamespaced: boolean): Place {
  const parts = path.split('/');
  const at = parts.indexOf('proxy', isNamespaced ? 7 : 5) + 1;
  const rest = parts.slice(at);
  return {
    prefix: parts.slice(0, at).join('/'),
    path: rest.length === 0 ? '' : `/${rest.join('/')}`,
  };
}

/** apimachinery pkg/util/net/port_split.go (SplitSchemeNamePort). */
function namedOf({ route }: Exchange): Named {
  const parts = route.name.split(':');
  const [scheme, name = '', port = ''] =
    parts.length === 3 ? parts : ['', parts[0], parts[1] ?? ''];
  const isValid = parts.length <= 3 && name !== '' && ['', 'http', 'https'].includes(scheme ?? '');
  if (isValid) return { scheme: scheme || 'http', name, port };
  const kind = route.plural.replace(/s$/, '');
  throw new StatusError(badRequest(`invalid ${kind} request ${JSON.stringify(route.name)}`));
}

/** Where a request goes; undefined: to a kubelet. */
const locate: Readonly<Record<string, (x: Exchange, named: Named) => Target | undefined>> = {
  pods: locatePod,
  services: locateService,
  nodes: locateNode,
};

const cached = <T>({ server, route }: Exchange, plural: string, name: string): T | undefined => {
  const resource = server.registry.named(plural);
  return resource?.cache.get(resource.key(route.namespace, name))?.object as T | undefined;
};

function found<T>(x: Exchange, plural: string, name: string): T {
  const object = cached<T>(x, plural, name);
  if (object !== undefined) return object;
  throw new StatusError(notFound({ group: '', plural }, name));
}

function locatePod(x: Exchange, { scheme, name, port }: Named): Target {
  const { spec, status } = found<Pod>(x, 'pods', name);
  const declared = spec?.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  const ip = status?.podIP ?? '';
  if (ip === '') throw new StatusError(badRequest('address not allowed'));
  const fallback = declared ?? (scheme === 'https' ? 443 : 80);
  return { scheme, ip, port: port === '' ? fallback : Number(port) };
}

function locateService(x: Exchange, { scheme, name, port }: Named): Target {
  const wanted = /^[+-]?\d+$/.test(port) ? portName(x, name, Number(port)) : port;
  const { subsets = [] } = found<Endpoints>(x, 'endpoints', name);
  if (subsets.length === 0) throw noEndpoints(name);
  const { chance } = x.server.site;
  const first = chance.below(subsets.length);
  for (let i = 0; i < subsets.length; i++) {
    const { addresses = [], ports = [] } = subsets[(first + i) % subsets.length] ?? {};
    const number = ports.find((one) => (one.name ?? '') === wanted)?.port;
    if (addresses.length === 0 || number === undefined) continue;
    const start = chance.below(addresses.length);
    for (let j = 0; j < addresses.length; j++) {
      const { ip, targetRef } = addresses[(start + j) % addresses.length] ?? { ip: '' };
      if (isPod(x, ip, targetRef)) return { scheme, ip, port: number };
    }
  }
  throw noEndpoints(x.route.name);
}

const noEndpoints = (name: string): StatusError =>
  new StatusError(serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`));

function portName(x: Exchange, name: string, port: number): string {
  const { spec } = found<Service>(x, 'services', name);
  const declared = spec.ports?.find((one) => one.port === port);
  if (declared !== undefined) return declared.name ?? '';
  const text = `no service port ${port} found for service ${JSON.stringify(name)}`;
  throw new StatusError(serviceUnavailable(text));
}

/** Only addresses that really are a Pod's are gone to. */
function isPod(
  x: Exchange, ip: string, reference: { readonly namespace?: string; readonly name?: string } = {},
): boolean {
  if (reference.namespace !== x.route.namespace) return false;
  const pod = cached<Pod>(x, 'pods', reference.name ?? '');
  return pod?.status?.podIPs?.some((one) => one.ip === ip) === true;
}

function locateNode(x: Exchange, { scheme, name, port }: Named): Target | undefined {
  found(x, 'nodes', name);
  const ip = addressOf(x, name);
  return port === '' || Number(port) === kubeletPort ? undefined : { scheme, ip, port: Number(port) };
}

function forwardToKubelet(x: Exchange, path: string): void {
  const { request } = x;
  const { name } = namedOf(x);
  forwardTo(x, addressOf(x, name), {
    ...request,
    path,
    credential: {
      type: 'certificate',
      commonName: 'kube-apiserver-kubelet-client',
      organizations: ['system:masters'],
    },
  });
}

const redirect = (location: string): ApiResponse => ({
  status: 301,
  headers: { location },
  body: '',
});

function queryOf({ query = {} }: ApiRequest): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** One request over one connection, and its answer with links that lead through here again. */
function exchange(x: Exchange, target: Target, place: Place): void {
  const { process } = x.server;
  let isOver = false;
  const finish = (response: ApiResponse | undefined) => {
    if (isOver) return;
    isOver = true;
    if (response !== undefined) x.stream.respond(response);
    connection.close();
  };
  const fail = (problem: string) => finish(statusAnswer(x, unreached(problem)));
  const connection: Connection = process.net.connect(
    process,
    { ip: target.ip, port: target.port },
    {
      opened: (opened) => {
        if (target.scheme === 'https' && !tlsPorts.has(target.port)) {
          return fail('http: server gave HTTP response to HTTPS client');
        }
        const path = `${place.path}${queryOf(x.request)}`;
        opened.send(requestOf(x, path, place), `${x.request.method} ${path}`);
      },
      received: (payload) => {
        if (isHttpResponse(payload)) finish(answerOf(x, payload, target, place));
        else fail('net/http: HTTP/1.x transport connection broken: malformed HTTP response');
      },
      closed: (reason) => fail(problemOf(reason, target)),
    },
    { timeoutMs: dialTimeoutMs },
  );
  x.stream.ended = () => finish(undefined);
}

/** Where the control plane's own programs, and those of add-ons, speak TLS. */
const tlsPorts = new Set([443, 4443, 6443, 8443, 10_250, 10_257, 10_259]);

const unreached = (problem: string) =>
  serviceUnavailable(`error trying to reach service: ${problem}`);

const dialProblems: Partial<Record<CloseReason, string>> = {
  refused: 'connect: connection refused',
  unreachable: 'connect: no route to host',
  timeout: 'i/o timeout',
};

function problemOf(reason: CloseReason, { ip, port }: Target): string {
  const problem = dialProblems[reason];
  return problem === undefined ? 'EOF' : `dial tcp ${ip}:${port}: ${problem}`;
}

const ownHeaders = new Set(['authorization', 'connection', 'content-length', 'host', 'upgrade']);

function requestOf(x: Exchange, path: string, place: Place) {
  const { request, server } = x;
  const { advertiseAddress, securePort } = server.options;
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(([name]) => !ownHeaders.has(name)),
  );
  const body = request.body ?? '';
  return httpRequest(
    request.method,
    path === '' ? '/' : path,
    {
      host: request.headers?.['host'] ?? `${advertiseAddress}:${securePort}`,
      ...headers,
      'x-forwarded-uri': `${place.prefix}${place.path}`,
    },
    typeof body === 'string' ? body : JSON.stringify(body),
  );
}

function answerOf(
  x: Exchange, { status, headers, body }: HttpResponse, { scheme, ip, port }: Target, place: Place,
): ApiResponse {
  const rewrite = (url: string) =>
    rewriteUrl(url, { prefix: place.prefix, hosts: [`${ip}:${port}`, ip], scheme });
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  delete given['content-length'];
  if (given['location'] !== undefined) {
    return { status, headers: { ...given, location: rewrite(given['location']) }, body };
  }
  const isPage = (given['content-type'] ?? '').startsWith('text/html');
  const text: Json = x.request.method === 'HEAD' ? '' : isPage ? rewriteLinks(body, rewrite) : body;
  return { status, headers: given, body: text };
}
