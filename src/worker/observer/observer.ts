/**
 * Watches history and keeps what the stage shows of it. It reads the trace and nothing else, so
 * it cannot change what it sees, and nothing that it shows is invented.
 */
import { podRequests } from '../../api/kinds/pod/facts.ts';
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { EndpointSlice, Node, Pod, Service } from '../../api/types.gen.ts';
import type { DecisionTable } from '../../k8s/scheduler/index.ts';
import type { Ms, TraceEntry } from '../../kernel/index.ts';
import type { WorldDefinition } from '../../world/definition.ts';
import type { Cause, Flight, StageUpdate, TerminalText, Tick } from '../protocol.ts';
import { Flights } from './flights.ts';
import { type MachineFacts, isLost, machineView, organs } from './machine-view.ts';
import { OpenFiles } from './open-files.ts';
import { isOwner, ownerView, serviceView } from './owner-view.ts';
import { type PullFacts, type RuntimeFacts, podView } from './pod-view.ts';
import { tickOf } from './ticks.ts';

/** A decision of the scheduler, as it traced it. */
export interface DecisionFacts {
  readonly at: Ms;
  /** Empty: none was fit. */
  readonly node: string;
  readonly table: DecisionTable;
}

/** How many causes are remembered for each object. */
const mostCauses = 60;

/** More messages than this in one update are not drawn: only the newest are. */
const mostFlights = 400;

/** Objects in one update; the others are in the next ones, so that no frame of the page is long. */
const mostObjects = 300;

/** Ticks and the causes of objects that are gone: the oldest are forgotten. */
const mostTicks = 5_000;
const mostGone = 1_000;

type Fields = Readonly<Record<string, unknown>>;
const text = (fields: Fields, name: string): string => String(fields[name] ?? '');
const number = (fields: Fields, name: string): number => Number(fields[name] ?? 0);

export class Observer {
  /** Every object that etcd holds, by uid. */
  readonly objects = new Map<string, ApiObject>();
  /** Why each object is as it is: who wrote it last, oldest first, by uid. */
  readonly causes = new Map<string, Cause[]>();
  /** The scheduler's last decision about each Pod, by the Pod's key. */
  readonly decisions = new Map<string, DecisionFacts>();
  readonly machines = new Map<string, MachineFacts>();
  readonly terminals = new Map<string, TerminalText>();
  private readonly definition: WorldDefinition;
  private readonly epoch: number;
  private readonly runtime = new Map<string, RuntimeFacts>();
  private readonly pulls = new Map<string, PullFacts>();
  private readonly nodes = new Map<string, Node>();
  private readonly podsByNode = new Map<string, Map<string, Pod>>();
  private readonly slices = new Map<string, Map<string, EndpointSlice>>();
  private readonly services = new Map<string, Service>();
  private readonly changedObjects = new Set<string>();
  private readonly changedMachines = new Set<string>();
  private readonly removed = new Set<string>();
  private readonly messages = new Flights((ip) => this.placeOf(ip));
  /** Those that are new or still in the air, and how many of them were told already. */
  private flights: Flight[] = [];
  private flightsTold = 0;
  /** So many are kept before those that have landed are looked for. */
  private flightsMost = 4 * mostFlights;
  private ticks: Tick[] = [];
  private ticksTold = 0;
  /** Objects that are gone, whose causes are still known. */
  private readonly gone: string[] = [];
  private printed = new Map<string, string>();
  private readonly openFiles = new OpenFiles();

  constructor(definition: WorldDefinition, epoch: number) {
    this.definition = definition;
    this.epoch = epoch;
    for (const { name } of definition.machines) this.addMachine(name);
  }

  /** Takes one entry of the trace. */
  take(entry: TraceEntry): void {
    const fields: Fields = entry.record;
    const written = fields['object'] as ApiObject | undefined;
    const previous = this.objects.get(written?.metadata.uid ?? '');
    const tick = tickOf(entry, this.definition.openAt, previous);
    if (tick !== undefined) this.mark(tick);
    switch (entry.record.type) {
      case 'write':
        return this.write(entry.at, fields);
      case 'daemon':
        return this.daemon(entry.at, fields);
      case 'decision':
        this.decisions.set(text(fields, 'pod'), {
          at: entry.at,
          node: text(fields, 'node'),
          table: fields['table'] as DecisionTable,
        });
        return;
      case 'sandbox':
      case 'container':
        return this.podRuntime(entry.at, fields);
      case 'pull':
        return this.pull(fields);
      case 'power':
        return this.power(fields);
      case 'cable':
        this.facts(text(fields, 'machine')).isCableCut = fields['isCut'] === true;
        this.changedMachines.add(text(fields, 'machine'));
        return;
      case 'terminal':
        return this.print(fields);
      case 'prompt':
        return this.prompt(fields);
      case 'editing':
        return this.openFiles.take(fields);
      case 'flight':
        return this.flight(entry);
    }
  }

