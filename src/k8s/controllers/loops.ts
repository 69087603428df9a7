/** Control loops with a memory or a rhythm of their own, by the names that `--controllers` takes. */
import type { ControllerContext } from '../client/index.ts';

/** What the flags of kube-controller-manager say. All times in ms. */
export interface LoopOptions {
  readonly clusterCidr: string | undefined;
  readonly allocateNodeCidrs: boolean;
  readonly nodeMonitorGracePeriodMs: number;
  readonly nodeMonitorPeriodMs: number;
}

export function optionsFrom(flags: ReadonlyMap<string, string>): LoopOptions {
  return {
    clusterCidr: flags.get('cluster-cidr'),
    allocateNodeCidrs: flags.get('allocate-node-cidrs') === 'true',
    nodeMonitorGracePeriodMs: durationMs(flags.get('node-monitor-grace-period'), 50_000),
    nodeMonitorPeriodMs: durationMs(flags.get('node-monitor-period'), 5_000),
  };
}

/** `50s`, `1m30s`. */
function durationMs(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  let total = 0;
  for (const [, amount, unit = 's'] of text.matchAll(/([\d.]+)(ms|h|m|s)/g)) {
    total += Number(amount) * (units[unit] ?? 0);
  }
  return total;
}

/** Starts a loop. */
export type Loop = (context: ControllerContext, options: LoopOptions) => void;

export const loops: Readonly<Record<string, Loop>> = {};
