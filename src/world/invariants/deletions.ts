import type { ApiObject } from '../../api/object.ts';
import type { Namespace, Pod } from '../../api/types.gen.ts';
import { parseTime } from '../../kernel/calendar.ts';
import { type Liveness, type Safety, nameOf } from './invariant.ts';

/** Nothing goes while it has finalizers. */
export const finalizersHold: Safety = {
  holds: 'always',
  name: 'nothing is removed while it has finalizers',
  check(_view, change) {
    if (change.type !== 'write' || !change.isGone) return [];
    // An update that takes the last finalizer away ends the object as it was before.
    if (change.request !== 'delete' && change.request !== 'deletecollection') return [];
    // A second deletion may take back what the first one asked of the garbage collector.
    const left = finalizersOf(change.object).filter((each) => !collectors.has(each));
    return left.length === 0
      ? []
      : [`${nameOf(change.object)} is gone, although it had the finalizers ${left.join(', ')}`];
  },
};

const collectors: ReadonlySet<string> = new Set(['foregroundDeletion', 'orphan']);

/** How long a kubelet may need beyond a Pod's grace period. */
const kubeletMs = 30_000;

/** What was deleted goes, once nobody holds it any more. */
export const deletedGoes: Liveness = {
  holds: 'settles',
  name: 'nothing outlives its finalizers and its grace period',
  // A kubelet's watch may need half a minute to come back after an outage, or a little more.
  withinMs: 90_000,
  check(view) {
    const wrong: string[] = [];
    for (const object of view.objects.values()) {
      const { deletionTimestamp } = object.metadata;
      if (deletionTimestamp === undefined || finalizersOf(object).length > 0) continue;
      // For a Pod, the time at which its grace period is over.
      const due = parseTime(deletionTimestamp) ?? 0;
      const isBound = object.kind === 'Pod' && (object as Pod).spec?.nodeName !== undefined;
      if (view.clock > due + (isBound ? kubeletMs : 0)) {
        wrong.push(`${nameOf(object)} was deleted and is still there`);
      }
    }
    return wrong;
  },
};

function finalizersOf(object: ApiObject): readonly string[] {
  const own = object.metadata.finalizers ?? [];
  if (object.kind !== 'Namespace') return own;
  return [...own, ...((object as Namespace).spec?.finalizers ?? [])];
}
