/**
 * The DaemonSet controller: one Pod on every node that will have it. Each Pod is tied to its node
 * by node affinity, so that the scheduler binds it like any other.
 * Simplified: a failed Pod is replaced at once, without upstream's back-off per node.
 * Upstream: pkg/controller/daemon (daemon_controller.go, update.go, util/daemonset_util.go).
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { isPodAvailable, isPodReady, isPodTerminating } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type { DaemonSet, DaemonSetStatus, Node, Pod } from '../../../api/types.gen.ts';
import {
  type AboutEvent,
  controllerOf,
  defineController,
  itself,
  type Outcome,
  selectorMatches,
  settled,
  type View,
  type Write,
} from '../../client/index.ts';
import { claim, setsThatSelect } from '../claim.ts';
import { controllerRefOf, isTerminating, orphans } from '../owner.ts';
import { createPod, deletePod } from '../pod-control.ts';
import { daemonPod, fitOn, targetNode } from './daemon-pod.ts';
import { historyOf } from '../history.ts';
import { hashLabel, revise } from './history.ts';
import { rollingDeletes } from './rolling.ts';

const burstReplicas = 250;
const ofDaemonSet = controllerOf('DaemonSet');

export const daemonSetController = defineController({
  name: 'daemonset-controller',
  workers: 2,
  watches: {
    DaemonSet: itself,
    Pod: (pod, view) =>
      controllerRefOf(pod) === undefined ? setsFor(view, pod) : ofDaemonSet(pod),
    Node: (_, view) => view.of('DaemonSet').list().map(keyOf),
    ControllerRevision: ofDaemonSet,
  },
  indexes: { Pod: { orphans }, ControllerRevision: { orphans } },
  reconcile,
});

const setsFor = (view: View, pod: Pod): readonly string[] => {
  const sets = view.of('DaemonSet').inNamespace(pod.metadata.namespace ?? '');
  return setsThatSelect(sets, pod, ({ spec }) => selectorMatches(spec.selector));
};

function reconcile(view: View, key: string): Outcome {
  const set = view.get('DaemonSet', key);
  if (set === undefined) return settled;
  const candidates = [
    ...view.of('Pod').ownedBy(set.metadata.uid),
    ...view.of('Pod').byIndex('orphans', set.metadata.namespace ?? ''),
  ];
  const { owned, writes } = claim(set, 'Pod', candidates, selectorMatches(set.spec.selector));
  if (isTerminating(set)) return { writes };
  const nodes = view.of('Node').list();
  const past = historyOf(view, set, set.spec.selector);
  const { hash, writes: revisions } = revise(set, past.owned);
  const plan = place(set, nodes, owned, hash);
  const rolled = rollingDeletes({ set, hash, nodes, byNode: plan.byNode, nowMs: view.nowMs });
  const status = measure(set, nodes, plan, hash, view.nowMs);
  const wait = (set.spec.minReadySeconds ?? 0) * 1000;
  const isWaiting = wait > 0 && status.numberReady !== status.numberAvailable;
  return {
    writes: [...past.writes, ...revisions, ...writes, ...plan.writes, ...rolled],
    events: plan.events,
    finish: () => report(set, status),
    ...(isWaiting ? { requeueAfterMs: wait } : {}),
  };
}

interface Plan {
  readonly writes: readonly Write[];
  readonly events: readonly AboutEvent[];
  /** The Pods of each node, by its name. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
}

function place(set: DaemonSet, nodes: readonly Node[], pods: readonly Pod[], hash: string): Plan {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const name = targetNode(pod);
    const known = byNode.get(name);
    if (known === undefined) byNode.set(name, [pod]);
    else known.push(pod);
  }
  const creates: Write[] = [];
  const deletes: Write[] = [];
  const events: AboutEvent[] = [];
  for (const node of nodes) {
    const { name } = node.metadata;
    const { shouldRun, mayStay } = fitOn(set, node);
    const here = byNode.get(name) ?? [];
    if (shouldRun && here.length === 0 && creates.length < burstReplicas) {
      creates.push(
        createPod(set, daemonPod(set, name, hash), `${name} has no Pod of ${set.metadata.name}`),
      );
    } else if (mayStay) {
      for (const { pod, isFailed } of surplus(here)) {
        deletes.push(
          deletePod(set, pod, isFailed ? `${pod.metadata.name} failed` : `${name} has two`),
        );
        if (isFailed) events.push(failedEvent(set, pod, name));
      }
    } else {
      for (const pod of here) {
        if (!isPodTerminating(pod)) deletes.push(deletePod(set, pod, `${name} will not have it`));
      }
    }
  }
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const [name, here] of byNode) {
    if (known.has(name)) continue;
    for (const pod of here) {
      if (!pod.spec.nodeName && !isPodTerminating(pod))
        deletes.push(deletePod(set, pod, `${name} is gone`));
    }
  }
  return { writes: [...creates, ...deletes], events, byNode };
}

const failedEvent = (about: DaemonSet, { metadata }: Pod, node: string): AboutEvent => ({
  about,
  draft: {
    type: 'Warning',
    reason: 'FailedDaemonPod',
    message:
      `Found failed daemon pod ${metadata.namespace}/${metadata.name} on node ${node}, ` +
      'will try to kill it',
  },
});

/** Pods that have failed, and all but the oldest of the rest. */
function surplus(pods: readonly Pod[]): { readonly pod: Pod; readonly isFailed: boolean }[] {
  const live = pods.filter((pod) => !isPodTerminating(pod));
  const failed = live.filter(({ status }) => status?.phase === 'Failed');
  const running = live
    .filter(({ status }) => status?.phase !== 'Failed')
    .toSorted(
      (a, b) =>
        Number(!!b.spec.nodeName) - Number(!!a.spec.nodeName) ||
        (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1),
    );
  return [
    ...failed.map((pod) => ({ pod, isFailed: true })),
    ...running.slice(1).map((pod) => ({ pod, isFailed: false })),
  ];
}

function measure(
  set: DaemonSet,
  nodes: readonly Node[],
  { byNode }: Plan,
  hash: string,
  nowMs: number,
): DaemonSetStatus {
  let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const pods = (byNode.get(node.metadata.name) ?? []).toSorted((a, b) =>
      a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1,
    );
    if (!fitOn(set, node).shouldRun) {
      if (pods.length > 0) misscheduled += 1;
      continue;
    }
    desired += 1;
    const [pod] = pods;
    if (pod === undefined) continue;
    current += 1;
    if (isPodReady(pod)) {
      ready += 1;
      if (isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs)) available += 1;
    }
    if (pod.metadata.labels?.[hashLabel] === hash) updated += 1;
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...nonZero({
      updatedNumberScheduled: updated,
      numberAvailable: available,
      numberUnavailable: desired - available,
    }),
  };
}

const nonZero = (counts: Readonly<Record<string, number>>): Partial<DaemonSetStatus> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));

function report(set: DaemonSet, status: DaemonSetStatus): Write[] {
  const { collisionCount, conditions } = set.status ?? {};
  const next = {
    ...status,
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
  if (isDeepEqual(set.status, next)) return [];
  return [
    {
      verb: 'update',
      kind: 'DaemonSet',
      key: keyOf(set),
      subresource: 'status',
      body: { ...set, status: next },
      because:
        `${status.numberReady} of ${status.desiredNumberScheduled} Pods of ` +
        `${set.metadata.name} are ready`,
    },
  ];
}
