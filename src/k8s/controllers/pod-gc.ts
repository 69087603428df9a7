/**
 * Deletes Pods that nobody will ever end: those of nodes that are no more, those that were never
 * bound and are being deleted, and the oldest finished ones above a threshold.
 * Upstream: pkg/controller/podgc/gc_controller.go. Simplified: out-of-service taints are not known.
 */
import { isPodFinished } from '../../api/kinds/pod/facts.ts';
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import { formatTime } from '../../kernel/calendar.ts';
import { type ControllerContext, objectPath, resources } from '../client/index.ts';
import type { Loop } from './options.ts';

const periodMs = 20_000;
const quarantineMs = 40_000;

export const podGc: Loop = (context, { terminatedPodThreshold }) =>
  new PodGc(context, terminatedPodThreshold).start();

class PodGc {
  private readonly context: ControllerContext;
  private readonly threshold: number;
  private readonly address: number;
  /** Since when a node has been missing, in simulated ms. */
  private readonly missing = new Map<string, number>();

  constructor(context: ControllerContext, threshold: number) {
    this.context = context;
    this.threshold = threshold;
    const { process } = context.client;
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  start(): void {
    for (const kind of ['Pod', 'Node'] as const) this.context.informers.of(kind);
    this.rest();
  }

  /** The kernel's alone: one round. */
  receive(): void {
    this.rest();
    const { informers } = this.context;
    if (!informers.of('Pod').hasSynced || !informers.of('Node').hasSynced) return;
    const pods = informers.of('Pod').store.list();
    this.collectFinished(pods);
    this.collectOrphans(pods);
    for (const pod of pods) {
      if (pod.metadata.deletionTimestamp === undefined || pod.spec.nodeName) continue;
      this.remove(pod, `${pod.metadata.name} is being deleted and was never bound`);
    }
  }

  private rest(): void {
    this.context.client.process.site.after(periodMs, this.address, {});
  }

  private collectFinished(pods: readonly Pod[]): void {
    const finished = pods.filter(isPodFinished);
    const surplus = finished.length - this.threshold;
    if (this.threshold <= 0 || surplus <= 0) return;
    const oldest = finished.toSorted((a, b) => compareCreation(a, b)).slice(0, surplus);
    for (const pod of oldest) this.remove(pod, `more than ${this.threshold} Pods have ended`);
  }

  /** A node that is not in the cache is asked for before its Pods are given up. */
  private collectOrphans(pods: readonly Pod[]): void {
    const { store } = this.context.informers.of('Node');
    const { now } = this.context.client.process.site;
    const names = new Set(pods.flatMap(({ spec }) => spec.nodeName || []));
    for (const name of this.missing.keys())
      if (store.get(name) || !names.has(name)) this.missing.delete(name);
    for (const name of names) {
      if (store.get(name) !== undefined) continue;
      const since = this.missing.get(name);
      if (since === undefined) this.missing.set(name, now);
      else if (now - since >= quarantineMs) this.confirm(name);
    }
  }

  private confirm(name: string): void {
    const { client, informers } = this.context;
    client.request({ method: 'GET', path: objectPath(resources.Node, name) }, ({ status }) => {
      if (status !== 404) return;
      for (const pod of informers.of('Pod').store.byIndex('onNode', name)) {
        this.fail(pod, () => this.remove(pod, `its node ${name} is no more`));
      }
    });
  }

  /** Whoever counts Pods shall see it fail before it vanishes. */
  private fail(pod: Pod, then: () => void): void {
    if (isPodFinished(pod)) return then();
    const { client } = this.context;
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: formatTime(client.process.site.clock),
    };
    client.request(
      {
        method: 'PATCH',
        path: objectPath(resources.Pod, keyOf(pod), 'status'),
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: { status: { phase: 'Failed', conditions: [condition] } },
        because: `the node of ${pod.metadata.name} is no more`,
      },
      then,
    );
  }

  private remove(pod: Pod, because: string): void {
    this.context.client.request(
      {
        method: 'DELETE',
        path: objectPath(resources.Pod, keyOf(pod)),
        body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 },
        because,
      },
      () => undefined,
    );
  }
}

const compareCreation = (a: ApiObject, b: ApiObject): number =>
  a.metadata.creationTimestamp < b.metadata.creationTimestamp
    ? -1
    : a.metadata.creationTimestamp > b.metadata.creationTimestamp
      ? 1
      : 0;
