/**
 * For tests: a machine with a network of one wire and, at its other end, the least server that
 * stores objects, lists and watches them. It validates nothing and defaults nothing.
 */
import type { ApiObject, Json, JsonObject } from '../../api/object.ts';
import {
  type Connection,
  type ConnectionHandler,
  Machine,
  type NetNamespace,
  type Process,
  type Program,
} from '../../host/index.ts';
import { type Chance, Shard, type TraceEntry } from '../../kernel/index.ts';
import { freeze } from '../../api/freeze.ts';
import { formatTime } from '../../kernel/calendar.ts';
import { randomSuffix } from '../../api/names.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { resources, versionOf } from './resources.ts';
import type { ApiRequest, ApiResponse, ClientMessage, ServerMessage } from './wire.ts';

const epoch = 1_735_819_200_000;
const latencyMs = 0.5;
export const server = { ip: '10.0.0.1', port: 6443 };

interface Watcher {
  readonly connection: ToyConnection;
  readonly id: number;
  readonly request: ApiRequest;
}

/** A world of one machine and one toy server. */
export class Rig {
  readonly trace: TraceEntry[] = [];
  readonly shard = new Shard(
    { seed: 7, sites: ['machine'], lookahead: 0.1, epoch },
    () => true,
    (entry) => this.trace.push(entry),
  );
  readonly site = this.shard.site('machine');
  readonly server = new ToyServer(() => this.site.clock, this.site.chance);
  readonly machine: Machine;
  private readonly address: number;

  constructor() {
    this.machine = new Machine(this.site, {
      name: 'machine',
      role: 'control-plane',
      ip: '10.0.0.1',
      mac: '02:00:00:00:00:01',
      cpus: 2,
      memoryBytes: 2 ** 32,
      diskBytes: 2 ** 34,
      disk: {},
    });
    this.machine.net = new ToyNet(this);
    this.machine.isOn = true;
    this.address = this.site.register(this);
  }

  /** Puts a kubeconfig for a component where its flag will look. Returns the path. */
  kubeconfig(user: string): string {
    this.machine.files.makeDirectory('/etc/kubernetes');
    const path = `/etc/kubernetes/${user}.conf`;
    this.machine.files.write(
      path,
      writeKubeconfig({
        clusterName: 'kubernetes',
        server: `https://${server.ip}:${server.port}`,
        userName: user,
        subject: { commonName: user, organizations: [] },
      }),
    );
    return path;
  }

  run(ms: number): void {
    this.shard.runUntil(this.shard.now + ms);
  }

  /** Starts a program whose daemon is made by `start`, or whose story is `main`. */
  start(
    program: Omit<Program, 'name'> & { name?: string },
    args: readonly string[] = ['test'],
  ): Process {
    const process = this.machine.spawn({ program: { name: 'test', ...program }, args });
    this.run(0);
    return process;
  }

  later(ms: number, run: () => void): void {
    this.site.after(ms, this.address, run);
  }

  receive(run: () => void): void {
    run();
  }
}

class ToyConnection implements Connection {
  readonly local = { ip: '10.0.0.1', port: 40_000 };
  readonly remote = server;
  isOpen = false;
  readonly rig: Rig;
  readonly handler: ConnectionHandler;

  constructor(rig: Rig, handler: ConnectionHandler) {
    this.rig = rig;
    this.handler = handler;
  }

  send(payload: unknown): void {
    this.rig.later(latencyMs, () => {
      if (this.isOpen && this.rig.server.isUp) this.rig.server.take(payload as ClientMessage, this);
    });
  }

  answer(message: ServerMessage): void {
    this.rig.later(latencyMs, () => {
      if (this.isOpen) this.handler.received(message, this);
    });
  }

  close(): void {
    this.isOpen = false;
    this.rig.server.forget(this);
  }
}

class ToyNet implements NetNamespace {
  readonly name = 'host';
  readonly ip = '10.0.0.1';
  private readonly rig: Rig;

  constructor(rig: Rig) {
    this.rig = rig;
  }

  connect(_owner: Process, _remote: unknown, handler: ConnectionHandler): Connection {
    const connection = new ToyConnection(this.rig, handler);
    this.rig.later(latencyMs, () => {
      if (!this.rig.server.isUp) return handler.closed?.('refused', connection);
      connection.isOpen = true;
      this.rig.server.connections.add(connection);
      handler.opened?.(connection);
    });
    return connection;
  }

  release(): void {}
  listen(): undefined {}
  openUdp(): undefined {}
  echo(): void {}
}

