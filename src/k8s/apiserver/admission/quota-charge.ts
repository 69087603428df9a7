/**
 * What one request would do to a namespace's quotas: the new use, or the refusal.
 * Follows apiserver pkg/admission/plugin/resourcequota/controller.go (CheckRequest).
 */
import { type Evaluator, evaluatorOf, isInScopes, scopesOf } from '../../../api/quota/evaluator.ts';
import {
  type Resources,
  addResources,
  exceeding,
  maskResources,
  namesOf,
  resourcesText,
  subtractResources,
  withoutZeros,
} from '../../../api/quota/resource-lists.ts';
import { resourceOf } from '../../../api/kind.ts';
import type { ApiObject } from '../../../api/object.ts';
import type { ResourceQuota } from '../../../api/types.gen.ts';
import type { Attributes } from './plugin.ts';
import { refuse } from './refusal.ts';

/** A quota, and its use with what has been admitted since. */
export interface RunningQuota {
  readonly quota: ResourceQuota;
  readonly hard: Resources;
  readonly used: Resources;
}

/** The very same list when nothing is charged. Throws a StatusError to refuse. */
export function charge(
  quotas: readonly RunningQuota[],
  attributes: Attributes,
): readonly RunningQuota[] {
  const { x, resource, object, previous } = attributes;
  const evaluator = evaluatorOf(resourceOf(resource.kind));
  if (evaluator === undefined || object === undefined) return quotas;
  const concerned = quotas.filter((one) => concerns(attributes, evaluator, one, object));
  if (concerned.length === 0) return quotas;
  const nowMs = x.server.site.clock;
  const usage = evaluator.usage(object, nowMs);
  const negative = namesOf(usage).filter((name) => (usage[name]?.nanos ?? 0n) < 0n);
  if (negative.length > 0) {
    refuse(attributes, `quota usage is negative for resource(s): ${negative.join(',')}`);
  }
  const before = previous === undefined ? undefined : evaluator.usage(previous, nowMs);
  let isChanged = false;
  const next = quotas.map((one) => {
    if (!concerned.includes(one)) return one;
    const isCounted =
      previous !== undefined && isInScopes(evaluator, scopesOf(one.quota), previous);
    const delta = isCounted && before !== undefined ? subtractResources(usage, before) : usage;
    const requested = maskResources(withoutZeros(delta), namesOf(one.hard));
    if (namesOf(requested).length === 0) return one;
    isChanged = true;
    return charged(attributes, one, requested);
  });
  return isChanged ? next : quotas;
}

/** Whether a quota counts this object; refuses what does not say what the quota must know. */
function concerns(
  attributes: Attributes,
  evaluator: Evaluator,
  { quota, hard, used }: RunningQuota,
  object: ApiObject,
): boolean {
  const names = evaluator.matching(namesOf(hard));
  if (names.length === 0 || !isInScopes(evaluator, scopesOf(quota), object)) return false;
  const { name } = quota.metadata;
  const missing = evaluator.missing?.(names, object);
  if (missing !== undefined) refuse(attributes, `failed quota: ${name}: ${missing}`);
  if (names.some((each) => used[each] === undefined)) {
    refuse(attributes, `status unknown for quota: ${name}, resources: ${names.join(',')}`);
  }
  return true;
}

function charged(attributes: Attributes, one: RunningQuota, requested: Resources): RunningQuota {
  const used = addResources(one.used, requested);
  const exceeded = exceeding(maskResources(used, namesOf(requested)), one.hard);
  if (exceeded.length > 0) {
    const text = (list: Resources) => resourcesText(maskResources(list, exceeded));
    refuse(
      attributes,
      `exceeded quota: ${one.quota.metadata.name}, requested: ${text(requested)}, ` +
        `used: ${text(one.used)}, limited: ${text(one.hard)}`,
    );
  }
  return { ...one, used };
}
