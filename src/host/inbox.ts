/** Something that a story can wait for. */
export interface Source<T = unknown> {
  /** Whether `take` has something to give. */
  readonly isReady: boolean;
  take(): T;
  /** Called once, when it becomes ready. */
  onReady(wake: () => void): void;
  offReady(wake: () => void): void;
}

/** A queue between two sides: items in order, then, once closed, `undefined` for ever. */
export class Inbox<T> implements Source<T | undefined> {
  isClosed = false;
  private readonly items: T[] = [];
  private readonly waiting = new Set<() => void>();

  get isReady(): boolean {
    return this.items.length > 0 || this.isClosed;
  }

  get size(): number {
    return this.items.length;
  }

  /** What `take` would give, left where it is. */
  get next(): T | undefined {
    return this.items[0];
  }

  take(): T | undefined {
    return this.items.shift();
  }

  push(item: T): void {
    if (this.isClosed) return;
    this.items.push(item);
    this.wake();
  }

  /** Gives back what was taken too much. */
  putBack(item: T): void {
    this.items.unshift(item);
    this.wake();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.wake();
  }

  onReady(wake: () => void): void {
    this.waiting.add(wake);
  }

  offReady(wake: () => void): void {
    this.waiting.delete(wake);
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const wake of waiting) wake();
  }
}
