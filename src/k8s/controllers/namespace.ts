/**
 * Ends namespaces: deletes everything in them, waits until it is gone, then lets them go.
 * Upstream: pkg/controller/namespace (namespace_controller.go and
 * deletion/namespaced_resources_deleter.go, deletion/status_condition_utils.go).
 */
import { isDeepEqual } from '../../api/equal.ts';
import type { ApiObject, Json } from '../../api/object.ts';
import type { Namespace, NamespaceCondition } from '../../api/types.gen.ts';
import { formatTime } from '../../kernel/calendar.ts';
import {
  type ApiClient,
  collectionPath,
  type ControllerContext,
  type Informer,
  type InformerFactory,
  isOk,
  objectPath,
  resources,
  type ServedResource,
  WorkQueue,
} from '../client/index.ts';
import { withCondition } from './condition.ts';
import { isDefinition, isSameResource, servedBy } from './custom-resources.ts';
import type { Loop, LoopOptions } from './options.ts';

const workers = 10;
/** What was created in the last moment is to be seen, too: namespaceDeletionGracePeriod. */
const graceMs = 5_000;
/** Upstream's guess when something that has no grace period of its own is still there. */
const estimateMs = 15_000;

export const namespaceController: Loop = (context, options) =>
  new NamespaceController(context, options).start();

/** What is left of one kind. */
interface Remains {
  readonly resource: ServedResource;
  readonly objects: readonly ApiObject[];
}

class NamespaceController {
  private readonly client: ApiClient;
  private readonly informers: InformerFactory;
  private readonly builtIn: readonly ServedResource[];
  private readonly definitions: Informer<ApiObject> | undefined;
  /** What namespaces hold, as of the last look. */
  private contents: readonly ServedResource[];
  private readonly queue: WorkQueue;

  constructor({ client, informers }: ControllerContext, { served }: LoopOptions) {
    this.client = client;
    this.informers = informers;
    this.builtIn = served.filter(
      ({ namespaced, verbs }) =>
        namespaced && verbs.includes('deletecollection') && verbs.includes('list'),
    );
    this.contents = this.builtIn;
    const definitions = served.find(({ kind }) => kind === 'CustomResourceDefinition');
    if (definitions !== undefined) this.definitions = informers.select(definitions);
    this.queue = new WorkQueue(client.process.site, workers, (name) => this.sync(name));
    client.process.onExit(() => this.queue.shutDown());
  }

  start(): void {
    const look = ({ metadata }: Namespace) => {
      if (metadata.deletionTimestamp === undefined) return;
      this.queue.addAfter(metadata.name, graceMs);
    };
    this.informers.of('Namespace').on({ added: look, updated: look });
  }

  private sync(name: string): void {
    const namespace = this.informers.of('Namespace').store.get(name);
    const { finalizers = [] } = namespace?.spec ?? {};
    if (namespace?.metadata.deletionTimestamp === undefined || !finalizers.includes('kubernetes')) {
      this.queue.forget(name);
      return this.queue.done(name);
    }
    this.contents = this.allContents();
    this.deleteAll(name, (failures) =>
      this.listAll(name, (remains) => this.settle(namespace, remains, failures)),
    );
  }

  private allContents(): readonly ServedResource[] {
    const customs = (this.definitions?.store.list() ?? [])
      .map((object) => (isDefinition(object) ? servedBy(object) : undefined))
      .filter((resource) => resource?.namespaced === true) as readonly ServedResource[];
    const isKnown = (resource: ServedResource) =>
      this.builtIn.some((one) => isSameResource(one, resource));
    const added = customs.filter((resource) => !isKnown(resource));
    return added.length === 0 ? this.builtIn : [...this.builtIn, ...added];
  }

  private deleteAll(name: string, then: (failures: readonly string[]) => void): void {
    const failures: string[] = [];
    let left = this.contents.length;
    if (left === 0) return then(failures);
    for (const resource of this.contents) {
      const path = collectionPath(resource, name);
      const because = `the namespace ${name} is being deleted`;
      this.client.request({ method: 'DELETE', path, because }, (response) => {
        if (!isOk(response) && response.status !== 404 && response.status !== 405) {
          failures.push(`${resource.plural}: ${String(response.status)}`);
        }
        left -= 1;
        if (left === 0) then(failures);
      });
    }
  }

  private listAll(name: string, then: (remains: readonly Remains[]) => void): void {
    const found = new Map<ServedResource, readonly ApiObject[]>();
    let left = this.contents.length;
    if (left === 0) return then([]);
    for (const resource of this.contents) {
      this.client.request({ method: 'GET', path: collectionPath(resource, name) }, (response) => {
        const { items = [] } = (response.body ?? {}) as unknown as { items?: readonly ApiObject[] };
        if (isOk(response) && items.length > 0) found.set(resource, items);
        left -= 1;
        if (left > 0) return;
        then(
          this.contents.flatMap((each) => {
            const objects = found.get(each);
            return objects === undefined ? [] : [{ resource: each, objects }];
          }),
        );
      });
    }
  }

