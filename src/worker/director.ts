/**
 * Runs a session: plays it, stops it, takes it back, forks it, and tells the page what to show.
 * Everything that it knows of the world it has from history; it decides pacing, nothing else.
 */
import type { Descriptions } from '../api/open-api.ts';
import { type TraceEntry, grain } from '../kernel/index.ts';
import {
  defaultWorld,
  isRefusal,
  readSession,
  replay,
  type World,
  worldByName,
} from '../world/index.ts';
import { complete } from './complete.ts';
import { diffOf } from './diff.ts';
import { editorSchema } from './editor-schema.ts';
import { inspect } from './inspect.ts';
import { interestOf } from './interest.ts';
import { Observer } from './observer/observer.ts';
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
} from './protocol.ts';
import { Timeline } from './timeline.ts';

/** What the director needs of the place where it runs. */
export interface Surroundings {
  /** Real ms, for pacing only. */
  now(): number;
  /** Calls back about every `ms`, until the returned function is called. */
  every(ms: number, callback: () => void): () => void;
  /** The fields' descriptions: large, and needed by `kubectl explain` only. */
  loadDescriptions(): Promise<Descriptions>;
}

/** Real ms between two updates, and how much of it the simulation may use. */
const frameMs = 16;
const budgetMs = 11;
/** The world's clock in a new session: a fixed moment, so that the same seed is the same world. */
const defaultEpoch = Date.UTC(2026, 0, 5, 8, 0, 0);

/** A world and its watcher, at some moment of a history. */
interface Scene {
  readonly world: World;
  readonly observer: Observer;
}

export class SessionDirector implements Director {
  private readonly around: Surroundings;
  private readonly pacer = new Pacer();
  private timeline = new Timeline(defaultWorld, 1, defaultEpoch, 0);
  private scene: Scene | undefined;
  private listener: Listener | undefined;
  private crashed: ((crash: Crash) => void) | undefined;
  private isPlaying = true;
  private isReset = true;
  private isSending = false;
  private isDirty = true;
  private lastReal = 0;
  private lastGood = 0;
  private stoppedBy: string | undefined;
  private breakpoints: readonly Breakpoint[] = [];
  private moments: number[] = [];
  private noticed: number | undefined;
  private isCrashed = false;
  private prose: Descriptions | undefined;
  /** What inputs wait for: it is loaded after the first picture. */
  private readonly loading: Promise<void>;

  constructor(around: Surroundings) {
    this.around = around;
    around.every(frameMs, () => this.tick());
    this.loading = around.loadDescriptions().then((prose) => {
      this.prose = prose;
    });
  }

  async open({ session, world = defaultWorld, seed = 1 }: Opening): Promise<Refusal | undefined> {
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
    this.isCrashed = false;
    this.rebuild(Math.max(this.timeline.current.until, definition.openAt));
    this.isPlaying = true;
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
    const { scene, timeline } = this;
    if (scene === undefined) return;
    const { now } = scene.world;
    if (now < timeline.current.until - grain) timeline.fork(now);
    const timed = { at: now + grain, input };
    timeline.current.inputs.push(timed);
    timeline.current.until = timed.at;
    scene.world.enter(timed);
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
  }

  async setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void> {
    this.breakpoints = breakpoints;
  }

  async seek(at: number): Promise<void> {
    this.rebuild(Math.max(0, Math.min(at, this.timeline.current.until)));
    this.isPlaying = false;
  }

  async step(direction: 1 | -1): Promise<void> {
    const { scene } = this;
    if (scene === undefined) return;
    this.isPlaying = false;
    const { now } = scene.world;
    if (direction === -1) {
      const before = this.moments.findLast((moment) => moment < now - grain);
      return this.seek(before ?? now);
    }
    const limit = now + 600_000;
    this.noticed = undefined;
    this.guarded(() => {
      while (this.noticed === undefined && scene.world.shard.step(limit));
    });
    this.played();
  }

  async undo(): Promise<void> {
    const { inputs } = this.timeline.current;
    const last = inputs.at(-1);
    if (last === undefined) return;
    this.timeline.fork(last.at - grain, inputs.slice(0, -1));
    this.rebuild(last.at - grain);
    this.isPlaying = false;
  }

  async switchBranch(id: string): Promise<void> {
    const branch = this.timeline.branches.get(id);
    if (branch === undefined) return;
    this.timeline.current = branch;
    this.rebuild(branch.until);
    this.isPlaying = false;
  }

  async inspect(subject: Subject): Promise<Inspection | undefined> {
    return this.scene === undefined ? undefined : inspect(this.scene, subject);
  }

  async complete(terminal: string, line: string, cursor: number): Promise<Completion> {
    return this.scene === undefined
      ? { from: cursor, candidates: [] }
      : complete(this.scene, terminal, line, cursor);
  }

  async files(): Promise<readonly string[]> {
    const home = this.laptop?.files;
    return (home?.list('/home/learner') ?? []).filter((name) =>
      /\.(ya?ml|json|sh|txt)$/.test(name),
    );
  }

  async readFile(path: string): Promise<string | undefined> {
    return this.laptop?.files.read(path.startsWith('/') ? path : `/home/learner/${path}`);
  }

  async diff(manifest: string): Promise<DiffView> {
    const { scene } = this;
    if (scene === undefined) return { objects: [] };
    return diffOf(this.timeline.session(), scene.world.now, manifest);
  }

  async schema(): Promise<unknown> {
    return editorSchema();
  }

  async export(): Promise<SessionFile> {
    return this.timeline.session(this.scene?.world.now);
  }

