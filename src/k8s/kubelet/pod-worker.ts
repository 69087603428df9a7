/**
 * A Pod's worker: the statechart that says when the Pod is synced, stopped and cleaned up, and the
 * stories that do it. Upstream: pkg/kubelet/pod_workers.go, kubelet.go (SyncPod, SyncTerminatingPod,
 * SyncTerminatedPod).
 */
import { goQuote } from '../../api/go-text.ts';
import type { Pod, PodStatus } from '../../api/types.gen.ts';
import { parseTime } from '../../kernel/calendar.ts';
import { Actor, type Story } from '../../kernel/index.ts';
import { timing } from './config.ts';
import { events } from './events.ts';
import type { Kubelet } from './kubelet.ts';
import { podWorkerChart, type podWorkerMachine, type PodWorkerEffect } from './pod-worker-chart.ts';
import { podStatus, type StartFailure } from './status.ts';
import { killPod, mountVolumes, type PodWork, syncContainers } from './sync.ts';
import type { Task } from './task.ts';
import { PodView } from './view.ts';
import { isLive } from './volumes.ts';

/** Why a Pod was turned away, or thrown out: its final reason and message. */
export interface Eviction {
  readonly reason: string;
  readonly message: string;
}

/** What a sync came to. */
type Outcome = { readonly again: number } | 'finished';

export class PodWorker {
  pod: Pod;
  readonly isStatic: boolean;
  /** The API's stand-in of a static Pod. */
  mirror: Pod | undefined;
  eviction: Eviction | undefined;
  private readonly kubelet: Kubelet;
  private readonly actor: Actor<typeof podWorkerMachine>;
  private readonly work: PodWork;
  private task: Task | undefined;
  private graceSeconds: number | undefined;
  private mountDelay = 500;

  constructor(kubelet: Kubelet, pod: Pod, isStatic: boolean, eviction: Eviction | undefined) {
    this.kubelet = kubelet;
    this.pod = pod;
    this.isStatic = isStatic;
    this.eviction = eviction;
    const self = () => this.pod;
    this.work = {
      get pod() {
        return self();
      },
      failures: new Map<string, StartFailure>(),
      attempts: new Map(),
      tasks: [],
      volumes: undefined,
      hasLiveVolumes: (pod.spec?.volumes ?? []).some(isLive),
    };
    const { namespace = '', name } = pod.metadata;
    this.actor = new Actor(
      kubelet.machine.site,
      podWorkerChart,
      `pod ${namespace}/${name}`,
      undefined as never,
      this.perform,
    );
  }

  /** Starts its work: once, when it can be found by its Pod's uid. */
  begin(): void {
    const isOver = this.pod.metadata.deletionTimestamp !== undefined || this.eviction !== undefined;
    if (isOver) this.terminate();
    else this.actor.send({ type: 'begin' });
  }

  get uid(): string {
    return this.pod.metadata.uid;
  }

  get isFinished(): boolean {
    return this.actor.isDone;
  }

  /** It is on its way out, or gone. */
  get isTerminating(): boolean {
    const { value } = this.actor;
    return value === 'terminating' || value === 'terminated' || value === 'finished';
  }

  /** When the next sync without a cause is due, in simulated ms. */
  get dueAt(): number | undefined {
    return this.actor.value === 'waiting' ? [...this.actor.due.values()][0] : undefined;
  }

  /** Its containers, its probes or its spec changed. */
  update(): void {
    if (!this.isTerminating) this.actor.send({ type: 'update' });
  }