  /** Whether the last update left something for the next. */
  get hasMore(): boolean {
    return this.changedObjects.size > 0;
  }

  /**
   * What has changed since the last update; with `reset`, everything. Of many objects the first
   * ones come now, and the others with the updates that follow.
   */
  update(now: Ms, reset: boolean): StageUpdate {
    if (reset) this.markAll();
    const pods = [];
    const owners = [];
    const services = [];
    for (const uid of this.changedObjects) {
      if (pods.length + owners.length + services.length >= mostObjects) break;
      this.changedObjects.delete(uid);
      const object = this.objects.get(uid);
      if (object === undefined) continue;
      if (object.kind === 'Pod') pods.push(this.viewOf(object as Pod));
      else if (isOwner(object)) owners.push(ownerView(object));
      else if (object.kind === 'Service') {
        const slices = [...(this.slices.get(keyOf(object))?.values() ?? [])];
        services.push(serviceView(object as Service, slices));
      }
    }
    const update: StageUpdate = {
      now,
      reset,
      machines: [...this.changedMachines].map((name) => this.machineViewOf(name)),
      pods,
      owners,
      services,
      removed: reset ? [] : [...this.removed],
      flights: (reset
        ? this.flights.filter(({ dueAt }) => dueAt >= now)
        : this.flights.slice(this.flightsTold)
      ).slice(-mostFlights),
      ticks: reset ? [...this.ticks] : this.ticks.slice(this.ticksTold),
      terminals: this.terminalTexts(reset),
      ...this.openFiles.told(reset),
    };
    this.told(now);
    return update;
  }

  /** The newest version of an object, found by kind and key. */
  find(kind: string, key: string): ApiObject | undefined {
    for (const object of this.objects.values()) {
      if (object.kind === kind && keyOf(object) === key) return object;
    }
    return undefined;
  }

  private addMachine(name: string): void {
    const description = this.definition.machines.find((machine) => machine.name === name);
    if (description === undefined) return;
    this.machines.set(name, {
      description,
      isOn: false,
      isCableCut: false,
      components: new Map(),
      requested: {},
    });
    this.changedMachines.add(name);
  }

  private facts(name: string): MachineFacts {
    return this.machines.get(name) as MachineFacts;
  }

  private write(at: Ms, fields: Fields): void {
    const object = fields['object'] as ApiObject;
    const { uid } = object.metadata;
    const isGone = fields['verb'] === 'delete' && fields['gone'] !== false;
    this.remember(at, fields, object);
    if (isGone) {
      this.objects.delete(uid);
      this.removed.add(uid);
      this.forgetCauses(uid);
      this.changedObjects.delete(uid);
    } else {
      this.objects.set(uid, object);
      this.changedObjects.add(uid);
    }
    if (object.kind === 'Pod') this.podWritten(object as Pod, isGone);
    else if (object.kind === 'Node') this.nodeWritten(object as Node, isGone);
    else if (object.kind === 'Service') this.serviceWritten(object as Service, isGone);
    else if (object.kind === 'EndpointSlice') this.sliceWritten(object as EndpointSlice, isGone);
  }

  private remember(at: Ms, fields: Fields, object: ApiObject): void {
    if (object.kind === 'Lease' || object.kind === 'Event') return;
    const { uid } = object.metadata;
    const causes = this.causes.get(uid) ?? [];
    this.causes.set(uid, causes);
    causes.push({
      at,
      by: text(fields, 'user'),
      what: text(fields, 'verb'),
      because: text(fields, 'because'),
    });
    if (causes.length > mostCauses) causes.splice(1, 1);
  }

