/**
 * The ReplicaSet controller: so many Pods like this one. It counts the Pods that its selector
 * matches and that it owns, makes what is missing, deletes what is too much, and reports.
 * ReplicationControllers are the same under an older name. Simplified: nothing known.
 * Upstream: pkg/controller/replicaset (replica_set.go, replica_set_utils.go).
 */
import { isPodActive, isPodAvailable, isPodReady } from '../../../api/kinds/pod/facts.ts';
import { type ApiObject, keyOf } from '../../../api/object.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import type {
  Pod,
  PodTemplateSpec,
  ReplicaSet,
  ReplicaSetCondition,
  ReplicaSetStatus,
} from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import {
  type Controller,
  controllerOf,
  defineController,
  itself,
  mapMatches,
  type Matches,
  type Outcome,
  selectorMatches,
  settled,
  type View,
  type Write,
  type WriteFailure,
} from '../../client/index.ts';
import { claim, setsThatSelect } from '../claim.ts';
import { withCondition, withoutCondition } from '../condition.ts';
import { controllerRefOf, isTerminating, orphans } from '../owner.ts';
import { createPod, deletePod, podFromTemplate } from '../pod-control.ts';
import { rankForDeletion } from '../pod-ranking.ts';

const burstReplicas = 500;

/** The two kinds that this file serves. */
type SetKind = 'ReplicaSet' | 'ReplicationController';

/** What the core needs of either kind. */
interface PodSet extends ApiObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly template?: PodTemplateSpec;
  };
  readonly status: ReplicaSetStatus;
}

export const replicaSetController = podSetController('ReplicaSet', 'replicaset-controller');
export const replicationControllerController = podSetController(
  'ReplicationController',
  'replication-controller',
);

function podSetController(kind: SetKind, name: string): Controller {
  const ofOwner = controllerOf(kind);
  return defineController({
    name,
    watches: {
      [kind]: itself,
      Pod: (pod: Pod, view: View) =>
        controllerRefOf(pod) === undefined ? setsFor(view, kind, pod) : ofOwner(pod),
    },
    indexes: { Pod: { orphans } },
    reconcile: (view, key) => reconcile(view, kind, key),
  });
}

const matcherOf = (kind: SetKind, set: ApiObject): Matches => {
  const { selector } = (set as ReplicaSet).spec;
  if (kind === 'ReplicaSet') return selectorMatches(selector);
  return mapMatches(selector as unknown as Readonly<Record<string, string>>);
};

/** Sets whose selectors match an orphan: one of them may adopt it. */
function setsFor(view: View, kind: SetKind, pod: Pod): readonly string[] {
  const sets: readonly ApiObject[] = view.of(kind).inNamespace(pod.metadata.namespace ?? '');
  return setsThatSelect(sets, pod, (set) => matcherOf(kind, set));
}

function reconcile(view: View, kind: SetKind, key: string): Outcome {
  const set = view.get(kind, key) as PodSet | undefined;
  if (set === undefined) return settled;
  const pods = view.of('Pod');
  const candidates = [
    ...pods.ownedBy(set.metadata.uid),
    ...pods.byIndex('orphans', set.metadata.namespace ?? ''),
  ].filter(isPodActive);
  const { owned, writes } = claim(set, 'Pod', candidates, matcherOf(kind, set));
  const replicas = set.spec.replicas ?? 1;
  const missing = replicas - owned.length;
  const changes =
    isTerminating(set) || missing === 0
      ? []
      : missing > 0
        ? grow(set, Math.min(missing, burstReplicas))
        : shrink(view, set, owned, Math.min(-missing, burstReplicas));
  const status = measure(set, owned, view.nowMs);
  const wait = untilAvailable(set, owned, status, view.nowMs);
  return {
    writes: [...writes, ...changes],
    finish: (failure) => report(kind, set, status, missing, failure, view.nowMs),
    ...(wait === undefined ? {} : { requeueAfterMs: wait }),
  };
}

