/**
 * Follows pkg/printers/internalversion/printers.go (printJob) as of 1.33.
 */
import { parseTime } from '../../kernel/calendar.ts';
import { humanDuration } from '../duration.ts';
import type { ColumnContext } from '../kind.ts';
import type { Job } from '../types.gen.ts';

export function jobStatus({ metadata, status }: Job): string {
  const is = (type: string) =>
    status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
  if (is('Complete')) return 'Complete';
  if (is('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(is) ?? 'Running';
}

export function jobCompletions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** How long it took, or has taken so far. */
export function jobDuration({ status }: Job, { nowMs }: ColumnContext): string {
  const start = parseTime(status?.startTime ?? '');
  if (start === undefined) return '';
  return humanDuration((parseTime(status?.completionTime ?? '') ?? nowMs) - start);
}
