/**
 * Who owns whom: all objects of the cluster by uid, and the dependents of each owner.
 * Upstream: pkg/controller/garbagecollector/graph.go, graph_builder.go. Here an owner that has
 * never been seen is a gap in the graph, where upstream puts a virtual node.
 */
import type { ApiObject, OwnerReference } from '../../../api/object.ts';
import type { Resource } from '../../client/index.ts';

/** One object: what the collector needs of it. */
export interface GraphNode {
  readonly resource: Resource;
  object: ApiObject;
}

export class Graph {
  private readonly byUid = new Map<string, GraphNode>();
  private readonly dependentsOf = new Map<string, Set<string>>();

  get(uid: string): GraphNode | undefined {
    return this.byUid.get(uid);
  }

  put(resource: Resource, object: ApiObject): void {
    const { uid } = object.metadata;
    const known = this.byUid.get(uid);
    for (const owner of known?.object.metadata.ownerReferences ?? []) this.unlink(owner.uid, uid);
    for (const owner of object.metadata.ownerReferences ?? []) this.link(owner.uid, uid);
    if (known === undefined) this.byUid.set(uid, { resource, object });
    else known.object = object;
  }

  remove(object: ApiObject): void {
    const { uid } = object.metadata;
    const known = this.byUid.get(uid);
    for (const owner of known?.object.metadata.ownerReferences ?? []) this.unlink(owner.uid, uid);
    this.byUid.delete(uid);
  }

  dependents(uid: string): readonly GraphNode[] {
    const nodes: GraphNode[] = [];
    for (const dependent of this.dependentsOf.get(uid) ?? []) {
      const node = this.byUid.get(dependent);
      if (node !== undefined) nodes.push(node);
    }
    return nodes;
  }

  private link(owner: string, dependent: string): void {
    const known = this.dependentsOf.get(owner);
    if (known === undefined) this.dependentsOf.set(owner, new Set([dependent]));
    else known.add(dependent);
  }

  private unlink(owner: string, dependent: string): void {
    const known = this.dependentsOf.get(owner);
    known?.delete(dependent);
    if (known?.size === 0) this.dependentsOf.delete(owner);
  }
}

export const foreground = 'foregroundDeletion';
export const orphan = 'orphan';

export const isDeleting = ({ metadata }: ApiObject): boolean =>
  metadata.deletionTimestamp !== undefined;

export const hasFinalizer = ({ metadata }: ApiObject, name: string): boolean =>
  metadata.finalizers?.includes(name) ?? false;

/** It goes when its dependents have gone. */
export const waitsForDependents = (object: ApiObject): boolean =>
  isDeleting(object) && hasFinalizer(object, foreground);

/** Whether the object keeps this owner from going. */
export const blocks = ({ metadata }: ApiObject, ownerUid: string): boolean =>
  metadata.ownerReferences?.some(({ uid, blockOwnerDeletion }) =>
    uid === ownerUid && blockOwnerDeletion === true) ?? false;

/** The key of the owner that a reference names. */
export const ownerKey = (
  { name }: OwnerReference, dependent: ApiObject, isNamespaced: boolean,
): string => isNamespaced ? `${dependent.metadata.namespace}/${name}` : name;

