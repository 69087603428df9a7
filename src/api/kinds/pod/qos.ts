/**
 * A Pod's quality of service, from its containers' requests and limits of CPU and memory.
 * Follows pkg/apis/core/v1/helper/qos/qos.go.
 */
import { compareQuantities, addQuantities, parseQuantity, type Quantity } from '../../quantity.ts';
import type { Container, Pod } from '../../types.gen.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const computed = ['cpu', 'memory'] as const;

/** The class that the status says, or else the one that the spec implies. */
export const qosOf = (pod: Pod): QosClass =>
  (pod.status?.qosClass as QosClass | undefined) ?? computeQos(pod);

/** The class that the spec implies. */
export function computeQos({ spec }: Pod): QosClass {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  if (containers.every(isModest)) return 'BestEffort';
  const requests: Record<string, Quantity> = {};
  const limits: Record<string, Quantity> = {};
  let isGuaranteed = true;
  for (const { resources } of containers) {
    for (const name of computed) {
      sum(requests, name, resources?.requests?.[name]);
      if (!sum(limits, name, resources?.limits?.[name])) isGuaranteed = false;
    }
  }
  if (Object.keys(requests).length === 0 && Object.keys(limits).length === 0) return 'BestEffort';
  return isGuaranteed && sameAmounts(requests, limits) ? 'Guaranteed' : 'Burstable';
}

const isModest = ({ resources }: Container): boolean =>
  resources?.requests === undefined && resources?.limits === undefined;

/** Adds a positive amount; false if there is none. */
function sum(total: Record<string, Quantity>, name: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  const quantity = parseQuantity(text);
  if (quantity.nanos <= 0n) return false;
  const before = total[name];
  total[name] = before === undefined ? quantity : addQuantities(before, quantity);
  return true;
}

function sameAmounts(a: Record<string, Quantity>, b: Record<string, Quantity>): boolean {
  return computed.every((name) => {
    const [one, other] = [a[name], b[name]];
    if (one === undefined || other === undefined) return one === other;
    return compareQuantities(one, other) === 0;
  });
}
