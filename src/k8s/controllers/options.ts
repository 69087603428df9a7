import type { Process } from '../../host/index.ts';
import type { Controller, ControllerContext, ServedResource } from '../client/index.ts';

/** What the flags of kube-controller-manager (and the server) say. All times in ms. */
export interface LoopOptions {
  readonly served: readonly ServedResource[];
  /** Each loop has a service account of its own. */
  readonly hasOwnAccounts: boolean;
  readonly clusterCidr: string | undefined;
  readonly allocateNodeCidrs: boolean;
  readonly nodeMonitorGracePeriodMs: number;
  readonly nodeMonitorPeriodMs: number;
  readonly terminatedPodThreshold: number;
  /** The text of `--root-ca-file`, which every namespace gets. */
  readonly rootCa: string | undefined;
}

/** A reconciler for these options; undefined when they leave it out. */
export type MakeController = (options: LoopOptions) => Controller | undefined;

/** Starts a loop with a memory or a rhythm of its own. */
export type Loop = (context: ControllerContext, options: LoopOptions) => void;

/** A line in the list of reconcilers; `account` is the service account in kube-system; '' for none. */
export interface ReconcilerEntry {
  readonly account: string;
  readonly make: MakeController;
  /** `*` does not turn it on: it must be named. */
  readonly isOnRequest?: boolean;
}
export interface LoopEntry {
  readonly account: string;
  readonly loop: Loop;
  /** How many times as many requests as the others it may make. */
  readonly haste?: { readonly qps: number; readonly burst: number };
}

export function optionsFrom(
  process: Process, flags: ReadonlyMap<string, string>, served: readonly ServedResource[],
): LoopOptions {
  const rootCaFile = flags.get('root-ca-file');
  return {
    served,
    hasOwnAccounts: flags.get('use-service-account-credentials') === 'true',
    clusterCidr: flags.get('cluster-cidr'),
    allocateNodeCidrs: flags.get('allocate-node-cidrs') === 'true',
    nodeMonitorGracePeriodMs: durationMs(flags.get('node-monitor-grace-period'), 50_000),
    nodeMonitorPeriodMs: durationMs(flags.get('node-monitor-period'), 5_000),
    terminatedPodThreshold: Number(flags.get('terminated-pod-gc-threshold') ?? 12_500),
    rootCa: rootCaFile === undefined ? undefined : process.files.read(rootCaFile),
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
