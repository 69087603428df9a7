/**
 * A served world that pages look at: the present is one for all of them. It keeps its history, so
 * that a page can look back, as long as that has a sensible size.
 */
import type { Playback, SessionFile, StageUpdate, TimedInput } from '../../worker/protocol.ts';
import type { TraceEntry } from '../../kernel/index.ts';
import type { Answer } from '../../world/index.ts';
import { InlineEngine, type Past } from '../../worker/engine.ts';
import type { Simulation } from '../paced-world.ts';
import type { Opening } from '../open-world.ts';

/** Whoever looks at the present. */
export interface Onlooker {
  /** False while it has not taken in what it was told: it gets the whole picture later. */
  isReady(): boolean;
  hear(update: StageUpdate, playback: Playback): void;
}

/** More inputs than this are not kept: then the past can no longer be seen. */
const mostInputs = 20_000;

const whole = { stopsAtInterest: false, isOver: () => false };

export class SharedWorld implements Simulation {
  readonly engine: InlineEngine;
  private readonly opening: Opening;
  private inputs: TimedInput[] = [];
  private hasWholeHistory = true;
  /** Those who follow, and whether they need everything. */
  private readonly onlookers = new Map<Onlooker, 'whole' | 'changes'>();
  private told = -1;

  constructor(
    opening: Opening & { readonly sink: (entry: TraceEntry) => void; readonly answer: Answer },
    descriptions: Past['descriptions'],
  ) {
    const { definition, seed, epoch, answer, sink } = opening;
    this.opening = opening;
    this.engine = new InlineEngine({
      definition,
      seed,
      epoch,
      answer,
      inputs: this.inputs,
      ...(descriptions === undefined ? {} : { descriptions }),
    });
    this.engine.onEntry = sink;
    this.runUntil(definition.openAt);
  }

  get now(): number {
    return this.engine.now;
  }

  enter(timed: TimedInput): void {
    if (this.inputs.length >= mostInputs) {
      this.hasWholeHistory = false;
      this.inputs = this.engine.forgetGiven();
    }
    this.inputs.push(timed);
  }

  runUntil(at: number): void {
    this.engine.advance(at, whole);
  }

  /** What has happened so far; undefined when it was too much to keep. */
  get session(): SessionFile | undefined {
    if (!this.hasWholeHistory) return undefined;
    const { definition, seed, epoch } = this.opening;
    const head = { format: 'kubarium-session', version: 1, world: definition.name } as const;
    return { ...head, seed, epoch, inputs: [...this.inputs], until: this.now };
  }

  follow(onlooker: Onlooker): () => void {
    this.onlookers.set(onlooker, 'whole');
    return () => this.onlookers.delete(onlooker);
  }

  /** Something about the playback has changed: it is to be told even if nothing else is new. */
  touch(): void {
    this.told = -1;
  }

  /** Tells all who follow what is new. Called some thirty times a second. */
  tell(playback: Playback): void {
    const { engine, onlookers } = this;
    const isQuiet = engine.now === this.told && !engine.observer.hasMore;
    const wanted = [...onlookers].filter(([onlooker]) => onlooker.isReady());
    const newcomers = wanted.filter(([, needs]) => needs === 'whole');
    if (isQuiet && newcomers.length === 0) return;
    this.told = engine.now;
    // Taken even when nobody follows: it must not heap up.
    const changes = engine.observer.update(engine.now, false);
    for (const [onlooker, needs] of onlookers) {
      if (!onlooker.isReady()) onlookers.set(onlooker, 'whole');
      else if (needs === 'changes') onlooker.hear(changes, playback);
    }
    if (newcomers.length === 0) return;
    const everything = engine.observer.update(engine.now, true);
    for (const [onlooker] of newcomers) {
      onlookers.set(onlooker, 'changes');
      onlooker.hear(everything, playback);
    }
  }
}
