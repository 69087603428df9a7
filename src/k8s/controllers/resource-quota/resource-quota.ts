/**
 * Says in every quota's status what its namespace uses: for a new quota or a new bound at once,
 * again when something that it counts is deleted or ends, and all of them every five minutes. What
 * is created is charged by the API server itself. Upstream: pkg/controller/resourcequota
 * (resource_quota_controller.go, resource_quota_monitor.go). Stricter than it: while the server
 * charges a quota, what it has admitted may not be in our caches yet, so we look a moment later.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { resourceOf } from '../../../api/kind.ts';
import { type ApiObject, keyOf } from '../../../api/object.ts';
import { type Evaluator, evaluatorOf, usageOf } from '../../../api/quota/evaluator.ts';
import {
  type Resources,
  addResources,
  areEqual,
  maskResources,
  namesOf,
  nothing,
  readResources,
  writeResources,
} from '../../../api/quota/resource-lists.ts';
import type { ResourceQuota } from '../../../api/types.gen.ts';
import {
  type ApiClient,
  type ControllerContext,
  type Informer,
  isOk,
  objectPath,
  resources,
  type ServedResource,
  WorkQueue,
} from '../../client/index.ts';
import { isDefinition, isSameResource, servedBy } from '../custom-resources.ts';
import type { Loop } from '../options.ts';
import { isReleased } from './replenishment.ts';

const workers = 5;
const neededVerbs = ['create', 'list', 'watch', 'delete'];
const resyncMs = 300_000;
/** So long after the server's last charge our caches have surely heard of what it was for. */
const settleMs = 100;
/** However much is charged, a quota is looked at after so long. */
const settleMaxMs = 1_000;

export const resourceQuotaController: Loop = (context, { served }) =>
  new QuotaController(context, served).start();

interface Counted {
  readonly resource: ServedResource;
  readonly evaluator: Evaluator;
  readonly informer: Informer<ApiObject>;
}

class QuotaController {
  private readonly client: ApiClient;
  private readonly context: ControllerContext;
  private readonly served: readonly ServedResource[];
  private readonly quotas: Informer<ResourceQuota>;
  private counted: readonly Counted[] = [];
  private readonly queue: WorkQueue;
  private readonly address: number;
  /** When a quota's use was last changed, and since when we have put off looking at it. */
  private readonly charged = new Map<string, number>();
  private readonly postponed = new Map<string, number>();

  constructor(context: ControllerContext, served: readonly ServedResource[]) {
    this.context = context;
    this.client = context.client;
    this.served = served;
    this.quotas = context.informers.of('ResourceQuota');
    const { process } = this.client;
    this.address = process.site.register(this);
    this.queue = new WorkQueue(process.site, workers, (key) => this.sync(key));
    process.onExit(() => {
      this.queue.shutDown();
      process.site.unregister(this.address);
    });
  }

  start(): void {
    for (const resource of this.served) this.follow(resource);
    this.followDefinitions();
    this.quotas.on({
      added: (quota) => this.queue.add(keyOf(quota)),
      updated: (quota, old) => this.changed(quota, old),
      deleted: (quota) => this.forget(keyOf(quota)),
      replaced: () => this.enqueueAll(),
    });
    this.rest();
  }

  /** The kernel's alone: time for a full count. */
  receive(): void {
    this.enqueueAll();
    this.rest();
  }

  private rest(): void {
    this.client.process.site.after(resyncMs, this.address, {});
  }

  /** What definitions bring and take away. */
  private followDefinitions(): void {
    const definitions = this.served.find(({ kind }) => kind === 'CustomResourceDefinition');
    if (definitions === undefined) return;
    const look = (object: ApiObject): void => {
      const resource = isDefinition(object) ? servedBy(object) : undefined;
      if (resource !== undefined) this.follow(resource);
    };
    this.context.informers.select(definitions).on({
      added: look,
      updated: look,
      deleted: (object) => {
        const gone = isDefinition(object) ? servedBy(object) : undefined;
        if (gone === undefined) return;
        this.counted = this.counted.filter(({ resource }) => !isSameResource(resource, gone));
      },
    });
  }

