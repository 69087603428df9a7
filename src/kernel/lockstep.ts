import type { Message, Shard } from './shard.ts';
import { type Ms, grain } from './time.ts';

/**
 * Shards in lock-step: conservative parallel simulation. A shard may run as far as no message of
 * another shard can still reach it: each of those can send at its next event at the earliest, and
 * a message takes the lookahead or more. (Answers to what the shard itself sends are the shard's
 * own care: it stops sooner, see `Shard.run`.)
 */
export function limits(nextAt: readonly Ms[], lookahead: Ms, until: Ms): Ms[] {
  const end = until + grain;
  return nextAt.map((_, i) => {
    const others = nextAt.filter((_at, j) => j !== i);
    return Math.min(end, Math.min(...others, Infinity) + lookahead);
  });
}

/** Runs shards that are all in this thread, window by window, up to and including `until`. */
export function runLockstep(shards: readonly Shard[], lookahead: Ms, until: Ms): void {
  for (;;) {
    const nextAt = shards.map((shard) => shard.queue.nextAt);
    if (Math.min(...nextAt) > until) break;
    const bounds = limits(nextAt, lookahead, until);
    const sent: Message[] = [];
    shards.forEach((shard, i) => {
      const limit = bounds[i] as Ms;
      if ((nextAt[i] as Ms) < limit) sent.push(...shard.run(limit));
    });
    for (const shard of shards) shard.accept(sent);
  }
  for (const shard of shards) shard.now = Math.max(shard.now, until);
}

/** One hash of the whole history: of each site's, in the order of their names. */
export function historyHash(hashes: Readonly<Record<string, string>>): string {
  const names = Object.keys(hashes).toSorted();
  const folded = names.reduce(
    (sum, name) => {
      const hash = hashes[name] ?? '';
      for (let i = 0; i < hash.length; i++) {
        sum.a = Math.imul(sum.a ^ hash.charCodeAt(i), 0x01000193);
        sum.b = Math.imul(sum.b + hash.charCodeAt(i), 0x85ebca6b) ^ (sum.a >>> 15);
      }
      return sum;
    },
    { a: 0x811c9dc5, b: names.length },
  );
  return [folded.a, folded.b].map((h) => (h >>> 0).toString(16).padStart(8, '0')).join('');
}
