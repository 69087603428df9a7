/**
 * Questions that controllers, the scheduler and the kubelet ask of a Pod.
 * Follows pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go and
 * component-helpers resource (PodRequests).
 */
import { parseTime } from '../../../kernel/calendar.ts';
import { quantityMillis, quantityValue } from '../../quantity.ts';
import type { Container, Pod, PodCondition, PodSpec } from '../../types.gen.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

/** A Pod without a phase has not been seen by its strategy yet: it is pending. */
export const podPhase = (pod: Pod): PodPhase => (pod.status?.phase ?? 'Pending') as PodPhase;

/** Succeeded or Failed: no container will run again. */
export const isPodFinished = (pod: Pod): boolean => {
  const phase = pod.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
};

export const isPodTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** Counts as a replica: neither finished nor on its way out. */
export const isPodActive = (pod: Pod): boolean => !isPodFinished(pod) && !isPodTerminating(pod);

export const podCondition = (pod: Pod, type: string): PodCondition | undefined =>
  pod.status?.conditions?.find((condition) => condition.type === type);

export const isPodReady = (pod: Pod): boolean => podCondition(pod, 'Ready')?.status === 'True';

export const isPodScheduled = (pod: Pod): boolean => !!pod.spec?.nodeName;

/** Ready for at least so long at `nowMs`. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  const since = parseTime(ready.lastTransitionTime ?? '');
  return since !== undefined && since + minReadySeconds * 1000 <= nowMs;
}

/** An init container that keeps running beside the others: a sidecar. */
export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** How the restarts of a container are decided: a sidecar's own policy, else its Pod's. */
export const restartPolicyOf = (container: Container, spec: PodSpec): string =>
  container.restartPolicy ?? spec.restartPolicy ?? 'Always';

/** Amounts by resource name: CPU in thousandths of a core, all else in whole units (bytes). */
export type Amounts = Readonly<Record<string, number>>;

/**
 * What the scheduler reserves for a Pod: the sum over its containers and sidecars, or the greatest
 * need of an init container (with the sidecars started before it), whichever is more; and overhead.
 */
export const podRequests = (pod: Pod): Amounts => podAmounts(pod, 'requests');

/** As `podRequests`, of limits. */
export const podLimits = (pod: Pod): Amounts => podAmounts(pod, 'limits');

function podAmounts({ spec }: Pod, side: 'requests' | 'limits'): Amounts {
  const total: Record<string, number> = {};
  for (const container of spec?.containers ?? []) add(total, container.resources?.[side]);
  const sidecars: Record<string, number> = {};
  const peak: Record<string, number> = {};
  for (const container of spec?.initContainers ?? []) {
    const need: Record<string, number> = { ...sidecars };
    add(need, container.resources?.[side]);
    if (isSidecar(container)) {
      add(total, container.resources?.[side]);
      add(sidecars, container.resources?.[side]);
    }
    raise(peak, need);
  }
  raise(total, peak);
  addOverhead(total, spec, side);
  return total;
}

/** Overhead counts as a request always, as a limit only where there is a limit. */
function addOverhead(
  total: Record<string, number>,
  spec: PodSpec | undefined,
  side: 'requests' | 'limits',
): void {
  const overhead = spec?.overhead;
  if (overhead === undefined) return;
  if (side === 'requests') return add(total, overhead);
  for (const name in overhead) {
    if (total[name]) total[name] += amountOf(name, overhead[name] ?? '0');
  }
}

/** A quantity in the units of `Amounts`. */
export const amountOf = (resource: string, quantity: string): number =>
  resource === 'cpu' ? quantityMillis(quantity) : quantityValue(quantity);

function add(
  total: Record<string, number>,
  list: Readonly<Record<string, string>> | undefined,
): void {
  for (const name in list) total[name] = (total[name] ?? 0) + amountOf(name, list[name] ?? '0');
}

function raise(total: Record<string, number>, other: Amounts): void {
  for (const name in other) total[name] = Math.max(total[name] ?? 0, other[name] ?? 0);
}
