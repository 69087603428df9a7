/** What invariants look at: etcd's objects, as the trace tells of them, and the machines. */
import type { ApiObject } from '../../api/object.ts';
import { type Machine, type Process } from '../../host/index.ts';
import type { Ms, TraceEntry } from '../../kernel/index.ts';
import type { Change } from './invariant.ts';

/** What a world must be for its view. */
export interface Watched {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly plan: { readonly epoch: number };
}

const none: ReadonlyMap<string, never> = new Map<string, never>();

/** Daemons without which a node does not work, and those of a control plane. */
const nodeDaemons = ['containerd', 'kubelet'];
const controlPlaneDaemons = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

export class ClusterView {
  now: Ms = 0;
  /** By uid. */
  readonly objects = new Map<string, ApiObject>();
  readonly cut = new Set<string>();
  /** When each Node was last changed in what the scheduler goes by. */
  readonly nodeChangedAt = new Map<string, Ms>();
  /** The last moment at which something was broken. */
  brokenAt: Ms = 0;
  private readonly kinds = new Map<string, Map<string, ApiObject>>();
  /** Verbs of the requests that are being worked on, by number. */
  private readonly requests = new Map<unknown, string>();
  private readonly watched: Watched;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  get machines(): ReadonlyMap<string, Machine> {
    return this.watched.machines;
  }

  /** Simulated ms since 1970. */
  get clock(): number {
    return this.watched.plan.epoch + this.now;
  }

  /** All objects of a kind, by uid. */
  of<T extends ApiObject>(kind: string): ReadonlyMap<string, T> {
    return (this.kinds.get(kind) as ReadonlyMap<string, T> | undefined) ?? none;
  }

  find<T extends ApiObject>(kind: string, name: string, namespace?: string): T | undefined {
    for (const object of this.of<T>(kind).values()) {
      const { metadata } = object;
      if (metadata.name === name && metadata.namespace === namespace) return object;
    }
    return undefined;
  }

  /** Takes one entry of the trace. Returns the change that safety depends on, if it is one. */
  take({ at, record }: TraceEntry): Change | undefined {
    this.now = at;
    if (record.type === 'sandbox') return { type: 'sandbox' };
    if (record.type === 'cable') {
      const machine = String(record['machine']);
      if (record['isCut'] === true) this.cut.add(machine);
      else this.cut.delete(machine);
      this.brokenAt = at;
    }
    if (record.type === 'request') this.requests.set(record['id'], String(record['verb']));
    if (record.type === 'response') this.requests.delete(record['id']);
    if (record.type !== 'write') return undefined;
    const object = record['object'] as ApiObject;
    const isGone = record['verb'] === 'delete' && record['gone'] !== false;
    return this.write(object, this.requests.get(record['request']) ?? '', isGone);
  }

  private write(object: ApiObject, request: string, isGone: boolean): Change {
    const { uid, name } = object.metadata;
    const before = this.objects.get(uid);
    if (object.kind === 'Node' && specOf(before) !== specOf(object)) {
      this.nodeChangedAt.set(name, this.now);
    }
    let same = this.kinds.get(object.kind);
    if (same === undefined) this.kinds.set(object.kind, (same = new Map()));
    if (isGone) {
      this.objects.delete(uid);
      same.delete(uid);
    } else {
      this.objects.set(uid, object);
      same.set(uid, object);
    }
    return { type: 'write', request, object, isGone, before };
  }

  /** Remembers the moment if something is broken: then nothing is promised for a while. */
  noteHealth(): void {
    if (!this.isSound) this.brokenAt = this.now;
  }

  /** All machines, cables and daemons work. */
  get isSound(): boolean {
    if (this.cut.size > 0) return false;
    for (const machine of this.machines.values()) {
      const { role } = machine.description;
      if (!machine.isOn) return false;
      if (role === 'workstation') continue;
      const wanted =
        role === 'control-plane' ? [...nodeDaemons, ...controlPlaneDaemons] : nodeDaemons;
      const running = new Set([...machine.processes.values()].map(programOf));
      if (!wanted.every((name) => running.has(name))) return false;
    }
    return true;
  }
}

const programOf = ({ program }: Process): string => program.name;
const specOf = (object: ApiObject | undefined): unknown =>
  (object as { spec?: unknown } | undefined)?.spec;
