/**
 * Pods that wait for a node: to be looked at now (active), after a pause (back-off), or when
 * something changes that could help (unschedulable).
 * Upstream: pkg/scheduler/backend/queue/scheduling_queue.go. Simplified: what helps is decided by
 * the plugin that rejected and the kind of change, without upstream's finer QueueingHints.
 */
import type { Pod } from '../../api/types.gen.ts';
import type { Site, Ticket } from '../../kernel/index.ts';
import { keyOf } from '../../api/object.ts';
import { podInfo, type PodInfo } from './node-info.ts';
import type { ClusterChange } from './plugin.ts';
import { plugins } from './plugins/index.ts';

const initialBackoffMs = 1_000;
const maxBackoffMs = 10_000;
const unschedulableMaxMs = 300_000;
const flushEveryMs = 30_000;

/** A Pod in the queue. */
export interface Queued {
  info: PodInfo;
  /** When it was last put in: the older one goes first. */
  since: number;
  attempts: number;
  /** The plugins that rejected it last time. */
  rejectedBy: readonly string[];
  /** The order of arrival, among equals. */
  seq: number;
}

type QueueEvent = { readonly type: 'ready'; readonly key: string } | { readonly type: 'flush' };

const wakes = new Map(plugins.map(({ name, wakesOn = [] }) => [name, wakesOn]));

export class SchedulingQueue {
  private readonly site: Site;
  private readonly address: number;
  private readonly wake: () => void;
  private readonly active: Queued[] = [];
  private readonly backoff = new Map<string, { readonly pod: Queued; readonly ticket: Ticket }>();
  private readonly unschedulable = new Map<string, Queued>();
  /** Being decided on or bound: changes meanwhile are remembered for them. */
  private readonly inFlight = new Map<string, { readonly pod: Queued; readonly from: number }>();
  /** What has changed since the oldest of those in flight was taken out. */
  private changes: ClusterChange[] = [];
  private isFlushing = false;
  private sequence = 0;

  /** @param wake called when there is somebody in the active queue. */
  constructor(site: Site, wake: () => void) {
    this.site = site;
    this.wake = wake;
    this.address = site.register(this);
  }

  /** Sizes of the three parts: active, back-off, unschedulable. */
  get sizes(): {
    readonly active: number;
    readonly backoff: number;
    readonly unschedulable: number;
  } {
    return {
      active: this.active.length,
      backoff: this.backoff.size,
      unschedulable: this.unschedulable.size,
    };
  }

  add(pod: Pod): void {
    this.remove(keyOf(pod));
    this.activate({
      info: podInfo(pod),
      since: this.site.now,
      attempts: 0,
      rejectedBy: [],
      seq: 0,
    });
  }

  /** The Pod's object changed; a change of its spec may help it. */
  update(pod: Pod, old: Pod): void {
    const key = keyOf(pod);
    const info = podInfo(pod);
    const waiting =
      this.active.find((queued) => queued.info.key === key) ??
      this.backoff.get(key)?.pod ??
      this.inFlight.get(key)?.pod;
    if (waiting !== undefined) {
      waiting.info = info;
      return;
    }
    const parked = this.unschedulable.get(key);
    if (parked === undefined) return this.add(pod);
    parked.info = info;
    if (pod.spec === old.spec && pod.metadata.labels === old.metadata.labels) return;
    if (
      JSON.stringify([pod.spec, pod.metadata.labels]) ===
      JSON.stringify([old.spec, old.metadata.labels])
    )
      return;
    this.unschedulable.delete(key);
    this.backOffOrActivate(parked);
  }

  remove(key: string): void {
    const at = this.active.findIndex(({ info }) => info.key === key);
    if (at >= 0) {
      const rest = this.active.splice(0).filter(({ info }) => info.key !== key);
      for (const queued of rest) push(this.active, queued);
    }
    const waiting = this.backoff.get(key);
    if (waiting !== undefined) this.site.cancel(waiting.ticket);
    this.backoff.delete(key);
    this.unschedulable.delete(key);
    this.inFlight.delete(key);
  }

