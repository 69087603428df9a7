/**
 * Who watches a resource, found by what they watch. A kubelet watches its own node's Pods and a
 * waiting kubectl one name: looked up, not asked one by one, so that 5,000 of them cost an event
 * nothing. Follows apiserver pkg/storage/cacher/cacher.go (indexedWatchers).
 */
import { exactValue, type FieldSelector, matchesFields } from '../../api/field-selectors.ts';
import type { Kind } from '../../api/kind.ts';
import type { ApiObject } from '../../api/object.ts';
import { matches, type Selector } from '../../api/selectors.ts';
import type { WatchEvent } from '../client/wire.ts';
import type { CacheEvent } from './cacher.ts';
import { type Entry, atRevision } from './stored.ts';

/** Which objects somebody is interested in. */
export interface Interest {
  /** `''` is all namespaces. */
  readonly namespace: string;
  readonly labels: Selector | undefined;
  readonly fields: FieldSelector | undefined;
}

export interface Watcher {
  readonly interest: Interest;
  /** Gets a change that is of interest, worded for this watcher. */
  readonly notify: (type: WatchEvent['type'], entry: Entry) => void;
  /** The cache begins anew: come back and list. */
  readonly end: () => void;
}

/** Whether an object is of interest. */
export function isOfInterest(kind: Kind, interest: Interest, object: ApiObject): boolean {
  const { namespace, labels, fields } = interest;
  const { metadata } = object;
  if (namespace !== '' && metadata.namespace !== namespace) return false;
  if (labels !== undefined && !matches(labels, metadata.labels)) return false;
  return fields === undefined || matchesFields(fields, fieldsOf(kind, object));
}

function fieldsOf(kind: Kind, object: ApiObject): Readonly<Record<string, string>> {
  const { name, namespace = '' } = object.metadata;
  const own = kind.selectableFields?.(object);
  return { ...own, 'metadata.name': name, 'metadata.namespace': namespace };
}

export class WatcherIndex {
  private readonly kind: Kind;
  private readonly groups = new Map<string, Set<Watcher>>();
  count = 0;

  constructor(kind: Kind) {
    this.kind = kind;
  }

  add(watcher: Watcher): void {
    const group = groupOf(watcher.interest);
    const same = this.groups.get(group);
    if (same === undefined) this.groups.set(group, new Set([watcher]));
    else same.add(watcher);
    this.count += 1;
  }

  remove(watcher: Watcher): void {
    const group = groupOf(watcher.interest);
    const same = this.groups.get(group);
    if (same?.delete(watcher) !== true) return;
    if (same.size === 0) this.groups.delete(group);
    this.count -= 1;
  }

  /** The cache lost its history: every watch ends. */
  endAll(): void {
    const all = [...this.groups.values()].flatMap((group) => [...group]);
    this.groups.clear();
    this.count = 0;
    for (const watcher of all) watcher.end();
  }

  publish(event: CacheEvent): void {
    if (this.count === 0) return;
    const { metadata } = event.entry.object;
    this.tell('', event);
    this.tell(`ns ${metadata.namespace ?? ''}`, event);
    this.tell(`name ${metadata.name}`, event);
    const node = nodeOf(event.entry.object);
    if (node !== '') this.tell(`node ${node}`, event);
    const before = event.previous === undefined ? '' : nodeOf(event.previous.object);
    if (before !== '' && before !== node) this.tell(`node ${before}`, event);
  }

  private tell(group: string, event: CacheEvent): void {
    const watchers = this.groups.get(group);
    if (watchers === undefined) return;
    for (const watcher of watchers) offer(this.kind, watcher, event);
  }
}

/** Words a change for one watcher: what enters its interest is ADDED, what leaves it DELETED. */
export function offer(kind: Kind, { interest, notify }: Watcher, event: CacheEvent): void {
  const { type, entry, previous } = event;
  const is = type !== 'DELETED' && isOfInterest(kind, interest, entry.object);
  const was = previous !== undefined && isOfInterest(kind, interest, previous.object);
  if (is) notify(was ? 'MODIFIED' : 'ADDED', entry);
  else if (was) notify('DELETED', type === 'DELETED' ? entry : lastSeen(previous, event));
}

/** What a watcher last saw of an object that left its interest, at the revision of its leaving. */
const lastSeen = (previous: Entry, { revision }: CacheEvent): Entry => ({
  ...previous,
  object: atRevision(previous.object, revision),
  modRevision: revision,
});

function groupOf({ namespace, fields }: Interest): string {
  if (fields !== undefined) {
    const name = exactValue(fields, 'metadata.name');
    if (name !== undefined) return `name ${name}`;
    const node = exactValue(fields, 'spec.nodeName');
    if (node !== undefined && node !== '') return `node ${node}`;
  }
  return namespace === '' ? '' : `ns ${namespace}`;
}

const nodeOf = ({ spec }: ApiObject & { readonly spec?: { readonly nodeName?: string } }): string =>
  spec?.nodeName ?? '';
