/**
 * Runs a session: plays it, stops it, takes it back, forks it, and tells the page what to show.
 * Everything that it knows of the world it has from history; it decides pacing, nothing else.
 */
import type { Descriptions } from '../api/open-api.ts';
import { type TraceEntry, grain } from '../kernel/index.ts';
import { defaultWorld, isRefusal, readSession, worldByName } from '../world/bare.ts';
import { completeAt, filesAt, inspectAt, readFileAt } from './asking.ts';
import { breakpointOf } from './breakpoints.ts';
import { Crew, type StartShard } from './crew.ts';
import { diffIn } from './diff.ts';
import { editorSchema } from './editor-schema.ts';
import { type Engine, InlineEngine, type Past, momentAfter } from './engine.ts';
import { Handover, isHaste, isSteadyPace } from './handover.ts';
import { isAwaiting } from './observer/awaiting.ts';
import { Pacer } from './pacer.ts';
import type {
  Breakpoint,
  Completion,
  Crash,
  DiffView,
  Director,
  Input,
  Inspection,
  Listener,
  Opening,
  Pace,
  Playback,
  Refusal,
  SessionFile,
  Subject,
  TimedInput,
} from './protocol.ts';
import { ParallelEngine } from './parallel-engine.ts';
import { Spares } from './spares.ts';
import { Timeline } from './timeline.ts';

/** What the director needs of the place where it runs. */
export interface Surroundings {
  /** Real ms, for pacing only. */
  now(): number;
  /** Calls back about every `ms`, until the returned function is called. */
  every(ms: number, callback: () => void): () => void;
  /** Lets others have a turn: messages that have come meanwhile. */
  breathe(): Promise<void>;
  /** Of the computer. */
  readonly cores: number;
  /** Absent where there are no workers: then the whole world stays in this thread. */
  readonly startShard?: StartShard;
  /** What commands need and the first picture does not: kubectl, and the fields' descriptions. */
  loadLate(): Promise<Descriptions>;
}

/** Real ms between two updates, and how much of it the simulation may use. */
const frameMs = 16;
const budgetMs = 11;
/** Real ms between two looks at whether anything is on its way. */
const askMs = 500;
/** Real ms of work on spares in a frame, and how little else there must be to do for it. */
const spareMs = 8;
const quietMs = 4;
/** Real ms of a seek between two looks at what else is wanted. */
const seekMs = 24;
/** The world's clock in a new session: a fixed moment, so that the same seed is the same world. */
const defaultEpoch = Date.UTC(2026, 0, 5, 8, 0, 0);
/** How far a step looks for something worth seeing, in simulated ms. */
const farthestStep = 600_000;

/** Nothing stops it. */
const whole = { stopsAtInterest: false, isOver: () => false };

export class SessionDirector implements Director {
  private readonly around: Surroundings;
  private readonly pacer = new Pacer();
  private timeline = new Timeline(defaultWorld, 1, defaultEpoch, 0);
  private spares = new Spares(0, (inputs) => this.past(inputs));
  private engine: Engine | undefined;
  private listener: Listener | undefined;
  private crashed: ((crash: Crash) => void) | undefined;
  private isPlaying = true;
  private isReset = true;
  private isSending = false;
  private advancing: Promise<void> | undefined;
  private readonly handover = new Handover();
  private crew: Crew;
  private isDirty = true;
  private lastReal = 0;
  private askedAt = -Infinity;
  private awaited = true;
  private lastGood = 0;
  private lastSeek = 0;
  private stoppedBy: string | undefined;
  private breakpoints: readonly Breakpoint[] = [];
  private isCrashed = false;
  private prose: Descriptions | undefined;
  /** Counts what takes the session elsewhere: whatever waited for the old place gives up. */
  private turn = 0;
  private seeking: Promise<void> | undefined;
  /** What inputs wait for: it is loaded after the first picture. */
  private readonly loading: Promise<void>;

  constructor(around: Surroundings) {
    this.around = around;
    this.crew = new Crew(around.cores, around.startShard);
    around.every(frameMs, () => this.tick());
    this.loading = around.loadLate().then((prose) => {
      this.prose = prose;
    });
  }

