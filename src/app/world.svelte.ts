/**
 * What the page knows of the world: the scene's model fed by the director, and what the learner
 * looks at. The page decides nothing about the cluster; it shows, and hands inputs over.
 */
import type {
  Breakpoint,
  Crash,
  Director,
  Input,
  OpenFile,
  Opening,
  Pace,
  Playback,
  Refusal,
  SessionFile,
  StageUpdate,
  TerminalText,
} from '../worker/protocol.ts';
import { applyUpdate, emptyModel } from '../scene/model.ts';
import { connect } from './director.ts';
import { checkSession, isRefusal } from './session/check.ts';
import { isServed } from './served.ts';
import { loadSession, putAside, saveSession } from './session/store.ts';
import type { Words } from './words/en.ts';
import { words } from './words/index.svelte.ts';

const IDLE: Playback = {
  isPlaying: false,
  pace: 'explain',
  factor: 0,
  openAt: 0,
  until: 0,
  branch: '',
  branches: [],
  canUndo: false,
  isSeeking: false,
};

export interface Notice {
  readonly text: string;
  readonly kind: 'good' | 'bad';
}

type TerminalListener = (text: TerminalText, isWhole: boolean) => void;

const SAVE_AFTER_MS = 400;
const UNTIL_KEY = 'kubarium.until';

class World {
  readonly model = emptyModel();
  playback = $state.raw<Playback>(IDLE);
  now = $state(0);
  /** Follows the model's version, at most once a frame. */
  version = $state(0);
  /** Grows with each reset: what was drawn before has no motion to what is drawn now. */
  resets = $state(0);
  isOpen = $state(false);
  selected = $state<string | undefined>();
  hovered = $state<string | undefined>();
  focused = $state<string | undefined>();
  unfolded = $state.raw<ReadonlySet<string>>(new Set());
  breakpoints = $state.raw<readonly Breakpoint[]>([]);
  crash = $state.raw<Crash | undefined>();
  notice = $state.raw<Notice | undefined>();
  hasPrevious = $state(false);
  /** What programs have given to an editor and wait for. */
  openFiles = $state.raw<readonly OpenFile[]>([]);
  terminal = $state('console');
  isAtPrompt = $state(false);
  director: Director | undefined;
  /** The whole text of the terminal, for whoever starts to listen later. */
  transcript = '';

  #listeners = new Set<TerminalListener>();
  #saving: ReturnType<typeof setTimeout> | undefined;
  #last: SessionFile | undefined;
  #opening: () => void = () => undefined;
  /** Kept when the first world is open: what is typed before that waits for it. */
  #opened = new Promise<void>((resolve) => (this.#opening = resolve));

  /** When the first world is open, and its files can be read. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  /** Connects, and opens what the address or the browser's store says. */
  async start(): Promise<void> {
    this.director = await connect((isThere) => this.#hearLine(isThere));
    await this.director.subscribe(
      (update, playback) => this.#hear(update, playback),
      (crash) => (this.crash = crash),
    );
    if (!isServed()) await this.#openFirst();
    this.isOpen = true;
    this.#opening();
    if (isServed()) return;
    addEventListener('pagehide', () => this.#keepMoment());
    addEventListener('visibilitychange', () => this.#keepMoment());
    setInterval(() => this.#keepMoment(), 2_000);
  }

  #hearLine(isThere: boolean): void {
    if (isThere) this.say(words.now.servedBack, 'good');
    else this.say(words.now.servedLost, 'bad');
  }

  /** A served world may refuse, and its line may be lost: then the learner reads why. */
  #ask(asked: Promise<unknown> | undefined): void {
    asked?.catch((problem: unknown) => {
      this.say(problem instanceof Error ? problem.message : String(problem), 'bad');
    });
  }

  async #openFirst(): Promise<void> {
    const saved = await loadSession('current').catch(() => undefined);
    this.hasPrevious = (await loadSession('previous').catch(() => undefined)) !== undefined;
    if (location.hash.startsWith('#s=')) {
      const { fromFragment } = await import('./session/share.ts');
      const linked = fromFragment(location.hash);
      history.replaceState(null, '', location.pathname + location.search);
      const refusal = isRefusal(linked) ? linked : await this.#open({ session: linked });
      if (refusal === undefined) {
        if (saved !== undefined) await this.#setAside(saved, 'previous');
        return this.#saveSoon();
      }
      this.say(refusalText(refusal, 'link'), 'bad');
    }
    if (saved !== undefined) {
      const session = checkSession(saved);
      const refusal = isRefusal(session)
        ? session
        : await this.#open({ session: { ...session, until: untilOf(session) } });
      if (refusal === undefined) return;
      await this.#setAside(saved, 'refused');
      this.say(words.now.saveDamaged, 'bad');
    }
    const asked = new URLSearchParams(location.search).get('world') ?? 'three-nodes';
    const refusal = await this.#open({ world: asked });
    if (refusal === undefined) return;
    this.say(refusalText(refusal, 'file', asked), 'bad');
    await this.#open({ world: 'three-nodes' });
  }

  async #open(opening: Opening): Promise<Refusal | undefined> {
    return this.director?.open(opening);
  }

