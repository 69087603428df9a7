/**
 * Runs a world whose shards are in workers: windows in lock-step, messages handed over between
 * them. The history is the one that a single shard would have.
 */
import {
  type Message,
  type Ms,
  type Shard,
  type TraceSink,
  grain,
  historyHash,
  limits,
} from '../kernel/index.ts';
import type { FromShard, Port, ToShard } from './lockstep-protocol.ts';
import type { TimedInput } from './protocol.ts';

/** A shard as the conductor sees it, wherever it runs. */
export interface Member {
  /** When its next event is due. */
  readonly nextAt: Ms;
  /** The moment of its last event. */
  readonly now: Ms;
  /** Whether its last window ended early, for what is worth seeing. */
  readonly isStopped: boolean;
  window(limit: Ms, inbox: readonly Message[], stops: boolean): Promise<readonly Message[]>;
  enter(input: TimedInput): Promise<void>;
  hashes(): Promise<Readonly<Record<string, string>>>;
  /** Nothing more is wanted of it: what is still asked fails. */
  close(): void;
}

/** A shard of this thread. */
export class LocalMember implements Member {
  isStopped = false;
  private readonly shard: Shard;
  private readonly take: (input: TimedInput) => void;
  private readonly isNoticed: () => boolean;

  /** @param isNoticed whether something worth seeing has happened since it was last asked. */
  constructor(shard: Shard, take: (input: TimedInput) => void, isNoticed: () => boolean) {
    this.shard = shard;
    this.take = take;
    this.isNoticed = isNoticed;
  }

  get nextAt(): Ms {
    return this.shard.queue.nextAt;
  }

  get now(): Ms {
    return this.shard.now;
  }

  async window(limit: Ms, inbox: readonly Message[], stops: boolean): Promise<readonly Message[]> {
    this.shard.accept(inbox);
    this.isStopped = false;
    const stop = () => (this.isStopped ||= this.isNoticed());
    this.isNoticed();
    return this.shard.run(limit, stops ? stop : undefined);
  }

  async enter(input: TimedInput): Promise<void> {
    this.take(input);
  }

  async hashes(): Promise<Readonly<Record<string, string>>> {
    return this.shard.hashes;
  }

  close(): void {}
}

/** A shard in a worker, at the other end of a port. */
export class RemoteMember implements Member {
  nextAt: Ms;
  now: Ms = 0;
  isStopped = false;
  private readonly port: Port;
  private readonly sink: TraceSink;
  private readonly waiting: {
    readonly resolve: (answer: FromShard) => void;
    readonly reject: (error: Error) => void;
  }[] = [];

  /** @param nextAt when its first event is due: what opening it gave. */
  constructor(port: Port, nextAt: Ms, sink: TraceSink) {
    this.port = port;
    this.nextAt = nextAt;
    this.sink = sink;
    port.onmessage = ({ data }) => {
      const answer = data as FromShard;
      const next = this.waiting.shift();
      if (answer.type === 'crash') next?.reject(new Error(answer.message));
      else next?.resolve(answer);
    };
  }

  async window(limit: Ms, inbox: readonly Message[], stops: boolean): Promise<readonly Message[]> {
    const answer = await this.ask({ type: 'window', limit, inbox, stops });
    if (answer.type !== 'window') return [];
    this.nextAt = answer.nextAt;
    this.now = answer.now;
    this.isStopped = answer.isStopped;
    for (const entry of answer.trace) this.sink(entry);
    return answer.sent;
  }

  async enter(input: TimedInput): Promise<void> {
    const answer = await this.ask({ type: 'input', input });
    if (answer.type === 'input') this.nextAt = answer.nextAt;
  }

  async hashes(): Promise<Readonly<Record<string, string>>> {
    const answer = await this.ask({ type: 'hashes' });
    return answer.type === 'hashes' ? answer.hashes : {};
  }

  close(reason = new Error('the shard was given up')): void {
    this.port.onmessage = null;
    for (const { reject } of this.waiting.splice(0)) reject(reason);
  }

  private ask(message: ToShard): Promise<FromShard> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.port.postMessage(message);
    });
  }
}

/** How far a conductor goes: to the end, unless one of these holds before. */
export interface Stops {
  /** Right after what is worth seeing. */
  readonly stopsAtInterest: boolean;
  isOver(): boolean;
}

const never: Stops = { stopsAtInterest: false, isOver: () => false };

export class Conductor {
  private readonly members: readonly Member[];
  private readonly lookahead: Ms;
  /** Site → index of the member that runs it. */
  private readonly homes: readonly number[];
  private readonly inboxes: Message[][];

  constructor(members: readonly Member[], homes: readonly number[], lookahead: Ms) {
    this.members = members;
    this.homes = homes;
    this.lookahead = lookahead;
    this.inboxes = members.map(() => []);
  }

  /** When the next event of all is due: everything before has happened. */
  get nextAt(): Ms {
    return Math.min(...this.members.map((member, i) => this.nextOf(member, i)));
  }

  /** The moment of the latest event that any shard took. */
  get reached(): Ms {
    return Math.max(...this.members.map(({ now }) => now));
  }

  /** Lets an input happen at a moment that no shard has reached yet. */
  async enter(input: TimedInput): Promise<void> {
    await Promise.all(this.members.map((member) => member.enter(input)));
  }

  /** Runs up to and including a moment. */
  async runUntil(until: Ms): Promise<void> {
    await this.runBefore(until + grain, never);
  }

  /** Runs all events before a moment, unless something stops it. */
  async runBefore(end: Ms, { stopsAtInterest, isOver }: Stops): Promise<void> {
    for (;;) {
      const nextAt = this.members.map((member, i) => this.nextOf(member, i));
      if (Math.min(...nextAt) >= end || isOver()) return;
      const bounds = limits(nextAt, this.lookahead, end - grain);
      const taking = this.members.filter((_, i) => (nextAt[i] as Ms) < (bounds[i] as Ms));
      const sent = await Promise.all(
        taking.map((member) => {
          const i = this.members.indexOf(member);
          const inbox = this.inboxes[i] ?? [];
          this.inboxes[i] = [];
          return member.window(bounds[i] as Ms, inbox, stopsAtInterest);
        }),
      );
      for (const message of sent.flat()) this.inboxes[this.homes[message.site] ?? 0]?.push(message);
      if (stopsAtInterest && taking.some(({ isStopped }) => isStopped)) return;
    }
  }

  close(): void {
    for (const member of this.members) member.close();
  }

  async hash(): Promise<string> {
    const hashes = await Promise.all(this.members.map((member) => member.hashes()));
    return historyHash(Object.assign({}, ...hashes) as Record<string, string>);
  }

  private nextOf(member: Member, i: number): Ms {
    return (this.inboxes[i] ?? []).reduce((least, { at }) => Math.min(least, at), member.nextAt);
  }
}

/** Who runs which machine: the control plane and the laptop in the first shard, nodes in the rest. */
export function placement(
  machines: readonly { readonly name: string; readonly role: string }[],
  shards: number,
): number[] {
  let node = 0;
  return machines.map(({ role }) => {
    if (role !== 'worker' || shards === 1) return 0;
    node += 1;
    return 1 + ((node - 1) % (shards - 1));
  });
}
