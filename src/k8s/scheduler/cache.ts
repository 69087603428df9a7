/**
 * The scheduler's picture of the nodes: Pods that are bound, and Pods that it has decided on and
 * whose binding is on its way (assumed).
 * Upstream: pkg/scheduler/backend/cache/cache.go.
 */
import type { Node, Pod } from '../../api/types.gen.ts';
import { keyOf } from '../../api/object.ts';
import { NodeInfo, podInfo } from './node-info.ts';

/** What one decision looks at. */
export interface Snapshot {
  /** Nodes in the order of the tree of zones. */
  readonly nodes: readonly NodeInfo[];
  /** Whether any Pod forbids others near it: mostly not, and then nobody needs to ask. */
  readonly hasRepellents: boolean;
  readonly hasAffinePods: boolean;
  readonly hasSoftTaints: boolean;
}

export class Cache {
  private readonly byName = new Map<string, NodeInfo>();
  private readonly placeOf = new Map<string, string>();
  /** Pods on nodes that are not there (yet). */
  private readonly homeless = new Map<string, Map<string, Pod>>();
  private nodes: readonly NodeInfo[] = [];
  private repellents = 0;
  private affine = 0;
  private softTaints = 0;

  get snapshot(): Snapshot {
    return {
      nodes: this.nodes,
      hasRepellents: this.repellents > 0,
      hasAffinePods: this.affine > 0,
      hasSoftTaints: this.softTaints > 0,
    };
  }

  node(name: string): NodeInfo | undefined {
    return this.byName.get(name);
  }

  putNode(node: Node): void {
    const { name } = node.metadata;
    const known = this.byName.get(name);
    if (known !== undefined) {
      this.softTaints += softTaints(node) - softTaints(known.node);
      known.update(node);
      return;
    }
    const info = new NodeInfo(node);
    this.softTaints += softTaints(node);
    this.byName.set(name, info);
    this.nodes = inZoneOrder([...this.byName.values()]);
    for (const pod of this.homeless.get(name)?.values() ?? []) this.addPod(pod, name);
    this.homeless.delete(name);
  }

  removeNode(name: string): void {
    const info = this.byName.get(name);
    if (info === undefined) return;
    this.softTaints -= softTaints(info.node);
    this.byName.delete(name);
    this.nodes = inZoneOrder([...this.byName.values()]);
    const left = new Map<string, Pod>();
    for (const { pod, key } of [...info.pods.values()]) {
      this.removePod(key);
      left.set(key, pod);
    }
    if (left.size > 0) this.homeless.set(name, left);
  }

  /** Puts a Pod on a node: bound, or assumed. It may have been assumed elsewhere. */
  addPod(pod: Pod, nodeName: string): void {
    const key = keyOf(pod);
    if (this.placeOf.has(key)) this.removePod(key);
    const info = this.byName.get(nodeName);
    if (info === undefined) {
      const pods = this.homeless.get(nodeName) ?? new Map<string, Pod>();
      this.homeless.set(nodeName, pods.set(key, pod));
      return;
    }
    const facts = podInfo(pod);
    info.add(facts);
    this.placeOf.set(key, nodeName);
    if (facts.antiAffinity.length > 0) this.repellents += 1;
    if (facts.hasAffinity) this.affine += 1;
  }

  removePod(key: string): void {
    const place = this.placeOf.get(key);
    const info = place === undefined ? undefined : this.byName.get(place);
    const facts = info?.pods.get(key);
    if (facts === undefined) {
      for (const pods of this.homeless.values()) pods.delete(key);
      return;
    }
    info?.remove(key);
    this.placeOf.delete(key);
    if (facts.antiAffinity.length > 0) this.repellents -= 1;
    if (facts.hasAffinity) this.affine -= 1;
  }
}

const softTaints = ({ spec }: Node): number =>
  spec.taints?.filter(({ effect }) => effect === 'PreferNoSchedule').length ?? 0;

/** Round robin over the zones, as upstream's node tree gives them out. */
function inZoneOrder(nodes: readonly NodeInfo[]): readonly NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  for (const info of nodes) {
    const labels = info.node.metadata.labels ?? {};
    const zone = `${labels['topology.kubernetes.io/region'] ?? ''}:` +
      `${labels['topology.kubernetes.io/zone'] ?? ''}`;
    const members = zones.get(zone);
    if (members === undefined) zones.set(zone, [info]);
    else members.push(info);
  }
  if (zones.size <= 1) return nodes;
  const ordered: NodeInfo[] = [];
  for (let at = 0; ordered.length < nodes.length; at++) {
    for (const members of zones.values()) {
      const info = members[at];
      if (info !== undefined) ordered.push(info);
    }
  }
  return ordered;
}