  async #setAside(session: unknown, where: 'previous' | 'refused'): Promise<void> {
    await putAside(session, where).catch(() => this.say(words.now.saveFailed, 'bad'));
    if (where === 'previous') this.hasPrevious = true;
  }

  #hear(update: StageUpdate, playback: Playback): void {
    applyUpdate(this.model, update);
    if (update.reset) this.resets += 1;
    this.playback = playback;
    this.now = update.now;
    this.version = this.model.version;
    if (update.openFiles !== undefined) this.openFiles = update.openFiles;
    for (const text of update.terminals) this.#hearTerminal(text, update.reset);
  }

  #hearTerminal(text: TerminalText, isWhole: boolean): void {
    this.terminal = text.terminal;
    this.isAtPrompt = text.isAtPrompt;
    this.transcript = isWhole ? text.text : this.transcript + text.text;
    for (const listener of this.#listeners) listener(text, isWhole);
  }

  /** Hears the terminal from its first letter on. */
  onTerminal(listener: TerminalListener): () => void {
    this.#listeners.add(listener);
    const { terminal, transcript, isAtPrompt } = this;
    listener({ terminal, text: transcript, isAtPrompt }, true);
    return () => this.#listeners.delete(listener);
  }

  /** Hands an input to the world; it is saved within the second. */
  async act(input: Input): Promise<void> {
    await this.#opened;
    const acted = this.director?.act(input);
    this.#ask(acted);
    await acted?.catch(() => undefined);
    this.#saveSoon();
  }

  #saveSoon(): void {
    // A served world is kept where it is served.
    if (isServed()) return;
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => void this.#save(), SAVE_AFTER_MS);
  }

  async #save(): Promise<void> {
    try {
      this.#last = await this.director?.export();
      if (this.#last !== undefined) await saveSession(this.#last);
    } catch {
      this.say(words.now.saveFailed, 'bad');
    }
  }

  /** Where the clock stands is kept apart, at once: a page that closes waits for nothing. */
  #keepMoment(): void {
    try {
      if (this.isOpen) localStorage.setItem(UNTIL_KEY, String(this.now));
    } catch {
      // Without storage the session opens at its last input instead.
    }
  }

  play = (): void => this.#ask(this.director?.play());
  pause = (): void => this.#ask(this.director?.pause());
  toggle = (): void => (this.playback.isPlaying ? this.pause() : this.play());
  setPace = (pace: Pace): void => this.#ask(this.director?.setPace(pace));
  seek = (at: number): void => this.#ask(this.director?.seek(at));
  step = (direction: 1 | -1): void => this.#ask(this.director?.step(direction));

  undo = async (): Promise<void> => {
    if (!this.playback.canUndo) return;
    await this.director?.undo();
    this.#saveSoon();
  };

  switchBranch = async (id: string): Promise<void> => {
    await this.director?.switchBranch(id);
    this.#saveSoon();
  };

  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.breakpoints = breakpoints;
    void this.director?.setBreakpoints(breakpoints);
  }

  fold(machine: string): void {
    const next = new Set(this.unfolded);
    if (!next.delete(machine)) next.add(machine);
    this.unfolded = next;
  }

  say(text: string, kind: Notice['kind']): void {
    this.notice = { text, kind };
  }

  /** Opens a session that came from outside; the one before is kept. */
  async openSession(session: SessionFile): Promise<void> {
    const before = await this.director?.export();
    const refusal = await this.#open({ session });
    if (refusal !== undefined) return this.say(refusalText(refusal, 'file'), 'bad');
    if (before !== undefined) await this.#setAside(before, 'previous');
    this.selected = undefined;
    this.#saveSoon();
    this.say(words.now.sessionImported, 'good');
  }

  async openFresh(world: string): Promise<void> {
    const before = await this.director?.export();
    const refusal = await this.#open({ world });
    if (refusal !== undefined) return this.say(refusalText(refusal, 'file', world), 'bad');
    if (before !== undefined) await this.#setAside(before, 'previous');
    this.selected = undefined;
    this.#saveSoon();
  }

  async openPrevious(): Promise<void> {
    const session = checkSession(await loadSession('previous').catch(() => undefined));
    if (isRefusal(session)) return this.say(words.now.fileDamaged, 'bad');
    await this.openSession(session);
  }

  async share(): Promise<void> {
    const { toFragment } = await import('./session/share.ts');
    const session = await this.director?.export();
    const fragment = session === undefined ? undefined : toFragment(session);
    if (fragment === undefined) return this.say(words.now.shareTooLong, 'bad');
    const link = location.origin + location.pathname + fragment;
    history.replaceState(null, '', location.search + fragment);
    await navigator.clipboard.writeText(link).catch(() => undefined);
    this.say(words.now.shareCopied, 'good');
  }

  /** After a crash: the history up to the last moment at which all was well. */
  async recover(crash: Crash): Promise<void> {
    this.crash = undefined;
    await this.#open({ session: { ...crash.session, until: crash.lastGood } });
    this.#saveSoon();
  }
}

function untilOf(session: SessionFile): number {
  const kept = Number(localStorage.getItem(UNTIL_KEY) ?? Number.NaN);
  return Number.isFinite(kept) && kept > session.until ? kept : session.until;
}

function refusalText(refusal: Refusal, from: 'link' | 'file', world = ''): string {
  const now: Words = words.now;
  if (refusal.error === 'unknown-world') return now.unknownWorld(world);
  if (refusal.error === 'too-large') return now.tooLarge(refusal.detail);
  if (refusal.error === 'other-version') return from === 'link' ? now.linkVersion : now.fileVersion;
  return from === 'link' ? now.linkDamaged : now.fileDamaged;
}

export const world = new World();
