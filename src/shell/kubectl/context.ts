/** What every command works with: the process it runs in, its flags, the server, the output. */
import type { Json, JsonObject } from '../../api/object.ts';
import { parseGoDuration } from '../../api/duration.ts';
import { formatMicroTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import type { Process } from '../../host/index.ts';
import type { ApiRequest, ApiResponse, Method } from '../../k8s/client/index.ts';
import type { GlobalFlags } from './command.ts';
import { ServerConnection, type Stream, userAgent } from './connection.ts';
import {
  type Resource, discoveryAccept, expandCategory, findResource, pathOf, readDiscovery,
} from './discovery.ts';
import { askedOf, ConnectionError, errorOf, failed } from './errors.ts';
import { type ClientSettings, clientSettings, configPaths, homeOf } from './kubeconfig.ts';
import { withCause } from './record.ts';
import { logRequest, logResponse, logStart } from './verbose.ts';

/** Manifests that stand for URLs: what a world without an internet can still download. */
export type Shelf = (url: string) => string | undefined;

/** A request with the parts that most leave out. */
export interface Call {
  readonly method?: Method;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly accept?: string;
  readonly contentType?: string;
  /** `--raw`: of no resource that the client knows. */
  readonly isRaw?: boolean;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly because?: string;
}

/** Discovery answers are kept for six hours, as client-go keeps them. */
const cacheMs = 6 * 3_600_000;

export class Context {
  readonly process: Process;
  readonly flags: GlobalFlags;
  readonly shelf: Shelf;
  /** The command line as typed, for the trace's "why?". */
  readonly typed: string;
  private knownSettings: ClientSettings | undefined;
  private knownConnection: ServerConnection | undefined;
  /** With `--record`: what every write is annotated with. */
  cause: string | undefined;
  private known: readonly Resource[] | undefined;
  private isFresh = false;
  private readonly logged = new Set<string>();
  private hasBegun = false;
  private readonly warned = new Set<string>();

  constructor(process: Process, flags: GlobalFlags, shelf: Shelf) {
    this.process = process;
    this.flags = flags;
    this.shelf = shelf;
    this.typed = process.args.join(' ');
  }

  get settings(): ClientSettings {
    return (this.knownSettings ??= clientSettings(this.process, this.flags));
  }

  get namespace(): string {
    return this.settings.namespace;
  }

  get connection(): ServerConnection {
    return (this.knownConnection ??= new ServerConnection(this.process, this.settings));
  }

  /** Simulated milliseconds since 1970. */
  get nowMs(): number {
    return this.process.site.clock;
  }

  print(text: string): void {
    this.process.print(text);
  }

  printError(text: string): void {
    this.process.printError(text);
  }

  close(): void {
    this.knownConnection?.close();
  }

  /** The answer's body; an answer that is no success is thrown as an error. */
  *request(call: Call): Story<JsonObject> {
    const { cause } = this;
    if (cause === undefined || call.body === undefined || Array.isArray(call.body)) {
      return (yield* this.answer(call)) as JsonObject;
    }
    if (!call.path.endsWith('/scale')) {
      const body = withCause(call.body as JsonObject, cause);
      return (yield* this.answer({ ...call, body })) as JsonObject;
    }
    const scaled = yield* this.answer(call);
    const path = call.path.replace(/\/scale$/, '');
    const contentType = 'application/merge-patch+json';
    yield* this.answer({ method: 'PATCH', path, contentType, body: withCause({}, cause) });
    return scaled as JsonObject;
  }

  /** Like `request`, for answers that may be texts. */
  *answer(call: Call): Story<Json> {
    const request = this.requestOf(call);
    const since = this.begin(request);
    const response = yield* this.connection.call(request, timeoutOf(this.flags));
    logResponse(this, request, { response, ms: this.process.site.now - since });
    this.warn(response.headers?.['warning']);
    if (response.status >= 400) {
      const asked = call.isRaw === true ? '' : askedOf(request.method, request.path);
      throw errorOf(response, asked);
    }
    const location = redirectOf(request, response);
    if (location !== undefined) return yield* this.answer({ ...call, path: location, query: {} });
    return response.body;
  }

  /** Opens an answer that goes on. */
  *stream(call: Call): Story<Stream> {
    const request = this.requestOf(call);
    const since = this.begin(request);
    const stream = yield* this.connection.open(request);
    logResponse(this, request, { response: stream.response, ms: this.process.site.now - since });
    this.warn(stream.response.headers?.['warning']);
    if (stream.response.status >= 400) {
      throw errorOf(stream.response, askedOf(request.method, request.path));
    }
    return stream;
  }

  /** Logs the request, and what goes before the first one; the moment, in simulated ms. */
  private begin(request: ApiRequest): number {
    if (!this.hasBegun) logStart(this, configPaths(this.process, this.flags.kubeconfig));
    this.hasBegun = true;
    logRequest(this, request, userAgent);
    return this.process.site.now;
  }

  private requestOf(call: Call) {
    const { method = 'GET', path, query, accept, contentType, body, because } = call;
    const known = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
    return {
      method,
      path,
      query: Object.fromEntries(known) as Readonly<Record<string, string>>,
      headers: {
        accept: accept ?? 'application/json',
        ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body }),
      because: because ?? this.typed,
    } satisfies ApiRequest;
  }

  private warn(header: string | undefined): void {
    if (header === undefined) return;
    for (const [, text] of header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
      const warning = (text ?? '').replace(/\\(.)/g, '$1');
      if (this.warned.has(warning)) continue;
      this.warned.add(warning);
      this.printError(`Warning: ${warning}\n`);
    }
  }

  /** With `--warnings-as-errors`: the server's warnings end a command that went well. */
  checkWarnings(): void {
    const { size: warnings } = this.warned;
    if (!this.flags['warnings-as-errors'] || warnings === 0) return;
    throw failed(`${warnings} warning${warnings === 1 ? '' : 's'} received`);
  }

  /** Every resource of the server, from the cache where it is fresh enough. */
  *resources(): Story<readonly Resource[]> {
    return (this.known ??= this.cached() ?? (yield* this.discover()));
  }

  /** The resource that a word means. A word unknown to an old cache is asked for again. */
  *resource(word: string): Story<Resource> {
    const found = yield* this.lookUp((resources) => findResource(resources, word));
    if (found !== undefined) return found;
    const [name = ''] = word.split('.');
    throw failed(`the server doesn't have a resource type ${JSON.stringify(name)}`);
  }

  /** What `find` makes of the resources; asks the server again when a cache may be old. */
  *lookUp<T>(find: (resources: readonly Resource[]) => T | undefined): Story<T | undefined> {
    const found = find(yield* this.resources());
    if (found !== undefined || this.isFresh) return found;
    this.known = yield* this.discover();
    return find(this.known);
  }

  /** A category's members, or the word itself. */
  *expand(word: string): Story<readonly string[]> {
    return expandCategory(yield* this.resources(), word);
  }

  private get cachePath(): string {
    const host = this.connection.host.replace(/[^\w.]/g, '_');
    return `${homeOf(this.process)}/.kube/cache/discovery/${host}/servergroups.json`;
  }

  private cached(): readonly Resource[] | undefined {
    const text = this.process.files.read(this.cachePath);
    if (text === undefined) return undefined;
    const { at, resources } = JSON.parse(text) as { at: number; resources: readonly Resource[] };
    return this.nowMs - at < cacheMs && this.nowMs >= at ? resources : undefined;
  }

  /** Asks the server what it has (kubectl tries five times before it gives up). */
  *discover(): Story<readonly Resource[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const core = yield* this.request({ path: '/api', accept: discoveryAccept });
        const groups = yield* this.request({ path: '/apis', accept: discoveryAccept });
        const resources = [...readDiscovery(core), ...readDiscovery(groups)];
        this.keep(resources);
        return resources;
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        const isLookup = error.message.includes('no such host');
        if (error.reason !== 'refused' && !isLookup) throw error;
        this.logRefusal(isLookup ? error.message.replace(/^.*?: /, '') : undefined);
        if (attempt === 5) throw error;
      }
    }
  }

  private keep(resources: readonly Resource[]): void {
    this.isFresh = true;
    const path = this.cachePath;
    this.process.files.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    this.process.files.write(path, JSON.stringify({ at: this.nowMs, resources }));
  }

  private logRefusal(problem?: string): void {
    const { server } = this.settings;
    const address = this.connection.host.replace('localhost', '127.0.0.1');
    const why = `couldn't get current server API group list: Get \\"${server}/api?timeout=32s\\": ` +
      (problem ?? `dial tcp ${address}: connect: connection refused`);
    this.log('E', 'memcache.go:265', `"Unhandled Error" err="${why}"`);
  }

  /** A line as klog writes it. */
  log(level: 'E' | 'W' | 'I', place: string, text: string): void {
    this.printError(`${klogHead(level, this.nowMs, this.process.pid)} ${place}] ${text}\n`);
  }

  /** The same, unless it was written before. */
  logOnce(level: 'E' | 'W' | 'I', place: string, text: string): void {
    if (this.logged.has(text)) return;
    this.logged.add(text);
    this.log(level, place, text);
  }

  /** `GET` of one object. */
  *get(resource: Resource, namespace: string | undefined, name: string): Story<JsonObject> {
    return yield* this.request({ path: pathOf(resource, namespace, name) });
  }
}

/** `--request-timeout`: a number of seconds, or a duration; undefined: none. */
function timeoutOf({ 'request-timeout': text }: GlobalFlags): number | undefined {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : (parseGoDuration(text) ?? 0);
  return ms > 0 ? ms : undefined;
}

/** klog's `E1121 13:22:58.814950   10243`. */
function klogHead(level: string, epochMs: number, pid: number): string {
  const time = formatMicroTime(epochMs);
  return `${level}${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 26)} ${String(pid).padStart(7)}`;
}

/** Where Go's HTTP client goes next, when the answer says so. */
function redirectOf({ method }: ApiRequest, { status, headers }: ApiResponse): string | undefined {
  const isMoved = [301, 302, 303, 307, 308].includes(status);
  return isMoved && method === 'GET' ? headers?.['location'] : undefined;
}