function grow(set: PodSet, count: number): Write[] {
  const body = podFromTemplate(set, set.spec.template);
  const because = `${set.metadata.name} wants ${set.spec.replicas ?? 1} replicas`;
  return Array.from({ length: count }, () => createPod(set, body, because));
}

function shrink(view: View, set: PodSet, pods: readonly Pod[], count: number): Write[] {
  const because = 
    `${set.metadata.name} wants ${set.spec.replicas ?? 1} replicas, not ${pods.length}`;
  if (count >= pods.length) return pods.map((pod) => deletePod(set, pod, because));
  return rankForDeletion(pods, relatedPods(view, set), view.nowMs)
    .slice(0, count)
    .map((pod) => deletePod(set, pod, because));
}

/** Active Pods of all sets with the same controller: those of one Deployment's ReplicaSets. */
function relatedPods(view: View, set: PodSet): readonly Pod[] {
  const owner = controllerRefOf(set);
  const sets = owner === undefined ? [set] : view.of('ReplicaSet').ownedBy(owner.uid);
  return sets.flatMap((each) => view.of('Pod').ownedBy(each.metadata.uid)).filter(isPodActive);
}

function measure(set: PodSet, pods: readonly Pod[], nowMs: number): ReplicaSetStatus {
  const template = Object.entries(set.spec.template?.metadata?.labels ?? {});
  let [fullyLabeled, ready, available] = [0, 0, 0];
  for (const pod of pods) {
    const { labels } = pod.metadata;
    if (template.every(([name, value]) => labels?.[name] === value)) fullyLabeled += 1;
    if (!isPodReady(pod)) continue;
    ready += 1;
    if (isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs)) available += 1;
  }
  return {
    replicas: pods.length,
    fullyLabeledReplicas: fullyLabeled,
    readyReplicas: ready,
    availableReplicas: available,
  };
}

/** Ready Pods become available with time alone: look again then. */
function untilAvailable(
  set: PodSet,
  pods: readonly Pod[],
  status: ReplicaSetStatus,
  nowMs: number,
): number | undefined {
  const seconds = set.spec.minReadySeconds ?? 0;
  if (seconds === 0 || status.readyReplicas === status.availableReplicas) return undefined;
  const isWaiting = pods.some((pod) => isPodReady(pod) && !isPodAvailable(pod, seconds, nowMs));
  return isWaiting ? seconds * 1000 : undefined;
}

/** No change, no write: a status that is always written would wake its own controller for ever. */
function report(
  kind: SetKind,
  set: PodSet,
  counted: ReplicaSetStatus,
  missing: number,
  failure: WriteFailure | undefined,
  nowMs: number,
): Write[] {
  const conditions = failureCondition(set.status?.conditions, missing, failure, nowMs);
  const status: ReplicaSetStatus = {
    ...nonZero(counted),
    replicas: counted.replicas,
    ...(conditions.length === 0 ? {} : { conditions }),
    observedGeneration: set.metadata.generation ?? 0,
  };
  if (isDeepEqual(nonZero(set.status ?? {}), nonZero(status))) return [];
  const because =
    `${set.metadata.name} has ${counted.replicas} Pods, ` +
    `${counted.readyReplicas} of them ready`;
  return [
    {
      verb: 'update',
      kind,
      key: keyOf(set),
      subresource: 'status',
      body: { ...set, status },
      because,
    },
  ];
}

function failureCondition(
  conditions: readonly ReplicaSetCondition[] | undefined,
  missing: number,
  failure: WriteFailure | undefined,
  nowMs: number,
): readonly ReplicaSetCondition[] {
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  if (conditions?.some(({ type }) => type === 'ReplicaFailure')) return conditions;
  return withCondition(conditions, {
    type: 'ReplicaFailure',
    status: 'True',
    reason: missing < 0 ? 'FailedDelete' : 'FailedCreate',
    message: failure.message,
    lastTransitionTime: formatTime(nowMs),
  });
}

/** Zeros are left out on the wire (omitempty). */
function nonZero(status: object): object {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0));
}