  private podWritten(pod: Pod, isGone: boolean): void {
    const { uid } = pod.metadata;
    if (isGone) {
      this.runtime.delete(uid);
      this.decisions.delete(keyOf(pod));
    }
    const node = pod.spec?.nodeName;
    if (node === undefined || !this.machines.has(node)) return;
    const bound = this.podsByNode.get(node) ?? new Map<string, Pod>();
    this.podsByNode.set(node, bound);
    const known = bound.get(uid);
    const counts = !isGone && !/Succeeded|Failed/.test(pod.status?.phase ?? '');
    if (counts) bound.set(uid, pod);
    else bound.delete(uid);
    // Requests are of the spec: a status write changes nothing.
    if (counts && known?.spec === pod.spec) return;
    const total: Record<string, number> = {};
    for (const each of bound.values()) {
      const requests = podRequests(each);
      for (const name in requests) total[name] = (total[name] ?? 0) + (requests[name] ?? 0);
    }
    this.facts(node).requested = total;
    this.changedMachines.add(node);
  }

  private serviceWritten(service: Service, isGone: boolean): void {
    if (isGone) this.services.delete(keyOf(service));
    else this.services.set(keyOf(service), service);
  }

  private nodeWritten(node: Node, isGone: boolean): void {
    const { name } = node.metadata;
    if (!this.machines.has(name)) return;
    const wasLost = isLost(this.nodes.get(name));
    if (isGone) this.nodes.delete(name);
    else this.nodes.set(name, node);
    this.changedMachines.add(name);
    if (isLost(this.nodes.get(name)) !== wasLost) {
      for (const uid of this.podsByNode.get(name)?.keys() ?? []) this.changedObjects.add(uid);
    }
  }

  private sliceWritten(slice: EndpointSlice, isGone: boolean): void {
    const name = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (name === undefined) return;
    const key = `${slice.metadata.namespace}/${name}`;
    const slices = this.slices.get(key) ?? new Map<string, EndpointSlice>();
    this.slices.set(key, slices);
    if (isGone) slices.delete(slice.metadata.name);
    else slices.set(slice.metadata.name, slice);
    const service = this.services.get(key);
    if (service !== undefined) this.changedObjects.add(service.metadata.uid);
  }

  private daemon(at: Ms, fields: Fields): void {
    const name = text(fields, 'name');
    const machine = this.machines.get(text(fields, 'machine'));
    if (machine === undefined || !organs.includes(name as (typeof organs)[number])) return;
    const isRunning = fields['isRunning'] === true;
    const pid = isRunning ? number(fields, 'pid') : undefined;
    machine.components.set(name, { name, pid, isRunning, activeAt: at });
    this.changedMachines.add(machine.description.name);
  }

  private flight(entry: TraceEntry): void {
    const flight = this.messages.of(entry);
    if (flight === undefined) return;
    this.launch(flight);
    const { machine, component } = flight.from;
    if (component !== undefined) this.touch(machine, component, entry.at);
  }

  private touch(machine: string, component: string, at: Ms): void {
    const facts = this.machines.get(machine);
    const known = facts?.components.get(component);
    if (facts === undefined || known === undefined || at - known.activeAt < 100) return;
    facts.components.set(component, { ...known, activeAt: at });
    this.changedMachines.add(machine);
  }

  private podRuntime(at: Ms, fields: Fields): void {
    const uid = text(fields, 'uid');
    const facts = this.runtime.get(uid) ?? { pausePid: 0, ip: '', containers: new Map() };
    this.runtime.set(uid, facts);
    if (fields['type'] === 'sandbox') {
      const isReady = fields['state'] === 'ready';
      facts.pausePid = isReady ? number(fields, 'pid') : 0;
      facts.ip = isReady ? text(fields, 'ip') : '';
    } else {
      const name = text(fields, 'name');
      const attempt = number(fields, 'attempt');
      const known = facts.containers.get(name);
      // An old attempt's removal says nothing of the new one.
      if (known !== undefined && known.attempt > attempt) return;
      const dueAt = fields['dueAt'] === undefined ? undefined : number(fields, 'dueAt');
      facts.containers.set(name, { state: text(fields, 'state'), attempt, dueAt, since: at });
    }
    this.changedObjects.add(uid);
  }

  private pull(fields: Fields): void {
    const machine = text(fields, 'machine');
    const key = `${machine} ${normalImage(text(fields, 'image'))}`;
    const isOver = fields['state'] === 'done' || fields['state'] === 'failed';
    if (isOver) this.pulls.delete(key);
    else
      this.pulls.set(key, { since: number(fields, 'startedAt'), until: number(fields, 'dueAt') });
    for (const uid of this.podsByNode.get(machine)?.keys() ?? []) this.changedObjects.add(uid);
  }