/** Answers instead of the server; undefined lets it answer itself. */
export type Intercept = (request: ApiRequest) => ApiResponse | undefined;

export class ToyServer {
  readonly objects = new Map<string, ApiObject>();
  readonly requests: ApiRequest[] = [];
  readonly connections = new Set<ToyConnection>();
  readonly watchers = new Set<Watcher>();
  intercept: Intercept | undefined;
  isUp = true;
  revision = 100;
  private readonly clock: () => number;
  private readonly chance: Chance;

  constructor(clock: () => number, chance: Chance) {
    this.clock = clock;
    this.chance = chance;
  }

  /** Takes the server down (connections are reset) or up. */
  power(isUp: boolean): void {
    this.isUp = isUp;
    this.watchers.clear();
    for (const connection of this.connections) {
      connection.isOpen = false;
      connection.handler.closed?.('reset', connection);
    }
    this.connections.clear();
  }

  forget(connection: ToyConnection): void {
    this.connections.delete(connection);
    for (const watcher of this.watchers) {
      if (watcher.connection === connection) this.watchers.delete(watcher);
    }
  }

  /** Puts an object as if somebody had written it. */
  put(path: string, object: object): ApiObject {
    const old = this.objects.get(path);
    this.revision += 1;
    const { metadata = {} } = object as { metadata?: Partial<ApiObject['metadata']> };
    const next = freeze({
      ...object,
      metadata: {
        uid: old?.metadata.uid ?? this.chance.uuid(),
        creationTimestamp: old?.metadata.creationTimestamp ?? formatTime(this.clock()),
        ...metadata,
        resourceVersion: String(this.revision),
      },
    }) as unknown as ApiObject;
    this.objects.set(path, next);
    this.tell(path, old === undefined ? 'ADDED' : 'MODIFIED', next);
    return next;
  }

  drop(path: string): void {
    const old = this.objects.get(path);
    if (old === undefined) return;
    this.objects.delete(path);
    this.revision += 1;
    this.tell(path, 'DELETED', {
      ...old,
      metadata: { ...old.metadata, resourceVersion: String(this.revision) },
    });
  }

  of(fragment: string): ApiObject[] {
    return [...this.objects]
      .filter(([path]) => path.includes(fragment))
      .map(([, object]) => object);
  }

  /** `verb path` of all writes so far, bodies left out; clears the list. */
  writes(): string[] {
    const writes = this.requests.filter(({ method }) => method !== 'GET');
    this.requests.length = 0;
    return writes.map(({ method, path }) => `${method} ${path}`);
  }

  take(message: ClientMessage, connection: ToyConnection): void {
    if (message.type === 'cancel') {
      for (const watcher of this.watchers)
        if (watcher.id === message.id) this.watchers.delete(watcher);
      return;
    }
    if (message.type !== 'request') return;
    const { id, request } = message;
    this.requests.push(request);
    if (request.query?.['watch'] !== undefined) return this.watch(connection, id, request);
    const response = this.intercept?.(request) ?? this.serve(request);
    connection.answer({ type: 'response', id, response });
  }

  private watch(connection: ToyConnection, id: number, request: ApiRequest): void {
    const refused = this.intercept?.(request);
    if (refused !== undefined)
      return connection.answer({ type: 'response', id, response: refused });
    const response = { status: 200, body: null };
    connection.answer({ type: 'response', id, response, isStream: true });
    this.watchers.add({ connection, id, request });
  }

  private tell(path: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: ApiObject): void {
    for (const { connection, id, request } of this.watchers) {
      if (!isUnder(path, request.path)) continue;
      const event = { type, object: object as unknown as JsonObject };
      connection.answer({ type: 'event', id, event });
    }
  }

  private serve(request: ApiRequest): ApiResponse {
    const { method, path } = request;
    const object = this.objects.get(path);
    switch (method) {
      case 'GET':
        return this.read(path, object);
      case 'POST':
        return this.create(path, request.body as JsonObject);
      case 'DELETE':
        if (object === undefined && isCollection(path)) {
          for (const key of [...this.objects.keys()])
            if (isUnder(key, path)) this.remove(key, this.objects.get(key) as ApiObject);
          return ok({ kind: 'Status', status: 'Success' });
        }
        return object === undefined ? notFound : this.remove(path, object);
      default:
        return this.change(request);
    }
  }

  private read(path: string, object: ApiObject | undefined): ApiResponse {
    if (object !== undefined) return ok(object);
    const groups = this.discovery(path);
    if (groups !== undefined) return ok(groups);
    if (!isCollection(path)) return notFound;
    const items = [...this.objects].filter(([key]) => isUnder(key, path)).map(([, item]) => item);
    return ok({ metadata: { resourceVersion: String(this.revision) }, items });
  }

