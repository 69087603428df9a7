/**
 * What plays a history: a world (or all its shards) with its watcher, at some moment. Inputs are
 * given only when their moment has come, so that what lies ahead can still be changed.
 */
import type { Descriptions } from '../api/open-api.ts';
import type { Machine } from '../host/index.ts';
import { type Ms, type TraceEntry, grain, toGrain } from '../kernel/index.ts';
import { type Answer, World, type WorldDefinition } from '../world/bare.ts';
import { interestOf } from './interest.ts';
import { type Looked, type LookRequest, lookAt } from './look-at.ts';
import { Observer } from './observer/observer.ts';
import type { TimedInput } from './protocol.ts';

/** Says what stops an advance before its end. */
export interface Limits {
  /** Stop at what is worth seeing, right after it happened. */
  readonly stopsAtInterest: boolean;
  /** Asked now and then: the real time for this is over. */
  isOver(): boolean;
}

export interface Engine {
  readonly definition: WorldDefinition;
  readonly epoch: number;
  readonly observer: Observer;
  /** The moment that is shown. */
  readonly now: Ms;
  /** The moment that no machine has passed: inputs come after it. */
  readonly reached: Ms;
  /** Moments worth seeing up to now, oldest first; very old ones are forgotten. */
  readonly moments: readonly Ms[];
  /** For how long what was last met is of interest, in simulated ms; undefined: nothing was. */
  readonly noticed: number | undefined;
  /** Machines that are in this thread, by name: always the control plane's and the laptop. */
  readonly machines: ReadonlyMap<string, Machine>;
  readonly figures: Readonly<Record<string, number>>;
  /** Called with each entry of history as it is shown. */
  onEntry: ((entry: TraceEntry) => void) | undefined;
  /**
   * Goes on to a moment, or less far when something stops it. Gives whether it got there: at once,
   * when the world is wholly here.
   */
  advance(until: Ms, limits: Limits): boolean | Promise<boolean>;
  /** Stops the running advance after the entry that is being shown. */
  halt(): void;
  /** From now on these are the inputs; those already given must be the same. */
  follow(inputs: readonly TimedInput[]): void;
  lookAt(machine: string, request: LookRequest): Promise<Looked | undefined>;
}

export interface Past {
  readonly definition: WorldDefinition;
  readonly seed: number;
  readonly epoch: number;
  readonly inputs: readonly TimedInput[];
  readonly descriptions?: () => Descriptions | undefined;
  /** For a world that real clients talk to: hears what they are answered. */
  readonly answer?: Answer;
}

/** More moments than this are not kept: going back makes a new list, up to where one goes. */
const mostMoments = 10_000;

/** Keeps what there is to know of history as it is shown, in one thread or many. */
export class Chronicle {
  readonly observer: Observer;
  moments: Ms[] = [];
  noticed: number | undefined;
  isHalted = false;
  onEntry: ((entry: TraceEntry) => void) | undefined;

  constructor(definition: WorldDefinition, epoch: number) {
    this.observer = new Observer(definition, epoch);
  }

  take(entry: TraceEntry): void {
    this.observer.take(entry);
    const lasts = interestOf(entry);
    if (lasts !== undefined) {
      const { moments } = this;
      if (moments.at(-1) !== entry.at) moments.push(entry.at);
      if (moments.length > 2 * mostMoments) this.moments = moments.slice(-mostMoments);
      this.noticed = Math.max(this.noticed ?? 0, lasts);
    }
    this.onEntry?.(entry);
  }
}

/** A whole world in this thread. */
export class InlineEngine implements Engine {
  readonly world: World;
  readonly epoch: number;
  readonly chronicle: Chronicle;
  /** Where the trace goes: a handover redirects it. */
  sink: (entry: TraceEntry) => void;
  private inputs: readonly TimedInput[];
  /** Those of the inputs that the world has been told. */
  private readonly given: TimedInput[] = [];

  constructor({ definition, seed, epoch, inputs, descriptions, answer }: Past) {
    this.epoch = epoch;
    this.inputs = inputs;
    const chronicle = new Chronicle(definition, epoch);
    this.chronicle = chronicle;
    this.sink = (entry) => chronicle.take(entry);
    this.world = new World({
      definition,
      seed,
      epoch,
      sink: (entry) => this.sink(entry),
      ...(descriptions === undefined ? {} : { descriptions }),
      ...(answer === undefined ? {} : { answer }),
    });
  }

  get seed(): number {
    return this.world.plan.seed;
  }
  get definition(): WorldDefinition {
    return this.world.definition;
  }
  get observer(): Observer {
    return this.chronicle.observer;
  }
  get now(): Ms {
    return this.world.now;
  }
  get reached(): Ms {
    return this.world.now;
  }
  get givenInputs(): number {
    return this.given.length;
  }
  get moments(): readonly Ms[] {
    return this.chronicle.moments;
  }
  get noticed(): number | undefined {
    return this.chronicle.noticed;
  }
  get machines(): ReadonlyMap<string, Machine> {
    return this.world.machines;
  }
  get figures(): Readonly<Record<string, number>> {
    const { steps, queue } = this.world.shard;
    return { steps, pending: queue.size, shards: 1 };
  }
  get onEntry() {
    return this.chronicle.onEntry;
  }
  set onEntry(take: ((entry: TraceEntry) => void) | undefined) {
    this.chronicle.onEntry = take;
  }

  advance(until: Ms, { stopsAtInterest, isOver }: Limits): boolean {
    const { chronicle } = this;
    const { shard } = this.world;
    chronicle.noticed = undefined;
    chronicle.isHalted = false;
    for (let steps = 1; this.step(until); steps++) {
      if (chronicle.isHalted || (stopsAtInterest && chronicle.noticed !== undefined)) return false;
      if (steps % 16 === 0 && isOver()) return false;
    }
    shard.now = Math.max(shard.now, until);
    return true;
  }

  halt(): void {
    this.chronicle.isHalted = true;
  }

  follow(inputs: readonly TimedInput[]): void {
    this.inputs = inputs;
  }

  /** Lets go of the inputs that the world has been told; gives those that are still to come. */
  forgetGiven(): TimedInput[] {
    const left = this.inputs.slice(this.given.length);
    this.inputs = left;
    this.given.length = 0;
    return left;
  }

  /** Whether this is how a history with these inputs begins. */
  isOf(inputs: readonly TimedInput[]): boolean {
    const { given, now, machines, definition } = this;
    // What was handed over is no whole world any more.
    if (machines.size < definition.machines.length) return false;
    const next = inputs[given.length];
    return (
      (next === undefined || next.at > now) && given.every((timed, i) => isSame(timed, inputs[i]))
    );
  }

  async lookAt(machine: string, request: LookRequest): Promise<Looked | undefined> {
    const found = this.machines.get(machine);
    return found === undefined ? undefined : lookAt(found, request);
  }

  /** Takes one event, with the inputs that come before it; false when none is due. */
  private step(until: Ms): boolean {
    const { inputs, given, world } = this;
    const { shard } = world;
    for (let next = inputs[given.length]; next !== undefined; next = inputs[given.length]) {
      if (next.at > until || next.at > shard.queue.nextAt) break;
      given.push(next);
      world.enter(next);
    }
    return shard.queue.nextAt <= until && shard.step(Infinity);
  }
}

const isSame = (a: TimedInput, b: TimedInput | undefined): boolean =>
  a === b ||
  (b !== undefined && a.at === b.at && JSON.stringify(a.input) === JSON.stringify(b.input));

/** When what is done now happens: a little later than anything that any machine has done. */
export const momentAfter = (reached: Ms): Ms => toGrain(reached) + grain;