  private power(fields: Fields): void {
    const facts = this.machines.get(text(fields, 'machine'));
    if (facts === undefined) return;
    facts.isOn = fields['isOn'] === true;
    if (!facts.isOn) facts.components.clear();
    this.changedMachines.add(facts.description.name);
  }

  private print(fields: Fields): void {
    const terminal = text(fields, 'terminal');
    const more = text(fields, 'text');
    const known = this.terminals.get(terminal);
    const all = (known?.text ?? '') + more;
    this.terminals.set(terminal, {
      terminal,
      // What scrolled far out of view is forgotten.
      text: all.length > 400_000 ? all.slice(-200_000) : all,
      isAtPrompt: known?.isAtPrompt ?? false,
    });
    this.printed.set(terminal, (this.printed.get(terminal) ?? '') + more);
  }

  private prompt(fields: Fields): void {
    const terminal = text(fields, 'terminal');
    const known = this.terminals.get(terminal);
    const isAtPrompt = fields['isAtPrompt'] === true;
    this.terminals.set(terminal, { terminal, text: known?.text ?? '', isAtPrompt });
    if (!this.printed.has(terminal)) this.printed.set(terminal, '');
  }

  private terminalTexts(reset: boolean): TerminalText[] {
    if (reset) return [...this.terminals.values()];
    return [...this.printed].map(([terminal, more]) => ({
      terminal,
      text: more,
      isAtPrompt: this.terminals.get(terminal)?.isAtPrompt ?? false,
    }));
  }

  private viewOf(pod: Pod) {
    const node = pod.spec?.nodeName ?? '';
    return podView(pod, {
      epoch: this.epoch,
      runtime: this.runtime.get(pod.metadata.uid),
      isNodeLost: isLost(this.nodes.get(node)),
      pullOf: (image) => this.pulls.get(`${node} ${normalImage(image)}`),
    });
  }

  private machineViewOf(name: string) {
    return machineView(this.facts(name), this.nodes.get(name));
  }

  private placeOf(ip: string) {
    for (const { description } of this.machines.values()) {
      if (description.ip === ip) return { machine: description.name };
    }
    for (const [node, pods] of this.podsByNode) {
      for (const [uid, pod] of pods) {
        if (pod.status?.podIP === ip && pod.spec?.hostNetwork !== true)
          return { machine: node, pod: uid };
      }
    }
    return undefined;
  }

  private markAll(): void {
    for (const uid of this.objects.keys()) this.changedObjects.add(uid);
    for (const name of this.machines.keys()) this.changedMachines.add(name);
  }

  private told(now: Ms): void {
    this.changedMachines.clear();
    this.removed.clear();
    this.flights = this.flights.filter(({ dueAt }) => dueAt >= now);
    this.flightsTold = this.flights.length;
    this.ticksTold = this.ticks.length;
    this.printed = new Map();
  }

  private mark(tick: Tick): void {
    const { ticks } = this;
    ticks.push(tick);
    if (ticks.length < 2 * mostTicks) return;
    ticks.splice(0, mostTicks);
    this.ticksTold = Math.max(0, this.ticksTold - mostTicks);
  }

  /** Nobody looks at them for a while: what landed long ago is not kept. */
  private launch(flight: Flight): void {
    const { flights } = this;
    flights.push(flight);
    if (flights.length < this.flightsMost) return;
    const first = flights.length - mostFlights;
    const isKept = ({ dueAt }: Flight, i: number) => i >= first || dueAt >= flight.sentAt;
    this.flightsTold = flights.slice(0, this.flightsTold).filter(isKept).length;
    this.flights = flights.filter(isKept);
    // A crowd may be in the air at once: it is not to be counted again for each that joins it.
    this.flightsMost = Math.max(4 * mostFlights, 2 * this.flights.length);
  }

  private forgetCauses(uid: string): void {
    this.gone.push(uid);
    if (this.gone.length <= mostGone) return;
    const oldest = this.gone.shift() as string;
    if (!this.objects.has(oldest)) this.causes.delete(oldest);
  }
}

/** Pulls are by normalised reference, Pods by what was written. */
function normalImage(image: string): string {
  const short = image.replace(/^docker\.io\/(library\/)?/, '');
  return /:[^/]*$|@/.test(short) ? short : `${short}:latest`;
}
