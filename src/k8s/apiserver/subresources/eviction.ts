/**
 * Asking politely for a Pod to go: its PodDisruptionBudget may say no. Follows
 * pkg/registry/core/pod/storage/eviction.go.
 */
import type { ApiObject, Json, JsonObject } from '../../../api/object.ts';
import { StatusError, badRequest, conflict } from '../../../api/status.ts';
import { isPodFinished, isPodReady } from '../../../api/kinds/pod/facts.ts';
import type { Pod, PodCondition } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { runValidation } from '../admission/index.ts';
import { type DeleteOptions, deleteObject } from '../deletion.ts';
import { type Exchange, answer, param, pause, statusAnswer } from '../exchange.ts';
import { isObject, readData } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import { updateObject } from '../updating.ts';
import {
  allowsUnhealthy,
  budgetsOf,
  severalBudgets,
  stillProcessed,
  takeDisruption,
} from './disruption-budget.ts';
import { readPod } from './pod-now.ts';

/** How often what somebody else changed meanwhile is tried again, and how long between. */
const retries = { steps: 20, ms: 500 };

export function* createEviction(x: Exchange): Story<ApiResponse> {
  const options = readEviction(x);
  yield* runValidation({
    x,
    resource: x.route.resource as Resource,
    operation: 'CREATE',
    subresource: 'eviction',
  });
  const pod = yield* deleteUnguarded(x, options);
  if (pod === undefined) return answer(x, 201, evicted as unknown as Json);
  const budgets = budgetsOf(x, pod);
  if (budgets.length > 1) return statusAnswer(x, severalBudgets);
  const [budget] = budgets;
  if (budget === undefined) yield* evict(x, options);
  else if (!isPodReady(pod) && allowsUnhealthy(budget)) {
    yield* evictUnhealthy(x, options, pod, budget.metadata.name);
  } else {
    yield* takeDisruption(x, budget, pod.metadata.name, options.isDryRun);
    yield* evict(x, options);
  }
  return answer(x, 201, evicted as unknown as Json);
}

const evicted = Object.freeze({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
});

function readEviction(x: Exchange): DeleteOptions {
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest('not a Eviction object'));
  const given = ((data['metadata'] ?? {}) as JsonObject)['name'];
  if (given !== undefined && given !== '' && given !== x.route.name) {
    throw new StatusError(badRequest('name in URL does not match name in Eviction object'));
  }
  const asked = (data['deleteOptions'] ?? {}) as {
    gracePeriodSeconds?: number;
    dryRun?: readonly string[];
    preconditions?: { uid?: string; resourceVersion?: string };
  };
  return {
    isDryRun: (asked.dryRun ?? []).length > 0 || param(x, 'dryRun') === 'All',
    gracePeriodSeconds: asked.gracePeriodSeconds,
    policy: undefined,
    preconditions: asked.preconditions ?? {},
  };
}

/** Deletes what no budget guards: what has ended, not begun, or is going. Else the Pod as it is. */
function* deleteUnguarded(x: Exchange, options: DeleteOptions): Story<Pod | undefined> {
  for (let step = 1; ; step++) {
    const pod = yield* readPod(x);
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    const isOver = isPodFinished(pod) || isGoing;
    if (!isOver && pod.status?.phase !== 'Pending') return pod;
    const isVersioned = options.preconditions.resourceVersion !== undefined;
    try {
      // It might have become ready since, and guarded.
      yield* evict(x, isOver || isVersioned ? options : asSeen(options, pod));
      return undefined;
    } catch (problem) {
      if (isVersioned || step === retries.steps || !isConflict(problem)) throw problem;
      yield* pause(retries.ms);
    }
  }
}

/** The deletion is for the Pod as it has been looked at. */
const asSeen = (options: DeleteOptions, { metadata }: Pod): DeleteOptions => ({
  ...options,
  preconditions: {
    ...options.preconditions,
    ...(metadata.resourceVersion === undefined
      ? {}
      : { resourceVersion: metadata.resourceVersion }),
  },
});

const isConflict = (problem: unknown): boolean =>
  problem instanceof StatusError && problem.status.reason === 'Conflict';

/** If it has become ready meanwhile, the client shall come again. */
function* evictUnhealthy(x: Exchange, options: DeleteOptions, pod: Pod, budgetName: string): Story {
  try {
    yield* evict(x, asSeen(options, pod));
  } catch (problem) {
    if (!isConflict(problem) || options.preconditions.resourceVersion !== undefined) throw problem;
    throw new StatusError(stillProcessed(budgetName));
  }
}

/** Writes the reason into the Pod's status, and deletes it. */
function* evict(x: Exchange, options: DeleteOptions): Story {
  const resource = x.route.resource as Resource;
  const { namespace, name } = x.route;
  const key = resource.key(namespace, name);
  const { resourceVersion } = options.preconditions;
  let preconditions = options.preconditions;
  if (!options.isDryRun) {
    const { object } = yield* updateObject(x, {
      resource,
      key,
      name,
      subresource: 'status',
      options: { isDryRun: false, manager: '', validation: 'Ignore', isForced: false },
      // oxlint-disable-next-line require-yield -- a change is a story
      *change(current) {
        const version = current.object.metadata.resourceVersion;
        if (resourceVersion !== undefined && version !== resourceVersion) {
          throw new StatusError(conflict(resource.kind, name));
        }
        return { object: asTarget(x, current.object as Pod) };
      },
    });
    const next = object.metadata.resourceVersion;
    if (resourceVersion !== undefined && next !== undefined) {
      preconditions = { ...preconditions, resourceVersion: next };
    }
  }
  yield* deleteObject(x, resource, { key, name }, { ...options, preconditions });
}

function asTarget(x: Exchange, pod: Pod): ApiObject {
  const type = 'DisruptionTarget';
  const conditions = pod.status?.conditions ?? [];
  const old = conditions.find((one) => one.type === type);
  const reason = 'EvictionByEvictionAPI';
  if (old?.status === 'True' && old.reason === reason) return pod;
  const lastTransitionTime =
    old?.status === 'True' ? old.lastTransitionTime : formatTime(x.server.site.clock);
  const next = {
    lastProbeTime: null,
    lastTransitionTime,
    message: 'Eviction API: evicting',
    reason,
    status: 'True',
    type,
  } as unknown as PodCondition;
  const others = conditions.filter((one) => one.type !== type);
  return { ...pod, status: { ...pod.status, conditions: [...others, next] } } as Pod;
}
