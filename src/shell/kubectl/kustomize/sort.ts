/**
 * The order of the output: kinds that others need come first, unless `sortOptions` says `fifo`.
 * Follows kustomize api/internal/builtins/SortOrderTransformer.go.
 */
import { failed } from '../errors.ts';
import type { Kustomization } from './kustomization.ts';
import { type Resource, gvkText, isSameGvk } from './resource.ts';

const first = [
  'Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount',
  'PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap',
  'Secret', 'Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume',
  'PersistentVolumeClaim', 'Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget',
];
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** Sorts, or leaves the order as it is. */
export function sortResources(
  list: readonly Resource[], options: Kustomization['sortOptions'] = { order: 'legacy' },
): readonly Resource[] {
  const { order = '', legacySortOptions } = options;
  if (order !== 'legacy' && order !== 'fifo') {
    throw failed("the field 'sortOptions.order' must be one of [fifo, legacy]");
  }
  if (order === 'fifo') {
    if (legacySortOptions === undefined) return list;
    throw failed("the field 'sortOptions.legacySortOptions' is set but the selected sort order is " +
      "'fifo', not 'legacy'");
  }
  const { orderFirst = [], orderLast = [] } = legacySortOptions ?? { orderFirst: first, orderLast: last };
  const place = (kind: string): number => {
    const early = orderFirst.indexOf(kind);
    return early >= 0 ? early - orderFirst.length : orderLast.indexOf(kind) + 1;
  };
  const compare = (a: Resource, b: Resource): number => {
    if (!isSameGvk(a.gvk, b.gvk)) {
      return place(a.kind) - place(b.kind) || byText(kindKey(a), kindKey(b));
    }
    return byText(nameKey(a), nameKey(b));
  };
  return list.toSorted(compare);
}

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function kindKey({ gvk }: Resource): string {
  return `${gvk.group || '~G'}_${gvk.version || '~V'}_${gvk.kind || '~K'}`;
}

function nameKey({ gvk, namespace, name }: Resource): string {
  return `${gvkText(gvk)}|${namespace || '~X'}|${name || '~N'}`;
}
