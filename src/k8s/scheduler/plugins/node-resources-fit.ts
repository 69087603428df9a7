/**
 * Requests must fit into what is left of the node; the emptier node is better (LeastAllocated).
 * Upstream: plugins/noderesources (fit.go, least_allocated.go).
 */
import type { NodeInfo, PodInfo } from '../node-info.ts';
import { maxScore, type Plugin, type Rejection, rejection } from '../plugin.ts';

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  wakesOn: ['node added', 'node updated', 'pod deleted'],
  filter: (pod) => (info) => (fits(pod, info) ? undefined : whyNot(pod, info)),
  score: (pod) => ({
    of: (info) => {
      const cpu = leastAllocated(
        info.assumedMilliCpu + pod.assumedMilliCpu,
        info.allocatableMilliCpu,
      );
      const memory = leastAllocated(info.assumedMemory + pod.assumedMemory, info.allocatableMemory);
      return Math.floor((cpu + memory) / 2);
    },
  }),
};

function leastAllocated(requested: number, capacity: number): number {
  if (capacity === 0 || requested > capacity) return 0;
  return Math.floor(((capacity - requested) * maxScore) / capacity);
}

function fits(pod: PodInfo, info: NodeInfo): boolean {
  if (info.pods.size + 1 > info.allocatablePods) return false;
  if (pod.milliCpu > 0 && pod.milliCpu > info.allocatableMilliCpu - info.milliCpu) return false;
  if (pod.memory > 0 && pod.memory > info.allocatableMemory - info.memory) return false;
  for (const [name, amount] of pod.others) {
    if (amount > info.allocatableOf(name) - (info.others.get(name) ?? 0)) return false;
  }
  return true;
}

function whyNot(pod: PodInfo, info: NodeInfo): Rejection {
  const reasons: string[] = [];
  let isFinal = false;
  const check = (name: string, amount: number, used: number, capacity: number) => {
    if (amount === 0 || amount <= capacity - used) return;
    reasons.push(`Insufficient ${name}`);
    // More than the node ever had: nobody's leaving would help.
    if (amount > capacity) isFinal = true;
  };
  if (info.pods.size + 1 > info.allocatablePods) reasons.push('Too many pods');
  check('cpu', pod.milliCpu, info.milliCpu, info.allocatableMilliCpu);
  check('memory', pod.memory, info.memory, info.allocatableMemory);
  for (const [name, amount] of pod.others) {
    check(name, amount, info.others.get(name) ?? 0, info.allocatableOf(name));
  }
  return rejection(isFinal, ...reasons);
}
