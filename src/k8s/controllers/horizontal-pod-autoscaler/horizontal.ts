/**
 * The HorizontalPodAutoscaler controller: every 15 s it asks what the Pods of a target use, and sets
 * how many there shall be. Without an autoscaler it does nothing at all.
 * Upstream: pkg/controller/podautoscaler/horizontal.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { keyOf } from '../../../api/object.ts';
import { matches, parseSelector } from '../../../api/selectors.ts';
import type {
  HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition, HorizontalPodAutoscalerStatus,
} from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import {
  type ApiResponse, type ControllerContext, type EventDraft, EventRecorder, failureFrom, isOk,
  objectPath, resources, type ServedResource,
} from '../../client/index.ts';
import type { Loop } from '../options.ts';
import { type Memory, withinLimits } from './limits.ts';
import { compute, type Computed } from './metrics.ts';
import { fetchUsage } from './metrics-client.ts';

type Autoscaler = HorizontalPodAutoscaler;

/** --horizontal-pod-autoscaler-sync-period. */
const periodMs = 15_000;

interface Scale {
  readonly metadata: object;
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

export const horizontalPodAutoscaler: Loop = (context, { served }) => {
  new Autoscaling(context, served).start();
};

class Autoscaling {
  private readonly context: ControllerContext;
  private readonly served: readonly ServedResource[];
  private readonly recorder: EventRecorder;
  private readonly address: number;
  private readonly memories = new Map<string, Memory>();

  constructor(context: ControllerContext, served: readonly ServedResource[]) {
    this.context = context;
    this.served = served;
    this.recorder = new EventRecorder(context.client, { component: 'horizontal-pod-autoscaler' });
    const { process } = context.client;
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  start(): void {
    const { informers } = this.context;
    informers.of('Pod');
    informers.of('HorizontalPodAutoscaler').on({
      added: (autoscaler) => {
        const key = keyOf(autoscaler);
        if (this.memories.has(key)) return;
        this.memories.set(key, { recommendations: [], changes: [] });
        this.later(key);
      },
    });
  }

  /** The kernel alone calls it: an autoscaler has its turn. */
  receive({ key }: { readonly key: string }): void {
    const autoscaler = this.context.informers.of('HorizontalPodAutoscaler').store.get(key);
    if (autoscaler === undefined) {
      this.memories.delete(key);
      return;
    }
    this.later(key);
    new Turn(this.context, this.served, this.recorder, autoscaler, this.memories.get(key) as Memory)
      .begin();
  }

  private later(key: string): void {
    this.context.client.process.site.after(periodMs, this.address, { key });
  }
}

/** One look at one autoscaler: a request after the other. */
class Turn {
  private readonly context: ControllerContext;
  private readonly served: readonly ServedResource[];
  private readonly recorder: EventRecorder;
  private readonly autoscaler: Autoscaler;
  private readonly memory: Memory;
  private conditions: readonly HorizontalPodAutoscalerCondition[];

  constructor(
    context: ControllerContext, served: readonly ServedResource[], recorder: EventRecorder,
    autoscaler: Autoscaler, memory: Memory,
  ) {
    this.context = context;
    this.served = served;
    this.recorder = recorder;
    this.autoscaler = autoscaler;
    this.memory = memory;
    this.conditions = autoscaler.status?.conditions ?? [];
  }

  private get nowMs(): number {
    return this.context.client.process.site.clock;
  }

  begin(): void {
    const { kind, name, apiVersion = '' } = this.autoscaler.spec.scaleTargetRef;
    const target = this.served.find((one) =>
      one.kind === kind && `${one.group === '' ? '' : `${one.group}/`}${one.version}` === apiVersion);
    if (target === undefined) {
      return this.noScale(`no matches for kind "${kind}" in version "${apiVersion}"`);
    }
    const path = objectPath(target, `${this.autoscaler.metadata.namespace}/${name}`, 'scale');
    this.context.client.request({ method: 'GET', path }, (response) => {
      if (!isOk(response)) return this.noScale(messageOf(response));
      this.set('AbleToScale', 'True', 'SucceededGetScale',
        "the HPA controller was able to get the target's current scale");
      this.scaled(path, response.body as unknown as Scale);
    });
  }

  private noScale(why: string): void {
    this.tell('Warning', 'FailedGetScale', why);
    this.set('AbleToScale', 'False', 'FailedGetScale',
      `the HPA controller was unable to get the target's current scale: ${why}`);
    this.report({});
  }

