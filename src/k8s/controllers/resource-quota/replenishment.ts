/**
 * Changes of an object after which it uses less, or other things, than before.
 * Upstream: pkg/quota/v1/install/update_filter.go.
 */
import type { ApiObject } from '../../../api/object.ts';
import { podEvaluator } from '../../../api/quota/pods.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import type { PersistentVolumeClaim, Pod, Service } from '../../../api/types.gen.ts';

export function isReleased(
  kind: string,
  object: ApiObject,
  old: ApiObject,
  nowMs: number,
): boolean {
  switch (kind) {
    case 'Pod':
      return isCharged(old as Pod, nowMs) && !isCharged(object as Pod, nowMs);
    case 'Service':
      return typeOf(object as Service) !== typeOf(old as Service);
    case 'PersistentVolumeClaim':
      return !isDeepEqual(allocated(object), allocated(old));
    default:
      return false;
  }
}

const isCharged = (pod: Pod, nowMs: number): boolean =>
  podEvaluator.usage(pod, nowMs)['pods'] !== undefined;

/** Those that a quota tells apart. */
const typeOf = ({ spec }: Service): string =>
  spec?.type === 'NodePort' || spec?.type === 'LoadBalancer' ? spec.type : '';

const allocated = (claim: ApiObject): object =>
  (claim as PersistentVolumeClaim).status?.allocatedResources ?? {};
