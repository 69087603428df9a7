/**
 * What a deletion does to one object. Follows apiserver pkg/registry/rest/delete.go (BeforeDelete)
 * and pkg/registry/generic/registry/store.go (updateForGracefulDeletionAndFinalizers).
 */
import { isDeepEqual } from '../../api/equal.ts';
import type { ApiObject, ObjectMeta } from '../../api/object.ts';
import { StatusError, conflict, notFound } from '../../api/status.ts';
import { formatTime, parseTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import { asTerminating, withCleanup } from './crd/deleting.ts';
import type { Exchange } from './exchange.ts';
import type { Resource } from './resource.ts';
import type { Entry } from './stored.ts';
import { readEntry, removeEntry } from './storage.ts';
import { type Changed, updateObject } from './updating.ts';

export interface DeleteOptions {
  readonly isDryRun: boolean;
  readonly gracePeriodSeconds: number | undefined;
  readonly policy: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface Target {
  readonly key: string;
  readonly name: string;
}

export interface Deleted {
  /** The object as it was last. */
  readonly entry: Entry;
  /** False when it lingers: a period of grace, or finalizers. */
  readonly isGone: boolean;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Deletes, or marks as being deleted. Throws NotFound, or Conflict of a precondition. */
export function* deleteObject(
  x: Exchange,
  resource: Resource,
  target: Target,
  options: DeleteOptions,
): Story<Deleted> {
  let current = resource.cache.get(target.key);
  for (;;) {
    current ??= yield* readEntry(x, target.key);
    if (current === undefined) throw new StatusError(notFound(resource.kind, target.name));
    const outcome = yield* tryDelete(x, resource, target, options, current);
    if (outcome !== 'stale') return outcome;
    current = undefined;
  }
}

function* tryDelete(
  x: Exchange,
  resource: Resource,
  target: Target,
  options: DeleteOptions,
  current: Entry,
): Story<Deleted | 'stale'> {
  const latest =
    options.preconditions.uid === undefined && options.preconditions.resourceVersion === undefined
      ? current
      : yield* readEntry(x, target.key);
  if (latest === undefined) throw new StatusError(notFound(resource.kind, target.name));
  checkPreconditions(resource, latest.object, options);
  const marked = mark(x, resource, latest.object, options);
  if (marked === 'pending') return { entry: latest, isGone: false };
  const { object, isImmediate } = marked;
  const isHeld = (object.metadata.finalizers?.length ?? 0) > 0 || isNamespaceHeld(object);
  if (isImmediate && !isHeld) {
    if (options.isDryRun) return { entry: latest, isGone: true };
    const isGone = yield* removeEntry(x, resource, latest);
    return isGone ? { entry: latest, isGone } : 'stale';
  }
  const next = isImmediate ? markAsDeleting(x, object) : object;
  const entry = yield* updateObject(x, {
    resource,
    key: target.key,
    name: target.name,
    subresource: '',
    options: {
      isDryRun: options.isDryRun,
      manager: 'kube-apiserver',
      validation: 'Ignore',
      isForced: false,
    },
    change: (now) => remark(x, resource, now, latest, next, options),
  });
  return { entry, isGone: false };
}

/** The mark again, should the object have changed since. */
// oxlint-disable-next-line require-yield -- a change is a story, whether or not it has to wait
function* remark(
  x: Exchange,
  resource: Resource,
  now: Entry,
  latest: Entry,
  next: ApiObject,
  options: DeleteOptions,
): Story<Changed> {
  if (now.modRevision === latest.modRevision) return { object: next };
  checkPreconditions(resource, now.object, options);
  const marked = mark(x, resource, now.object, options);
  if (marked === 'pending') return { object: now.object };
  return { object: marked.isImmediate ? markAsDeleting(x, marked.object) : marked.object };
}

function checkPreconditions(
  { kind }: Resource,
  { metadata }: ApiObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  // Upstream puts the kind where the resource should be.
  const named = { group: kind.group, plural: kind.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    throw new StatusError(
      conflict(
        named,
        metadata.name,
        `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
          'The object might have been deleted and then recreated',
      ),
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw new StatusError(
      conflict(
        named,
        metadata.name,
        `the ResourceVersion in the precondition (${resourceVersion}) does not match the ` +
          `ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
      ),
    );
  }
}

type Marked = { readonly object: ApiObject; readonly isImmediate: boolean } | 'pending';

/** Grace and finalizers as the options want them; `pending` when the deletion is on its way. */
function mark(x: Exchange, resource: Resource, object: ApiObject, options: DeleteOptions): Marked {
  const graceful = withGrace(x, resource, object, options);
  if (graceful === 'pending') return 'pending';
  const finalizers = withCleanup(
    graceful.object,
    collectorFinalizers(resource, graceful.object.metadata, options),
  );
  if (isDeepEqual(finalizers, graceful.object.metadata.finalizers ?? [])) return graceful;
  const { finalizers: _, ...metadata } = graceful.object.metadata;
  return {
    ...graceful,
    object: {
      ...graceful.object,
      metadata: (finalizers.length === 0 ? metadata : { ...metadata, finalizers }) as ObjectMeta,
    },
  };
}

function withGrace(
  x: Exchange,
  { kind }: Resource,
  object: ApiObject,
  options: DeleteOptions,
): Marked {
  const { metadata } = object;
  if (kind.gracePeriodSeconds === undefined) return { object, isImmediate: true };
  const asked =
    options.gracePeriodSeconds === undefined || options.gracePeriodSeconds >= 0
      ? options.gracePeriodSeconds
      : 1;
  if (metadata.deletionTimestamp !== undefined) return shorten(x, object, asked);
  const natural = kind.gracePeriodSeconds(object);
  // What runs nowhere has nothing to finish, whatever the caller says.
  const seconds = natural === 0 ? 0 : (asked ?? natural);
  const at = formatTime(x.server.site.clock + seconds * 1000);
  const next = withDeletion(object, at, seconds);
  return { object: next, isImmediate: seconds === 0 };
}

/** Someone comes again: only to make it shorter. */
function shorten(x: Exchange, object: ApiObject, asked: number | undefined): Marked {
  const { metadata } = object;
  const before = metadata.deletionGracePeriodSeconds ?? 0;
  if (before === 0) return { object, isImmediate: true };
  if (asked === undefined || asked >= before) return 'pending';
  const begun = (parseTime(metadata.deletionTimestamp as string) ?? 0) - before * 1000;
  const { clock } = x.server.site;
  const due = begun + asked * 1000;
  const isPast = due < clock;
  const seconds = isPast && asked !== 0 ? 1 : asked;
  const next: ApiObject = {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: formatTime(isPast ? clock : due),
      deletionGracePeriodSeconds: seconds,
    },
  };
  return { object: next, isImmediate: seconds === 0 };
}

function withDeletion(object: ApiObject, at: string, seconds: number): ApiObject {
  const { generation = 0 } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(generation > 0 ? { generation: generation + 1 } : {}),
      deletionTimestamp: at,
      deletionGracePeriodSeconds: seconds,
    },
  };
}

