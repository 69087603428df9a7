/**
 * The garbage collector: when all owners of an object are gone, it goes too. Background (after its
 * owner), foreground (before its owner) and orphan (not at all) are decided here, by finalizers.
 * Upstream: pkg/controller/garbagecollector/garbagecollector.go.
 */
import { type ApiObject, keyOf, type OwnerReference } from '../../../api/object.ts';
import {
  type ApiClient,
  type ApiResponse,
  type ControllerContext,
  type Informer,
  isOk,
  objectPath,
  type ServedResource,
  WorkQueue,
} from '../../client/index.ts';
import { isDefinition, isSameResource, servedBy } from '../custom-resources.ts';
import type { Loop, LoopOptions } from '../options.ts';
import {
  blocks,
  foreground,
  Graph,
  type GraphNode,
  hasFinalizer,
  isDeleting,
  orphan,
  ownerKey,
  waitsForDependents,
} from './graph.ts';

const workers = 20;
/** Neither owned nor owning, and many. */
const ignored = new Set(['Event']);

export const garbageCollector: Loop = (context, options) =>
  new GarbageCollector(context, options).start();

type Answered = (isDone: boolean) => void;

class GarbageCollector {
  private readonly client: ApiClient;
  private readonly context: ControllerContext;
  private served: readonly ServedResource[];
  private readonly graph = new Graph();
  private readonly toDelete: WorkQueue;
  private readonly toOrphan: WorkQueue;
  private readonly informers: Informer<ApiObject>[] = [];
  private isSynced = false;

  constructor(context: ControllerContext, { served }: LoopOptions) {
    this.context = context;
    this.client = context.client;
    this.served = served;
    const { process } = this.client;
    this.toDelete = new WorkQueue(process.site, workers, (uid) =>
      this.attempt(this.toDelete, uid, (node, done) => this.tryDelete(node, done)),
    );
    this.toOrphan = new WorkQueue(process.site, workers, (uid) =>
      this.attempt(this.toOrphan, uid, (node, done) => this.orphanDependents(node, done)),
    );
    process.onExit(() => {
      this.toDelete.shutDown();
      this.toOrphan.shutDown();
    });
  }

  start(): void {
    const needed = ['list', 'watch', 'delete'];
    const all = this.served.filter(
      ({ verbs, kind }) => !ignored.has(kind) && needed.every((verb) => verbs.includes(verb)),
    );
    for (const resource of all) this.informers.push(this.context.informers.select(resource));
    this.informers.forEach((informer, index) =>
      this.follow(informer, all[index] as ServedResource),
    );
  }

  private follow(informer: Informer<ApiObject>, resource: ServedResource): void {
    informer.on({
      added: (object) => this.seen(resource, object),
      updated: (object) => this.seen(resource, object),
      deleted: (object) => this.gone(object),
      replaced: () => this.synced(),
    });
  }

  /** Resources of a new definition are looked after like all others. */
  private followCustom(resource: ServedResource | undefined): void {
    if (resource === undefined) return;
    if (this.served.some((one) => isSameResource(one, resource))) return;
    this.served = [...this.served, resource];
    const informer = this.context.informers.select(resource);
    this.informers.push(informer);
    this.follow(informer, resource);
  }

  private dropCustom(resource: ServedResource | undefined): void {
    if (resource === undefined) return;
    const informer = this.context.informers.select(resource);
    this.served = this.served.filter((one) => !isSameResource(one, resource));
    const index = this.informers.indexOf(informer);
    if (index >= 0) this.informers.splice(index, 1);
    this.context.informers.drop(resource);
  }

  /** Before all kinds are known, an owner that is not there proves nothing. */
  private synced(): void {
    if (this.isSynced || !this.informers.every(({ hasSynced }) => hasSynced)) return;
    this.isSynced = true;
    for (const informer of this.informers) {
      for (const object of informer.store.list()) this.consider(object);
    }
  }

  private seen(resource: ServedResource, object: ApiObject): void {
    if (isDefinition(object)) this.followCustom(servedBy(object));
    this.graph.put(resource, object);
    if (this.isSynced) this.consider(object);
  }

  private consider(object: ApiObject): void {
    const { uid, ownerReferences } = object.metadata;
    if (isDeleting(object)) {
      if (hasFinalizer(object, orphan)) this.toOrphan.add(uid);
      if (hasFinalizer(object, foreground)) {
        for (const { object: dependent } of this.graph.dependents(uid)) {
          this.toDelete.add(dependent.metadata.uid);
        }
        this.toDelete.add(uid);
      }
      return;
    }
    const isSuspect = ownerReferences?.some((owner) => {
      const node = this.graph.get(owner.uid);
      return node === undefined || waitsForDependents(node.object);
    });
    if (isSuspect) this.toDelete.add(uid);
  }

  private gone(object: ApiObject): void {
    if (isDefinition(object)) this.dropCustom(servedBy(object));
    this.graph.remove(object);
    for (const { object: dependent } of this.graph.dependents(object.metadata.uid)) {
      this.toDelete.add(dependent.metadata.uid);
    }
    // An owner that waits for this one may go now.
    for (const owner of object.metadata.ownerReferences ?? []) {
      const node = this.graph.get(owner.uid);
      if (node !== undefined && waitsForDependents(node.object)) this.toDelete.add(owner.uid);
    }
  }

  private attempt(
    queue: WorkQueue,
    uid: string,
    work: (node: GraphNode, done: Answered) => void,
  ): void {
    const node = this.graph.get(uid);
    if (node === undefined) return queue.done(uid);
    work(node, (isDone) => {
      if (isDone) queue.forget(uid);
      else queue.addRateLimited(uid);
      queue.done(uid);
    });
  }

