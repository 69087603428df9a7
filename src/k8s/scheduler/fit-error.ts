/**
 * The famous sentence: why no node will do, counted by reason.
 * Upstream: pkg/scheduler/framework/types.go (FitError.Error).
 */
import type { Rejected } from './schedule.ts';

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.` */
export function availability(total: number, reasons: Iterable<string>): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort(compareText);
  const tail = parts.length === 0 ? '' : ` ${parts.join(', ')}.`;
  return `0/${total} nodes are available:${tail}`;
}

/** @param preemption what trying to make room came to: its reasons, one a node. */
export function fitError(
  total: number, rejected: readonly Rejected[], preemption: string | undefined,
): string {
  if (total === 0) return 'no nodes available to schedule pods';
  const [first] = rejected;
  const text = first?.isOfAll
    ? `0/${total} nodes are available: ${first.rejection.reasons.join(', ')}.`
    : availability(total, rejected.flatMap(({ rejection }) => rejection.reasons));
  return preemption === undefined ? text : `${text} preemption: ${preemption}`;
}
