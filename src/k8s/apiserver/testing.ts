/**
 * A rig for tests: one simulated machine, `control-plane` at 192.168.56.10, that runs etcd and
 * kube-apiserver over the simulated network. Nothing else runs: no controllers, no kubelet.
 *
 *     const rig = startRig();                       // boots, and waits until /readyz says ok
 *     rig.request({ method: 'GET', path: '/api/v1/namespaces' })   // runs the world until the answer
 *     rig.create('/api/v1/namespaces/default/configmaps', { … })   // the object, or throws its Status
 *     const watch = rig.watch('/api/v1/pods');      // watch.events grows as the world runs
 *     rig.run(10_000);                              // lets ten simulated seconds pass
 *     rig.machine.spawn(…)                          // your own program beside them
 *     rig.writes                                    // `verb /registry/key` of every write, in order
 *
 * A program under test reaches the server at `rig.server` (ip and port). For more machines, give
 * `machines: ['worker-1', …]`: `rig.machineOf(name)`. Everything is on one shard, `rig.shard`.
 */
import { kinds as allKinds } from '../../api/kinds/index.ts';
import type { Kind } from '../../api/kind.ts';
import type { ApiObject, Json, JsonObject } from '../../api/object.ts';
import { type Connection, type Endpoint, Machine, type Process } from '../../host/index.ts';
import { installNetwork } from '../../host/net/index.ts';
import { Shard, type TraceRecord, assert } from '../../kernel/index.ts';
import type {
  ApiRequest,
  ApiResponse,
  ClientMessage,
  Credential,
  ServerMessage,
  WatchEvent,
} from '../client/wire.ts';
import { EtcdDisk, etcdProgram } from '../etcd/index.ts';
import { kubeApiserver } from './server.ts';

export interface RigOptions {
  readonly seed?: number;
  readonly kinds?: readonly Kind[];
  /** Further flags of kube-apiserver, such as `--authorization-mode=RBAC`. */
  readonly apiserverArgs?: readonly string[];
  /** Names of further machines, at 192.168.56.11 and on. */
  readonly machines?: readonly string[];
  /** Keep the trace of requests, too; writes are always kept. */
  readonly keepsTrace?: boolean;
  /** Do not wait for the server to be ready. */
  readonly isCold?: boolean;
  /** Do not make the `default` ServiceAccount that a controller would make in `default`. */
  readonly hasNoServiceAccount?: boolean;
}

/** An open watch, and what has come so far. */
export interface RigWatch {
  readonly events: WatchEvent[];
  /** The answer's head, or the whole answer when the watch was refused. */
  readonly response: ApiResponse | undefined;
  readonly isOver: boolean;
  /** `ADDED name` for each event, and forgets them. */
  take(): string[];
  cancel(): void;
}

const admin: Credential = {
  type: 'certificate',
  commonName: 'kubernetes-admin',
  organizations: ['system:masters'],
};

const epoch = 1_750_000_000_000;

export const startRig = (options: RigOptions = {}): Rig => new Rig(options);

export class Rig {
  readonly shard: Shard;
  readonly machine: Machine;
  readonly disk = new EtcdDisk();
  readonly server: Endpoint = { ip: '192.168.56.10', port: 6443 };
  readonly trace: (TraceRecord & { readonly at: number })[] = [];
  readonly writes: string[] = [];
  etcd!: Process;
  apiserver!: Process;
  private readonly options: RigOptions;
  private readonly machines: readonly Machine[];
  private readonly client: Process;
  private connection: Connection | undefined;
  private lastId = 0;
  private readonly answers = new Map<number, ApiResponse>();
  private readonly watches = new Map<number, WatchState>();

  constructor(options: RigOptions) {
    this.options = options;
    const names = ['control-plane', ...(options.machines ?? [])];
    const plan = { seed: options.seed ?? 1, sites: names, lookahead: 0.25, epoch };
    this.shard = new Shard(
      plan,
      () => true,
      ({ at, record }) => this.note(at, record),
    );
    const places = names.map((name, i) => ({
      site: i,
      name,
      ip: `192.168.56.${10 + i}`,
      mac: `52:54:00:00:01:${(16 + i).toString(16)}`,
    }));
    const fabric = { machines: places, latencyMs: 0.25, gateway: '192.168.56.1' };
    this.machines = places.map(({ name, ip, mac }, i) => {
      const machine = new Machine(this.shard.site(name), {
        name,
        role: i === 0 ? 'control-plane' : 'worker',
        ip,
        mac,
        cpus: 2,
        memoryBytes: 4e9,
        diskBytes: 2e10,
        disk: {},
      });
      installNetwork(machine, fabric);
      machine.switchOn();
      return machine;
    });
    this.machine = this.machines[0] as Machine;
    this.startEtcd();
    this.startApiserver();
    this.client = this.machine.spawn({
      program: { name: 'rig', start: () => ({}) },
      args: ['rig'],
    });
    if (options.isCold !== true) this.warmUp();
  }

  machineOf(name: string): Machine {
    const machine = this.machines.find((one) => one.name === name);
    assert(machine, `the rig has a machine ${name}`);
    return machine;
  }

  startEtcd(): void {
    this.etcd = this.machine.spawn({
      program: etcdProgram(this.disk),
      args: ['etcd', '--data-dir=/var/lib/etcd', '--listen-client-urls=http://127.0.0.1:2379'],
    });
  }

