/**
 * A DaemonSet's Pod: for which node it is, what it tolerates.
 * Upstream: pkg/controller/daemon (util/daemonset_util.go, daemon_controller.go).
 */
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from '../../../api/types.gen.ts';
import { hardEffects, matchesRequiredAffinity, untoleratedTaint } from '../../client/index.ts';
import { podFromTemplate } from '../pod-control.ts';
import { hashLabel } from './history.ts';

const tolerated = (key: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
});

/** Daemons stay where others would be driven off. */
const ownTolerations: readonly Toleration[] = [
  tolerated('not-ready', 'NoExecute'),
  tolerated('unreachable', 'NoExecute'),
  tolerated('disk-pressure', 'NoSchedule'),
  tolerated('memory-pressure', 'NoSchedule'),
  tolerated('pid-pressure', 'NoSchedule'),
  tolerated('unschedulable', 'NoSchedule'),
];

// Asked for every node at every change of any: a template's are put together once.
const known = new WeakMap<PodSpec, readonly Toleration[]>();

function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  let found = known.get(spec);
  if (found === undefined) known.set(spec, (found = allTolerations(spec)));
  return found;
}

function allTolerations({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  const own = hostNetwork
    ? [...ownTolerations, tolerated('network-unavailable', 'NoSchedule')]
    : ownTolerations;
  const isThere = (one: Toleration) =>
    tolerations.some(
      ({ key, operator, effect, value }) =>
        key === one.key && operator === one.operator && effect === one.effect && !value,
    );
  return [...tolerations, ...own.filter((one) => !isThere(one))];
}

/** Whether a new Pod belongs on the node, and whether one that is there may stay. */
export function fitOn(
  { spec: { template } }: DaemonSet,
  node: Node,
): { readonly shouldRun: boolean; readonly mayStay: boolean } {
  const { spec } = template;
  const no = { shouldRun: false, mayStay: false };
  if (spec === undefined || (spec.nodeName && spec.nodeName !== node.metadata.name)) return no;
  if (!matchesRequiredAffinity(spec, node)) return no;
  const tolerations = tolerationsOf(spec);
  const { taints } = node.spec;
  if (untoleratedTaint(taints, tolerations, hardEffects) === undefined) {
    return { shouldRun: true, mayStay: true };
  }
  const mayStay = untoleratedTaint(taints, tolerations, ['NoExecute']) === undefined;
  return { shouldRun: false, mayStay };
}

/** The body of the Pod for one node. */
export function daemonPod(set: DaemonSet, nodeName: string, hash: string): object {
  const { template } = set.spec;
  const { metadata, ...rest } = podFromTemplate(set, template) as {
    metadata: { labels?: Readonly<Record<string, string>> };
    spec: PodSpec;
  };
  const generation =
    set.metadata.annotations?.['deprecated.daemonset.template.generation'] ??
    String(set.metadata.generation ?? 1);
  const labels = {
    ...metadata.labels,
    [hashLabel]: hash,
    'pod-template-generation': generation,
  };
  const { spec } = rest;
  return {
    ...rest,
    metadata: { ...metadata, labels },
    spec: { ...spec, affinity: tiedTo(nodeName, spec), tolerations: tolerationsOf(spec) },
  };
}

/** The Pod's own terms about nodes give way to just this node. */
function tiedTo(nodeName: string, { affinity }: PodSpec): NonNullable<PodSpec['affinity']> {
  const requirement = { key: 'metadata.name', operator: 'In', values: [nodeName] };
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [requirement] }],
      },
    },
  };
}

/** The node that a Pod is on, or is meant for. */
export function targetNode({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.nodeSelectorTerms ?? [];
  for (const { matchFields } of terms) {
    for (const { key, operator, values } of matchFields ?? []) {
      if (key === 'metadata.name' && operator === 'In' && values?.length === 1)
        return values[0] ?? '';
    }
  }
  return '';
}
