/**
 * A certificate signing request is its maker's word, and no one else's: who made it is noted, its
 * wish never changes, and only /approval approves.
 * Follows pkg/registry/certificates/certificates/strategy.go.
 */
import { formatTime } from '../../kernel/calendar.ts';
import { isDeepEqual } from '../equal.ts';
import type { WriteContext } from '../kind.ts';
import type { CertificateSigningRequest as Request } from '../types.gen.ts';

type Conditions = NonNullable<NonNullable<Request['status']>['conditions']>;
type Condition = Conditions[number];

export const conditionsOf = (request: Request): Conditions => request.status?.conditions ?? [];

/** What /status may not change, and /approval may. */
export const decisions = ['Approved', 'Denied'] as const;

export function prepareRequest(
  next: Request,
  previous: Request | undefined,
  _subresource: '' | 'status',
  context?: WriteContext,
): Request {
  if (previous === undefined) return madeBy(next, context);
  const { spec, status } = previous;
  if (context?.subresource === 'approval') {
    const conditions = timed(conditionsOf(next), previous, context);
    return { ...next, spec, status: { ...status, conditions } };
  }
  if (context?.subresource === 'status') {
    const kept = decided(conditionsOf(next), previous);
    const conditions = timed(kept, previous, context);
    return { ...next, spec, status: { ...next.status, conditions } };
  }
  const { status: _, ...rest } = next;
  return { ...rest, spec, ...(status === undefined ? {} : { status }) } as Request;
}

function madeBy(next: Request, context: WriteContext | undefined): Request {
  const { username: _, uid: __, groups: ___, extra: ____, ...spec } = next.spec;
  const { name = '', uid = '', groups = [], extra = {} } = context?.user ?? {};
  return {
    ...next,
    spec: {
      ...spec,
      ...(name === '' ? {} : { username: name }),
      ...(uid === '' ? {} : { uid }),
      ...(groups.length === 0 ? {} : { groups }),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
    } as Request['spec'],
    status: {},
  };
}

/** Approval and denial stay as they were, unless some were added or taken away (then: refused). */
function decided(conditions: Conditions, previous: Request): Conditions {
  let kept: readonly Condition[] = conditions;
  for (const decision of decisions) {
    const before = conditionsOf(previous).filter(({ type }) => type === decision);
    if (before.length !== kept.filter(({ type }) => type === decision).length) continue;
    let next = 0;
    kept = kept.map((one) => (one.type === decision ? (before[next++] as Condition) : one));
  }
  return kept as Conditions;
}

function timed(conditions: Conditions, previous: Request, context: WriteContext): Conditions {
  const now = formatTime(context.nowMs);
  return conditions.map((condition) => {
    if (condition.lastUpdateTime && condition.lastTransitionTime) return condition;
    const same = conditionsOf(previous).find(
      ({ type, status }) => type === condition.type && status === condition.status,
    );
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime || now,
      lastTransitionTime: condition.lastTransitionTime || same?.lastTransitionTime || now,
    };
  });
}

export const isSameConditions = (a: readonly Condition[], b: readonly Condition[]): boolean =>
  isDeepEqual(a, b);
