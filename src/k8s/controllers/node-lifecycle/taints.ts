/**
 * Conditions as taints: what keeps Pods off a node that is not well.
 * Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go.
 */
import { keyOf } from '../../../api/object.ts';
import type { Node, Taint } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import {
  defineController,
  type Outcome,
  settled,
  type View,
  type Write,
} from '../../client/index.ts';

export const notReady = 'node.kubernetes.io/not-ready';
export const unreachable = 'node.kubernetes.io/unreachable';
const unschedulable = 'node.kubernetes.io/unschedulable';

/** Condition → status → taint key. */
const taintKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const managed = new Set([
  unschedulable,
  ...Object.values(taintKeys).flatMap((byStatus) => Object.values(byStatus)),
]);

export const readyCondition = ({ status }: Node) =>
  status?.conditions?.find(({ type }) => type === 'Ready');

/** Keeps the NoSchedule taints of a node as its conditions say. */
export const nodeTaintController = defineController({
  name: 'node-controller',
  workers: 8,
  watches: { Node: ({ metadata }) => [metadata.name] },
  reconcile,
});

function reconcile(view: View, name: string): Outcome {
  const node = view.get('Node', name);
  if (node === undefined) return settled;
  const wanted = wantedKeys(node);
  const taints = node.spec.taints ?? [];
  const present = taints.filter(({ key, effect }) => effect === 'NoSchedule' && managed.has(key));
  const missing = [...wanted].filter((key) => !present.some((taint) => taint.key === key));
  const surplus = present.filter(({ key }) => !wanted.has(key));
  if (missing.length === 0 && surplus.length === 0) return settled;
  const time = formatTime(view.nowMs);
  const added = missing.map((key): Taint => ({ key, effect: 'NoSchedule', timeAdded: time }));
  const next = [...taints.filter((taint) => !surplus.includes(taint)), ...added];
  return { writes: [writeTaints(node, next, describe(name, missing, surplus))] };
}

function wantedKeys({ spec, status }: Node): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const condition of status?.conditions ?? []) {
    const key = taintKeys[condition.type]?.[condition.status];
    if (key !== undefined) keys.add(key);
  }
  if (spec.unschedulable) keys.add(unschedulable);
  return keys;
}

const describe = (name: string, missing: readonly string[], surplus: readonly Taint[]): string =>
  [
    ...missing.map((key) => `${name} has become ${key}`),
    ...surplus.map(({ key }) => `${name} is no longer ${key}`),
  ].join(', ');

/** Replaces a node's taints, if nobody else has changed the node meanwhile. */
export const writeTaints = (node: Node, taints: readonly Taint[], because: string): Write => ({
  verb: 'patch',
  kind: 'Node',
  key: keyOf(node),
  patch: 'merge',
  body: {
    metadata: { resourceVersion: node.metadata.resourceVersion },
    spec: { taints: taints.length === 0 ? null : taints },
  },
  because,
});

/** The node's taints with one NoExecute taint in place of another. */
export function swapNoExecute(
  node: Node,
  add: string | undefined,
  remove: readonly string[],
  nowMs: number,
): readonly Taint[] | undefined {
  const taints = node.spec.taints ?? [];
  const kept = taints.filter(({ key, effect }) => effect !== 'NoExecute' || !remove.includes(key));
  const isThere = kept.some(({ key, effect }) => effect === 'NoExecute' && key === add);
  if (kept.length === taints.length && (add === undefined || isThere)) return undefined;
  if (add === undefined || isThere) return kept;
  return [...kept, { key: add, effect: 'NoExecute', timeAdded: formatTime(nowMs) }];
}