  /** Takes in a new version of the Pod from its source. */
  take(pod: Pod, isChanged: boolean): void {
    const before = this.pod.metadata.deletionGracePeriodSeconds;
    this.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) {
      const grace = pod.metadata.deletionGracePeriodSeconds ?? 30;
      if (this.isTerminating && grace < (before ?? Infinity)) this.hurry(grace);
      else this.terminate();
    } else if (isChanged) {
      this.update();
    }
  }

  /** Starts the end. @param graceSeconds instead of the Pod's own. */
  terminate(graceSeconds?: number): void {
    if (this.isTerminating) return;
    this.graceSeconds = graceSeconds;
    this.actor.send({ type: 'terminate' });
  }

  /** Ends its stories and timers: the kubelet itself is ending. */
  stop(): void {
    this.cancelTasks();
    this.actor.stop();
  }

  /** Writes the status that holds now. */
  report(because: string): PodStatus {
    const { kubelet, pod, work } = this;
    const view = new PodView(kubelet.runtime.recordsOf(this.uid));
    const generated = podStatus(pod, view, kubelet.statuses.get(this.uid) ?? pod.status, {
      hostIp: kubelet.config.nodeIp,
      now: kubelet.machine.site.clock,
      isTerminating: this.isTerminating,
      failureOf: (name) => work.failures.get(name),
      isStarted: (container) => kubelet.probes.isStarted(container),
      isReady: (container) => kubelet.probes.isReady(container),
    });
    const status = this.eviction === undefined ? generated : this.evicted(generated);
    const written = this.heldBack(status);
    kubelet.statuses.set(this.uid, this.isStatic ? this.mirror : pod, written, because);
    return status;
  }

  /** A Pod has not ended for the API as long as one of its containers runs: a sidecar, mostly. */
  private heldBack(status: PodStatus): PodStatus {
    const { kubelet, pod } = this;
    const old = kubelet.statuses.get(this.uid) ?? pod.status;
    if (!isFinal(status.phase) || isFinal(old?.phase)) return status;
    const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
    if (!statuses.some(({ state }) => state?.running !== undefined)) return status;
    const { reason: _, message: __, ...rest } = status;
    return {
      ...rest,
      phase: old?.phase ?? 'Pending',
      ...(old?.reason === undefined ? {} : { reason: old.reason }),
      ...(old?.message === undefined ? {} : { message: old.message }),
    };
  }

  /** A Pod that was turned away at the door has no containers to speak of. */
  private evicted(generated: PodStatus): PodStatus {
    const status = { ...generated, phase: 'Failed', ...this.eviction };
    if (this.kubelet.runtime.recordsOf(this.uid).containers.length > 0) return status;
    const { containerStatuses: _, initContainerStatuses: __, ...rest } = status;
    return rest;
  }

  private hurry(graceSeconds: number): void {
    // Once the containers have stopped, there is nothing to hurry.
    if (this.actor.value !== 'terminating') return;
    this.graceSeconds = graceSeconds;
    this.cancelTasks();
    this.actor.send({ type: 'hurry' });
  }

  private readonly perform = (effect: PodWorkerEffect): void => {
    switch (effect.type) {
      case 'sync':
        this.kubelet.run(this.sync(), (outcome) => this.synced(outcome), this.began);
        return;
      case 'cancelSync':
        this.cancelTasks();
        return;
      case 'stopContainers':
        this.kubelet.run(
          this.stopContainers(),
          () => this.actor.send({ type: 'stopped' }),
          this.began,
        );
        return;
      case 'cleanUp':
        this.kubelet.run(this.cleanUp(), () => this.actor.send({ type: 'cleaned' }), this.began);
        return;
      case 'tellFinished':
        this.kubelet.finished(this);
    }
  };

  private readonly began = (task: Task): void => {
    this.task = task;
  };

  private synced(outcome: Outcome): void {
    if (outcome === 'finished') this.terminate();
    else this.actor.send({ type: 'synced', againMs: outcome.again });
  }

  private cancelTasks(): void {
    this.task?.cancel();
    for (const task of this.work.tasks.splice(0)) task.cancel();
  }

  private *sync(): Story<Outcome> {
    const { kubelet, pod, work } = this;
    const { chance } = kubelet.machine.site;
    const status = this.report('the kubelet synced the Pod');
    if (isFinal(status.phase)) return 'finished';
    const left = untilDeadline(pod, status, kubelet.machine.site.clock);
    if (left === 0) return this.outlived();
    const problem = pod.spec?.hostNetwork ? undefined : kubelet.networkProblem;
    if (problem !== undefined) {
      kubelet.tell(pod, events.networkNotReady(problem));
      return { again: chance.jitter(1_000, 0.5) };
    }
    if (this.isStatic) kubelet.mirrors.ensure(this);
    if (!(yield* this.mount())) return { again: this.nextMountDelay() };
    kubelet.probes.update(pod, kubelet.runtime.recordsOf(this.uid).containers);
    const isFine = yield* syncContainers(kubelet, work);
    work.tasks.length = 0;
    if (!isFine) {
      this.logFailures();
      return { again: chance.jitter(timing.backOffPeriod, 0.5) };
    }
    const again = work.hasLiveVolumes ? chance.jitter(timing.resyncInterval, 0.5) : Infinity;
    return { again: Math.min(again, left) };
  }

  /** Its activeDeadlineSeconds are over. Upstream: pkg/kubelet/active_deadline.go. */
  private outlived(): Outcome {
    const message = 'Pod was active on the node longer than the specified deadline';
    this.eviction = { reason: 'DeadlineExceeded', message };
    this.kubelet.tell(this.pod, events.deadlineExceeded(message));
    return 'finished';
  }

  private logFailures(): void {
    const { namespace = '', name, uid } = this.pod.metadata;
    for (const [container, { reason, message }] of this.work.failures) {
      const error = `failed to "StartContainer" for "${container}" with ${reason}: ${goQuote(message)}`;
      this.kubelet.log(
        'E',
        'pod_workers.go:1301',
        `"Error syncing pod, skipping" err=${goQuote(error)} pod="${namespace}/${name}" podUID="${uid}"`,
      );
    }
  }

  /** The volumes, once, or again when their content may have changed. */
  private *mount(): Story<boolean> {
    const { kubelet, work } = this;
    const isFirst = work.volumes === undefined;
    if (!isFirst && !work.hasLiveVolumes) return true;
    const isRunning = kubelet.runtime.recordsOf(this.uid).containers.length > 0;
    if (isFirst && !isRunning) yield* kubelet.alarms.sleep(timing.mountWait, 'mount volumes');
    return yield* mountVolumes(kubelet, work);
  }

  /** Upstream: goroutinemap's exponential back-off, half a second to two minutes. */
  private nextMountDelay(): number {
    const delay = this.mountDelay;
    this.mountDelay = Math.min(this.mountDelay * 2, 122_000);
    return delay;
  }

  private *stopContainers(): Story {
    const { kubelet, work } = this;
    this.report('the Pod is to end');
    const { containers } = kubelet.runtime.recordsOf(this.uid);
    kubelet.probes.stopKilling(containers);
    yield* killPod(kubelet, work, this.graceSeconds);
    kubelet.probes.remove(containers);
    this.report('all containers have stopped');
  }

  private *cleanUp(): Story {
    const { chance } = this.kubelet.machine.site;
    yield* this.kubelet.alarms.sleep(chance.between(100, 300), 'unmount volumes');
  }
}

const isFinal = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

/** Milliseconds that a Pod may still run; Infinity without a deadline. */
function untilDeadline({ spec }: Pod, { startTime }: PodStatus, now: number): number {
  const seconds = spec?.activeDeadlineSeconds;
  if (seconds === undefined) return Infinity;
  return Math.max(0, (parseTime(startTime ?? '') ?? now) + seconds * 1000 - now);
}
