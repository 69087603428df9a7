/**
 * etcd keeps its keys in a B-tree (server/storage/mvcc/index.go). This is the same idea with two
 * levels only: sorted chunks of some hundred keys, which is enough for a simulated cluster.
 */

const chunkMax = 512;

/** A set of texts in code-unit order, with cheap insertion and range walks. */
export class SortedKeys {
  private chunks: string[][] = [];
  size = 0;

  add(key: string): void {
    const { chunks } = this;
    if (chunks.length === 0) chunks.push([]);
    const c = this.chunkOf(key);
    const chunk = chunks[c] as string[];
    const i = lowerBound(chunk, key);
    if (chunk[i] === key) return;
    if (i === chunk.length) chunk.push(key);
    else chunk.splice(i, 0, key);
    this.size += 1;
    if (chunk.length <= chunkMax) return;
    chunks.splice(c + 1, 0, chunk.splice(chunk.length >> 1));
  }

  delete(key: string): void {
    const c = this.chunkOf(key);
    const chunk = this.chunks[c];
    if (chunk === undefined) return;
    const i = lowerBound(chunk, key);
    if (chunk[i] !== key) return;
    chunk.splice(i, 1);
    this.size -= 1;
    if (chunk.length === 0) this.chunks.splice(c, 1);
  }

  /** Visits keys in [from, end) in order until `visit` says false. */
  walk(from: string, end: string, visit: (key: string) => boolean): void {
    const { chunks } = this;
    if (chunks.length === 0) return;
    let c = this.chunkOf(from);
    let i = lowerBound(chunks[c] as string[], from);
    for (; c < chunks.length; c++, i = 0) {
      const chunk = chunks[c] as string[];
      for (; i < chunk.length; i++) {
        const key = chunk[i] as string;
        if (key >= end || !visit(key)) return;
      }
    }
  }

  /** The last chunk whose first key is not after `key`. */
  private chunkOf(key: string): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.chunks[middle] as string[])[0]! <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Index of the first key that is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