  async open({
    session,
    world = defaultWorld,
    seed = 1,
    shards,
  }: Opening): Promise<Refusal | undefined> {
    const checked = session === undefined ? undefined : readSession(session);
    if (checked !== undefined && isRefusal(checked)) return checked;
    const name = checked?.world ?? world;
    const definition = worldByName(name);
    if (definition === undefined) {
      return { error: 'unknown-world', detail: `there is no world named ${name}` };
    }
    // A history that is played again may ask for them at once.
    if (checked !== undefined) await this.loading;
    this.timeline =
      checked === undefined
        ? new Timeline(name, seed, defaultEpoch - definition.openAt, definition.openAt)
        : Timeline.of(checked);
    this.leave();
    this.crew.dismiss();
    this.crew = new Crew(this.around.cores, this.around.startShard, shards);
    this.spares = new Spares(sparesFor(definition.machines.length), (inputs) => this.past(inputs));
    this.engine = undefined;
    this.lastGood = 0;
    await this.goTo(Math.max(this.timeline.current.until, definition.openAt));
    this.play();
    return undefined;
  }

  async subscribe(listener: Listener, crashed: (crash: Crash) => void): Promise<void> {
    this.listener = listener;
    this.crashed = crashed;
    this.isReset = true;
    this.isDirty = true;
  }

  async act(input: Input): Promise<void> {
    await this.loading;
    await this.arrival();
    // Shards that are on their way would come past the moment of the input.
    await this.advancing;
    const { engine, timeline } = this;
    if (engine === undefined) return;
    const { now, reached } = engine;
    if (now < timeline.current.until - grain) timeline.fork(reached);
    const { current } = timeline;
    const at = Math.max(momentAfter(reached), current.inputs.at(-1)?.at ?? 0);
    const timed = { at, input };
    current.inputs.push(timed);
    current.until = timed.at;
    engine.follow(current.inputs);
    this.play();
    this.pacer.settle();
  }

  async play(): Promise<void> {
    this.isPlaying = true;
    this.stoppedBy = undefined;
    this.isDirty = true;
  }

  async pause(): Promise<void> {
    this.isPlaying = false;
    this.isDirty = true;
  }

  async setPace(pace: Pace): Promise<void> {
    this.pacer.pace = pace;
    this.isDirty = true;
    const { engine, isPlaying } = this;
    if (!(engine instanceof ParallelEngine) || !isHaste(pace)) return;
    await this.goTo(engine.now);
    if (isPlaying) this.play();
  }

  async setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void> {
    this.breakpoints = breakpoints;
  }

  async seek(at: number): Promise<void> {
    await this.goTo(Math.max(0, Math.min(at, this.timeline.current.until)));
  }

  async step(direction: 1 | -1): Promise<void> {
    await this.arrival();
    const { engine } = this;
    if (engine === undefined) return;
    this.isPlaying = false;
    engine.halt();
    await this.advancing;
    const { now } = engine;
    if (direction === -1) {
      const before = engine.moments.findLast((moment) => moment < now - grain);
      return this.goTo(before ?? now);
    }
    await this.travel(async (isCurrent) => {
      do {
        const isThere = await engine.advance(now + farthestStep, this.limits(seekMs, true));
        // The whole of the moment: going back to it gives the same.
        if (engine.noticed !== undefined) return void (await engine.advance(engine.now, whole));
        if (isThere) return;
        this.isDirty = true;
        await this.around.breathe();
      } while (isCurrent());
    });
    this.played();
  }

  async undo(): Promise<void> {
    const { inputs } = this.timeline.current;
    const last = inputs.at(-1);
    if (last === undefined) return;
    this.timeline.fork(last.at - grain, inputs.slice(0, -1));
    await this.goTo(last.at - grain);
  }

  async switchBranch(id: string): Promise<void> {
    const branch = this.timeline.branches.get(id);
    if (branch === undefined) return;
    this.timeline.current = branch;
    await this.goTo(branch.until);
  }

  async inspect(subject: Subject): Promise<Inspection | undefined> {
    return this.engine === undefined ? undefined : inspectAt(this.engine, subject);
  }

  async complete(terminal: string, line: string, cursor: number): Promise<Completion> {
    return this.engine === undefined
      ? { from: cursor, candidates: [] }
      : completeAt(this.engine, terminal, line, cursor);
  }

