import type { Ms } from './time.ts';

/**
 * An event that has yet to happen: data, never a closure, so that it can be shown.
 * The order is (at, origin, seq): the moment, then the site that caused it, then that site's count.
 * It depends on the history alone, never on which shard runs which site.
 */
export interface Pending {
  readonly at: Ms;
  /** Index of the site that scheduled it; -1 is the world outside (inputs). */
  readonly origin: number;
  readonly seq: number;
  /** Index of the site where it happens. */
  readonly site: number;
  /** The receiver on that site; `cancelled` when it shall not happen. */
  to: number;
  readonly event: unknown;
}

/** No receiver has this number. */
export const cancelled = -1;

/** A binary heap of pending events, earliest first. */
export class Queue {
  private readonly heap: Pending[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** The moment of the earliest event that will happen; Infinity when there is none. */
  get nextAt(): Ms {
    for (;;) {
      const first = this.heap[0];
      if (first === undefined) return Infinity;
      if (first.to !== cancelled) return first.at;
      this.pop();
    }
  }

  push(item: Pending): void {
    const heap = this.heap;
    let i = heap.length;
    heap.push(item);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Pending;
      if (!before(item, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = item;
  }

  pop(): Pending | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    const half = heap.length >> 1;
    while (i < half) {
      let child = 2 * i + 1;
      let least = heap[child] as Pending;
      const right = heap[child + 1];
      if (right !== undefined && before(right, least)) {
        child += 1;
        least = right;
      }
      if (!before(least, last)) break;
      heap[i] = least;
      i = child;
    }
    heap[i] = last;
    return first;
  }

  /** Forgets all others. Tickets of those that stay remain good. */
  retain(isKept: (item: Pending) => boolean): void {
    const kept = this.items.filter(isKept);
    this.heap.length = 0;
    for (const item of kept) this.push(item);
  }

  /** Everything that is due, in no order: for inspection. */
  get items(): readonly Pending[] {
    return this.heap.filter((item) => item.to !== cancelled);
  }
}

const before = (a: Pending, b: Pending): boolean =>
  a.at < b.at ||
  (a.at === b.at && (a.origin < b.origin || (a.origin === b.origin && a.seq < b.seq)));
