/**
 * Sorts as Go's `sort.Sort` does: not stable, so that what is equal comes in the order in which
 * kubectl prints it. Pattern-defeating quicksort (Orson Peters), with Go's constants.
 */

/** Whether the first comes before the second. */
export type Less<T> = (a: T, b: T) => boolean;

/** A sorted copy. */
export function goSort<T>(items: readonly T[], less: Less<T>): readonly T[] {
  const sorter = new Sorter([...items], less);
  sorter.sort(0, items.length, bitLength(items.length));
  return sorter.items;
}

const bitLength = (value: number): number => (value === 0 ? 0 : 32 - Math.clz32(value));

type Hint = 'unknown' | 'increasing' | 'decreasing';

const shortSlice = 12;
const longSlice = 50;
const mostSwaps = 12;

class Sorter<T> {
  readonly items: T[];
  private readonly lessOf: Less<T>;

  constructor(items: T[], lessOf: Less<T>) {
    this.items = items;
    this.lessOf = lessOf;
  }

  private less(i: number, j: number): boolean {
    return this.lessOf(this.items[i] as T, this.items[j] as T);
  }

  private swap(i: number, j: number): void {
    const { items } = this;
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }

  /** Sorts from `start` up to `end`; `limit`: how many bad pivots are borne. */
  sort(start: number, end: number, limit: number): void {
    let [a, b, left] = [start, end, limit];
    let [isBalanced, isPartitioned] = [true, true];
    for (;;) {
      const length = b - a;
      if (length <= shortSlice) return this.insertionSort(a, b);
      if (left === 0) return this.heapSort(a, b);
      if (!isBalanced) {
        this.breakPatterns(a, b);
        left -= 1;
      }
      let [pivot, hint] = this.choosePivot(a, b);
      if (hint === 'decreasing') {
        this.reverse(a, b);
        pivot = b - 1 - (pivot - a);
        hint = 'increasing';
      }
      const isLikelySorted = isBalanced && isPartitioned && hint === 'increasing';
      if (isLikelySorted && this.partialInsertionSort(a, b)) return;
      if (a > 0 && !this.less(a - 1, pivot)) {
        a = this.partitionEqual(a, b, pivot);
        continue;
      }
      const [middle, wasPartitioned] = this.partition(a, b, pivot);
      isPartitioned = wasPartitioned;
      const [before, after] = [middle - a, b - middle];
      isBalanced = Math.min(before, after) >= Math.floor(length / 8);
      if (before < after) {
        this.sort(a, middle, left);
        a = middle + 1;
      } else {
        this.sort(middle + 1, b, left);
        b = middle;
      }
    }
  }

  private insertionSort(a: number, b: number): void {
    for (let i = a + 1; i < b; i += 1) {
      for (let j = i; j > a && this.less(j, j - 1); j -= 1) this.swap(j, j - 1);
    }
  }

  private heapSort(a: number, b: number): void {
    const length = b - a;
    for (let i = Math.floor((length - 1) / 2); i >= 0; i -= 1) this.siftDown(i, length, a);
    for (let i = length - 1; i >= 0; i -= 1) {
      this.swap(a, a + i);
      this.siftDown(0, i, a);
    }
  }

  private siftDown(from: number, end: number, first: number): void {
    for (let root = from; ; ) {
      let child = 2 * root + 1;
      if (child >= end) return;
      if (child + 1 < end && this.less(first + child, first + child + 1)) child += 1;
      if (!this.less(first + root, first + child)) return;
      this.swap(first + root, first + child);
      root = child;
    }
  }

  /** What is smaller than the pivot before it; whether it was so already. */
  private partition(a: number, b: number, pivot: number): readonly [number, boolean] {
    this.swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    const close = () => {
      while (i <= j && this.less(i, a)) i += 1;
      while (i <= j && !this.less(j, a)) j -= 1;
    };
    close();
    const wasPartitioned = i > j;
    while (i <= j) {
      this.swap(i, j);
      i += 1;
      j -= 1;
      close();
    }
    this.swap(j, a);
    return [j, wasPartitioned];
  }

  /** What equals the pivot before what is greater. */
  private partitionEqual(a: number, b: number, pivot: number): number {
    this.swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (;;) {
      while (i <= j && !this.less(a, i)) i += 1;
      while (i <= j && this.less(a, j)) j -= 1;
      if (i > j) return i;
      this.swap(i, j);
      i += 1;
      j -= 1;
    }
  }

  /** Sorts what is nearly sorted; false when it gave up. */
  private partialInsertionSort(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < 5; step += 1) {
      while (i < b && !this.less(i, i - 1)) i += 1;
      if (i === b) return true;
      if (b - a < longSlice) return false;
      this.swap(i, i - 1);
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.less(j, j - 1); j -= 1) this.swap(j, j - 1);
      if (b - i >= 2) for (let j = i + 1; j < b && this.less(j, j - 1); j += 1) this.swap(j, j - 1);
    }
    return false;
  }

  /** Scatters some elements, so that no pattern makes every partition a bad one. */
  private breakPatterns(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    let random = BigInt(length);
    const modulus = 1 << bitLength(length);
    const index = a + Math.floor(length / 4) * 2 - 1;
    for (let i = 0; i < 3; i += 1) {
      random ^= BigInt.asUintN(64, random << 13n);
      random ^= random >> 7n;
      random ^= BigInt.asUintN(64, random << 17n);
      const other = Number(random & BigInt(modulus - 1));
      this.swap(index - 1 + i, a + (other >= length ? other - length : other));
    }
  }

  private choosePivot(a: number, b: number): [number, Hint] {
    const length = b - a;
    const quarter = Math.floor(length / 4);
    const swaps = { count: 0 };
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    if (length >= 8) {
      if (length >= longSlice) {
        [i, j, k] = [this.around(i, swaps), this.around(j, swaps), this.around(k, swaps)];
      }
      j = this.median(i, j, k, swaps);
    }
    return [j, swaps.count === 0 ? 'increasing' : swaps.count === mostSwaps ? 'decreasing' : 'unknown'];
  }

  private around(i: number, swaps: { count: number }): number {
    return this.median(i - 1, i, i + 1, swaps);
  }

  // oxlint-disable-next-line max-params -- three places, and a count
  private median(i: number, j: number, k: number, swaps: { count: number }): number {
    let [a, b, c] = [i, j, k];
    const order = (x: number, y: number): readonly [number, number] => {
      if (!this.less(y, x)) return [x, y];
      swaps.count += 1;
      return [y, x];
    };
    [a, b] = order(a, b);
    [b, c] = order(b, c);
    [a, b] = order(a, b);
    return b;
  }

  private reverse(a: number, b: number): void {
    for (let [i, j] = [a, b - 1]; i < j; i += 1, j -= 1) this.swap(i, j);
  }
}
