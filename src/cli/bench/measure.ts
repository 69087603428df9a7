/** How the benchmarks measure: medians of several runs, beside a bare loop in the same process. */
import { performance } from 'node:perf_hooks';

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What was aimed at, in the same unit; undefined where nothing was. */
  readonly aim?: string;
  /** Time of one unit of work, in steps of the bare loop. */
  readonly bareSteps: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** Real ms that something takes. */
export function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The median time of several runs, in ms; the first, which warms up, does not count. */
export function medianMs(runs: number, work: () => void): number {
  timed(work);
  return median(Array.from({ length: runs }, () => timed(work)));
}

interface Mark {
  state: number;
  count: number;
}

/**
 * The bare loop: a hand-written switch over mutable objects, what a state machine costs with
 * nothing around it. In ms for each step.
 */
export function bareStepMs(): number {
  const marks = Array.from({ length: 1_024 }, (): Mark => ({ state: 0, count: 0 }));
  const steps = 2_000_000;
  const ms = medianMs(5, () => {
    for (let i = 0; i < steps; i += 1) step(marks[i & 1_023] as Mark);
  });
  if (marks.some(({ count }) => count === 0)) throw new Error('the bare loop did nothing');
  return ms / steps;
}

function step(mark: Mark): void {
  switch (mark.state) {
    case 0:
      mark.state = 1;
      break;
    case 1:
      mark.state = mark.count % 7 === 0 ? 3 : 2;
      break;
    case 2:
      mark.state = 0;
      break;
    default:
      mark.state = 2;
  }
  mark.count += 1;
}
