/**
 * Drives Pods off nodes with NoExecute taints: at once, or when their toleration runs out. It
 * only deletes the API object; on a dead node the Pod stays Terminating until the node is back.
 * Upstream: pkg/controller/tainteviction/taint_eviction.go.
 */
import { isPodTerminating } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type { Pod, Taint } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Ticket } from '../../../kernel/index.ts';
import {
  type ControllerContext,
  EventRecorder,
  objectPath,
  resources,
  tolerates,
} from '../../client/index.ts';
import type { Loop } from '../options.ts';
import { nodeEvents } from './events.ts';

export const taintEviction: Loop = (context) => new TaintEviction(context).start();

interface Scheduled {
  readonly ticket: Ticket;
  readonly since: number;
}

class TaintEviction {
  private readonly context: ControllerContext;
  private readonly recorder: EventRecorder;
  private readonly address: number;
  private readonly due = new Map<string, Scheduled>();

  constructor(context: ControllerContext) {
    this.context = context;
    const { process } = context.client;
    this.recorder = new EventRecorder(context.client, { component: 'taint-eviction-controller' });
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  start(): void {
    const { informers } = this.context;
    const ofNode = (name: string) => {
      for (const pod of informers.of('Pod').store.byIndex('onNode', name)) this.look(pod);
    };
    informers.of('Node').on({
      added: ({ metadata }) => ofNode(metadata.name),
      updated: (node, old) => {
        if (node.spec !== old.spec) ofNode(node.metadata.name);
      },
    });
    informers.of('Pod').on({
      added: (pod) => this.look(pod),
      updated: (pod, old) => {
        const isSame =
          pod.spec.nodeName === old.spec.nodeName && pod.spec.tolerations === old.spec.tolerations;
        if (!isSame || isPodTerminating(pod) !== isPodTerminating(old)) this.look(pod);
      },
      deleted: (pod) => this.cancel(pod, false),
    });
  }

  /** The kernel's alone: a toleration has run out. */
  receive({ key }: { readonly key: string }): void {
    this.due.delete(key);
    const pod = this.context.informers.of('Pod').store.get(key);
    if (pod === undefined || isPodTerminating(pod)) return;
    this.evict(pod);
  }

  private look(pod: Pod): void {
    const { nodeName } = pod.spec;
    if (!nodeName) return;
    const node = this.context.informers.of('Node').store.get(nodeName);
    const taints = node?.spec.taints?.filter(({ effect }) => effect === 'NoExecute') ?? [];
    if (taints.length === 0 || isPodTerminating(pod)) return this.cancel(pod, true);
    const seconds = toleratedSeconds(pod, taints);
    if (seconds === Infinity) return this.cancel(pod, true);
    this.schedule(pod, seconds * 1000);
  }

  private schedule(pod: Pod, delayMs: number): void {
    const key = keyOf(pod);
    const { site } = this.context.client.process;
    const known = this.due.get(key);
    const since = known?.since ?? site.now;
    const left = Math.max(0, since + delayMs - site.now);
    // Taints that come later do not give more time, unless the Pod was to go later anyway.
    if (known !== undefined && known.ticket.at <= site.now + left) return;
    if (known !== undefined) site.cancel(known.ticket);
    this.due.set(key, { since, ticket: site.after(left, this.address, { key }) });
  }

  private cancel(pod: Pod, isTold: boolean): void {
    const key = keyOf(pod);
    const known = this.due.get(key);
    if (known === undefined) return;
    this.context.client.process.site.cancel(known.ticket);
    this.due.delete(key);
    if (isTold && !isPodTerminating(pod)) this.recorder.record(pod, nodeEvents.cancelled(key));
  }

  private evict(pod: Pod): void {
    const { client } = this.context;
    const key = keyOf(pod);
    this.recorder.record(pod, nodeEvents.marked(key));
    const because = `${pod.metadata.name} tolerates the taints of ${pod.spec.nodeName} no longer`;
    client.request(
      {
        method: 'PATCH',
        path: objectPath(resources.Pod, key, 'status'),
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: { status: { conditions: [this.disruption()] } },
        because,
      },
      () =>
        client.request(
          { method: 'DELETE', path: objectPath(resources.Pod, key), because },
          ({ status }) => {
            if (status === 200 || status === 404) return;
            const { site } = client.process;
            this.due.set(key, {
              since: site.now,
              ticket: site.after(1_000, this.address, { key }),
            });
          },
        ),
    );
  }

  private disruption() {
    return {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: formatTime(this.context.client.process.site.clock),
    };
  }
}

/** How long the Pod may stay: 0 with a taint that it does not tolerate, Infinity without limit. */
function toleratedSeconds({ spec }: Pod, taints: readonly Taint[]): number {
  let least = Infinity;
  for (const taint of taints) {
    const matching = (spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return 0;
    for (const { tolerationSeconds } of matching) {
      if (tolerationSeconds !== undefined) least = Math.min(least, Math.max(0, tolerationSeconds));
    }
  }
  return least;
}
