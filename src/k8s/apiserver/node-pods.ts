/**
 * Which Pods are on which node: what the node authorizer's graph answers upstream
 * (plugin/pkg/auth/authorizer/node/graph.go), kept up to date with the watch cache of Pods.
 * Every request of a kubelet for a Secret, ConfigMap or token asks; looking through all Pods each
 * time took a tenth of the time of a burst of Pods.
 */
import type { Pod } from '../../api/types.gen.ts';
import type { CacheListener } from './cacher.ts';
import type { Entry } from './stored.ts';

const none: ReadonlyMap<string, Pod> = new Map();

/** Follows the cache of Pods. */
export class NodePods implements CacheListener {
  private readonly byNode = new Map<string, Map<string, Pod>>();

  kept({ key, object }: Entry, previous: Entry | undefined): void {
    const pod = object as Pod;
    const { nodeName = '' } = pod.spec;
    const before = previous === undefined ? '' : nameOf(previous);
    if (before !== nodeName) this.remove(before, key);
    if (nodeName === '') return;
    const pods = this.byNode.get(nodeName);
    if (pods === undefined) this.byNode.set(nodeName, new Map([[key, pod]]));
    else pods.set(key, pod);
  }

  dropped(entry: Entry): void {
    this.remove(nameOf(entry), entry.key);
  }

  /** Pods on a node, by their keys. */
  on(node: string): ReadonlyMap<string, Pod> {
    return this.byNode.get(node) ?? none;
  }

  private remove(node: string, key: string): void {
    const pods = this.byNode.get(node);
    if (pods?.delete(key) === true && pods.size === 0) this.byNode.delete(node);
  }
}

const nameOf = ({ object }: Entry): string => (object as Pod).spec.nodeName ?? '';
