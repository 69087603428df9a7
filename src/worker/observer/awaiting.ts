/** Whether the cluster is on its way somewhere: silence is then worth hurrying through. */
import { isPodFinished, isPodReady, isPodTerminating } from '../../api/kinds/pod/facts.ts';
import type { ApiObject } from '../../api/object.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import { isOwner, ownerView } from './owner-view.ts';

/** A Pod that is not ready or is going, a count that is not met, a node that is not Ready. */
export function isAwaiting(objects: Iterable<ApiObject>): boolean {
  for (const object of objects) {
    if (object.kind === 'Pod' && isPodOnItsWay(object as Pod)) return true;
    if (object.kind === 'Node' && !isNodeReady(object as Node)) return true;
    if (isOwner(object)) {
      const { wanted, actual, ready } = ownerView(object);
      if (wanted !== actual || wanted !== ready) return true;
    }
  }
  return false;
}

const isPodOnItsWay = (pod: Pod): boolean =>
  isPodTerminating(pod) || (!isPodFinished(pod) && !isPodReady(pod));

const isNodeReady = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