  async files(): Promise<readonly string[]> {
    await this.arrival();
    return filesAt(this.engine);
  }

  async readFile(path: string): Promise<string | undefined> {
    await this.arrival();
    return readFileAt(this.engine, path);
  }

  async diff(manifest: string): Promise<DiffView> {
    await this.arrival();
    const { engine } = this;
    if (engine === undefined) return { objects: [] };
    const { inputs } = this.timeline.current;
    const { now } = engine;
    const ghost = this.spares.take(now, inputs);
    while (!ghost.advance(now, this.limits(seekMs, false))) await this.around.breathe();
    return diffIn(ghost, inputs, manifest);
  }

  async schema(): Promise<unknown> {
    return editorSchema();
  }

  async export(): Promise<SessionFile> {
    return this.timeline.session(this.engine?.now);
  }

  async figures(): Promise<Readonly<Record<string, number>>> {
    const { engine, spares, lastSeek } = this;
    return { now: engine?.now ?? 0, ...engine?.figures, spares: spares.count, seekMs: lastSeek };
  }

  /** How engines of this session begin. */
  private past(inputs: readonly TimedInput[]): Past {
    const { world, seed, epoch } = this.timeline;
    const definition = worldByName(world);
    if (definition === undefined) throw new Error(`there is no world named ${world}`);
    return { definition, seed, epoch, inputs, descriptions: () => this.prose };
  }

  private limits(ms: number, stopsAtInterest: boolean) {
    const end = this.around.now() + ms;
    return { stopsAtInterest, isOver: () => this.around.now() > end };
  }

  /** Shows the present branch at a moment, and stays there. */
  private async goTo(until: number): Promise<void> {
    this.isPlaying = false;
    this.isCrashed = false;
    this.stoppedBy = undefined;
    const began = this.around.now();
    await this.travel(async (isCurrent) => {
      const { inputs } = this.timeline.current;
      this.leave();
      const engine = this.spares.take(until, inputs);
      while (!engine.advance(until, this.limits(seekMs, false))) {
        await this.around.breathe();
        if (!isCurrent()) return this.spares.keep(engine);
      }
      this.install(engine);
      this.lastSeek = this.around.now() - began;
    });
  }

  /** What is shown is still of use: for the way back. */
  private leave(): void {
    const { engine } = this;
    if (engine instanceof InlineEngine) this.spares.keep(engine);
    else if (engine instanceof ParallelEngine) engine.close();
  }

  private install(engine: Engine): void {
    this.engine = engine;
    engine.onEntry = (entry) => this.meetBreakpoint(entry);
    const branch = this.timeline.current;
    branch.until = Math.max(branch.until, engine.now);
    this.lastGood = engine.now;
    this.pacer.settle();
    this.isReset = true;
    this.isDirty = true;
  }

