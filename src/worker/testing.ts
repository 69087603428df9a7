/** A director on a clock that tests move by hand. */
import './late.ts';
import { SessionDirector } from './director.ts';
import type { Port, ShardHandle } from './lockstep-protocol.ts';
import type { Crash, Listener, Playback, StageUpdate } from './protocol.ts';
import { ShardHost } from './shard-host.ts';

export class Bench {
  /** Real ms. */
  real = 1_000;
  /** What the clock moves on by with each look at it. */
  costMs = 0;
  readonly updates: StageUpdate[] = [];
  readonly crashes: Crash[] = [];
  playback!: Playback;
  readonly director: SessionDirector;
  private frame: () => void = () => undefined;

  constructor(shards = 0) {
    this.director = new SessionDirector({
      now: () => (this.real += this.costMs),
      every: (_ms, callback) => {
        this.frame = callback;
        return () => undefined;
      },
      breathe: () => Promise.resolve(),
      loadLate: async () => ({}),
      cores: 1 + shards,
      ...(shards === 0 ? {} : { startShard: async () => shardHere() }),
    });
    const listener: Listener = (update, playback) => {
      this.updates.push(update);
      this.playback = playback;
    };
    void this.director.subscribe(listener, (crash) => this.crashes.push(crash));
  }

  get now(): number {
    return this.updates.at(-1)?.now ?? 0;
  }

  /** Lets real time pass, frame by frame. */
  async pass(ms: number): Promise<void> {
    for (let end = this.real + ms; this.real < end;) {
      this.real += 16;
      this.frame();
      await settled();
    }
  }

  /** Plays, at a pace, until a moment or until something stops it. */
  async playTo(at: number): Promise<void> {
    await this.pass(16);
    while (this.now < at && this.playback.isPlaying) await this.pass(16);
  }

  /** Everything that the page would show if it were opened now. */
  async picture(): Promise<StageUpdate> {
    const { director, updates } = this;
    const from = updates.length;
    await director.subscribe(
      (update, playback) => {
        updates.push(update);
        this.playback = playback;
      },
      (crash) => this.crashes.push(crash),
    );
    await this.pass(16 * 8);
    return merged(updates.slice(from));
  }
}

/** A shard that is in this thread, behind a door and a port through which only data passes. */
export function shardHere(): ShardHandle {
  const host = new ShardHost();
  return {
    failed: new Promise(() => undefined),
    replay: (past, until) => host.replay(structuredClone(past), until),
    lookAt: async (machine, request) =>
      structuredClone(await host.lookAt(machine, structuredClone(request))),
    close: () => host.close(),
    async narrow(machines) {
      const [near, far] = portPair();
      return { port: near, nextAt: await host.narrow(machines, far) };
    },
    stop: () => undefined,
  };
}

function portPair(): [Port, Port] {
  const near: Port = { onmessage: null, postMessage: (data) => pass(far, data) };
  const far: Port = { onmessage: null, postMessage: (data) => pass(near, data) };
  return [near, far];
}

function pass(to: Port, message: unknown): void {
  const data: unknown = structuredClone(message);
  queueMicrotask(() => to.onmessage?.({ data }));
}

/** Promises that wait for nothing else have been kept. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function merged(updates: readonly StageUpdate[]): StageUpdate {
  const [first, ...more] = updates as [StageUpdate, ...StageUpdate[]];
  return {
    ...first,
    pods: [first, ...more].flatMap(({ pods }) => pods),
    owners: [first, ...more].flatMap(({ owners }) => owners),
    services: [first, ...more].flatMap(({ services }) => services),
  };
}
