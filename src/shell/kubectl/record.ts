/**
 * `--record`: the command itself as the annotation that `rollout history` shows. Deprecated and
 * hidden, but in many tutorials. Follows cli-runtime pkg/genericclioptions/record_flags.go.
 * Simplified: the annotation rides on each write; `scale` makes a write of its own for it.
 */
import type { JsonObject } from '../../api/object.ts';
import type { FlagTable } from './flags.ts';

/** Commands that have the flag, as kubectl 1.33 has it. */
const recorders = new Set([
  'annotate', 'apply', 'autoscale', 'create', 'edit', 'expose', 'label', 'patch', 'run', 'scale',
  'set env', 'set image', 'set resources', 'set selector', 'set serviceaccount', 'set subject',
]);

/** The flag, where a command has it; `--help` does not show it. */
export const recordFlag = (path: string): FlagTable =>
  recorders.has(path.replace(/^kubectl /, ''))
    ? { record: { type: 'boolean', default: false, usage: '' } }
    : {};

export const recordWarning =
  'Flag --record has been deprecated, --record will be removed in the future\n';

/** What was typed, with its flags at the end and in full. */
export function changeCause(
  path: string,
  { args, flags }: {
    readonly args: readonly string[];
    readonly flags: Readonly<Record<string, unknown>> & { readonly changed: ReadonlySet<string> };
  },
): string {
  const given = [...flags.changed].map((name) => ` --${name}=${String(flags[name])}`);
  return [path, ...args].join(' ') + given.join('');
}

const key = 'kubernetes.io/change-cause';

/** A write's body with the annotation. */
export function withCause(body: JsonObject, cause: string): JsonObject {
  const metadata = (body['metadata'] ?? {}) as JsonObject;
  const annotations = { ...(metadata['annotations'] as JsonObject | undefined), [key]: cause };
  return { ...body, metadata: { ...metadata, annotations } };
}
