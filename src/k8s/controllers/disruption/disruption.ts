/**
 * Says in every PodDisruptionBudget's status how many of its Pods may be evicted now.
 * Upstream: pkg/controller/disruption/disruption.go. Simplified: of controllers that it does not
 * know (custom resources) it does not ask the scale subresource; and where several budgets match a
 * Pod, all of them are looked at, not an arbitrary one.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { type ApiObject, keyOf } from '../../../api/object.ts';
import { isPodReady } from '../../../api/kinds/pod/facts.ts';
import type { Pod, PodDisruptionBudget } from '../../../api/types.gen.ts';
import { formatTime, parseTime } from '../../../kernel/calendar.ts';
import {
  type AboutEvent,
  defineController,
  itself,
  type Outcome,
  selectorMatches,
  settled,
  type View,
  type Write,
} from '../../client/index.ts';
import { scaled } from '../int-or-percent.ts';
import { expectedScale, ScaleProblem } from './expected-scale.ts';
import { isStaleKey, reconcileTarget, targetKeys } from './stale-target.ts';

/** So long a Pod that is to be evicted may take until it is seen to be on its way out. */
const deletionTimeoutMs = 120_000;

type Status = NonNullable<PodDisruptionBudget['status']>;
type DisruptedPods = Readonly<Record<string, string>>;

export const disruptionController = defineController({
  // Its events are the process's own, as upstream's are.
  name: 'controllermanager',
  workers: 1,
  watches: {
    PodDisruptionBudget: itself,
    Pod: (pod, view) => [...budgetsOf(pod, view), ...targetKeys(pod)],
  },
  reads: ['ReplicationController', 'ReplicaSet', 'Deployment', 'StatefulSet'],
  reconcile,
});

function budgetsOf({ metadata }: Pod, view: View): readonly string[] {
  const budgets = view.of('PodDisruptionBudget').inNamespace(metadata.namespace ?? '');
  return budgets.filter(({ spec }) => selectorMatches(spec?.selector)(metadata.labels)).map(keyOf);
}

function reconcile(view: View, key: string): Outcome {
  if (isStaleKey(key)) return reconcileTarget(view, key);
  const budget = view.get('PodDisruptionBudget', key);
  if (budget === undefined) return settled;
  const matches = selectorMatches(budget.spec?.selector);
  const pods = view
    .of('Pod')
    .inNamespace(budget.metadata.namespace ?? '')
    .filter(({ metadata }) => matches(metadata.labels));
  const events =
    pods.length > 0 ? [] : [told(budget, 'Normal', 'NoPods', 'No matching pods found')];
  try {
    return counted(view, budget, pods, [...events, ...sharedPods(view, budget, pods)]);
  } catch (problem) {
    if (!(problem instanceof ScaleProblem)) throw problem;
    return failSafe(view, budget, problem.message, events);
  }
}

const told = (
  about: ApiObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): AboutEvent => ({ about, draft: { type, reason, message } });

/** Pods that several budgets are for; told by the first of these. */
function sharedPods(
  view: View,
  { metadata: { name, namespace = '' } }: PodDisruptionBudget,
  pods: readonly Pod[],
): readonly AboutEvent[] {
  const budgets = view.of('PodDisruptionBudget').inNamespace(namespace);
  if (budgets.length < 2) return [];
  return pods.flatMap((pod) => {
    const names = budgets
      .filter(({ spec }) => selectorMatches(spec?.selector)(pod.metadata.labels))
      .map(({ metadata }) => metadata.name)
      .sort();
    if (names.length < 2 || names[0] !== name) return [];
    const message =
      `Pod "${namespace}"/"${pod.metadata.name}" matches multiple PodDisruptionBudgets.  ` +
      `Chose "${name}" arbitrarily.`;
    return told(pod, 'Warning', 'MultiplePodDisruptionBudgets', message);
  });
}

function counted(
  view: View,
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  events: readonly AboutEvent[],
): Outcome {
  const { expected, desired } = wanted(view, budget, pods);
  const disrupted = stillDisrupted(view, budget, pods);
  const healthy = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      disrupted.pods[pod.metadata.name] === undefined &&
      isPodReady(pod),
  ).length;
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  const status = withCondition(view, budget, {
    ...(Object.keys(disrupted.pods).length === 0 ? {} : { disruptedPods: disrupted.pods }),
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation ?? 0,
  });
  return {
    writes: isDeepEqual(status, budget.status) ? [] : [write(budget, status)],
    events: [...events, ...disrupted.events],
    ...(disrupted.recheckMs === undefined ? {} : { requeueAfterMs: disrupted.recheckMs }),
  };
}

