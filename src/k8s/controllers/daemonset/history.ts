/**
 * The past templates of a DaemonSet.
 * Upstream: pkg/controller/daemon/update.go (constructHistory, cleanupHistory).
 */
import type { ControllerRevision, DaemonSet } from '../../../api/types.gen.ts';
import type { Write } from '../../client/index.ts';
import { forget, revise as reviseOwner } from '../history.ts';

export const hashLabel = 'controller-revision-hash';

/** The hash of today's template, and what must be written so that history knows it. */
export interface Revised {
  readonly hash: string;
  readonly writes: readonly Write[];
}

export function revise(set: DaemonSet, revisions: readonly ControllerRevision[]): Revised {
  const { name, hash, writes } = reviseOwner(set, revisions, hashLabel);
  return { hash, writes: [...writes, ...forget(set, revisions, new Set([name]))] };
}