  /** The next Pod to decide on; it is in flight until `done` or `park`. */
  pop(): Queued | undefined {
    const pod = popFirst(this.active);
    if (pod === undefined) return undefined;
    pod.attempts += 1;
    if (this.inFlight.size === 0) this.changes = [];
    this.inFlight.set(pod.info.key, { pod, from: this.changes.length });
    return pod;
  }

  /** Bound, or gone. */
  done(key: string): void {
    this.inFlight.delete(key);
  }

  /** No node would do. If what came meanwhile could help, it tries again after its back-off. */
  park(pod: Queued, rejectedBy: readonly string[]): void {
    const flight = this.inFlight.get(pod.info.key);
    this.inFlight.delete(pod.info.key);
    if (flight === undefined) return;
    pod.rejectedBy = rejectedBy;
    pod.since = this.site.now;
    const isHelped = this.changes.slice(flight.from).some((change) => this.helps(pod, change));
    if (isHelped || rejectedBy.length === 0) return this.backOffOrActivate(pod);
    this.unschedulable.set(pod.info.key, pod);
    this.flushLater();
  }

  /** Something changed: those whom it may help get another chance. */
  moveOn(change: ClusterChange): void {
    if (this.inFlight.size > 0) this.changes.push(change);
    for (const [key, pod] of this.unschedulable) {
      if (!this.helps(pod, change)) continue;
      this.unschedulable.delete(key);
      this.backOffOrActivate(pod);
    }
  }

  /** The kernel's alone. */
  receive(event: QueueEvent): void {
    if (event.type === 'flush') return this.flush();
    const waiting = this.backoff.get(event.key);
    if (waiting === undefined) return;
    this.backoff.delete(event.key);
    this.activate(waiting.pod);
  }

  private helps({ rejectedBy }: Queued, change: ClusterChange): boolean {
    return rejectedBy.some((name) => wakes.get(name)?.includes(change) ?? true);
  }

  private activate(pod: Queued): void {
    pod.seq = ++this.sequence;
    push(this.active, pod);
    this.wake();
  }

  private backOffOrActivate(pod: Queued): void {
    const wait =
      pod.attempts === 0 ? 0 : Math.min(maxBackoffMs, initialBackoffMs * 2 ** (pod.attempts - 1));
    const left = pod.since + wait - this.site.now;
    if (left <= 0) return this.activate(pod);
    const { key } = pod.info;
    const ticket = this.site.after(left, this.address, { type: 'ready', key });
    this.backoff.set(key, { pod, ticket });
  }

  /** Whoever has waited for five minutes is tried again, whatever happened. */
  private flush(): void {
    this.isFlushing = false;
    for (const [key, pod] of this.unschedulable) {
      if (this.site.now - pod.since < unschedulableMaxMs) continue;
      this.unschedulable.delete(key);
      this.backOffOrActivate(pod);
    }
    this.flushLater();
  }

  private flushLater(): void {
    if (this.isFlushing || this.unschedulable.size === 0) return;
    this.isFlushing = true;
    this.site.after(flushEveryMs, this.address, { type: 'flush' });
  }
}

/** Higher priority first, then who has waited longer. */
const isBefore = (a: Queued, b: Queued): boolean =>
  a.info.priority !== b.info.priority
    ? a.info.priority > b.info.priority
    : a.since !== b.since
      ? a.since < b.since
      : a.seq < b.seq;

/** A binary heap in an array. */
function push(heap: Queued[], item: Queued): void {
  let at = heap.push(item) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Queued;
    if (!isBefore(item, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
}

function popFirst(heap: Queued[]): Queued | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    const right = heap[child + 1];
    if (right !== undefined && isBefore(right, heap[child] as Queued)) child += 1;
    if (!isBefore(heap[child] as Queued, last)) break;
    heap[at] = heap[child] as Queued;
    at = child;
  }
  heap[at] = last;
  return first;
}