  /** Does something that may take long; whatever else wants to go elsewhere ends it. */
  private async travel(way: (isCurrent: () => boolean) => Promise<void>): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const isCurrent = () => this.turn === turn;
    const going = this.guarded(() => way(isCurrent));
    this.seeking = going;
    this.isDirty = true;
    await going;
    if (isCurrent()) this.seeking = undefined;
    this.isDirty = true;
  }

  /** When nothing is on its way elsewhere. */
  private async arrival(): Promise<void> {
    while (this.seeking !== undefined) await this.seeking;
  }

  private meetBreakpoint(entry: TraceEntry): void {
    if (this.breakpoints.length === 0) return;
    const met = breakpointOf(entry);
    if (met === undefined || !this.breakpoints.includes(met.breakpoint)) return;
    this.stoppedBy = met.what;
    this.isPlaying = false;
    this.engine?.halt();
  }

  private tick(): void {
    const real = this.around.now();
    const passed = Math.min(100, real - this.lastReal);
    this.lastReal = real;
    if (this.seeking === undefined && this.advancing === undefined && !this.isCrashed) {
      if (this.isPlaying && !this.handover.isHolding) this.start(passed, real);
      void this.considerShards(passed);
      if (this.around.now() - real < quietMs) this.workOnSpares();
    }
    this.send();
  }

  /** Looked up twice a second: it only sets how fast silence passes. */
  private isAwaiting(real: number): boolean {
    if (real - this.askedAt > askMs) {
      this.askedAt = real;
      this.awaited = isAwaiting(this.engine?.observer.objects.values() ?? []);
    }
    return this.awaited;
  }

  private start(passed: number, real: number): void {
    const advancing = this.guarded(() => this.advance(passed, real)).finally(() => {
      if (this.advancing === advancing) this.advancing = undefined;
    });
    if (this.engine instanceof ParallelEngine) this.advancing = advancing;
  }

  /** When play is steady, the nodes go to other workers. */
  private async considerShards(passed: number): Promise<void> {
    const { engine, pacer, turn, isPlaying } = this;
    const isSteady = isPlaying && isSteadyPace(pacer.pace) && engine instanceof InlineEngine;
    const taken = await this.handover.consider(passed, this.crew, isSteady ? engine : undefined, {
      isWanted: () => this.turn === turn && this.engine === engine && !this.isCrashed,
      now: () => this.around.now(),
      inputs: () => this.timeline.current.inputs,
    });
    if (taken === undefined) return;
    if (this.turn === turn && this.engine === engine) this.engine = taken;
    else taken.close();
  }

  private async advance(passed: number, real: number): Promise<void> {
    const { engine, pacer } = this;
    if (engine === undefined) return;
    pacer.pass(passed, real, this.isAwaiting(real));
    let until = engine.now + passed * pacer.factor;
    const limits = this.limits(budgetMs, pacer.isExplaining);
    for (;;) {
      const going = engine.advance(until, limits);
      const isThere = typeof going === 'boolean' ? going : await going;
      if (this.engine !== engine) return;
      if (isThere || !this.isPlaying || limits.isOver() || engine.noticed === undefined) break;
      pacer.notice(engine.noticed, real);
      until = Math.min(until, engine.now + passed * pacer.factor);
    }
    this.played();
  }

  private played(): void {
    const now = this.engine?.now ?? 0;
    const branch = this.timeline.current;
    branch.until = Math.max(branch.until, now);
    this.lastGood = now;
    this.isDirty = true;
  }

  private workOnSpares(): void {
    const { engine, around } = this;
    if (engine === undefined) return;
    const { inputs, until } = this.timeline.current;
    const { openAt } = engine.definition;
    const end = around.now() + spareMs;
    const isOver = () => around.now() > end;
    // A mistake in the world is met when it is played; here it only costs the spares.
    try {
      while (!isOver() && this.spares.work({ inputs, openAt, until }, isOver));
    } catch {
      this.spares.clear();
    }
  }

  /** One update at a time: a busy page gets fewer, larger ones. */
  private send(): void {
    const { engine, listener } = this;
    if (engine === undefined || listener === undefined || !this.isDirty || this.isSending) return;
    this.isSending = true;
    const update = engine.observer.update(engine.now, this.isReset);
    this.isDirty = engine.observer.hasMore;
    this.isReset = false;
    const sent: unknown = listener(update, this.playback);
    void Promise.resolve(sent).finally(() => {
      this.isSending = false;
    });
  }

  private get playback(): Playback {
    const { timeline, isPlaying, pacer, stoppedBy } = this;
    return {
      isPlaying,
      pace: pacer.pace,
      factor: isPlaying ? pacer.factor : 0,
      openAt: this.engine?.definition.openAt ?? 0,
      until: timeline.current.until,
      branch: timeline.current.id,
      branches: timeline.views,
      canUndo: timeline.current.inputs.length > 0,
      isSeeking: this.seeking !== undefined,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
    };
  }

  /** What throws in the world is our mistake: the learner gets it said, with all that they did. */
  private async guarded(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.isCrashed = true;
      this.isPlaying = false;
      this.isDirty = true;
      const message =
        error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
      const { lastGood } = this;
      if (this.engine instanceof ParallelEngine) this.crew.dismiss();
      this.crashed?.({ message, lastGood, session: this.timeline.session(lastGood) });
    }
  }
}

/** Memory bounds them. */
const sparesFor = (machines: number): number => (machines <= 6 ? 6 : machines <= 20 ? 3 : 1);