  private settle(
    namespace: Namespace,
    remains: readonly Remains[],
    failures: readonly string[],
  ): void {
    const { name } = namespace.metadata;
    const conditions = conditionsOf(namespace, remains, failures, this.client.process.site.clock);
    this.report(namespace, conditions, () => {
      if (remains.length > 0 || failures.length > 0) {
        this.queue.addAfter(name, failures.length > 0 ? 1_000 : waitFor(remains));
        return this.queue.done(name);
      }
      this.finalize(name);
    });
  }

  private report(
    namespace: Namespace,
    conditions: readonly NamespaceCondition[],
    then: () => void,
  ): void {
    if (isDeepEqual(namespace.status?.conditions ?? [], conditions)) return then();
    this.client.request(
      {
        method: 'PUT',
        path: objectPath(resources.Namespace, namespace.metadata.name, 'status'),
        body: { ...namespace, status: { ...namespace.status, conditions } } as unknown as Json,
        because: `what is left of ${namespace.metadata.name}`,
      },
      then,
    );
  }

  private finalize(name: string): void {
    const path = objectPath(resources.Namespace, name);
    this.client.request({ method: 'GET', path }, (response) => {
      if (!isOk(response)) return this.over(name, response.status === 404);
      const namespace = response.body as unknown as Namespace;
      const finalizers = (namespace.spec.finalizers ?? []).filter((each) => each !== 'kubernetes');
      this.client.request(
        {
          method: 'PUT',
          path: `${path}/finalize`,
          body: { ...namespace, spec: { ...namespace.spec, finalizers } } as unknown as Json,
          because: `nothing is left in ${name}`,
        },
        (answer) => this.over(name, isOk(answer) || answer.status === 404),
      );
    });
  }

  private over(name: string, isDone: boolean): void {
    if (isDone) this.queue.forget(name);
    else this.queue.addRateLimited(name);
    this.queue.done(name);
  }
}

/** Half of the longest grace period that is left, and a second. */
function waitFor(remains: readonly Remains[]): number {
  let longest = 0;
  for (const { resource, objects } of remains) {
    for (const { metadata } of objects) {
      const grace = metadata.deletionGracePeriodSeconds;
      longest = Math.max(
        longest,
        resource.kind === 'Pod' && grace !== undefined ? grace * 1000 : estimateMs,
      );
    }
  }
  return longest / 2 + 1_000;
}

function conditionsOf(
  { status }: Namespace,
  remains: readonly Remains[],
  failures: readonly string[],
  clock: number,
): readonly NamespaceCondition[] {
  const finalizers = countFinalizers(remains);
  const rows: readonly [
    type: string,
    isTrue: boolean,
    reasons: [string, string],
    texts: [string, string],
  ][] = [
    [
      'NamespaceDeletionDiscoveryFailure',
      false,
      ['DiscoveryFailed', 'ResourcesDiscovered'],
      ['', 'All resources successfully discovered'],
    ],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      false,
      ['GroupVersionParsingFailed', 'ParsedGroupVersions'],
      ['', 'All legacy kube types successfully parsed'],
    ],
    [
      'NamespaceDeletionContentFailure',
      failures.length > 0,
      ['ContentDeletionFailed', 'ContentDeleted'],
      [
        `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(', ')}`,
        'All content successfully deleted, may be waiting on finalization',
      ],
    ],
    [
      'NamespaceContentRemaining',
      remains.length > 0,
      ['SomeResourcesRemain', 'ContentRemoved'],
      [`Some resources are remaining: ${remainsText(remains)}`, 'All content successfully removed'],
    ],
    [
      'NamespaceFinalizersRemaining',
      finalizers.size > 0,
      ['SomeFinalizersRemain', 'ContentHasNoFinalizers'],
      [
        `Some content in the namespace has finalizers remaining: ${finalizersText(finalizers)}`,
        'All content-preserving finalizers finished',
      ],
    ],
  ];
  let conditions: readonly NamespaceCondition[] = status?.conditions ?? [];
  for (const [type, isTrue, [reason, fine], [message, fineMessage]] of rows) {
    conditions = withCondition(conditions, {
      type,
      status: isTrue ? 'True' : 'False',
      reason: isTrue ? reason : fine,
      message: isTrue ? message : fineMessage,
      lastTransitionTime: formatTime(clock),
    });
  }
  return conditions;
}

const remainsText = (remains: readonly Remains[]): string =>
  remains
    .map(
      ({ resource: { plural, group }, objects }) =>
        `${plural}.${group} has ${objects.length} resource instances`,
    )
    .sort()
    .join(', ');

function countFinalizers(remains: readonly Remains[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { metadata } of remains.flatMap(({ objects }) => objects)) {
    for (const name of metadata.finalizers ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const finalizersText = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .map(([name, count]) => `${name} in ${count} resource instances`)
    .sort()
    .join(', ');
