/**
 * Conflicts of server-side apply, in the API server's words.
 * Follows apimachinery pkg/util/managedfields/internal/conflict.go.
 */
import { pathsOf, type FieldSet } from './field-sets.ts';
import { goQuote } from './go-text.ts';
import type { ManagedFieldsEntry } from './object.ts';
import { applyConflict, type Status, type StatusCause } from './status.ts';

/** What another manager would lose. */
export interface Conflict {
  readonly entry: ManagedFieldsEntry;
  readonly set: FieldSet;
}

/** The Status that refuses an apply: who owns what it would change. */
export function conflictStatus(conflicts: readonly Conflict[]): Status {
  const named = conflicts
    .map(({ entry, set }) => ({ manager: managerText(entry), paths: pathsOf(set) }))
    .sort((a, b) => compareText(a.manager, b.manager));
  const causes: StatusCause[] = named.flatMap(({ manager, paths }) =>
    paths.map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${manager}`,
      field,
    })),
  );
  const [only] = causes;
  if (causes.length === 1 && only !== undefined) {
    return applyConflict(
      `Apply failed with 1 conflict: ${only.message ?? ''}: ${only.field ?? ''}`,
      causes,
    );
  }
  const lines = named.flatMap(({ manager, paths }) => [
    `conflicts with ${manager}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return applyConflict(`Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`, causes);
}

/** `"kubectl-client-side-apply" using apps/v1`; an applier is named without its version. */
function managerText(entry: ManagedFieldsEntry): string {
  const { manager = '', operation, apiVersion = '', subresource = '' } = entry;
  const head =
    goQuote(manager) + (subresource === '' ? '' : ` with subresource ${goQuote(subresource)}`);
  return operation === 'Update' ? `${head} using ${apiVersion}` : head;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
