/**
 * The director that a page of a served world talks to. The present is everybody's: what is done
 * there is done to the one world, at its speed. The past is the page's own: it is played again
 * from the history so far, in a director that the page alone looks at.
 */
import { grain } from '../../kernel/index.ts';
import { isInput } from '../../world/index.ts';
import { completeAt, filesAt, inspectAt, readFileAt } from '../../worker/asking.ts';
import { diffOf } from '../../worker/diff.ts';
import { SessionDirector, type Surroundings } from '../../worker/director.ts';
import { editorSchema } from '../../worker/editor-schema.ts';
import type {
  Breakpoint,
  Completion,
  Crash,
  DiffView,
  Director,
  Input,
  Inspection,
  Listener,
  Pace,
  Playback,
  Refusal,
  SessionFile,
  StageUpdate,
  Subject,
} from '../../worker/protocol.ts';
import { oneHistory, type Present } from './present.ts';

/** As near to the present as this is the present, in simulated ms. */
const nearNow = 100;

export class LiveDirector implements Director {
  private readonly present: Present;
  private readonly around: Surroundings;
  private readonly isReady: () => boolean;
  private listener: Listener | undefined;
  private unfollow: (() => void) | undefined;
  /** The end of history as the page was last told. */
  private toldUntil = Infinity;
  private past: { readonly director: SessionDirector; close(): void } | undefined;
  /** Why the past could not be played again. */
  private problem: string | undefined;

  /** @param isReady whether the page has taken in what it was sent. */
  constructor(present: Present, around: Surroundings, isReady: () => boolean) {
    this.present = present;
    this.around = around;
    this.isReady = isReady;
  }

  /** The world is open already, and stays the one that it is. */
  async open(): Promise<Refusal | undefined> {
    return undefined;
  }

  async subscribe(listener: Listener): Promise<void> {
    this.listener = listener;
    this.returnToPresent();
  }

  close(): void {
    this.past?.close();
    this.past = undefined;
    this.unfollow?.();
    this.unfollow = undefined;
  }

  /** What has happened stays: one acts in the present. */
  async act(input: Input): Promise<void> {
    // The API and scripts have doors of their own.
    if (!isInput(input) || /api|script/.test(input.type)) throw new Error('no such input');
    if (this.past !== undefined) this.returnToPresent();
    this.present.act(input);
  }

  async play(): Promise<void> {
    if (this.past === undefined) this.present.play();
    else await this.past.director.play();
  }

  async pause(): Promise<void> {
    if (this.past === undefined) this.present.pause();
    else await this.past.director.pause();
  }

  async setPace(pace: Pace): Promise<void> {
    if (this.past !== undefined) await this.past.director.setPace(pace);
    else if (pace !== 'explain') this.present.setPace(pace);
  }

  async setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void> {
    await this.past?.director.setBreakpoints(breakpoints);
  }

  async seek(at: number): Promise<void> {
    const end = Math.min(this.toldUntil, this.present.world.now);
    if (at > end - nearNow) return this.returnToPresent();
    await this.goBack(at);
  }

  async step(direction: 1 | -1): Promise<void> {
    if (this.past !== undefined) return await this.past.director.step(direction);
    const { moments, now } = this.present.world.engine;
    const before = moments.findLast((moment) => moment < now - grain);
    if (direction === -1 && before !== undefined) await this.goBack(before);
  }

  async undo(): Promise<void> {
    throw new Error('a served world has one history: nothing is taken back');
  }

  async switchBranch(): Promise<void> {
    throw new Error('a served world has one history: it has no branches');
  }

  async inspect(subject: Subject): Promise<Inspection | undefined> {
    const { past, present } = this;
    return past === undefined
      ? await inspectAt(present.world.engine, subject)
      : await past.director.inspect(subject);
  }

  async complete(terminal: string, line: string, cursor: number): Promise<Completion> {
    return await completeAt(this.present.world.engine, terminal, line, cursor);
  }

  async files(): Promise<readonly string[]> {
    return filesAt(this.present.world.engine);
  }

  async readFile(path: string): Promise<string | undefined> {
    return readFileAt(this.present.world.engine, path);
  }

  async diff(manifest: string): Promise<DiffView> {
    const { now } = this.present.world;
    return diffOf(this.session(), now, manifest);
  }

  async schema(): Promise<unknown> {
    return editorSchema();
  }

  async export(): Promise<SessionFile> {
    return this.session();
  }

  async figures(): Promise<Readonly<Record<string, number>>> {
    return { now: this.present.world.now, ...this.present.world.engine.figures };
  }

  private session(): SessionFile {
    const { session } = this.present.world;
    if (session === undefined) {
      throw new Error('so much has happened in this world that its history was not kept');
    }
    return session;
  }

  private returnToPresent(): void {
    this.close();
    this.toldUntil = Infinity;
    this.unfollow = this.present.world.follow({
      isReady: () => this.isReady(),
      hear: (update, playback) => void this.listener?.(update, playback),
    });
  }

  /** A director of the history up to now, which the page hears instead of the present. */
  private async enterPast(): Promise<SessionDirector> {
    if (this.past !== undefined) return this.past.director;
    const session = this.session();
    const { around, stop } = stoppable(this.around);
    const director = new SessionDirector(around);
    const past = { director, close: stop };
    this.close();
    this.past = past;
    // The present is others', too: it goes on, whatever the past does.
    const crashed = ({ message }: Crash): void => {
      this.problem = message;
      this.returnToPresent();
    };
    await director.subscribe(() => undefined, crashed);
    await director.open({ session });
    await director.pause();
    await director.subscribe(
      (update, playback) => this.hearPast(past, update, playback, session.until),
      crashed,
    );
    return director;
  }

  private async goBack(at: number): Promise<void> {
    this.problem = undefined;
    await (await this.enterPast()).seek(at);
    const { problem } = this;
    if (problem !== undefined) throw new Error(`this moment could not be played again: ${problem}`);
  }

  private hearPast(
    past: NonNullable<LiveDirector['past']>,
    update: StageUpdate,
    playback: Playback,
    end: number,
  ): unknown {
    if (this.past !== past) return undefined;
    // What comes after its last moment did not happen.
    if (playback.isPlaying && update.now >= end) return this.returnToPresent();
    const { until } = this.present.playback;
    this.toldUntil = until;
    return this.listener?.(update, { ...playback, ...oneHistory, until });
  }
}

/** Surroundings whose timers can be stopped all at once. */
function stoppable(around: Surroundings): { around: Surroundings; stop: () => void } {
  const stops: (() => void)[] = [];
  return {
    around: {
      ...around,
      every(ms, callback) {
        const stop = around.every(ms, callback);
        stops.push(stop);
        return stop;
      },
    },
    stop: () => {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
