/**
 * Rules that the replicated workloads share: counts in a status, amounts in a rolling update.
 * Follows pkg/apis/apps/validation/validation.go.
 */
import { isDeepEqual } from '../equal.ts';
import { child, invalid } from '../field.ts';
import { isPercent } from '../names.ts';
import type { LabelSelector } from '../types.gen.ts';
import { immutableMessage } from '../validation/object-meta.ts';
import { checkNotNegative, type Errors } from './checks.ts';
import { goLabelSelector } from './pod/validate-template.ts';

type Counts = Readonly<Record<string, unknown>>;

const countOf = (status: Counts, name: string): number => (status[name] as number | undefined) ?? 0;

/** Counts in a status: none negative, none of `parts` above `replicas`. */
export function checkCounts(
  errors: Errors,
  status: object,
  names: readonly string[],
  parts: readonly string[],
): void {
  const counts = status as Counts;
  for (const name of names) checkNotNegative(errors, child('status', name), countOf(counts, name));
  for (const name of parts) {
    if (countOf(counts, name) <= countOf(counts, 'replicas')) continue;
    errors.push(
      invalid(
        child('status', name),
        countOf(counts, name),
        'cannot be greater than status.replicas',
      ),
    );
  }
  const available = countOf(counts, 'availableReplicas');
  if (parts.includes('readyReplicas') && available > countOf(counts, 'readyReplicas')) {
    errors.push(
      invalid('status.availableReplicas', available, 'cannot be greater than readyReplicas'),
    );
  }
}

/** `status.collisionCount` only grows. */
export function checkCollisions(
  errors: Errors,
  next: number | undefined,
  previous: number | undefined,
): void {
  if (previous === undefined || (next ?? -1) >= previous) return;
  errors.push(invalid('status.collisionCount', next ?? 0, 'cannot be decremented'));
}

/** A count or a percentage that is not negative. */
export function checkAmount(
  errors: Errors,
  path: string,
  amount: number | string | undefined,
): void {
  if (typeof amount === 'number') checkNotNegative(errors, path, amount);
  else
    for (const message of isPercent(amount ?? ''))
      errors.push(invalid(path, amount ?? '', message));
}

export function checkAtMostAll(
  errors: Errors,
  path: string,
  amount: number | string | undefined,
): void {
  if (typeof amount === 'string' && amountValue(amount) > 100 && isPercent(amount).length === 0) {
    errors.push(invalid(path, amount, 'must not be greater than 100%'));
  }
}

/** The number in `3` or `25%`. */
export const amountValue = (amount: number | string | undefined): number =>
  typeof amount === 'number' ? amount : Number.parseInt(amount ?? '0', 10) || 0;

export function checkSelectorKept(
  errors: Errors,
  next: LabelSelector | undefined,
  previous: LabelSelector | undefined,
): void {
  if (isDeepEqual(next, previous)) return;
  errors.push(invalid('spec.selector', goLabelSelector(next ?? {}), immutableMessage));
}
