/**
 * The StatefulSet controller: Pods with names and claims of their own, made in order, renewed in
 * reverse order. Simplified: a claim template that changed is not compared with old claims.
 * Upstream: pkg/controller/statefulset (stateful_set.go, stateful_set_control.go).
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { isPodAvailable, isPodReady, isPodTerminating } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type { Pod, StatefulSet, StatefulSetStatus } from '../../../api/types.gen.ts';
import {
  controllerOf, defineController, itself, type Outcome, selectorMatches, settled, type View,
  type Write,
} from '../../client/index.ts';
import { claim, setsThatSelect } from '../claim.ts';
import { forget, historyOf, revise, templateOf } from '../history.ts';
import { controllerRefOf, isTerminating, orphans } from '../owner.ts';
import { ordinalOf, revisionOf } from './identity.ts';
import { plan, type Revisions } from './plan.ts';

const ofSet = controllerOf('StatefulSet');

export const statefulSetController = defineController({
  name: 'statefulset-controller',
  watches: {
    StatefulSet: itself,
    Pod: (pod, view) => (controllerRefOf(pod) === undefined ? setsFor(view, pod) : ofSet(pod)),
    ControllerRevision: ofSet,
  },
  reads: ['PersistentVolumeClaim'],
  indexes: { Pod: { orphans }, ControllerRevision: { orphans } },
  reconcile,
});

const setsFor = (view: View, pod: Pod): readonly string[] => {
  const sets = view.of('StatefulSet').inNamespace(pod.metadata.namespace ?? '');
  return setsThatSelect(sets, pod, ({ spec }) => selectorMatches(spec.selector));
};

function reconcile(view: View, key: string): Outcome {
  const set = view.get('StatefulSet', key);
  if (set === undefined) return settled;
  const candidates = [
    ...view.of('Pod').ownedBy(set.metadata.uid),
    ...view.of('Pod').byIndex('orphans', set.metadata.namespace ?? ''),
  ].filter((pod) => ordinalOf(set, pod) >= 0);
  const { owned, writes } = claim(set, 'Pod', candidates, selectorMatches(set.spec.selector));
  const { revisions, made, old } = revisionsOf(view, set, owned);
  const step = isTerminating(set) ? { writes: [], events: [] } : plan(view, set, owned, revisions);
  const status = measure(set, owned, revisions, view.nowMs);
  const wait = (set.spec.minReadySeconds ?? 0) * 1000;
  const isWaiting = wait > 0 && status.readyReplicas !== status.availableReplicas;
  return {
    writes: [...writes, ...made, ...step.writes],
    events: step.events,
    finish: () => [...report(set, status), ...old],
    ...(isWaiting ? { requeueAfterMs: wait } : {}),
  };
}

/** Today's template and that of before, the writes that record them and that forget old ones. */
function revisionsOf(view: View, set: StatefulSet, pods: readonly Pod[]): {
  readonly revisions: Revisions;
  readonly made: readonly Write[];
  readonly old: readonly Write[];
} {
  const { owned: known, writes: adopted } = historyOf(view, set, set.spec.selector);
  const update = revise(set, known, 'controller.kubernetes.io/hash');
  const before = known.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  const currentTemplate = before === undefined ? undefined : templateOf(before);
  const revisions = {
    current: before?.metadata.name ?? update.name,
    currentTemplate: currentTemplate ?? set.spec.template,
    update: update.name,
  };
  const live = new Set([revisions.current, update.name, ...pods.map(revisionOf)]);
  return { revisions, made: [...adopted, ...update.writes], old: forget(set, known, live) };
}

/** What is there, as status; a finished rollout makes the new revision the current one. */
function measure(
  set: StatefulSet, pods: readonly Pod[], { current, update }: Revisions, nowMs: number,
): StatefulSetStatus {
  let [ready, available, ofCurrent, ofUpdate] = [0, 0, 0, 0];
  for (const pod of pods) {
    if (pod.status?.phase === 'Running' && isPodReady(pod)) {
      ready += 1;
      if (isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs)) available += 1;
    }
    if (isPodTerminating(pod)) continue;
    if (revisionOf(pod) === current) ofCurrent += 1;
    if (revisionOf(pod) === update) ofUpdate += 1;
  }
  const wanted = set.spec.replicas ?? 1;
  const isDone = set.spec.updateStrategy?.type !== 'OnDelete' &&
    [ofUpdate, ready, pods.length].every((count) => count === wanted);
  return {
    availableReplicas: available,
    collisionCount: set.status?.collisionCount ?? 0,
    ...nonZero({ currentReplicas: isDone ? ofUpdate : ofCurrent }),
    currentRevision: isDone ? update : current,
    observedGeneration: set.metadata.generation ?? 0,
    ...nonZero({ readyReplicas: ready }),
    replicas: pods.length,
    updateRevision: update,
    ...nonZero({ updatedReplicas: ofUpdate }),
  };
}

const nonZero = (counts: Readonly<Record<string, number>>): Partial<StatefulSetStatus> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));

function report(set: StatefulSet, status: StatefulSetStatus): Write[] {
  const { conditions } = set.status ?? {};
  const next = conditions === undefined ? status : { ...status, conditions };
  if (isDeepEqual(set.status, next)) return [];
  return [
    {
      verb: 'update',
      kind: 'StatefulSet',
      key: keyOf(set),
      subresource: 'status',
      body: { ...set, status: next },
      because: `${status.readyReplicas ?? 0} of ${set.spec.replicas ?? 1} Pods of ` +
        `${set.metadata.name} are ready`,
    },
  ];
}
