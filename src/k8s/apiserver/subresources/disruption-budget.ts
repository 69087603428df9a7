/**
 * A PodDisruptionBudget, asked for one disruption more.
 * Follows pkg/registry/core/pod/storage/eviction.go (checkAndDecrement, getPodDisruptionBudgets).
 */
import { type Labels, matches, toSelector } from '../../../api/selectors.ts';
import { ParseError } from '../../../api/parse-error.ts';
import type { ApiObject } from '../../../api/object.ts';
import {
  type Status,
  StatusError,
  conflict,
  forbiddenAction,
  tooManyRequests,
} from '../../../api/status.ts';
import type { Pod, PodDisruptionBudget } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import { objectsOf } from '../admission/namespace-contents.ts';
import { type Exchange, plainFailure } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import { updateObject } from '../updating.ts';

type BudgetStatus = NonNullable<PodDisruptionBudget['status']>;

const disruptedMax = 2_000;
const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

/** Nobody could say which of them counts. */
export const severalBudgets: Status = plainFailure(
  500,
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
);

/** Budgets whose selectors match; an empty selector matches nothing here. */
export const budgetsOf = (x: Exchange, { metadata }: Pod): readonly PodDisruptionBudget[] =>
  objectsOf<PodDisruptionBudget>(x.server, 'poddisruptionbudgets.policy', x.route.namespace).filter(
    (budget) => isFor(budget, metadata.labels),
  );

function isFor({ spec }: PodDisruptionBudget, labels: Labels): boolean {
  try {
    const selector = toSelector(spec?.selector);
    return selector !== undefined && selector.length > 0 && matches(selector, labels);
  } catch (problem) {
    if (problem instanceof ParseError) return false;
    throw problem;
  }
}

/** Whether a Pod that is not ready may go without being counted. */
export function allowsUnhealthy({ spec, status }: PodDisruptionBudget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const desired = status?.desiredHealthy ?? 0;
  return desired > 0 && (status?.currentHealthy ?? 0) >= desired;
}

/** Come again: the budget's controller has not looked at it yet. */
export const stillProcessed = (name: string): Status =>
  tooManyRequests(refusal, 10, [
    {
      reason: 'DisruptionBudget',
      message: `The disruption budget ${name} is still being processed by the server.`,
    },
  ]);

/** Counts one disruption, for this Pod. Throws a StatusError if there is none left. */
export function* takeDisruption(
  x: Exchange,
  { metadata: { name, namespace = '' } }: PodDisruptionBudget,
  podName: string,
  isDryRun: boolean,
): Story {
  const resource = x.server.registry.named('poddisruptionbudgets.policy') as Resource;
  yield* updateObject(x, {
    resource,
    key: resource.key(namespace, name),
    name,
    subresource: 'status',
    options: { isDryRun, manager: 'kube-apiserver', validation: 'Ignore', isForced: false },
    // oxlint-disable-next-line require-yield -- a change is a story
    *change({ object }) {
      const budget = object as PodDisruptionBudget;
      if (budget.metadata.deletionTimestamp !== undefined && budget.status === undefined) {
        throw new StatusError(conflict(resource.kind, name));
      }
      check(budget);
      const next = { ...budget, status: decremented(x, budget, podName) } as ApiObject;
      return { object: next, tracked: next };
    },
  });
}

function check({ metadata: { name, generation = 0 }, status }: PodDisruptionBudget): void {
  if ((status?.observedGeneration ?? 0) < generation) throw new StatusError(stillProcessed(name));
  const allowed = status?.disruptionsAllowed ?? 0;
  const refuse = (reason: string): never => {
    throw new StatusError(
      forbiddenAction({ group: 'policy', plural: 'poddisruptionbudget' }, name, reason),
    );
  };
  if (allowed < 0) refuse('pdb disruptions allowed is negative');
  if (Object.keys(status?.disruptedPods ?? {}).length > disruptedMax) {
    refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (allowed > 0) return;
  throw new StatusError(
    tooManyRequests(refusal, 0, [{ reason: 'DisruptionBudget', message: why(name, status) }]),
  );
}

function why(name: string, status: BudgetStatus | undefined): string {
  const condition = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
  if (condition?.status === 'False' && condition.reason === 'SyncFailed') {
    return (
      `The disruption budget ${name} does not allow evicting pods currently ` +
      `because it failed sync: ${condition.message}`
    );
  }
  return (
    `The disruption budget ${name} needs ${status?.desiredHealthy ?? 0} healthy pods ` +
    `and has ${status?.currentHealthy ?? 0} currently`
  );
}

/** One less; the controller is told which Pod is about to go. */
function decremented(x: Exchange, budget: PodDisruptionBudget, podName: string): BudgetStatus {
  const status = budget.status as BudgetStatus;
  const now = formatTime(x.server.site.clock);
  const disruptionsAllowed = status.disruptionsAllowed - 1;
  const conditions = status.conditions?.map((condition) =>
    disruptionsAllowed > 0 || condition.type !== 'DisruptionAllowed'
      ? condition
      : {
          ...condition,
          status: 'False',
          reason: 'InsufficientPods',
          message: '',
          lastTransitionTime: condition.status === 'False' ? condition.lastTransitionTime : now,
        },
  );
  return {
    ...status,
    ...(conditions === undefined ? {} : { conditions }),
    disruptionsAllowed,
    disruptedPods: { ...status.disruptedPods, [podName]: now },
  } as BudgetStatus;
}
