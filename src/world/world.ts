/** A world, or the part of it that one shard runs: the composition root of everything simulated. */
import type { Descriptions } from '../api/open-api.ts';
import type { Machine, MachineDescription } from '../host/index.ts';
import { type Ms, Shard, type ShardPlan, type TraceSink, historyHash } from '../kernel/index.ts';
import type { Answer } from './api-port.ts';
import { assemble } from './assemble.ts';
import { type WorldDefinition, worldByName } from './definition.ts';
import { handAddress } from './hand.ts';
import type { Input, SessionFile, TimedInput } from './session-file.ts';

export interface WorldOptions {
  readonly definition: WorldDefinition;
  readonly seed: number;
  /** Milliseconds between 1970-01-01 UTC and the world's moment 0. */
  readonly epoch: number;
  /** Takes the trace; the machines' hashes are kept without it. */
  readonly sink?: TraceSink;
  /** Which machines this shard runs; all, when not given. */
  readonly mine?: (machine: string) => boolean;
  /** Takes what the API server answers to real clients. */
  readonly answer?: Answer;
  /** What `kubectl explain` says of fields; it must be there before anybody asks. */
  readonly descriptions?: () => Descriptions | undefined;
}

/** The world outside causes inputs: before everything that a site causes at the same moment. */
const outside = -1;

export class World {
  readonly definition: WorldDefinition;
  readonly plan: ShardPlan;
  readonly shard: Shard;
  /** Those of this shard. */
  machines: ReadonlyMap<string, Machine>;
  private inputs = 0;

  constructor({ definition, seed, epoch, sink, mine, answer, descriptions }: WorldOptions) {
    this.definition = definition;
    this.plan = {
      seed,
      sites: definition.machines.map(({ name }) => name),
      lookahead: definition.latencyMs,
      epoch,
    };
    this.shard = new Shard(this.plan, mine ?? (() => true), sink ?? (() => undefined));
    this.machines = assemble(definition, this.shard, {
      answer: answer ?? (() => undefined),
      descriptions: descriptions ?? (() => undefined),
    });
    for (const site of this.shard.sites.values()) site.after(0, handAddress, { type: 'boot' });
  }

  get now(): Ms {
    return this.shard.now;
  }

  /**
   * Lets an input happen at a moment that is yet to come. Every shard of a world is told every
   * input, in the same order: what concerns none of its machines is counted and left.
   */
  enter({ at, input }: TimedInput): void {
    this.inputs += 1;
    for (const machine of this.concerned(input)) {
      const site = this.plan.sites.indexOf(machine);
      if (!this.shard.sites.has(site)) continue;
      const event = { type: 'input', input };
      this.shard.post({ at, origin: outside, seq: this.inputs, site, to: handAddress, event });
    }
  }

  /** Runs up to and including a moment. */
  runUntil(at: Ms): void {
    this.shard.runUntil(at);
  }

  /** Keeps these machines only: other shards, which have come just as far, have the others. */
  narrow(isMine: (machine: string) => boolean): void {
    this.shard.narrow(isMine);
    this.machines = new Map([...this.machines].filter(([name]) => isMine(name)));
  }

  get hash(): string {
    return historyHash(this.shard.hashes);
  }

  /** Names of the machines that an input is for. */
  private concerned(input: Input): readonly string[] {
    const { machines } = this.definition;
    if (input.type === 'fault') {
      const { fault } = input;
      return 'machine' in fault ? [fault.machine] : machines.map(({ name }) => name);
    }
    const first = (role: MachineDescription['role']): string =>
      machines.find((machine) => machine.role === role)?.name ?? '';
    if (input.type === 'api') return [first('control-plane')];
    if (input.type === 'edited') return [input.machine];
    // `worker-1/1` is a terminal on that machine; every other one is the workstation's.
    const named = 'terminal' in input ? input.terminal.split('/')[0] : undefined;
    return [machines.some(({ name }) => name === named) ? (named as string) : first('workstation')];
  }
}

/** Plays a session again, up to a moment. Undefined when there is no such world. */
export function replay(
  session: SessionFile,
  until: Ms,
  options: Pick<WorldOptions, 'sink' | 'answer' | 'descriptions'> = {},
): World | undefined {
  const definition = worldByName(session.world);
  if (definition === undefined) return undefined;
  const { seed, epoch, inputs } = session;
  const world = new World({ definition, seed, epoch, ...options });
  for (const timed of inputs) if (timed.at <= until) world.enter(timed);
  world.runUntil(until);
  return world;
}
