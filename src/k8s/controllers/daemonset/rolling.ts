/**
 * A new template reaches the nodes a few at a time: an old Pod is deleted, and the next look
 * makes a new one. Simplified: maxSurge is not known (as when it is 0).
 * Upstream: pkg/controller/daemon/update.go (rollingUpdate).
 */
import { isPodAvailable, isPodTerminating } from '../../../api/kinds/pod/facts.ts';
import type { DaemonSet, Node, Pod } from '../../../api/types.gen.ts';
import type { Write } from '../../client/index.ts';
import { scaled } from '../int-or-percent.ts';
import { deletePod } from '../pod-control.ts';
import { fitOn } from './daemon-pod.ts';
import { hashLabel } from './history.ts';

/** What a step of a rolling update looks at. */
export interface RollingFacts {
  readonly set: DaemonSet;
  readonly hash: string;
  readonly nodes: readonly Node[];
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  readonly nowMs: number;
}

/** Old Pods that may go now: first those that are of no use, then within maxUnavailable. */
export function rollingDeletes({ set, hash, nodes, byNode, nowMs }: RollingFacts): Write[] {
  if (set.spec.updateStrategy?.type === 'OnDelete') return [];
  const wanting = nodes.filter((node) => fitOn(set, node).shouldRun);
  const limit = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable;
  const maxUnavailable = Math.max(1, scaled(limit ?? 1, wanting.length, Math.ceil));
  const useless: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const node of wanting) {
    const [pod] = (byNode.get(node.metadata.name) ?? []).filter((one) => !isPodTerminating(one));
    const isAvailable = pod !== undefined &&
      isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs);
    if (!isAvailable) unavailable += 1;
    if (pod === undefined || pod.metadata.labels?.[hashLabel] === hash) continue;
    (isAvailable ? candidates : useless).push(pod);
  }
  const room = Math.max(0, maxUnavailable - unavailable);
  return [...useless, ...candidates.slice(0, room)].map((pod) =>
    deletePod(set, pod, `${pod.metadata.name} is of an old template of ${set.metadata.name}`));
}
