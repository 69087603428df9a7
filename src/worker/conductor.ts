/**
 * Runs a world whose shards are in workers: windows in lock-step, messages handed over between
 * them. The history is the one that a single shard would have.
 */
import {
  type Message,
  type Ms,
  type Shard,
  type TraceSink,
  historyHash,
  limits,
} from '../kernel/index.ts';
import type { FromShard, Port, ToShard } from './lockstep-protocol.ts';
import type { TimedInput } from './protocol.ts';

/** A shard as the conductor sees it, wherever it runs. */
interface Member {
  nextAt: Ms;
  window(limit: Ms, inbox: readonly Message[]): Promise<readonly Message[]>;
  enter(input: TimedInput): Promise<void>;
  hashes(): Promise<Readonly<Record<string, string>>>;
}

/** A shard of this thread. */
export class LocalMember implements Member {
  nextAt: Ms;
  private readonly shard: Shard;
  private readonly take: (input: TimedInput) => void;

  constructor(shard: Shard, take: (input: TimedInput) => void) {
    this.shard = shard;
    this.take = take;
    this.nextAt = shard.queue.nextAt;
  }

  async window(limit: Ms, inbox: readonly Message[]): Promise<readonly Message[]> {
    this.shard.accept(inbox);
    const sent = this.shard.run(limit);
    this.nextAt = this.shard.queue.nextAt;
    return sent;
  }

  async enter(input: TimedInput): Promise<void> {
    this.take(input);
    this.nextAt = this.shard.queue.nextAt;
  }

  async hashes(): Promise<Readonly<Record<string, string>>> {
    return this.shard.hashes;
  }
}

/** A shard in a worker, at the other end of a port. */
export class RemoteMember implements Member {
  nextAt: Ms;
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

  async window(limit: Ms, inbox: readonly Message[]): Promise<readonly Message[]> {
    const answer = await this.ask({ type: 'window', limit, inbox });
    if (answer.type !== 'window') return [];
    this.nextAt = answer.nextAt;
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

  private ask(message: ToShard): Promise<FromShard> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.port.postMessage(message);
    });
  }
}

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

  /** Lets an input happen at a moment that no shard has reached yet. */
  async enter(input: TimedInput): Promise<void> {
    await Promise.all(this.members.map((member) => member.enter(input)));
  }

  /** Runs up to and including a moment. */
  async runUntil(until: Ms): Promise<void> {
    for (;;) {
      const nextAt = this.members.map((member, i) => this.nextOf(member, i));
      if (Math.min(...nextAt) > until) return;
      const bounds = limits(nextAt, this.lookahead, until);
      const sent = await Promise.all(
        this.members.map((member, i) => {
          const limit = bounds[i] as Ms;
          if ((nextAt[i] as Ms) >= limit) return [];
          const inbox = this.inboxes[i] ?? [];
          this.inboxes[i] = [];
          return member.window(limit, inbox);
        }),
      );
      for (const message of sent.flat()) this.inboxes[this.homes[message.site] ?? 0]?.push(message);
    }
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