  private follow(resource: ServedResource): void {
    const evaluator = evaluatorOf(resourceOf(resource));
    if (!resource.namespaced || evaluator === undefined) return;
    if (!neededVerbs.every((verb) => resource.verbs.includes(verb))) return;
    if (this.counted.some((one) => isSameResource(one.resource, resource))) return;
    const informer = this.context.informers.select(resource);
    this.counted = [...this.counted, { resource, evaluator, informer }];
    const { site } = this.client.process;
    informer.on({
      deleted: ({ metadata }) => this.replenish(evaluator, metadata.namespace),
      updated: (object, old) => {
        if (!isReleased(resource.kind, object, old, site.clock)) return;
        this.replenish(evaluator, object.metadata.namespace);
      },
      replaced: () => this.enqueueAll(),
    });
  }

  private changed(quota: ResourceQuota, old: ResourceQuota): void {
    const key = keyOf(quota);
    if (!isDeepEqual(quota.status?.used, old.status?.used)) {
      this.charged.set(key, this.client.process.site.now);
    }
    if (!isDeepEqual(quota.spec?.hard, old.spec?.hard)) this.queue.add(key);
  }

  private forget(key: string): void {
    this.charged.delete(key);
    this.postponed.delete(key);
  }

  private replenish(evaluator: Evaluator, namespace = ''): void {
    for (const quota of this.quotas.store.inNamespace(namespace)) {
      if (evaluator.matching(namesOf(quota.status?.hard)).length > 0) this.queue.add(keyOf(quota));
    }
  }

  private enqueueAll(): void {
    for (const quota of this.quotas.store.list()) this.queue.add(keyOf(quota));
  }

  private get hasSynced(): boolean {
    return this.quotas.hasSynced && this.counted.every(({ informer }) => informer.hasSynced);
  }

  private sync(key: string): void {
    const quota = this.quotas.store.get(key);
    // What is not known yet will be: every first list puts all quotas into the queue again.
    if (quota === undefined || !this.hasSynced || this.postpones(key, quota)) {
      return this.queue.done(key);
    }
    const status = this.statusOf(quota);
    if (status === undefined) return this.finished(key, true);
    this.client.request(
      {
        method: 'PUT',
        path: objectPath(resources.ResourceQuota, key, 'status'),
        body: { ...quota, status } as never,
        because: `quota ${quota.metadata.name} is counted`,
      },
      (response) => this.finished(key, isOk(response)),
    );
  }

  private finished(key: string, isDone: boolean): void {
    if (isDone) this.queue.forget(key);
    else this.queue.addRateLimited(key);
    this.queue.done(key);
  }

  private postpones(key: string, { status, spec }: ResourceQuota): boolean {
    const { now } = this.client.process.site;
    const wait = (this.charged.get(key) ?? -settleMs) + settleMs - now;
    const since = this.postponed.get(key) ?? now;
    if (wait <= 0 || now - since >= settleMaxMs || !isDeepEqual(status?.hard, spec?.hard)) {
      this.postponed.delete(key);
      return false;
    }
    this.postponed.set(key, since);
    this.queue.addAfter(key, wait);
    return true;
  }

  /** Undefined when the status is as it should be. */
  private statusOf(quota: ResourceQuota): object | undefined {
    const hard = readResources(quota.spec?.hard);
    const before = readResources(quota.status?.used);
    const used = maskResources({ ...before, ...this.count(quota) }, namesOf(hard));
    const isClean =
      quota.status?.used !== undefined &&
      areEqual(readResources(quota.status.hard), hard) &&
      areEqual(before, used);
    return isClean ? undefined : { hard: writeResources(hard), used: writeResources(used) };
  }

  private count(quota: ResourceQuota): Resources {
    const { namespace = '' } = quota.metadata;
    const nowMs = this.client.process.site.clock;
    let total = nothing;
    for (const { evaluator, informer } of this.counted) {
      if (evaluator.matching(namesOf(quota.spec?.hard)).length === 0) continue;
      const objects = informer.store.inNamespace(namespace);
      total = addResources(total, usageOf(evaluator, quota, objects, nowMs) ?? nothing);
    }
    return total;
  }
}