/** How many Pods there should be, and how many of them must be healthy. */
function wanted(
  view: View,
  { spec }: PodDisruptionBudget,
  pods: readonly Pod[],
): { readonly expected: number; readonly desired: number } {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (maxUnavailable !== undefined && maxUnavailable !== null) {
    const expected = expectedScale(view, pods);
    return {
      expected,
      desired: Math.max(0, expected - scaled(maxUnavailable, expected, Math.ceil)),
    };
  }
  if (minAvailable === undefined || minAvailable === null) return { expected: 0, desired: 0 };
  if (typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable };
  const expected = expectedScale(view, pods);
  return { expected, desired: scaled(minAvailable, expected, Math.ceil) };
}

interface Disrupted {
  readonly pods: DisruptedPods;
  readonly events: readonly AboutEvent[];
  /** When the first of them should have been deleted, from now. */
  readonly recheckMs: number | undefined;
}

/** Pods whose eviction was allowed and that have not been seen to go yet. */
function stillDisrupted(
  view: View,
  { status, metadata: { namespace = '' } }: PodDisruptionBudget,
  pods: readonly Pod[],
): Disrupted {
  const kept: Record<string, string> = {};
  const events: AboutEvent[] = [];
  let recheckMs: number | undefined;
  const known = (status?.disruptedPods ?? {}) as DisruptedPods;
  for (const pod of pods) {
    const since = known[pod.metadata.name];
    if (since === undefined || pod.metadata.deletionTimestamp !== undefined) continue;
    const left = (parseTime(since) ?? 0) + deletionTimeoutMs - view.nowMs;
    if (left >= 0) {
      kept[pod.metadata.name] = since;
      recheckMs = Math.min(recheckMs ?? Infinity, left + 1);
    } else {
      // Upstream says the namespace twice, and not the budget's name.
      const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
      events.push(told(pod, 'Warning', 'NotDeleted', message));
    }
  }
  return { pods: kept, events, recheckMs };
}

/** Rather no eviction at all than one too many. */
function failSafe(
  view: View,
  budget: PodDisruptionBudget,
  message: string,
  events: readonly AboutEvent[],
): Outcome {
  const event = told(
    budget,
    'Warning',
    'CalculateExpectedPodCountFailed',
    `Failed to calculate the number of expected pods: ${message}`,
  );
  const status = condition(
    view,
    { ...(budget.status as Status), disruptionsAllowed: 0 },
    { status: 'False', reason: 'SyncFailed', message },
  );
  return {
    writes: isDeepEqual(status, budget.status) ? [] : [write(budget, status)],
    events: [...events, event],
  };
}

function withCondition(view: View, budget: PodDisruptionBudget, counts: Status): Status {
  const { conditions } = budget.status ?? {};
  const isAllowed = counts.disruptionsAllowed > 0;
  return condition(
    view,
    { ...(conditions === undefined ? {} : { conditions }), ...counts },
    {
      status: isAllowed ? 'True' : 'False',
      reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
      message: '',
    },
  );
}

interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** The status with its one condition as it should be. */
function condition(view: View, status: Status, verdict: Verdict): Status {
  const type = 'DisruptionAllowed';
  const old = status.conditions?.find((one) => one.type === type);
  const lastTransitionTime =
    old?.status === verdict.status ? old.lastTransitionTime : formatTime(view.nowMs);
  const observedGeneration = status.observedGeneration ?? 0;
  const { reason, message } = verdict;
  const next = {
    lastTransitionTime,
    message,
    ...(observedGeneration === 0 ? {} : { observedGeneration }),
    reason,
    status: verdict.status,
    type,
  };
  const others = status.conditions?.filter((one) => one.type !== type) ?? [];
  return { ...status, conditions: [...others, next] };
}

const write = (budget: PodDisruptionBudget, status: Status): Write => ({
  verb: 'update',
  kind: 'PodDisruptionBudget',
  key: keyOf(budget),
  subresource: 'status',
  body: { ...budget, status },
  because:
    `${status.currentHealthy} of at least ${status.desiredHealthy} Pods of ` +
    `${budget.metadata.name} are healthy`,
});
