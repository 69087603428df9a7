/**
 * A world that runs beside the real clock, at a speed, and that can be talked to: what comes in
 * becomes inputs of its history, a grain after now.
 */
import { performance } from 'node:perf_hooks';
import type { ClientMessage, ServerMessage } from '../k8s/client/wire.ts';
import { grain, toGrain } from '../kernel/index.ts';
import type { Input, TimedInput } from '../world/index.ts';
import type { ApiLine, ApiLink } from './bridge/api-link.ts';

/** What is paced: a `World`, or a part of one in tests. */
export interface Simulation {
  readonly now: number;
  enter(timed: TimedInput): void;
  runUntil(at: number): void;
}

/** Real ms between two looks at the clock. */
const tickMs = 8;
/** Real ms that the world may run in one go, so that connections are served, too. */
const budgetMs = 24;
/** Simulated ms that are run between two looks at the budget. */
const sliceMs = 50;
/** How far the world may run ahead of its clock to answer somebody, in simulated ms. */
const aheadMost = 500;
/** Real ms that the world may lag before the rest is forgiven. */
const lagMost = 1_000;

/** One client's. */
interface Line {
  readonly hear: (message: ServerMessage) => void;
  /** Ids of requests that have no answer yet. */
  readonly unanswered: Set<number>;
}

export class PacedWorld implements ApiLink {
  /** Everything that came in, in order; empty unless it was asked for. */
  readonly inputs: TimedInput[] = [];
  private readonly world: Simulation;
  private readonly keepsInputs: boolean;
  private rate: number;
  private readonly lines = new Map<number, Line>();
  /** How many requests have no answer yet. */
  private unanswered = 0;
  private lastClient = 0;
  private anchor = { real: 0, world: 0 };
  private timer: NodeJS.Timeout | undefined;
  private isHurrying = false;

  /**
   * @param speed simulated ms per real ms.
   * @param keepsInputs for a history that is to be saved: they grow with every request.
   */
  constructor(world: Simulation, speed: number, keepsInputs = false) {
    this.world = world;
    this.keepsInputs = keepsInputs;
    this.rate = speed;
  }

  /** Simulated ms per real ms; 0 lets time pass only as far as answers need it. */
  set speed(speed: number) {
    this.setAnchor();
    this.rate = speed;
  }

  get now(): number {
    return this.world.now;
  }

  start(): void {
    this.setAnchor();
    this.timer = setInterval(() => this.tick(), tickMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Something is done to the world, now. */
  enter(input: Input): void {
    // A world that rests lets time pass for an answer; a slow one is not held back for that.
    if (this.rate < 1 && this.world.now > this.target) this.setAnchor();
    const timed = { at: this.world.now + grain, input };
    if (this.keepsInputs) this.inputs.push(timed);
    this.world.enter(timed);
    this.hurry();
  }

  /** The API server answers a client; the world's alone. */
  answer(client: number, message: ServerMessage): void {
    const line = this.lines.get(client);
    if (line === undefined) return;
    if (message.type === 'response') this.settle(line, message.id);
    line.hear(message);
  }

  open(hear: (message: ServerMessage) => void): ApiLine {
    const client = (this.lastClient += 1);
    const line: Line = { hear, unanswered: new Set() };
    this.lines.set(client, line);
    return {
      send: (message) => this.send(client, line, message),
      close: () => {
        if (!this.lines.delete(client)) return;
        this.settle(line, -1);
        this.enter({ type: 'api', client, message: null });
      },
    };
  }

  private send(client: number, line: Line, message: ClientMessage): void {
    if (message.type === 'cancel') this.settle(line, message.id);
    else if (message.type === 'request') {
      line.unanswered.add(message.id);
      this.unanswered += 1;
    }
    this.enter({ type: 'api', client, message });
  }

  /** A request waits no more; below 0, all of the line. */
  private settle({ unanswered }: Line, id: number): void {
    if (id < 0) {
      this.unanswered -= unanswered.size;
      unanswered.clear();
    } else if (unanswered.delete(id)) this.unanswered -= 1;
  }

  private get target(): number {
    return this.anchor.world + (performance.now() - this.anchor.real) * this.rate;
  }

  private setAnchor(): void {
    this.anchor = { real: performance.now(), world: this.world.now };
  }

  private tick(): void {
    const { world, target } = this;
    const until = performance.now() + budgetMs;
    while (world.now < toGrain(target) && performance.now() < until) {
      world.runUntil(Math.min(toGrain(target), world.now + sliceMs));
    }
    if (target - world.now > lagMost * this.rate) this.setAnchor();
  }

  /** Who asks need not wait for the clock's next tick: the world runs ahead to its answer. */
  private hurry(): void {
    if (this.isHurrying) return;
    this.isHurrying = true;
    setImmediate(() => {
      this.isHurrying = false;
      this.runAhead();
    });
  }

  private runAhead(): void {
    const { world } = this;
    const most = this.target + aheadMost;
    const until = performance.now() + budgetMs;
    while (this.unanswered > 0 && world.now < most && performance.now() < until) {
      world.runUntil(world.now + 0.5);
    }
    if (this.unanswered > 0 && world.now < most) this.hurry();
  }
}
