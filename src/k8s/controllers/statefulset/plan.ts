/**
 * The next step of a StatefulSet: one Pod at a time and in order, or (Parallel) all at once.
 * Upstream: pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet).
 * Simplified: maxUnavailable is not looked at (its feature gate is off by default).
 */
import { isPodAvailable, isPodReady, isPodTerminating } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type {
  Pod, PodTemplateSpec, StatefulSet,
} from '../../../api/types.gen.ts';
import type { AboutEvent, View, Write } from '../../client/index.ts';
import {
  ordinalOf, podNameOf, revisionOf, startOf, statefulPod, withIdentity,
} from './identity.ts';
import { retain, isStale } from './retention.ts';
import { createStatefulPod, deleteStatefulPod, updateStatefulPod } from './writes.ts';

/** The two templates between which a set may be. */
export interface Revisions {
  readonly current: string;
  readonly currentTemplate: PodTemplateSpec;
  readonly update: string;
}

export interface Plan {
  readonly writes: readonly Write[];
  readonly events: readonly AboutEvent[];
}

/** A place in the row; undefined while no Pod has it. */
interface Place {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

const isRunningAndReady = (pod: Pod | undefined): pod is Pod =>
  pod?.status?.phase === 'Running' && isPodReady(pod);
const isHealthy = (pod: Pod | undefined): boolean =>
  isRunningAndReady(pod) && !isPodTerminating(pod);

/** Carries the looks of one round: what it found, and what it has decided so far. */
class Round {
  readonly writes: Write[] = [];
  readonly events: AboutEvent[] = [];
  readonly places: readonly Place[];
  readonly condemned: readonly Pod[];
  private readonly view: View;
  private readonly set: StatefulSet;
  private readonly revisions: Revisions;
  private readonly isMonotonic: boolean;

  constructor(view: View, set: StatefulSet, pods: readonly Pod[], revisions: Revisions) {
    this.view = view;
    this.set = set;
    this.revisions = revisions;
    this.isMonotonic = set.spec.podManagementPolicy !== 'Parallel';
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
    const start = startOf(set);
    const end = start + (set.spec.replicas ?? 1);
    this.places = Array.from({ length: end - start }, (_, at) => ({
      ordinal: start + at, pod: byOrdinal.get(start + at),
    }));
    this.condemned = pods
      .filter((pod) => ordinalOf(set, pod) < start || ordinalOf(set, pod) >= end)
      .toSorted((a, b) => ordinalOf(set, a) - ordinalOf(set, b));
  }

  /** Each step says whether the next may be looked at. */
  run(): void {
    if (this.fill() && this.shrink()) this.roll();
  }

  /** Every place gets its Pod. */
  private fill(): boolean {
    return this.places.every((place) => this.fillOne(place)) && this.release();
  }

  private fillOne({ ordinal, pod }: Place): boolean {
    const { set, view } = this;
    if (pod === undefined) {
      if (isStale(view, set, podNameOf(set, ordinal))) return false;
      this.writes.push(...createStatefulPod(view, set, this.body(ordinal), !this.isMonotonic));
      return !this.isMonotonic;
    }
    const phase = pod.status?.phase;
    if (phase === 'Failed' || phase === 'Succeeded') return this.recreate(pod, phase);
    if (this.isMonotonic && !this.isAvailable(pod)) return false;
    const fixed = withIdentity(pod, ordinal);
    if (fixed !== undefined) this.writes.push(updateStatefulPod(set, fixed));
    this.writes.push(...retain(view, set, pod, false));
    return true;
  }

  private isAvailable(pod: Pod): boolean {
    return isHealthy(pod) &&
      isPodAvailable(pod, this.set.spec.minReadySeconds ?? 0, this.view.nowMs);
  }

  /** The place is filled anew when the ended Pod is gone. */
  private recreate(pod: Pod, phase: 'Failed' | 'Succeeded'): false {
    if (isPodTerminating(pod)) return false;
    const { set } = this;
    const { name, namespace } = set.metadata;
    const isFailed = phase === 'Failed';
    this.events.push({
      about: set,
      draft: {
        type: isFailed ? 'Warning' : 'Normal',
        reason: isFailed ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod',
        message: `StatefulSet ${namespace}/${name} is recreating ` +
          `${isFailed ? 'failed' : 'terminated'} Pod ${pod.metadata.name}`,
      },
    });
    this.writes.push(deleteStatefulPod(set, pod, `${pod.metadata.name} has ended`));
    return false;
  }

  /** The claims of those that go learn whom to go with. */
  private release(): true {
    for (const pod of this.condemned) {
      this.writes.push(...retain(this.view, this.set, pod, true));
    }
    return true;
  }

  private body(ordinal: number): object {
    const { set, revisions } = this;
    const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
    const kept = rollingUpdate === undefined
      ? (set.status?.currentReplicas ?? 0)
      : (rollingUpdate.partition ?? 0);
    const isOld = type !== 'OnDelete' && ordinal < startOf(set) + kept;
    return isOld
      ? statefulPod(set, revisions.currentTemplate, ordinal, revisions.current)
      : statefulPod(set, set.spec.template, ordinal, revisions.update);
  }

  /** Those above the wanted number go, the last first. */
  private shrink(): boolean {
    const all = [...this.places.map(({ pod }) => pod), ...this.condemned];
    const firstUnhealthy = all.find((pod) => !isHealthy(pod));
    const { set } = this;
    for (const pod of this.condemned.toReversed()) {
      if (isPodTerminating(pod)) {
        if (this.isMonotonic) return false;
        continue;
      }
      if (this.isMonotonic && !this.isAvailable(pod) && pod !== firstUnhealthy) return false;
      const wanted = set.spec.replicas ?? 1;
      this.writes.push(deleteStatefulPod(set, pod, `${keyOf(set)} wants ${wanted} replicas`));
      if (this.isMonotonic) return false;
    }
    return true;
  }

  /** The highest Pod of an old template goes; its place is then filled with the new one. */
  private roll(): void {
    const { set, revisions } = this;
    if (set.spec.updateStrategy?.type === 'OnDelete') return;
    const from = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    for (const { pod } of this.places.slice(from).toReversed()) {
      if (pod !== undefined && revisionOf(pod) !== revisions.update && !isPodTerminating(pod)) {
        const because = `${pod.metadata.name} is of an old template of ${set.metadata.name}`;
        this.writes.push(deleteStatefulPod(set, pod, because));
        return;
      }
      if (!isHealthy(pod)) return;
    }
  }
}

/** @param pods all that the set owns. */
export function plan(
  view: View, set: StatefulSet, pods: readonly Pod[], revisions: Revisions,
): Plan {
  const round = new Round(view, set, pods, revisions);
  round.run();
  return { writes: round.writes, events: round.events };
}
