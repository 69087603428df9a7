/**
 * How many Pods the controllers of these Pods want together.
 * Upstream: pkg/controller/disruption/disruption.go (getExpectedScale and the finders).
 */
import type { ApiObject, OwnerReference } from '../../../api/object.ts';
import type { Pod } from '../../../api/types.gen.ts';
import type { View } from '../../client/index.ts';
import { controllerRefOf } from '../owner.ts';

/** It cannot be said, and so nothing may be evicted. */
export class ScaleProblem extends Error {}

interface Scaled extends ApiObject {
  readonly spec?: { readonly replicas?: number };
}

type Scalable = 'ReplicationController' | 'ReplicaSet' | 'StatefulSet' | 'Deployment';

/** Kinds that have no scale, by their names in the API. */
const unscaled: Readonly<Record<string, string>> = {
  DaemonSet: 'daemonsets.apps',
  Job: 'jobs.batch',
  Node: 'nodes',
};

/** Pods without a controller do not count. Throws a ScaleProblem. */
export function expectedScale(view: View, pods: readonly Pod[]): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const reference = controllerRefOf(pod);
    if (reference === undefined || scales.has(reference.uid)) continue;
    const found = scaleOf(view, reference, pod.metadata.namespace ?? '');
    if (found === undefined) {
      throw new ScaleProblem(`found no controllers for pod "${pod.metadata.name}"`);
    }
    scales.set(found.metadata.uid, found.spec?.replicas ?? 1);
  }
  let total = 0;
  for (const scale of scales.values()) total += scale;
  return total;
}

function scaleOf(view: View, reference: OwnerReference, namespace: string): Scaled | undefined {
  const { kind } = reference;
  if (unscaled[kind] !== undefined) {
    throw new ScaleProblem(`${unscaled[kind]} does not implement the scale subresource`);
  }
  if (kind !== 'ReplicationController' && kind !== 'ReplicaSet' && kind !== 'StatefulSet') {
    return undefined;
  }
  const set = find(view, kind, reference, namespace);
  const owner = set === undefined ? undefined : controllerRefOf(set);
  // A Deployment's number counts, not that of each of its ReplicaSets.
  if (kind !== 'ReplicaSet' || owner?.kind !== 'Deployment') return set;
  return find(view, 'Deployment', owner, namespace);
}

function find(
  view: View,
  kind: Scalable,
  { name, uid }: OwnerReference,
  namespace: string,
): Scaled | undefined {
  const found = view.get(kind, `${namespace}/${name}`) as Scaled | undefined;
  return found?.metadata.uid === uid ? found : undefined;
}
