/**
 * What is known of the world at this moment, kept by applying the director's updates.
 * The one mutable thing of the scene: everything drawn is a function of it and of the clock.
 */
import type {
  Flight,
  MachineView,
  OwnerView,
  PodView,
  ServiceView,
  StageUpdate,
  Tick,
} from '../worker/protocol.ts';

export interface SceneModel {
  /** Simulated milliseconds. */
  now: number;
  /** Grows whenever something but the clock and the flights has changed. */
  version: number;
  readonly machines: Map<string, MachineView>;
  readonly pods: Map<string, PodView>;
  readonly owners: Map<string, OwnerView>;
  readonly services: Map<string, ServiceView>;
  flights: Flight[];
  ticks: Tick[];
}

/** A dropped message stays visible for this long after it was due: the splash. */
export const SPLASH_MS = 400;

export function emptyModel(): SceneModel {
  return {
    now: 0,
    version: 0,
    machines: new Map(),
    pods: new Map(),
    owners: new Map(),
    services: new Map(),
    flights: [],
    ticks: [],
  };
}

/** Applies one update in place. */
export function applyUpdate(model: SceneModel, update: StageUpdate): SceneModel {
  if (update.reset) forget(model, update.now);
  const touched =
    update.reset ||
    update.machines.length + update.pods.length + update.owners.length > 0 ||
    update.services.length + update.removed.length > 0;
  model.now = update.now;
  for (const uid of update.removed) remove(model, uid);
  for (const machine of update.machines) model.machines.set(machine.name, machine);
  for (const pod of update.pods) model.pods.set(pod.uid, pod);
  for (const owner of update.owners) model.owners.set(owner.uid, owner);
  for (const service of update.services) model.services.set(service.uid, service);
  model.flights = inTheAir(model.flights, update);
  if (update.ticks.length > 0) model.ticks = mergeTicks(model.ticks, update.ticks);
  if (touched) model.version += 1;
  return model;
}

function forget(model: SceneModel, now: number): void {
  model.machines.clear();
  model.pods.clear();
  model.owners.clear();
  model.services.clear();
  model.flights = [];
  // What lies ahead of a moment that was sought back to is still on the timeline.
  model.ticks = model.ticks.filter((tick) => tick.at > now);
}

function remove(model: SceneModel, uid: string): void {
  model.pods.delete(uid);
  model.owners.delete(uid);
  model.services.delete(uid);
}

function inTheAir(flights: readonly Flight[], update: StageUpdate): Flight[] {
  const kept = flights.filter((flight) => flight.dueAt + SPLASH_MS > update.now);
  if (update.flights.length === 0) return kept;
  const known = new Set(kept.map((flight) => flight.id));
  for (const flight of update.flights) if (!known.has(flight.id)) kept.push(flight);
  return kept;
}

const keyOf = (tick: Tick): string => `${tick.at}\n${tick.kind}\n${tick.what}\n${tick.uid ?? ''}`;

function mergeTicks(known: readonly Tick[], fresh: readonly Tick[]): Tick[] {
  const last = known.at(-1);
  const first = fresh[0] as Tick;
  if (last === undefined || last.at < first.at) return [...known, ...fresh];
  const all = new Map(known.map((tick) => [keyOf(tick), tick]));
  for (const tick of fresh) all.set(keyOf(tick), tick);
  return [...all.values()].sort((a, b) => a.at - b.at);
}
