/** Conditions of a definition. Follows apiextensions-apiserver pkg/apihelpers/helpers.go. */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionStatus,
} from '../../../api/types.gen.ts';
import type { Condition } from './names.ts';

/** The finalizer that keeps a definition until its resources are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** A new one comes last; its time moves only with its status. The object itself if all is said. */
export function withConditions(
  definition: CustomResourceDefinition,
  conditions: readonly Condition[],
  time: string,
): CustomResourceDefinition {
  let list = definition.status?.conditions ?? [];
  for (const condition of conditions) {
    const old = list.find(({ type }) => type === condition.type);
    if (old === undefined) list = [...list, timed(condition, time)];
    else if (!isSame(old, condition)) {
      const since = old.status === condition.status ? (old.lastTransitionTime ?? time) : time;
      list = list.map((one) => (one === old ? timed(condition, since) : one));
    }
  }
  if (list === definition.status?.conditions) return definition;
  return withStatus(definition, { ...definition.status, conditions: list });
}

const timed = ({ type, status, reason, message }: Condition, lastTransitionTime: string) => ({
  lastTransitionTime,
  message: message ?? '',
  reason: reason ?? '',
  status,
  type,
});

const isSame = (one: Condition, other: Condition): boolean =>
  one.status === other.status && one.reason === other.reason && one.message === other.message;

export const withStatus = (
  definition: CustomResourceDefinition,
  status: CustomResourceDefinitionStatus,
): CustomResourceDefinition => ({ ...definition, status });

export const terminating = (status: string, reason: string, message: string): Condition => ({
  type: 'Terminating',
  status,
  reason,
  message,
});
