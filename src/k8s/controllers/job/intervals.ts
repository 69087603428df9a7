/**
 * Completed or failed indexes as a sorted list of ranges: `1,3-5,7`.
 * Upstream: pkg/controller/job/indexed_job_utils.go (orderedIntervals).
 */
export type Interval = readonly [first: number, last: number];
export type Intervals = readonly Interval[];

/** @param bound ranges are cut below this index. */
export function parseIntervals(text: string | undefined, bound: number): Intervals {
  if (!text) return [];
  const result: Interval[] = [];
  for (const part of text.split(',')) {
    const [first = '', last = first] = part.split('-');
    if (Number(first) >= bound) break;
    const interval: Interval = [Number(first), Math.min(Number(last), bound - 1)];
    const before = result.at(-1);
    // `3,4` are neighbours: two of a row are written with a comma.
    if (before !== undefined && before[1] + 1 === interval[0]) {
      result[result.length - 1] = [before[0], interval[1]];
    } else result.push(interval);
  }
  return result;
}

export const formatIntervals = (intervals: Intervals): string =>
  intervals
    .map(([first, last]) => {
      if (first === last) return String(first);
      return `${first}${last === first + 1 ? ',' : '-'}${last}`;
    })
    .join(',');

export const totalOf = (intervals: Intervals): number =>
  intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);

export const includes = (intervals: Intervals, index: number): boolean =>
  intervals.some(([first, last]) => first <= index && index <= last);

/** The ranges with these indexes, too. */
export function withIndexes(intervals: Intervals, added: readonly number[]): Intervals {
  const fresh = added.map((index): Interval => [index, index]);
  const all = [...intervals, ...fresh].toSorted((a, b) => a[0] - b[0]);
  const result: Interval[] = [];
  for (const [first, last] of all) {
    const before = result.at(-1);
    if (before === undefined || first > before[1] + 1) result.push([first, last]);
    else result[result.length - 1] = [before[0], Math.max(before[1], last)];
  }
  return result;
}
