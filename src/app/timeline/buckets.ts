/** Ticks that would lie on one another, gathered: as many marks as the line has room for. */
import type { Tick } from '../../worker/protocol.ts';
import type { TimeScale } from './scale.ts';

export interface Bucket {
  readonly x: number;
  readonly kind: Tick['kind'];
  readonly ticks: readonly Tick[];
}

/** What matters more is what a full bucket shows. */
const RANK: readonly Tick['kind'][] = [
  'input',
  'fault',
  'failed',
  'node',
  'warning',
  'deleted',
  'ready',
  'created',
];

/** Each kind has its own height on the line: form, not colour alone. */
export const rankOf = (kind: Tick['kind']): number => RANK.indexOf(kind);

export const BUCKET_WIDTH = 5;

export function bucketsOf(ticks: readonly Tick[], scale: TimeScale): Bucket[] {
  const buckets = new Map<number, Tick[]>();
  for (const tick of ticks) {
    const slot = Math.round(scale.toX(tick.at) / BUCKET_WIDTH);
    const bucket = buckets.get(slot);
    if (bucket === undefined) buckets.set(slot, [tick]);
    else bucket.push(tick);
  }
  return [...buckets].map(([slot, gathered]) => ({
    x: slot * BUCKET_WIDTH,
    kind: gathered.reduce((best, each) => (rankOf(each.kind) < rankOf(best.kind) ? each : best))
      .kind,
    ticks: gathered,
  }));
}
