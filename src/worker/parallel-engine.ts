/**
 * A world whose nodes run in other workers: the control plane and the laptop are here, the others
 * in shards, window by window. It begins where a whole world in one thread has come to, and its
 * history is the one that that world would have had.
 */
import type { Machine } from '../host/index.ts';
import { type Ms, type TraceEntry, grain } from '../kernel/index.ts';
import type { WorldDefinition } from '../world/bare.ts';
import { Conductor, LocalMember, RemoteMember } from './conductor.ts';
import type { Chronicle, Engine, InlineEngine, Limits } from './engine.ts';
import { interestOf } from './interest.ts';
import type { Port, ShardHandle } from './lockstep-protocol.ts';
import { type LookRequest, type Looked, lookAt } from './look-at.ts';
import type { Observer } from './observer/observer.ts';
import type { TimedInput } from './protocol.ts';

/** A shard that has taken its machines over. */
export interface Opened {
  readonly handle: ShardHandle;
  readonly port: Port;
  readonly nextAt: Ms;
}

export class ParallelEngine implements Engine {
  now: Ms;
  readonly definition: WorldDefinition;
  readonly epoch: number;
  readonly machines: ReadonlyMap<string, Machine>;
  private readonly chronicle: Chronicle;
  private readonly conductor: Conductor;
  private readonly shards: readonly Opened[];
  private readonly homes: readonly number[];
  private readonly inline: InlineEngine;
  /** What has happened and is not shown yet, earliest first. */
  private coming: TraceEntry[] = [];
  private isNoticed = false;
  private isClosed = false;
  private inputs: readonly TimedInput[];
  private given: number;

  /**
   * @param inline the whole world, which is narrowed here: it must not be used any more.
   * @param homes site → who runs it: 0 is this thread, 1 the first of the shards.
   */
  constructor(
    inline: InlineEngine,
    inputs: readonly TimedInput[],
    shards: readonly Opened[],
    homes: readonly number[],
  ) {
    const { world, definition } = inline;
    const names = definition.machines.map(({ name }) => name);
    world.narrow((name) => homes[names.indexOf(name)] === 0);
    this.inline = inline;
    this.now = inline.now;
    this.definition = definition;
    this.epoch = inline.epoch;
    this.machines = world.machines;
    this.chronicle = inline.chronicle;
    this.shards = shards;
    this.homes = homes;
    this.inputs = inputs;
    this.given = inline.givenInputs;
    const take = (entry: TraceEntry) => this.coming.push(entry);
    inline.sink = (entry) => {
      take(entry);
      this.isNoticed ||= interestOf(entry) !== undefined;
    };
    const isNoticed = () => {
      const was = this.isNoticed;
      this.isNoticed = false;
      return was;
    };
    const members = [
      new LocalMember(world.shard, (input) => world.enter(input), isNoticed),
      ...shards.map(({ port, nextAt, handle }) => {
        const member = new RemoteMember(port, nextAt, take);
        void handle.failed.then((error) => member.close(error));
        return member;
      }),
    ];
    this.conductor = new Conductor(members, homes, definition.latencyMs);
  }

  get observer(): Observer {
    return this.chronicle.observer;
  }
  get reached(): Ms {
    return Math.max(this.now, this.conductor.reached);
  }
  get moments(): readonly Ms[] {
    return this.chronicle.moments;
  }
  get noticed(): number | undefined {
    return this.chronicle.noticed;
  }
  get figures(): Readonly<Record<string, number>> {
    return { ...this.inline.figures, shards: 1 + this.shards.length };
  }
  get onEntry() {
    return this.chronicle.onEntry;
  }
  set onEntry(take: ((entry: TraceEntry) => void) | undefined) {
    this.chronicle.onEntry = take;
  }

  /** Everything that is earlier has happened, on all machines. */
  private get before(): Ms {
    return Math.min(this.conductor.nextAt, this.inputs[this.given]?.at ?? Infinity);
  }

  async advance(until: Ms, limits: Limits): Promise<boolean> {
    this.chronicle.noticed = undefined;
    this.chronicle.isHalted = false;
    while (!this.isClosed) {
      if (this.show(until, limits)) return false;
      // What is to come, if it is earlier, is not known yet.
      this.now = Math.max(this.now, Math.min(until, this.before - grain));
      if (this.before > until) {
        this.now = Math.max(this.now, until);
        return true;
      }
      if (limits.isOver()) return false;
      await this.run(until, limits);
    }
    return false;
  }

  halt(): void {
    this.chronicle.isHalted = true;
  }

  follow(inputs: readonly TimedInput[]): void {
    this.inputs = inputs;
  }

  async lookAt(machine: string, request: LookRequest): Promise<Looked | undefined> {
    const here = this.machines.get(machine);
    if (here !== undefined) return lookAt(here, request);
    const site = this.definition.machines.findIndex(({ name }) => name === machine);
    const shard = this.shards[(this.homes[site] ?? 0) - 1];
    return this.isClosed ? undefined : shard?.handle.lookAt(machine, request);
  }

  async hash(): Promise<string> {
    return this.conductor.hash();
  }

  /** Nothing more is wanted: the shards forget their worlds. */
  close(): void {
    this.isClosed = true;
    this.onEntry = undefined;
    this.conductor.close();
    for (const { handle } of this.shards) void handle.close().catch(() => undefined);
  }

  /** One piece of the way: up to the next input, or to the end, or until something stops it. */
  private async run(until: Ms, limits: Limits): Promise<void> {
    const { conductor } = this;
    const next = this.inputs[this.given];
    const isDue = next !== undefined && next.at <= until;
    try {
      if (isDue && conductor.nextAt >= next.at) {
        this.given += 1;
        await conductor.enter(next);
      } else await conductor.runBefore(isDue ? next.at : until + grain, limits);
    } catch (error) {
      if (!this.isClosed) throw error;
    }
    // Of one machine they are in order already, and stay so.
    this.coming.sort((a, b) => a.at - b.at || a.site - b.site);
  }

  /** Shows what all machines have come past; true when something stops it. */
  private show(until: Ms, { stopsAtInterest }: Limits): boolean {
    const { coming, chronicle, before } = this;
    let shown = 0;
    let isStopped = false;
    for (const entry of coming) {
      if (isStopped || entry.at > before || entry.at > until) break;
      shown += 1;
      this.now = Math.max(this.now, entry.at);
      chronicle.take(entry);
      isStopped = chronicle.isHalted || (stopsAtInterest && chronicle.noticed !== undefined);
    }
    if (shown > 0) this.coming = coming.slice(shown);
    return isStopped;
  }
}
