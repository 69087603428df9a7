/**
 * Prefers nodes where CPU and memory would be used to about the same part.
 * Upstream: plugins/noderesources/balanced_allocation.go.
 */
import { maxScore, type Plugin } from '../plugin.ts';

const part = (requested: number, capacity: number): number => Math.min(1, requested / capacity);

export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score: (pod) => {
    // Who asks for nothing unbalances nothing.
    if (pod.milliCpu === 0 && pod.memory === 0) return undefined;
    return {
      of: (info) => {
        if (info.allocatableMilliCpu === 0 || info.allocatableMemory === 0) return maxScore;
        const cpu = part(info.milliCpu + pod.milliCpu, info.allocatableMilliCpu);
        const memory = part(info.memory + pod.memory, info.allocatableMemory);
        return Math.floor((1 - Math.abs(cpu - memory) / 2) * maxScore);
      },
    };
  },
};