  async figures(): Promise<Readonly<Record<string, number>>> {
    const shard = this.scene?.world.shard;
    return { now: shard?.now ?? 0, steps: shard?.steps ?? 0, pending: shard?.queue.size ?? 0 };
  }

  private get laptop() {
    const machines = [...(this.scene?.world.machines.values() ?? [])];
    return machines.find(({ description }) => description.role === 'workstation');
  }

  /** Plays the present branch again up to a moment. */
  private rebuild(until: number): void {
    this.guarded(() => {
      const session = this.timeline.session();
      const definition = worldByName(session.world);
      if (definition === undefined) return;
      this.moments = [];
      const observer = new Observer(definition, session.epoch);
      const world = replay(session, until, {
        sink: (entry) => this.witness(entry, observer),
        descriptions: () => this.prose,
      });
      if (world === undefined) return;
      for (const timed of session.inputs) if (timed.at > until) world.enter(timed);
      this.scene = { world, observer };
      this.lastGood = until;
    });
    const branch = this.timeline.current;
    branch.until = Math.max(branch.until, until);
    this.pacer.settle();
    this.isReset = true;
    this.isDirty = true;
  }

  private witness(entry: TraceEntry, observer: Observer): void {
    observer.take(entry);
    const lasts = interestOf(entry);
    if (lasts === undefined) return;
    if (this.moments.at(-1) !== entry.at) this.moments.push(entry.at);
    this.noticed = Math.max(this.noticed ?? 0, lasts);
    if (observer === this.scene?.observer) this.meetBreakpoint(entry);
  }

  private meetBreakpoint({ record }: TraceEntry): void {
    if (this.breakpoints.length === 0 || record.type !== 'write') return;
    const met = breakpointOf(record['object'], String(record['verb']));
    if (met === undefined || !this.breakpoints.includes(met.breakpoint)) return;
    this.stoppedBy = met.what;
    this.isPlaying = false;
  }

  private tick(): void {
    const real = this.around.now();
    const passed = Math.min(100, real - this.lastReal);
    this.lastReal = real;
    if (this.isPlaying && !this.isCrashed) this.guarded(() => this.advance(passed, real));
    this.send();
  }

  private advance(passed: number, real: number): void {
    const { scene, pacer } = this;
    if (scene === undefined) return;
    pacer.pass(passed, real);
    const { shard } = scene.world;
    let target = shard.now + passed * pacer.factor;
    this.noticed = undefined;
    for (let steps = 0; shard.queue.nextAt <= target && this.isPlaying; steps++) {
      shard.step(Infinity);
      if (this.noticed !== undefined && pacer.isExplaining) {
        pacer.notice(this.noticed, real);
        this.noticed = undefined;
        target = Math.min(target, shard.now + passed * pacer.factor);
      }
      if (steps % 64 === 63 && this.around.now() - real > budgetMs) {
        target = shard.now;
        break;
      }
    }
    if (this.isPlaying) shard.now = Math.max(shard.now, target);
    this.played();
  }

  private played(): void {
    const now = this.scene?.world.now ?? 0;
    const branch = this.timeline.current;
    branch.until = Math.max(branch.until, now);
    this.lastGood = now;
    this.isDirty = true;
  }

  /** One update at a time: a busy page gets fewer, larger ones. */
  private send(): void {
    const { scene, listener } = this;
    if (scene === undefined || listener === undefined || !this.isDirty || this.isSending) return;
    this.isSending = true;
    this.isDirty = false;
    const update = scene.observer.update(scene.world.now, this.isReset);
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
      openAt: this.scene?.world.definition.openAt ?? 0,
      until: timeline.current.until,
      branch: timeline.current.id,
      branches: timeline.views,
      canUndo: timeline.current.inputs.length > 0,
      isSeeking: false,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
    };
  }

  /** What throws in the world is our mistake: the learner gets it said, with all that they did. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.isCrashed = true;
      this.isPlaying = false;
      const message =
        error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
      const { lastGood } = this;
      this.crashed?.({ message, lastGood, session: this.timeline.session(lastGood) });
    }
  }
}

interface Met {
  readonly breakpoint: Breakpoint;
  readonly what: string;
}

function breakpointOf(object: unknown, verb: string): Met | undefined {
  const { kind, metadata, status, type, reason } = object as {
    kind: string;
    metadata: { name: string };
    status?: {
      phase?: string;
      conditions?: { type: string; status: string }[];
      containerStatuses?: { state?: { waiting?: { reason?: string } } }[];
    };
    type?: string;
    reason?: string;
  };
  const conditionIs = (name: string, value: string) =>
    status?.conditions?.some((each) => each.type === name && each.status === value) === true;
  const { name } = metadata;
  if (kind === 'Event' && type === 'Warning' && verb === 'create') {
    return { breakpoint: 'warning-event', what: `${reason ?? ''} ${name}` };
  }
  if (kind === 'Node' && (conditionIs('Ready', 'Unknown') || conditionIs('Ready', 'False'))) {
    return { breakpoint: 'node-not-ready', what: `Node ${name}` };
  }
  if (kind !== 'Pod' || verb === 'delete') return undefined;
  const isCrashing = status?.containerStatuses?.some(
    ({ state }) => state?.waiting?.reason === 'CrashLoopBackOff',
  );
  if (status?.phase === 'Failed' || isCrashing)
    return { breakpoint: 'pod-failed', what: `Pod ${name}` };
  return conditionIs('Ready', 'True')
    ? { breakpoint: 'pod-ready', what: `Pod ${name}` }
    : undefined;
}
