import { amountOf, podRequests } from '../../api/kinds/pod/facts.ts';
import type { Node, Pod, Toleration } from '../../api/types.gen.ts';
import { type Safety, nameOf } from './invariant.ts';
import type { ClusterView } from './view.ts';

/** The scheduler may not yet know what has changed within this time. */
const newsMs = 1_000;
/** After an outage of the API server, watches come back within a back-off that grows to this. */
const watchBackoffMs = 60_000;

/** The scheduler binds a Pod only to a node that has room for it, and that lets it in. */
export const fits: Safety = {
  holds: 'always',
  name: 'Pods are bound to nodes that they fit',
  check(view, change) {
    if (change.type !== 'write' || change.isGone || change.object.kind !== 'Pod') return [];
    const pod = change.object as Pod;
    const name = pod.spec?.nodeName;
    // Who names the node at creation does without the scheduler.
    if (name === undefined || change.before === undefined) return [];
    if ((change.before as Pod).spec?.nodeName !== undefined) return [];
    const node = view.find<Node>('Node', name);
    if (node === undefined) return [`${nameOf(pod)} is bound to ${name}, which is not there`];
    const isNews =
      view.now - (view.nodeChangedAt.get(name) ?? 0) < newsMs ||
      view.now - view.brokenAt < watchBackoffMs;
    return [...overfull(view, node), ...(isNews ? [] : unwelcome(pod, node))];
  },
};

function overfull(view: ClusterView, node: Node): string[] {
  const total: Record<string, number> = {};
  let count = 0;
  for (const pod of view.of<Pod>('Pod').values()) {
    if (pod.spec?.nodeName !== node.metadata.name) continue;
    if (/Succeeded|Failed/.test(pod.status?.phase ?? '')) continue;
    count += 1;
    const requests = podRequests(pod);
    for (const name in requests) total[name] = (total[name] ?? 0) + (requests[name] ?? 0);
  }
  const allocatable = node.status?.allocatable ?? {};
  const over = Object.keys(total).filter(
    (name) => (total[name] ?? 0) > amountOf(name, String(allocatable[name] ?? '0')),
  );
  if (count > Number(allocatable['pods'] ?? 110)) over.push('pods');
  return over.map((name) => `${nameOf(node)} has more ${name} asked of it than it has`);
}

function unwelcome(pod: Pod, node: Node): string[] {
  const wrong: string[] = [];
  const who = `${nameOf(pod)} is bound to ${node.metadata.name}`;
  for (const { key, value = '', effect } of node.spec?.taints ?? []) {
    if (effect === 'PreferNoSchedule') continue;
    const tolerated = (pod.spec?.tolerations ?? []).some((toleration) =>
      tolerates(toleration, { key, value, effect: effect ?? '' }),
    );
    if (!tolerated) wrong.push(`${who}, whose taint ${key}:${effect} it does not tolerate`);
  }
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {})) {
    if (labels[key] !== value) wrong.push(`${who}, which is not labelled ${key}=${value}`);
  }
  return wrong;
}

function tolerates(
  toleration: Toleration,
  taint: { readonly key: string; readonly value: string; readonly effect: string },
): boolean {
  const { key = '', value = '', effect = '', operator = 'Equal' } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || value === taint.value;
}
