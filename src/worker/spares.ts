/**
 * Engines that wait at useful moments of the history, so that a seek need not play it from the
 * start. They are made and moved on in idle time, in small pieces. They never change what is
 * seen: an engine that does not begin as the wanted history does is thrown away.
 */
import type { Ms } from '../kernel/index.ts';
import { InlineEngine, type Past } from './engine.ts';
import type { TimedInput } from './protocol.ts';

/** A branch, as far as spares care. */
export interface Course {
  readonly inputs: readonly TimedInput[];
  readonly openAt: Ms;
  /** Its end so far. */
  readonly until: Ms;
}

/** The last one stays this far behind the end. */
const behind: Ms = 30_000;
/** Closer together than this they are no use. */
const least: Ms = 20_000;
/** A spare is moved on when it is this far from where it would be best. */
const lag: Ms = 5_000;

export class Spares {
  private readonly past: (inputs: readonly TimedInput[]) => Past;
  private readonly most: number;
  private engines: InlineEngine[] = [];
  /** Being made, from the boot on. */
  private coming: { readonly engine: InlineEngine; readonly to: Ms } | undefined;

  /** @param most how many there may be: each takes some 15 MB for three nodes. */
  constructor(most: number, past: (inputs: readonly TimedInput[]) => Past) {
    this.most = most;
    this.past = past;
  }

  get count(): number {
    return this.engines.length;
  }

  /** The engine from which a moment is reached soonest: taken out of the pool, or made. */
  take(at: Ms, inputs: readonly TimedInput[]): InlineEngine {
    const all = this.coming === undefined ? this.engines : [...this.engines, this.coming.engine];
    let best: InlineEngine | undefined;
    for (const engine of all) {
      if (engine.now > at || !engine.isOf(inputs)) continue;
      if (best === undefined || engine.now > best.now) best = engine;
    }
    if (best === undefined) return new InlineEngine(this.past(inputs));
    this.engines = this.engines.filter((engine) => engine !== best);
    if (this.coming?.engine === best) this.coming = undefined;
    best.follow(inputs);
    return best;
  }

  /** Gives one back, wherever it stands. */
  keep(engine: InlineEngine): void {
    engine.onEntry = undefined;
    if (!this.engines.includes(engine)) this.engines.push(engine);
  }

  clear(): void {
    this.engines = [];
    this.coming = undefined;
  }

  /** Does a piece of what is to be done; false when there is nothing. */
  work(course: Course, isOver: () => boolean): boolean {
    const limits = { stopsAtInterest: false, isOver };
    const { coming } = this;
    if (coming !== undefined && !coming.engine.isOf(course.inputs)) this.coming = undefined;
    else if (coming !== undefined) {
      coming.engine.follow(course.inputs);
      if (coming.engine.advance(coming.to, limits)) {
        this.engines.push(coming.engine);
        this.coming = undefined;
      }
      return true;
    }
    const { move, missing } = this.plan(course);
    if (move !== undefined) {
      move.engine.follow(course.inputs);
      move.engine.advance(move.to, limits);
      return true;
    }
    if (missing === undefined) return false;
    this.coming = { engine: new InlineEngine(this.past(course.inputs)), to: missing };
    return true;
  }

  /** Who goes where: the earliest moment first, so that nobody runs past what he could serve. */
  private plan(course: Course) {
    const free = this.engines
      .filter((engine) => engine.isOf(course.inputs))
      .toSorted((a, b) => a.now - b.now);
    const kept: InlineEngine[] = [];
    const moves: { engine: InlineEngine; to: Ms }[] = [];
    const missing: Ms[] = [];
    for (const to of idealMoments(course, this.most)) {
      const at = free.findLastIndex(({ now }) => now <= to);
      if (at < 0) {
        missing.push(to);
        continue;
      }
      const [engine] = free.splice(at, 1) as [InlineEngine];
      kept.push(engine);
      if (to - engine.now > lag) moves.push({ engine, to });
    }
    // One that stands between two good moments is as good; what is too many goes.
    const room = this.most - kept.length - Math.sign(missing.length);
    this.engines = [...kept, ...free.slice(Math.max(0, free.length - room))];
    // The opening first: everything can be reached from there. Then the newest past.
    const next = missing[0] === course.openAt ? missing[0] : missing.at(-1);
    return { move: moves[0], missing: next };
  }
}

/** The opening, even parts of what was played since, and shortly before the end. */
export function idealMoments({ openAt, until }: Course, most: number): Ms[] {
  const last = until - behind;
  const parts = Math.max(1, Math.min(most - 1, Math.floor((last - openAt) / least)));
  const moments = [openAt];
  for (let i = 1; i <= parts; i++) {
    const moment = openAt + ((last - openAt) * i) / parts;
    if (moment - (moments.at(-1) ?? 0) >= least) moments.push(moment);
  }
  return moments;
}