  private tryDelete(node: GraphNode, done: Answered): void {
    const { object } = node;
    if (isDeleting(object)) {
      if (waitsForDependents(object)) return this.finishForeground(node, done);
      return done(true);
    }
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return done(true);
    this.classify(object, owners, [], (states) => this.decide(node, owners, states, done));
  }

  /** Asks the server about owners that the graph does not know. */
  private classify(
    object: ApiObject,
    owners: readonly OwnerReference[],
    states: readonly OwnerState[],
    then: (states: readonly OwnerState[] | undefined) => void,
  ): void {
    const owner = owners[states.length];
    if (owner === undefined) return then(states);
    const next = (state: OwnerState) => this.classify(object, owners, [...states, state], then);
    const known = this.graph.get(owner.uid);
    if (known !== undefined) return next(waitsForDependents(known.object) ? 'waiting' : 'solid');
    const resource = this.served.find(
      ({ group, version, kind }) =>
        kind === owner.kind &&
        owner.apiVersion === (group === '' ? version : `${group}/${version}`),
    );
    // A kind that nobody serves: it may be back later, so nothing is concluded.
    if (resource === undefined) return next('solid');
    const path = objectPath(resource, ownerKey(owner, object, resource.namespaced));
    this.client.request({ method: 'GET', path }, (response) => {
      if (response.status === 404) return next('absent');
      if (!isOk(response)) return then(undefined);
      const { metadata } = response.body as unknown as ApiObject;
      next(metadata.uid === owner.uid ? 'solid' : 'absent');
    });
  }

  private decide(
    { resource, object }: GraphNode,
    owners: readonly OwnerReference[],
    states: readonly OwnerState[] | undefined,
    done: Answered,
  ): void {
    if (states === undefined) return done(false);
    const key = keyOf(object);
    const lost = owners.filter((_, index) => states[index] !== 'solid');
    if (lost.length === 0) return done(true);
    if (lost.length < owners.length) {
      return this.dropOwners(
        resource,
        object,
        lost.map(({ uid }) => uid),
        done,
      );
    }
    const isWaitedFor = states.includes('waiting');
    const hasDependents = this.graph.dependents(object.metadata.uid).length > 0;
    const propagationPolicy = hasFinalizer(object, orphan)
      ? 'Orphan'
      : hasFinalizer(object, foreground) || (isWaitedFor && hasDependents)
        ? 'Foreground'
        : 'Background';
    const [owner] = owners;
    this.client.request(
      {
        method: 'DELETE',
        path: objectPath(resource, key),
        body: {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          preconditions: { uid: object.metadata.uid },
          propagationPolicy,
        },
        because: `its owner ${owner?.kind} ${owner?.name} ` +
          (isWaitedFor ? 'waits for its end' : 'is gone'),
      },
      (response) => done(isSettled(response)),
    );
  }

  /** Nobody blocks it any more: the finalizer goes, and with it the object. */
  private finishForeground({ resource, object }: GraphNode, done: Answered): void {
    const { uid } = object.metadata;
    const blocking = this.graph.dependents(uid).filter((node) => blocks(node.object, uid));
    if (blocking.length === 0) return this.dropFinalizer(resource, object, foreground, done);
    for (const node of blocking) {
      if (!isDeleting(node.object)) this.toDelete.add(node.object.metadata.uid);
    }
    done(true);
  }

  private orphanDependents({ resource, object }: GraphNode, done: Answered): void {
    if (!isDeleting(object) || !hasFinalizer(object, orphan)) return done(true);
    const { uid } = object.metadata;
    const dependents = this.graph.dependents(uid);
    let [left, isFine] = [dependents.length, true];
    const finish = () => {
      if (isFine) this.dropFinalizer(resource, object, orphan, done);
      else done(false);
    };
    if (left === 0) return finish();
    for (const node of dependents) {
      this.dropOwners(node.resource, node.object, [uid], (isDone) => {
        isFine &&= isDone;
        left -= 1;
        if (left === 0) finish();
      });
    }
  }

  private dropOwners(
    resource: GraphNode['resource'],
    object: ApiObject,
    uids: readonly string[],
    done: Answered,
  ): void {
    const { uid, ownerReferences = [], resourceVersion } = object.metadata;
    const rest = ownerReferences.filter((owner) => !uids.includes(owner.uid));
    this.patch(
      resource,
      object,
      {
        uid,
        resourceVersion,
        ownerReferences: rest.length === 0 ? null : rest,
      },
      'an owner is gone, others are left',
      done,
    );
  }

  private dropFinalizer(
    resource: GraphNode['resource'],
    object: ApiObject,
    name: string,
    done: Answered,
  ): void {
    const { resourceVersion, finalizers = [] } = object.metadata;
    const rest = finalizers.filter((finalizer) => finalizer !== name);
    const because = name === orphan ? 'its dependents are on their own' : 'its dependents are gone';
    this.patch(
      resource,
      object,
      {
        resourceVersion,
        finalizers: rest.length === 0 ? null : rest,
      },
      because,
      done,
    );
  }

  private patch(
    resource: GraphNode['resource'],
    object: ApiObject,
    metadata: object,
    because: string,
    done: Answered,
  ): void {
    this.client.request(
      {
        method: 'PATCH',
        path: objectPath(resource, keyOf(object)),
        headers: { 'content-type': 'application/merge-patch+json' },
        body: { metadata: metadata as never },
        because,
      },
      (response) => done(isSettled(response)),
    );
  }
}

type OwnerState = 'solid' | 'absent' | 'waiting';

/** Done, or there is nothing left to do it to. */
const isSettled = (response: ApiResponse): boolean => isOk(response) || response.status === 404;