  private discovery(path: string): object | undefined {
    const versions = new Set(Object.values(resources).map(versionOf));
    if (path === '/apis') {
      const groups = [...versions].filter((version) => version.includes('/'));
      return { groups: groups.map((groupVersion) => ({ preferredVersion: { groupVersion } })) };
    }
    const groupVersion = path.replace(/^\/apis?\//, '');
    if (!versions.has(groupVersion)) return undefined;
    const verbs = [
      'create',
      'delete',
      'deletecollection',
      'get',
      'list',
      'patch',
      'update',
      'watch',
    ];
    const served = Object.values(resources).filter(
      (resource) => versionOf(resource) === groupVersion,
    );
    return {
      groupVersion,
      resources: served.map(({ plural, kind, namespaced }) => ({
        name: plural,
        kind,
        namespaced,
        verbs,
      })),
    };
  }

  private create(path: string, body: JsonObject): ApiResponse {
    if (path.endsWith('/binding')) return this.bind(path, body);
    const { name, generateName } = body['metadata'] as { name?: string; generateName?: string };
    const made = name ?? `${generateName}${randomSuffix((bound) => this.chance.below(bound))}`;
    const key = `${path}/${made}`;
    if (this.objects.has(key)) return { status: 409, body: { reason: 'AlreadyExists', code: 409 } };
    const namespace = /\/namespaces\/([^/]+)\//.exec(`${path}/`)?.[1];
    const metadata = {
      generation: 1,
      ...(namespace === undefined || path.endsWith('/namespaces') ? {} : { namespace }),
      ...(body['metadata'] as object),
      name: made,
    };
    return ok(this.put(key, { ...body, metadata }), 201);
  }

  private bind(path: string, body: JsonObject): ApiResponse {
    const key = path.replace(/\/binding$/, '');
    const pod = this.objects.get(key) as ApiObject & { spec: object };
    const { name } = body['target'] as { name: string };
    this.put(key, { ...pod, spec: { ...pod.spec, nodeName: name } });
    return ok({ kind: 'Status', status: 'Success' }, 201);
  }

  private remove(path: string, object: ApiObject): ApiResponse {
    if ((object.metadata.finalizers?.length ?? 0) > 0) {
      const deletionTimestamp = formatTime(this.clock());
      return ok(this.put(path, { ...object, metadata: { ...object.metadata, deletionTimestamp } }));
    }
    this.drop(path);
    return ok({ kind: 'Status', status: 'Success', details: { uid: object.metadata.uid } });
  }

  private change({ method, path, body }: ApiRequest): ApiResponse {
    const key = path.replace(/\/(status|finalize|scale)$/, '');
    const object = this.objects.get(key);
    if (object === undefined) return notFound;
    const next = (method === 'PUT'
      ? body
      : merge(object as unknown as Json, body ?? null)) as unknown as ApiObject;
    const asked = (body as unknown as ApiObject).metadata?.resourceVersion;
    if (asked !== undefined && asked !== object.metadata.resourceVersion) {
      return {
        status: 409,
        body: { reason: 'Conflict', code: 409, message: 'the object has been modified' },
      };
    }
    if (path.endsWith('/finalize') && next.metadata.deletionTimestamp !== undefined) {
      this.drop(key);
      return ok(next);
    }
    const gone =
      key === path &&
      next.metadata.deletionTimestamp !== undefined &&
      !next.metadata.finalizers?.length;
    if (gone) this.drop(key);
    return ok(gone ? next : this.put(key, next));
  }
}

const ok = (body: unknown, status = 200): ApiResponse => ({ status, body: body as Json });
const notFound: ApiResponse = { status: 404, body: { reason: 'NotFound', code: 404 } };

const isCollection = (path: string): boolean =>
  path.endsWith('s') && !/s\/[^/]+$/.test(path.replace('/namespaces/', '/ns/'));

/** `/api/v1/namespaces/x/pods/a` is under `/api/v1/pods` and `/api/v1/namespaces/x/pods`. */
function isUnder(key: string, collection: string): boolean {
  const slash = key.lastIndexOf('/');
  const own = key.slice(0, slash);
  return own === collection || own.replace(/\/namespaces\/[^/]+/, '') === collection;
}

function merge(target: Json, patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const result: Record<string, Json | undefined> = { ...(base as JsonObject) };
  for (const [key, value] of Object.entries(patch as JsonObject)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = merge(result[key] ?? null, value);
  }
  return result;
}