/** No grace, but finalizers to wait for. */
function markAsDeleting(x: Exchange, object: ApiObject): ApiObject {
  const { metadata } = object;
  const { clock } = x.server.site;
  if (metadata.deletionTimestamp === undefined) {
    const marked = withDeletion(object, formatTime(clock), 0);
    return asTerminating(withNamespacePhase(marked), formatTime(clock));
  }
  const due = parseTime(metadata.deletionTimestamp) ?? 0;
  return withNamespacePhase({
    ...object,
    metadata: {
      ...metadata,
      deletionGracePeriodSeconds: 0,
      ...(due > clock ? { deletionTimestamp: formatTime(clock) } : {}),
    },
  });
}

interface NamespaceLike extends ApiObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
}

/** A Namespace has finalizers of its own, in its spec. */
const isNamespaceHeld = (object: NamespaceLike): boolean =>
  object.kind === 'Namespace' && (object.spec?.finalizers?.length ?? 0) > 0;

function withNamespacePhase(object: ApiObject): ApiObject {
  if (object.kind !== 'Namespace') return object;
  const { status } = object as ApiObject & { status?: object };
  return { ...object, status: { ...status, phase: 'Terminating' } } as ApiObject;
}

/** Kinds that the garbage collector does not look after (rest.Unsupported and the like). */
const uncollected = new Set(['Event', 'Namespace']);

/** What the garbage collector shall do before the object goes. */
function collectorFinalizers(
  { kind }: Resource,
  { finalizers = [] }: ObjectMeta,
  { policy }: DeleteOptions,
): readonly string[] {
  if (uncollected.has(kind.kind)) return finalizers;
  const others = finalizers.filter((one) => one !== orphan && one !== foreground);
  const isOrphaning = policy === undefined ? finalizers.includes(orphan) : policy === 'Orphan';
  const isForeground =
    policy === undefined
      ? finalizers.includes(foreground) && !isOrphaning
      : policy === 'Foreground';
  return [...others, ...(isOrphaning ? [orphan] : []), ...(isForeground ? [foreground] : [])];
}
