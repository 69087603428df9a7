import { isPodActive } from '../../api/kinds/pod/facts.ts';
import type { Deployment, Pod, ReplicaSet } from '../../api/types.gen.ts';
import { type Liveness, nameOf } from './invariant.ts';

/** A ReplicaSet comes back to its count, and says so. */
export const replicaCounts: Liveness = {
  holds: 'settles',
  name: 'ReplicaSets have as many Pods as they want',
  withinMs: 60_000,
  check(view) {
    const counts = new Map<string, number>();
    for (const pod of view.of<Pod>('Pod').values()) {
      const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (owner?.kind !== 'ReplicaSet' || !isPodActive(pod)) continue;
      counts.set(owner.uid, (counts.get(owner.uid) ?? 0) + 1);
    }
    const wrong: string[] = [];
    for (const set of view.of<ReplicaSet>('ReplicaSet').values()) {
      if (set.metadata.deletionTimestamp !== undefined) continue;
      const wanted = set.spec?.replicas ?? 1;
      const actual = counts.get(set.metadata.uid) ?? 0;
      if (actual !== wanted) wrong.push(`${nameOf(set)} has another number of Pods than it wants`);
      else if ((set.status?.replicas ?? 0) !== wanted) {
        wrong.push(`${nameOf(set)} reports another number of Pods than it has`);
      }
    }
    return wrong;
  },
};

/** A Deployment takes notice of every change of its wish. */
export const deploymentsObserved: Liveness = {
  holds: 'settles',
  name: 'Deployments are up to date with their spec',
  withinMs: 60_000,
  check: (view) =>
    [...view.of<Deployment>('Deployment').values()]
      .filter(({ metadata, status }) => metadata.generation !== status?.observedGeneration)
      .map((deployment) => `${nameOf(deployment)} has not been looked at since its last change`),
};
