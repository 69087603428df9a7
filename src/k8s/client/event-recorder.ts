/**
 * Writes Events: what `kubectl describe` and `kubectl get events` show. One at a time, in order;
 * a repeated one is counted up by a patch. Upstream: client-go/tools/record/event.go, and for
 * `series` (the scheduler's way, events.k8s.io) client-go/tools/events/event_broadcaster.go.
 * Simplified: both are written as core v1 Events.
 */
import type { ApiObject } from '../../api/object.ts';
import { formatMicroTime, formatTime } from '../../kernel/calendar.ts';
import type { ApiClient } from './api-client.ts';
import { type Correlation, EventCorrelator, type KnownEvent } from './event-correlator.ts';
import { collectionPath, resources } from './resources.ts';
import type { ApiRequest, ApiResponse } from './wire.ts';

export interface EventDraft {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{nginx}`: the part of the object that it is about. */
  readonly fieldPath?: string;
  /** What was attempted, for recorders of the newer style: `Binding`. */
  readonly action?: string;
}

/** Whom an event is about, when there is no object at hand. */
export interface EventSubject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** Who tells. */
export interface EventSource {
  /** `deployment-controller`, `kubelet`, `default-scheduler`. */
  readonly component: string;
  /** The node, of a kubelet. */
  readonly host?: string;
  /** The newer style: `eventTime` and `series`; `reportingInstance` is the component and this. */
  readonly instance?: string;
}

interface Pending {
  readonly request: ApiRequest;
  readonly key: string;
  /** How often it was tried; upstream gives up after 12. */
  tries: number;
}

const triesMax = 12;
const retryMs = 10_000;
const seriesWithinMs = 360_000;
const seriesMax = 4_096;
/** Upstream's queue of events (watch.DropIfChannelFull). */
const queueMax = 1_000;

export class EventRecorder {
  private readonly client: ApiClient;
  private readonly source: EventSource;
  private readonly correlator = new EventCorrelator();
  private readonly series = new Map<string, KnownEvent & { lastAt: number }>();
  private readonly queue: Pending[] = [];
  private readonly address: number;
  private isSending = false;
  private lastNanos = 0n;

  constructor(client: ApiClient, source: EventSource) {
    this.client = client;
    this.source = source;
    const { process } = client;
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  /** Tells of an object. */
  record(about: ApiObject, draft: EventDraft): void {
    const {
      apiVersion,
      kind,
      metadata: { name, namespace, uid, resourceVersion },
    } = about;
    this.recordAbout({ apiVersion, kind, name, namespace, uid, resourceVersion }, draft);
  }

  recordAbout(subject: EventSubject, draft: EventDraft): void {
    if (this.source.instance !== undefined) return this.recordSeries(subject, draft);
    const { component, host = '' } = this.source;
    const facts = {
      subject: [
        component,
        host,
        subject.kind,
        subject.namespace,
        subject.name,
        subject.uid,
        draft.type,
      ].join('|'),
      fieldPath: draft.fieldPath ?? '',
      reason: draft.reason,
      message: draft.message,
    };
    const correlation = this.correlator.correlate(facts, this.client.process.site.now);
    if (correlation === undefined) return;
    if (correlation.known === undefined) this.create(subject, draft, correlation);
    else this.countUp(subject, correlation.known, correlation);
  }

  /** The kernel's alone: time to try again. */
  receive(): void {
    this.isSending = false;
    this.sendNext();
  }

  private get now(): string {
    return formatTime(this.client.process.site.clock);
  }

  private create(subject: EventSubject, draft: EventDraft, { key, message }: Correlation): void {
    const { now } = this;
    const { component, host } = this.source;
    const name = this.nameFor(subject.name);
    this.correlator.remember(key, { name, firstTimestamp: now, count: 1 });
    this.post(key, subject.namespace, {
      ...this.head(name, subject, { ...draft, message }),
      count: 1,
      eventTime: null,
      firstTimestamp: now,
      lastTimestamp: now,
      reportingComponent: component,
      reportingInstance: host ?? '',
      source: host === undefined ? { component } : { component, host },
    });
  }

  private countUp(subject: EventSubject, known: KnownEvent, { key, message }: Correlation): void {
    const body = { count: known.count, lastTimestamp: this.now, message };
    this.patch(key, subject, known.name, body);
  }

  private recordSeries(subject: EventSubject, draft: EventDraft): void {
    const { site } = this.client.process;
    const { component, instance } = this.source;
    const key = [
      subject.kind,
      subject.namespace,
      subject.name,
      subject.uid,
      draft.type,
      draft.reason,
      draft.action,
    ].join('|');
    const known = this.series.get(key);
    const time = formatMicroTime(site.clock);
    if (known !== undefined && site.now - known.lastAt < seriesWithinMs) {
      known.count += 1;
      known.lastAt = site.now;
      // Only the first repetition is written at once; later ones when the series ends.
      if (known.count > 2) return;
      this.patch(key, subject, known.name, { series: { count: 2, lastObservedTime: time } });
      return;
    }
    const name = this.nameFor(subject.name);
    if (this.series.size >= seriesMax) this.series.delete(this.series.keys().next().value ?? '');
    this.series.set(key, { name, firstTimestamp: time, count: 1, lastAt: site.now });
    this.post(key, subject.namespace, {
      ...this.head(name, subject, draft),
      action: draft.action ?? '',
      eventTime: time,
      firstTimestamp: null,
      lastTimestamp: null,
      reportingComponent: component,
      reportingInstance: `${component}-${instance}`,
      source: {},
    });
  }

  private head(name: string, subject: EventSubject, draft: EventDraft) {
    const { kind, apiVersion = 'v1', uid, resourceVersion } = subject;
    const { fieldPath } = draft;
    const place = subject.namespace === undefined ? {} : { namespace: subject.namespace };
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: subject.namespace ?? 'default' },
      involvedObject: {
        apiVersion,
        ...(fieldPath === undefined ? {} : { fieldPath }),
        kind,
        name: subject.name,
        ...place,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(uid === undefined ? {} : { uid }),
      },
      message: draft.message,
      reason: draft.reason,
      type: draft.type,
    };
  }

  /** `web-0.17f3c1d2a4b5c6d7`: the moment in nanoseconds, never the same twice. */
  private nameFor(name: string): string {
    const { clock, now } = this.client.process.site;
    let nanos = BigInt(clock) * 1_000_000n + BigInt(Math.floor((now % 1) * 1_000_000));
    if (nanos <= this.lastNanos) nanos = this.lastNanos + 1n;
    this.lastNanos = nanos;
    return `${name}.${nanos.toString(16)}`;
  }

  private post(key: string, namespace = 'default', body: object): void {
    const path = collectionPath(resources.Event, namespace);
    this.enqueue(key, { method: 'POST', path, body: body as never });
  }

  private patch(key: string, subject: EventSubject, name: string, body: object): void {
    const path = `${collectionPath(resources.Event, subject.namespace ?? 'default')}/${name}`;
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    this.enqueue(key, { method: 'PATCH', path, headers, body: body as never });
  }

  private enqueue(key: string, request: ApiRequest): void {
    if (this.queue.length >= queueMax) return;
    this.queue.push({ key, request, tries: 0 });
    this.sendNext();
  }

  private sendNext(): void {
    const [next] = this.queue;
    if (next === undefined || this.isSending) return;
    this.isSending = true;
    this.client.request(next.request, (response) => this.answered(next, response));
  }

  private answered(pending: Pending, { status }: ApiResponse): void {
    pending.tries += 1;
    const { site } = this.client.process;
    if (status === 0 && pending.tries < triesMax) {
      // The first retry is spread, so that clients of a restarted server do not come at once.
      const delay = pending.tries === 1 ? retryMs * site.chance.fraction() : retryMs;
      site.after(delay, this.address, {});
      return;
    }
    if (status === 404) this.correlator.forget(pending.key);
    this.queue.shift();
    this.isSending = false;
    this.sendNext();
  }
}