  startApiserver(): void {
    this.apiserver = this.machine.spawn({
      program: kubeApiserver(this.options.kinds ?? allKinds),
      args: [
        'kube-apiserver',
        '--advertise-address=192.168.56.10',
        '--secure-port=6443',
        ...(this.options.apiserverArgs ?? []),
      ],
    });
  }

  /** Lets simulated time pass. */
  run(ms: number): void {
    this.shard.runUntil(this.shard.now + ms);
  }

  /** Asks as the cluster's administrator (unless the request says otherwise); runs to the answer. */
  request(request: ApiRequest): ApiResponse {
    const id = this.send(request);
    while (!this.answers.has(id)) {
      assert(this.shard.step(Infinity), `an answer comes to ${request.method} ${request.path}`);
      assert(this.shard.now < 1e9, 'an answer comes in time');
    }
    const answer = this.answers.get(id) as ApiResponse;
    this.answers.delete(id);
    return answer;
  }

  /** Asks without waiting; `answerOf` has the answer once the world has run. */
  send(request: ApiRequest): number {
    const id = (this.lastId += 1);
    const whole = { credential: admin, ...request };
    this.tell({ type: 'request', id, request: whole });
    return id;
  }

  answerOf(id: number): ApiResponse | undefined {
    return this.answers.get(id);
  }

  get<T extends ApiObject = ApiObject>(path: string): T {
    return this.must({ method: 'GET', path }) as unknown as T;
  }

  create<T extends ApiObject = ApiObject>(path: string, body: object): T {
    return this.must({ method: 'POST', path, body: body as JsonObject }) as unknown as T;
  }

  update<T extends ApiObject = ApiObject>(path: string, body: object): T {
    return this.must({ method: 'PUT', path, body: body as JsonObject }) as unknown as T;
  }

  /** A strategic merge patch, unless the content type says otherwise. */
  patch<T extends ApiObject = ApiObject>(
    path: string,
    body: Json,
    type = 'application/strategic-merge-patch+json',
  ): T {
    const headers = { 'content-type': type };
    return this.must({ method: 'PATCH', path, body, headers }) as unknown as T;
  }

  delete(path: string, body?: JsonObject): Json {
    return this.must({ method: 'DELETE', path, ...(body === undefined ? {} : { body }) });
  }

  /** Items of a list. */
  list<T extends ApiObject = ApiObject>(path: string): readonly T[] {
    return (this.must({ method: 'GET', path }) as { items: Json })['items'] as unknown as T[];
  }

  /** Opens a watch and runs the world until the server has begun it (or refused). */
  watch(path: string, query: ApiRequest['query'] = {}, rest: Partial<ApiRequest> = {}): RigWatch {
    const state = new WatchState((id) => this.tell({ type: 'cancel', id }));
    const id = this.send({ method: 'GET', path, query: { ...query, watch: 'true' }, ...rest });
    state.id = id;
    this.watches.set(id, state);
    while (state.response === undefined) assert(this.shard.step(Infinity), 'a watch is answered');
    return state;
  }

  private must(request: ApiRequest): Json {
    const { status, body } = this.request(request);
    if (status >= 200 && status < 300) return body;
    throw new Error(`${request.method} ${request.path}: ${JSON.stringify(body)}`);
  }

  private warmUp(): void {
    this.run(200);
    while (this.request({ method: 'GET', path: '/readyz' }).status !== 200) this.run(50);
    if (this.options.hasNoServiceAccount === true) return;
    this.create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  }

  private tell(message: ClientMessage): void {
    if (this.connection?.isOpen === true) this.connection.send(message);
    else this.dial(message);
  }

  private dial(message: ClientMessage): void {
    const waiting = [message];
    let isOpen = false;
    const connection = this.client.net.connect(
      this.client,
      this.server,
      {
        opened: (opened) => {
          isOpen = true;
          this.connection = opened;
          for (const each of waiting) opened.send(each);
        },
        received: (payload) => this.hear(payload as ServerMessage),
        closed: (reason) => {
          if (this.connection === connection) this.connection = undefined;
          // Nobody listens yet, or any more: the request is answered as a Go client would word it.
          for (const each of isOpen ? [] : waiting) {
            if (each.type === 'request') this.answers.set(each.id, { status: 0, body: reason });
          }
        },
      },
      { detail: 'brief' },
    );
  }

  private hear(message: ServerMessage): void {
    const watch = this.watches.get(message.id);
    if (watch !== undefined) watch.hear(message);
    else if (message.type === 'response') this.answers.set(message.id, message.response);
  }

  private note(at: number, record: TraceRecord): void {
    if (record.type === 'write') this.writes.push(`${record['verb']} ${record['key']}`);
    if (this.options.keepsTrace === true) this.trace.push({ ...record, at });
  }
}

class WatchState implements RigWatch {
  id = 0;
  readonly events: WatchEvent[] = [];
  response: ApiResponse | undefined;
  isOver = false;
  private readonly stop: (id: number) => void;

  constructor(stop: (id: number) => void) {
    this.stop = stop;
  }

  hear(message: ServerMessage): void {
    if (message.type === 'response') {
      this.response = message.response;
      this.isOver = message.isStream !== true;
    } else if (message.type === 'event') this.events.push(message.event);
    else if (message.type === 'end') this.isOver = true;
  }

  take(): string[] {
    const taken = this.events.splice(0);
    return taken.map(
      ({ type, object }) =>
        `${type} ${(object['metadata'] as { name?: string } | undefined)?.name ?? ''}`,
    );
  }

  cancel(): void {
    this.stop(this.id);
    this.isOver = true;
  }
}