  private scaled(path: string, scale: Scale): void {
    const { spec, metadata } = this.autoscaler;
    const current = scale.spec?.replicas ?? 0;
    const { minReplicas = 1, maxReplicas } = spec;
    const counts = { currentReplicas: scale.status?.replicas ?? current };
    if (current === 0 && minReplicas !== 0) {
      this.set('ScalingActive', 'False', 'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero');
      return this.report({ ...counts, desiredReplicas: 0 });
    }
    if (current > maxReplicas) {
      return this.rescale(path, scale, maxReplicas,
        'Current number of replicas above Spec.MaxReplicas', counts);
    }
    if (current < minReplicas) {
      return this.rescale(path, scale, minReplicas,
        'Current number of replicas below Spec.MinReplicas', counts);
    }
    const selector = scale.status?.selector ?? '';
    if (selector === '') {
      const message = "the HPA target's scale is missing a selector";
      this.set('ScalingActive', 'False', 'InvalidSelector', message);
      this.tell('Warning', 'SelectorRequired', 'selector is required');
      return this.report(counts);
    }
    const { client, informers } = this.context;
    const { namespace = '' } = metadata;
    fetchUsage(client, namespace, selector, (usage) => {
      const wanted = parseSelector(selector);
      const pods = informers.of('Pod').store.inNamespace(namespace)
        .filter((pod) => matches(wanted, pod.metadata.labels));
      const computed = compute(this.autoscaler, { current, pods, usage, nowMs: this.nowMs });
      this.computed(path, scale, computed);
    });
  }

  private computed(path: string, scale: Scale, computed: Computed): void {
    const current = scale.spec?.replicas ?? 0;
    const counts = { currentReplicas: scale.status?.replicas ?? current };
    for (const { reason, message } of computed.failures) this.tell('Warning', reason, message);
    const [failure] = computed.failures;
    if (computed.replicas === undefined) {
      const { reason = '', message = '' } = failure ?? {};
      this.set('ScalingActive', 'False', reason,
        `the HPA was unable to compute the replica count: ${message}`);
      this.tell('Warning', 'FailedComputeMetricsReplicas', computed.error ?? '');
      return this.report(counts);
    }
    this.set('ScalingActive', 'True', 'ValidMetricFound',
      `the HPA was able to successfully calculate a replica count from ${computed.metric}`);
    const { replicas, able, limited } =
      withinLimits(this.autoscaler, this.memory, current, computed.replicas, this.nowMs);
    this.set('AbleToScale', 'True', able.reason, able.message);
    this.set('ScalingLimited', limited.status, limited.reason, limited.message);
    const more = { ...counts, currentMetrics: computed.statuses };
    if (replicas === current) return this.report({ ...more, desiredReplicas: replicas });
    const reason = replicas > current ? `${computed.metric} above target` : 'All metrics below target';
    this.rescale(path, scale, replicas, reason, more);
  }

  private rescale(
    path: string, scale: Scale, replicas: number, reason: string,
    more: Partial<HorizontalPodAutoscalerStatus>,
  ): void {
    const body = { ...scale, spec: { ...scale.spec, replicas } } as never;
    const because = `${this.autoscaler.metadata.name}: ${reason}`;
    this.context.client.request({ method: 'PUT', path, body, because }, (response) => {
      if (!isOk(response)) {
        const error = messageOf(response);
        this.tell('Warning', 'FailedRescale', `New size: ${replicas}; reason: ${reason}; error: ${error}`);
        this.set('AbleToScale', 'False', 'FailedUpdateScale',
          `the HPA controller was unable to update the target scale: ${error}`);
        return this.report(more);
      }
      this.set('AbleToScale', 'True', 'SucceededRescale',
        `the HPA controller was able to update the target scale to ${replicas}`);
      this.tell('Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
      this.memory.changes.push({ at: this.nowMs, by: replicas - (scale.spec?.replicas ?? 0) });
      this.memory.changes.splice(0, Math.max(0, this.memory.changes.length - 100));
      this.report({ ...more, desiredReplicas: replicas, lastScaleTime: formatTime(this.nowMs) });
    });
  }

  private tell(type: EventDraft['type'], reason: string, message: string): void {
    this.recorder.record(this.autoscaler, { type, reason, message });
  }

  private set(type: string, status: string, reason: string, message: string): void {
    const before = this.conditions.find((condition) => condition.type === type);
    const lastTransitionTime = before?.status === status && before.lastTransitionTime !== undefined
      ? before.lastTransitionTime
      : formatTime(this.nowMs);
    const next = { type, status, lastTransitionTime, reason, message };
    this.conditions = before === undefined
      ? [...this.conditions, next]
      : this.conditions.map((condition) => (condition === before ? next : condition));
  }

  /** No change, no write. */
  private report(more: Partial<HorizontalPodAutoscalerStatus>): void {
    const { status, metadata } = this.autoscaler;
    const next = {
      ...status,
      desiredReplicas: status?.desiredReplicas ?? 0,
      ...more,
      conditions: this.conditions,
    };
    if (isDeepEqual(status, next)) return;
    const path = objectPath(resources.HorizontalPodAutoscaler, keyOf(this.autoscaler), 'status');
    const body = { ...this.autoscaler, status: next } as never;
    const because = `what ${metadata.name} found`;
    this.context.client.request({ method: 'PUT', path, body, because }, () => undefined);
  }
}

const messageOf = ({ status, body }: ApiResponse): string => failureFrom(status, body).message;
