/** Watches a world for what must not be, and remembers when it was and what led there. */
import type { Ms, TraceEntry, TraceSink } from '../../kernel/index.ts';
import type { Invariant, Liveness, Safety } from './invariant.ts';
import { ClusterView, type Watched } from './view.ts';

/** One breach of one invariant. */
export interface Breach {
  readonly at: Ms;
  readonly invariant: string;
  readonly what: string;
  /** The trace's last lines before it. */
  readonly tail: readonly string[];
}

/** How often what settles is looked at, and how much of the trace is remembered. */
const lookEveryMs = 1_000;
const tailMax = 30;
/** Records that say little of what led to a breach. */
const dull: ReadonlySet<string> = new Set(['flight', 'response', 'call', 'probe']);
/** After so many breaches, more of them say nothing new. */
const breachesMax = 20;

export interface WatchdogOptions {
  readonly invariants: readonly Invariant[];
  /** Nothing is promised before this moment: the cluster is still coming up. */
  readonly from?: Ms;
}

export class Watchdog {
  readonly breaches: Breach[] = [];
  private view: ClusterView | undefined;
  private readonly safeties: readonly Safety[];
  private readonly livenesses: readonly Liveness[];
  private readonly from: Ms;
  private readonly told = new Set<string>();
  /** Since when each thing has been wrong. */
  private wrongSince = new Map<string, Ms>();
  private nextLookAt: Ms = 0;
  private readonly recent: TraceEntry[] = [];

  constructor({ invariants, from = 0 }: WatchdogOptions) {
    this.safeties = invariants.filter((each) => each.holds === 'always');
    this.livenesses = invariants.filter((each) => each.holds === 'settles');
    this.from = from;
  }

  /** The world to watch; its sink must be `watchdog.sink` (or call it). */
  attach(world: Watched): ClusterView {
    this.view = new ClusterView(world);
    return this.view;
  }

  readonly sink: TraceSink = (entry) => {
    const { view, recent } = this;
    if (view === undefined) return;
    if (!dull.has(entry.record.type)) recent.push(entry);
    if (recent.length > 8 * tailMax) recent.splice(0, recent.length - tailMax);
    const change = view.take(entry);
    if (change !== undefined && entry.at >= this.from) {
      for (const safety of this.safeties) {
        for (const what of safety.check(view, change)) this.tell(safety, what);
      }
    }
    if (entry.at >= this.nextLookAt) this.look();
  };

  /** Looks at everything that must settle. */
  look(): void {
    const { view } = this;
    if (view === undefined) return;
    this.nextLookAt = view.now + lookEveryMs;
    view.noteHealth();
    if (view.now < this.from) return;
    const wrong = new Map<string, Ms>();
    for (const liveness of this.livenesses) {
      for (const what of liveness.check(view)) {
        const key = `${liveness.name}: ${what}`;
        const since = this.wrongSince.get(key) ?? view.now;
        wrong.set(key, since);
        const patience = liveness.withinMs + Math.max(since, view.brokenAt, this.from);
        if (view.now > patience) this.tell(liveness, what);
      }
    }
    this.wrongSince = wrong;
  }

  private tell({ name }: Invariant, what: string): void {
    const key = `${name}: ${what}`;
    if (this.told.has(key) || this.breaches.length >= breachesMax) return;
    this.told.add(key);
    const tail = this.recent.slice(-tailMax).map(traceLine);
    this.breaches.push({ at: this.view?.now ?? 0, invariant: name, what, tail });
  }
}

/** One line of history, for people. */
export function traceLine({ at, site, record }: TraceEntry): string {
  const { type, object, ...fields } = record;
  const said = Object.entries(fields)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name}=${String(value)}`);
  const kind = object === undefined ? '' : ` ${(object as { kind: string }).kind}`;
  return `${at.toFixed(3)} #${site} ${type}${kind} ${said.join(' ')}`.slice(0, 240);
}

/** A breach as a paragraph. */
export function breachText({ at, invariant, what, tail }: Breach): string {
  const before = tail.map((line) => `    ${line}\n`).join('');
  return `at ${(at / 1000).toFixed(3)} s: ${invariant}: ${what}\n${before}`;
}
