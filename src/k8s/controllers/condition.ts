/** Conditions of a status: found, set, removed, without touching the old list. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export const findCondition = <T extends Condition>(
  conditions: readonly T[] | undefined, type: string,
): T | undefined => conditions?.find((condition) => condition.type === type);

export const withoutCondition = <T extends Condition>(
  conditions: readonly T[] | undefined, type: string,
): readonly T[] => conditions?.filter((condition) => condition.type !== type) ?? [];

/**
 * Sets a condition: nothing changes when status and reason are the same; the transition time stays
 * when the status does. Upstream: deployment/util/deployment_util.go (SetDeploymentCondition).
 */
export function withCondition<T extends Condition>(
  conditions: readonly T[] | undefined, condition: T,
): readonly T[] {
  const current = findCondition(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) {
    return conditions as readonly T[];
  }
  const kept = current?.status === condition.status && current.lastTransitionTime !== undefined
    ? { ...condition, lastTransitionTime: current.lastTransitionTime }
    : condition;
  return [...withoutCondition(conditions, condition.type), kept];
}
